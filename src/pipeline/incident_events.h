// SPDX-License-Identifier: Apache-2.0
// The events of incidents, and how a zone's events and findings point to them. Private to this module.
//
// Threading: pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/change/incident.h"

#include "incident_cause.h"

namespace anchorwatch::pipeline {

/// Without severity, which its first zones give it.
/// @param zones  how many show the cause so far.
change::Event incident_opened(const Cause& cause, UnixSeconds now, std::uint64_t number, std::size_t zones);

struct IncidentSums {
  std::size_t zones = 0;
  std::size_t own_stories = 0;       ///< Zones that were not well when it was over.
  std::vector<std::string> names;    ///< The first few.
};
change::Event incident_closed(const change::Incident& incident, const IncidentSums& sums, UnixSeconds now);

/// An event of a zone that its incident tells of: the member knows the first one, its finding belongs to the incident.
void note_event(change::IncidentMember& member, change::Event& event, change::ZoneUpdate& update);

/// Whether an event tells of an end, with the severity of what ended.
bool is_ending(const change::Event& event);
/// The incident under which a finding was opened; empty: none.
std::string incident_of(const judge::Finding& finding, const change::ZoneUpdate& update);
/// The finding that `event_id` opened belongs to an incident.
void set_incident(change::ZoneUpdate& update, const std::string& event_id, const std::string& incident);

}  // namespace anchorwatch::pipeline
