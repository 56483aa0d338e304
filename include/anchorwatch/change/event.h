// SPDX-License-Identifier: Apache-2.0
// Event: one change or message that sinks deliver, in the form of anchorwatch.event/1 (docs/events.md).
//
// Threading: value types, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/judge/finding.h"

namespace anchorwatch::change {

enum class EventType : std::uint8_t {
  kZoneStatusChanged, kDelegationChanged, kDelegationRemoved, kDsAdded, kDsRemoved, kDnskeyAdded,
  kDnskeyRemoved, kDnskeyRevoked, kAlgorithmChanged, kNsAdded, kNsRemoved, kGlueChanged, kCdsChanged,
  kCsyncChanged, kDenialChanged, kTrustAnchorChanged, kFindingOpened, kFindingSeverityChanged,
  kFindingResolved, kRolloverPhaseChanged, kSignerLate, kSignerRecovered, kIncidentOpened,
  kIncidentClosed, kMuteEnded, kInventoryChanged, kMonitorBlind, kMonitorRecovered, kMonitorClock, kMonitorLag,
  kMonitorFamily, kMonitorStarted, kMonitorReload, kMonitorStore,
};
/// Contract name, e.g. "ds.removed".
const char* to_string(EventType type);
std::optional<EventType> parse_event_type(std::string_view text);

/// How sure we are (contract).
enum class Confidence : std::uint8_t { kConfirmed, kSingleSource, kInferred };
const char* to_string(Confidence confidence);

/// What `before` and `after` hold: the same value types as findings.
using EventData = std::map<std::string, judge::FindingValue>;

struct Event {
  std::string id;                          ///< See make_event_id.
  EventType type{};
  UnixSeconds time = 0;                    ///< Detection.
  std::optional<dns::Name> zone;           ///< Empty for events about the monitor and for incidents.
  Severity severity = Severity::kInfo;
  std::string dedup_key;                   ///< Groups what opens and closes together.
  std::string summary;                     ///< One line for people.
  std::optional<bool> expected;
  std::optional<std::string> change_id;
  Confidence confidence = Confidence::kConfirmed;
  std::optional<std::string> caused_by;    ///< Id of the event that explains this one.
  std::optional<std::string> incident;     ///< Id of the incident that it belongs to.
  bool silent = false;                     ///< Kept, but no sink gets it: something else tells of it.
  std::optional<UnixSeconds> last_before;  ///< The old state was last seen then …
  std::optional<UnixSeconds> first_after;  ///< … and the new one first then.
  std::string side;                        ///< "parent", "child" or empty.
  EventData before, after;
  std::optional<judge::Finding> finding;   ///< For finding.* events.
  std::string owner, contact;
  std::vector<std::string> tags;
  std::string runbook;                     ///< "docs/findings/CODE.md" or empty.
};

/// Ids sort by detection time and are the same for the same transition after a crash or in a replay:
/// 26 characters of Crockford base 32 (ULID form) from 48 bits of `at` in milliseconds and 80 bits of a
/// hash over zone, type, subject and the zone's transition number.
std::string make_event_id(UnixSeconds at, std::string_view zone, EventType type,
                          std::string_view subject, std::uint64_t transition);

/// The event as JSON text, anchorwatch.event/1, one line.
/// @param observer  name of this monitor.
std::string to_json(const Event& event, std::string_view observer);

}  // namespace anchorwatch::change
