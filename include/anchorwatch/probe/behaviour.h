// SPDX-License-Identifier: Apache-2.0
// Behaviour: decides which unusual questions a server gets in a full look, and puts them.
//
// What does not depend on the zone is asked once for each address and kept (BehaviourBook). A question
// that fails is put once more; silence counts only when an ordinary question right afterwards is answered.
//
// Threading: loop thread only. Blocking: never.
// Standards: RFC 8906 §8.
// Limits:    13 questions to a server that behaves well, 2 of them again for each further zone; kMostQueries
//            for one that does not.
#pragma once

#include "anchorwatch/core/random.h"
#include "anchorwatch/probe/asker.h"
#include "anchorwatch/probe/behaviour_book.h"

namespace anchorwatch::probe {

class Behaviour {
 public:
  /// Queries that one server may cost in one look, retries and confirmations included.
  static constexpr int kMostQueries = 40;

  /// @param lifetime  how long the answers for an address hold for other zones.
  Behaviour(Asker& asker, const Clock& clock, Random& random, Duration lifetime)
      : asker_(asker), clock_(clock), random_(random), lifetime_(lifetime) {}

  /// Asks a server of `zone` that was asked its ordinary questions what holds for all its zones, and fills `behaviour`
  /// of `server`. A server that answered none of them is left alone.
  Task<void> ask(evidence::ServerLook* server, dns::Name zone, LookScopePtr scope);
  /// The same for what holds for this zone; fills `nsid`, too.
  Task<void> ask_for_zone(evidence::ServerLook* server, dns::Name zone, LookScopePtr scope);
  void forget() { book_.forget(); }

 private:
  struct Visit;  // One server in one look.
  struct Put;    // One question and its reply.
  Visit visit_of(evidence::ServerLook* server, const dns::Name& zone, LookScopePtr scope);
  Task<void> put_once(Visit* visit, Put* put, int attempt);
  Task<void> put(Visit* visit, Put* put);
  Task<void> keep(Visit* visit, evidence::BehaviourKind kind);
  Task<void> ask_joined(Visit* visit, evidence::BehaviourKind joined,
                        std::vector<evidence::BehaviourKind> apart);
  Task<void> ask_nsid(Visit* visit);
  Task<void> ask_cookies(Visit* visit);
  Task<void> ask_version(Visit* visit);
  Task<void> ask_about_server(Visit* visit);
  Task<void> ask_or_recall(Visit* visit);
  Task<void> ask_about_zone(Visit* visit);

  Asker& asker_;
  const Clock& clock_;
  Random& random_;
  Duration lifetime_;
  BehaviourBook book_;
};

}  // namespace anchorwatch::probe
