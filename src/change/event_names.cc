// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/event_names.h"

namespace anchorwatch::change {

bool is_about_zone(EventType type) {
  switch (type) {
    case EventType::kTrustAnchorChanged:
    case EventType::kIncidentOpened:
    case EventType::kIncidentClosed:
    case EventType::kMuteEnded:
    case EventType::kInventoryChanged:
    case EventType::kMonitorBlind:
    case EventType::kMonitorRecovered:
    case EventType::kMonitorClock:
    case EventType::kMonitorLag:
    case EventType::kMonitorFamily:
    case EventType::kMonitorStarted:
    case EventType::kMonitorReload:
    case EventType::kMonitorStore:
      return false;
    default:
      return true;
  }
}

bool is_about_zone(judge::FindingCode code) {
  using Code = judge::FindingCode;  // ANCHOR_STALE is not here: the root has it as any zone has its findings.
  return code != Code::MONITOR_BLIND && code != Code::FAMILY_DEAD && code != Code::CLOCK_UNTRUSTED &&
         code != Code::PORT53_HIJACKED;
}

std::vector<std::string_view> event_type_names() {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(EventType::kMonitorStore); ++i) names.emplace_back(to_string(static_cast<EventType>(i)));
  return names;
}

std::vector<std::string_view> names_about_zones() {
  std::vector<std::string_view> names;
  for (const judge::FindingInfo& row : judge::all_findings()) {
    if (is_about_zone(row.code)) names.push_back(row.name);
  }
  for (const std::string_view name : event_type_names()) {
    if (is_about_zone(*parse_event_type(name))) names.push_back(name);
  }
  return names;
}

}  // namespace anchorwatch::change
