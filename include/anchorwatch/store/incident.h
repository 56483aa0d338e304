// SPDX-License-Identifier: Apache-2.0
// What commits change of incidents, and what of them is read at the start.
//
// Threading: value types, any thread.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/change/incident.h"

namespace anchorwatch::store {

/// One sink's claim on an event: a row of the outbox.
struct OutboxRow {
  std::string event_id;
  std::string sink;
};

/// A part of a commit, stored before the events of the zone that it is about. Storing it twice changes nothing.
struct IncidentWrites {
  std::vector<change::Event> events;           ///< incident.opened.
  std::vector<OutboxRow> outbox;               ///< For `events`.
  std::vector<change::Incident> incidents;     ///< New, or with another severity or end; all members of one that ended leave it.
  std::vector<change::IncidentMember> joined;
  std::vector<change::IncidentLeave> left;
  [[nodiscard]] bool empty() const { return events.empty() && incidents.empty() && joined.empty() && left.empty(); }
};

struct StoredMember {
  dns::Name zone;
  dnssec::SecurityStatus status_before = dnssec::SecurityStatus::kIndeterminate;
  bool left = false;
  bool status_silent = true;
};

/// An incident that is open, with everybody whom it ever concerned.
struct StoredIncident {
  change::Incident incident;
  std::vector<StoredMember> members;
};

/// How many incidents of one cause and subject there were.
struct IncidentCount {
  change::IncidentCause cause{};
  std::string subject, code;
  std::uint64_t count = 0;
};

struct StoredIncidents {
  std::vector<StoredIncident> open;
  std::vector<IncidentCount> counts;
};

}  // namespace anchorwatch::store
