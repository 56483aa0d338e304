// SPDX-License-Identifier: Apache-2.0
// Collector: one look at one zone: asks the parent and every address of the zone, and returns evidence.
//
// Threading: loop thread only. Blocking: never.
// Limits:    40 queries plus 16 for each address (LookScope); in full looks the extra questions and those of
//            Behaviour have room of their own. The deadline of the plan.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/core/random.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/probe/behaviour.h"
#include "anchorwatch/probe/locator.h"

namespace anchorwatch::probe {

/// What to ask in one look.
struct CollectPlan {
  dns::Name zone;
  evidence::Depth depth = evidence::Depth::kFull;
  std::vector<dns::Question> probes;   ///< For kFull; kCore asks SOA only.
  bool denial_probe = true;            ///< For kFull: also a name that should not exist.
  std::string denial_label{};          ///< Its first label; empty: a random one.
  bool all_parents = false;            ///< Ask DS and NS at every parent address, not at one.
  std::optional<dns::Question> goal;   ///< See LookScope::goal.
  int ancestor_servers = 1;            ///< For kAncestor: stop after so many usable DNSKEY answers.
  MonoTime deadline = MonoTime::max();
  /// Asked in a full look when all that may change the status is there: whether it is as it was, signatures aside. Then
  /// what only findings need is not asked (ZoneEvidence::ordinary_only).
  std::function<bool(const evidence::ZoneEvidence&)> is_known{};
  /// A look that would wait longer than this for the rate of a server ends before it asks anything there.
  Duration patience = Duration::max();
  std::optional<IpAddress>* held_up_by = nullptr;  ///< Gets that server; nobody else may use it meanwhile.
};

/// What full looks ask beyond what a status needs.
struct FullLookOptions {
  bool extra_questions = true;    ///< See probe/extra_questions.h.
  bool unusual_questions = true;  ///< See probe/behaviour.h.
};

class Collector {
 public:
  /// @param server_facts  how long the answers of a server to unusual questions hold for its other zones.
  Collector(Asker& asker, Locator& locator, const Clock& clock, Random& random,
            Duration server_facts = std::chrono::hours(6), FullLookOptions full_looks = {})
      : full_looks_(full_looks),
        asker_(asker),
        locator_(locator),
        clock_(clock),
        random_(random),
        behaviour_(asker, clock, random, server_facts) {}

  Task<evidence::ZoneEvidence> collect(CollectPlan plan);
  /// The server that holds this zone up most: the one with the longest queue, else one that is silent,
  /// else its first; unspecified for a zone without servers.
  [[nodiscard]] IpAddress bottleneck(const evidence::ZoneEvidence& evidence) const;
  [[nodiscard]] const Asker& asker() const { return asker_; }
  /// Forgets how servers behave.
  void forget() { behaviour_.forget(); }

 private:
  [[nodiscard]] std::optional<IpAddress> busy_parent(const std::vector<evidence::NameServer>& servers,
                                                     Duration patience) const;
  [[nodiscard]] std::optional<IpAddress> busy_server(const std::vector<evidence::ServerLook>& servers,
                                                     Duration patience) const;
  struct Look;  // What one collect() shares between its coroutines.
  Task<void> ask_parent(Look* look);
  Task<void> ask_parent_address(Look* look, IpAddress address, evidence::ServerLook* server);
  Task<void> ask_servers(Look* look);
  Task<void> ask_server(Look* look, evidence::ServerLook* server);
  Task<void> ask_ancestor_keys(Look* look);
  Task<void> ask_for_findings(Look* look);
  Task<void> ask_into(Look* look, IpAddress address, dns::Question question, evidence::Answer* slot);

  FullLookOptions full_looks_;
  Asker& asker_;
  Locator& locator_;
  const Clock& clock_;
  Random& random_;
  Behaviour behaviour_;
};

}  // namespace anchorwatch::probe
