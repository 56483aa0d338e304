// SPDX-License-Identifier: Apache-2.0
// What approved changes make of a look: what they let pass, and what lies outside of them.
#pragma once

#include <optional>

#include "step.h"

namespace anchorwatch::change {

/// The plan that names a DS, and that covers the moment between this look and the last one that saw the parent.
const PlannedChange* plan_for_ds(const Step& step, const Bytes& ds);
/// The same for a key.
const PlannedChange* plan_for_key(const Step& step, const Bytes& dnskey);
/// Whether a plan names a key: by tag, by id, or by a DS of it.
bool names_key(const Step& step, const PlannedChange& plan, const Bytes& dnskey);
/// The plan that names all of these name servers. `changed_at` is that of an open finding; empty: now.
const PlannedChange* plan_for_ns(const Step& step, const std::vector<std::string>& names, std::optional<UnixSeconds> changed_at);
/// The plan by which the zone goes insecure.
const PlannedChange* plan_for_insecurity(const Step& step, std::optional<UnixSeconds> changed_at);

/// Makes a finding calm that a plan explains: the event of the change tells it.
void set_planned(judge::Finding& finding, const PlannedChange& plan, Severity most = Severity::kInfo);
bool is_planned(const judge::Finding& finding);

/// Findings of the look that only say what was approved, as they stand then; nothing: as they are.
std::optional<judge::Finding> calmed_by_plan(const Step& step, const judge::Finding& finding);
/// When a plan that covers this moment ends.
std::optional<UnixSeconds> end_of_plans(const Step& step);

/// Marks the events of this look: expected or not, by which change, and how loud.
void apply_plans(Step& step);

}  // namespace anchorwatch::change
