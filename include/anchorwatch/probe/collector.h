// SPDX-License-Identifier: Apache-2.0
// Collector: one look at one zone: asks the parent and every address of the zone, and returns evidence.
//
// Threading: loop thread only. Blocking: never.
// Limits:    40 queries plus 16 for each address (LookScope), the deadline of the plan.
#pragma once

#include <optional>
#include <vector>

#include "anchorwatch/core/random.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/probe/locator.h"

namespace anchorwatch::probe {

/// What to ask in one look.
struct CollectPlan {
  dns::Name zone;
  evidence::Depth depth = evidence::Depth::kFull;
  std::vector<dns::Question> probes;   ///< For kFull; kCore asks SOA only.
  bool denial_probe = true;            ///< For kFull: also a random name.
  bool all_parents = false;            ///< Ask DS and NS at every parent address, not at one.
  std::optional<dns::Question> goal;   ///< See LookScope::goal.
  int ancestor_servers = 1;            ///< For kAncestor: stop after so many usable DNSKEY answers.
  MonoTime deadline = MonoTime::max();
};

class Collector {
 public:
  Collector(Asker& asker, Locator& locator, const Clock& clock, Random& random)
      : asker_(asker), locator_(locator), clock_(clock), random_(random) {}

  Task<evidence::ZoneEvidence> collect(CollectPlan plan);

 private:
  struct Look;  // What one collect() shares between its coroutines.
  Task<void> ask_parent(Look* look);
  Task<void> ask_parent_address(Look* look, IpAddress address, evidence::ServerLook* server);
  Task<void> ask_servers(Look* look);
  Task<void> ask_server(Look* look, evidence::ServerLook* server);
  Task<void> ask_ancestor_keys(Look* look);
  Task<void> ask_into(Look* look, IpAddress address, dns::Question question, evidence::Answer* slot);

  Asker& asker_;
  Locator& locator_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace anchorwatch::probe
