// SPDX-License-Identifier: Apache-2.0
// ZoneCheck: one look at one name for `check`: finds the zone that the name belongs to, collects, judges.
//
// Threading: loop thread only.
#pragma once

#include <vector>

#include "anchorwatch/dns/zone_source.h"
#include "anchorwatch/inventory/probe_spec.h"
#include "anchorwatch/judge/expectation.h"
#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/report/check_report.h"

namespace anchorwatch::cli {

struct ZoneCheckOrder {
  dns::Name name;
  std::vector<inventory::ProbeSpec> probes;
  bool denial_probe = true;
  bool all_parents = true;         ///< Ask every address of the parent, not one.
  bool default_probes = true;      ///< The user named none: a name that is no apex is probed too.
  judge::Expectation expectation;
  dns::ZoneSource source;          ///< Of the whole zone; may be empty.
  /// Of an earlier look: it is not read again.
  std::optional<evidence::WholeZoneLook> whole_zone{};
  Duration time_limit = std::chrono::seconds(30);
};

/// Looks at the zone of the name, and not at what its aliases lead to.
Task<report::CheckResult> look_at_zone(pipeline::Engine* engine, ZoneCheckOrder order);

/// Looks once, and follows the aliases of the probes. Errors of the network are in the result, never a failure of the program.
Task<report::CheckResult> check_zone(pipeline::Engine* engine, ZoneCheckOrder order);

}  // namespace anchorwatch::cli
