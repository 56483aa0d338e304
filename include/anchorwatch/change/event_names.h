// SPDX-License-Identifier: Apache-2.0
// What somebody can name who speaks of the events of zones: types of events, and codes of findings.
//
// Threading: pure functions, any thread.
#pragma once

#include <string_view>
#include <vector>

#include "anchorwatch/change/event.h"

namespace anchorwatch::change {

/// False for what tells of the monitor itself, of the inventory, or of many zones at once: it names no zone.
bool is_about_zone(EventType type);
/// False for codes that stand in events of the monitor only (change/monitor_findings.h).
bool is_about_zone(judge::FindingCode code);

/// The names of all types of events.
std::vector<std::string_view> event_type_names();
/// The names of codes and types that are about zones, codes first.
std::vector<std::string_view> names_about_zones();

}  // namespace anchorwatch::change
