// SPDX-License-Identifier: Apache-2.0
#include "step.h"

namespace anchorwatch::change {

void compare_delegation(Step& step) {
  using judge::DelegationState;
  const DelegationState from = step.before.summary.delegation;
  const DelegationState to = step.look.judgement.delegation;
  if (step.failed() || to == from || to == DelegationState::kUnknown) return;
  if (from == DelegationState::kUnknown) return;  // Only now known: nothing to compare with.
  const bool removed = to == DelegationState::kAbsent;
  Event event = step.maker.make(
      removed ? EventType::kDelegationRemoved : EventType::kDelegationChanged, "delegation", "");
  // A zone without delegation is gone for everybody; its return carries the same severity.
  event.severity = Severity::kCritical;
  event.summary = removed ? step.maker.zone_text() + " is no longer delegated by its parent."
                          : step.maker.zone_text() + " is delegated by its parent again.";
  event.before = {{"delegation", std::string(judge::to_string(from))}};
  event.after = {{"delegation", std::string(judge::to_string(to))}};
  event.side = "parent";
  event.last_before = last_seen(step.before.summary.last_observed_at);
  event.confidence = confidence_of(reachable(step.look.judgement.parents));
  step.ns_root = event.id;
  step.tell(std::move(event), step.chain_root);
}

}  // namespace anchorwatch::change
