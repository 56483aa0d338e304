// SPDX-License-Identifier: Apache-2.0
// What a full look asks beside the probes: the denial records at the apex, a name after the last
// one, ZONEMD, the addresses of the zone's own name servers, DSYNC at the parent, and the signals
// of RFC 9615.
//
// The answers make findings only. They come after everything that makes the status, with a budget
// of their own.
//
// Threading: loop thread only. Blocking: never.
// Standards: RFC 4034 §4, RFC 5155 §4, RFC 8976, RFC 9471, RFC 9615 §4, RFC 9859 §2.
// Limits:    two queries for each question, kQueriesPerSignal for each signalling name, beside
// LookScope.
#pragma once

#include <optional>
#include <vector>

#include "anchorwatch/probe/asker.h"
#include "anchorwatch/probe/locator.h"

namespace anchorwatch::probe {

/// One question for one server, by its place in ZoneEvidence::servers.
struct ExtraQuestion {
  std::size_t server = 0;
  dns::Question question;
};

/// What to ask the servers of the zone, as far as their first answers make it sensible.
std::vector<ExtraQuestion> extra_questions(const evidence::ZoneEvidence& look);
/// DSYNC for this child (RFC 9859 §2.2), to be asked at the parent; nothing at the top of a tree.
std::optional<dns::Question> dsync_question(const evidence::ZoneEvidence& look);
/// The signalling names of a zone that has CDS and no DS (RFC 9615 §4.2), not asked yet; else none.
std::vector<evidence::SignalLook> signals_to_ask(const evidence::ZoneEvidence& look);

class ExtraAsker {
 public:
  ExtraAsker(Asker& asker, Locator& locator) : asker_(asker), locator_(locator) {}

  /// Fills ServerLook::extra and ZoneEvidence::signals of a full look whose other questions were
  /// asked.
  Task<void> ask(evidence::ZoneEvidence* look, LookScopePtr scope);

 private:
  Task<void> ask_servers(evidence::ZoneEvidence* look, LookScopePtr scope);
  Task<void> ask_serials_again(evidence::ZoneEvidence* look, LookScopePtr scope);
  Task<void> ask_parent(evidence::ZoneEvidence* look, LookScopePtr scope);
  Task<void> ask_signals(evidence::ZoneEvidence* look, LookScopePtr scope);
  Task<void> ask_signal(evidence::SignalLook* signal, LookScopePtr scope);
  Task<void> ask_into(IpAddress address, dns::Question question, LookScopePtr scope,
                      evidence::Answer* slot);

  Asker& asker_;
  Locator& locator_;
};

}  // namespace anchorwatch::probe
