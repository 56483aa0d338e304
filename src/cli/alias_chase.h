// SPDX-License-Identifier: Apache-2.0
// AliasChase: where the probes of a check lead: targets of CNAME and DNAME in other zones, and names below a
// delegation. The zone's own verdict does not depend on them; they are reported with the probe.
//
// Threading: loop thread only.
// Standards: RFC 4035 §5 (a chain is as secure as its weakest hop), RFC 6672 §5.3.
// Limits:    12 hops for a probe, and the time limit of the check.
#pragma once

#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/report/check_report.h"

namespace anchorwatch::cli {

/// Fills target_status of every probe with a target: the worst status over the hops that follow. A probe that
/// met a referral gets the verdict from the zone below.
Task<void> chase_aliases(pipeline::Engine* engine, report::CheckResult* result, MonoTime deadline);

}  // namespace anchorwatch::cli
