// SPDX-License-Identifier: Apache-2.0
// Findings about the monitor itself: they stand in its events (monitor.*), not in the list of any
// zone.
//
// Threading: any thread.
#pragma once

#include <string>

#include "anchorwatch/change/event.h"

namespace anchorwatch::change {

judge::Finding monitor_blind(std::string message);
/// A family that never worked here.
judge::Finding family_dead(std::string message);
judge::Finding clock_untrusted(Severity severity, std::string message);
/// No trust anchor fits the keys of the root any more.
judge::Finding anchors_stale(std::string message);
/// Something answers on port 53 for an address that no server has.
judge::Finding port53_hijacked(std::string message);

/// Puts the finding and its page into an event.
void attach(Event& event, judge::Finding finding);

}  // namespace anchorwatch::change
