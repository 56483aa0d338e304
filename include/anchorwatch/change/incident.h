// SPDX-License-Identifier: Apache-2.0
// Incident: one cause under which many zones suffer, with its members and its life (docs/incidents.md).
//
// Threading: value types, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/change/event.h"
#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/severity.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dnssec/security_status.h"

namespace anchorwatch::change {

enum class IncidentCause : std::uint8_t {
  kAncestor,           ///< A zone above: the chain of trust of every zone below it ends there.
  kAddress,            ///< One server address that does not answer, or answers wrongly.
  kNameServer,         ///< All addresses of one name server.
  kProvider,           ///< All name servers of one domain.
  kSharedKey,          ///< One key that many zones sign with.
  kParentDsSignature,  ///< The parent's signatures over DS sets, while its keys are sound.
};
const char* to_string(IncidentCause cause);
std::optional<IncidentCause> parse_incident_cause(std::string_view text);

struct Incident {
  std::string id;                       ///< Of its incident.opened.
  IncidentCause cause{};
  std::string subject;                  ///< What is at fault: a zone, an address, a name, a key.
  std::string code{};                   ///< Of the findings that zones have in common; empty: the cause is exact.
  std::uint64_t number = 0;             ///< How many of the same cause and subject there were before.
  Severity severity = Severity::kInfo;  ///< The highest that was told.
  Confidence confidence = Confidence::kConfirmed;
  UnixSeconds opened_at = 0;
  std::optional<UnixSeconds> closed_at;
  std::string summary;                  ///< Of incident.opened.
};

/// A zone that an incident concerns.
struct IncidentMember {
  std::string incident;                 ///< Its id.
  dns::Name zone;
  Severity severity = Severity::kInfo;  ///< The highest of the zone's events under the incident.
  dnssec::SecurityStatus status_before = dnssec::SecurityStatus::kIndeterminate;
  dnssec::SecurityStatus status = dnssec::SecurityStatus::kIndeterminate;  ///< Under the incident.
  std::string code{};                   ///< Of the first finding; empty: none was made.
  std::string event_id;                 ///< Of the zone's first event under the incident.
  UnixSeconds joined_at = 0;
  bool status_silent = true;            ///< Only the incident told what became of the zone's status.
};

/// A zone that an incident concerns no longer.
struct IncidentLeave {
  std::string incident;
  dns::Name zone;
  UnixSeconds at = 0;
  bool own_story = false;               ///< It is not well for another reason; an event of its own told so.
};

}  // namespace anchorwatch::change
