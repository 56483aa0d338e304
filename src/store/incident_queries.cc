// SPDX-License-Identifier: Apache-2.0
#include "incident_queries.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

using change::Confidence;
using change::Incident;
using dnssec::SecurityStatus;

Confidence parse_confidence(std::string_view text) {
  for (const Confidence each : {Confidence::kConfirmed, Confidence::kSingleSource}) {
    if (text == change::to_string(each)) return each;
  }
  return Confidence::kInferred;
}

}  // namespace

Result<void> IncidentQueries::put(const Incident& incident) {
  AW_TRY(put_.run(incident.id, vantage_, change::to_string(incident.cause), incident.subject,
                  static_cast<std::int64_t>(incident.number), incident.severity,
                  change::to_string(incident.confidence), incident.opened_at, incident.closed_at, incident.summary, incident.code));
  if (!incident.closed_at) return {};
  return leave_all_.run(incident.id, incident.closed_at);
}

Result<void> IncidentQueries::join(const change::IncidentMember& member) {
  return join_.run(member.incident, member.zone.to_text(), member.severity, dnssec::to_string(member.status_before),
                   dnssec::to_string(member.status), text_or_null(member.code), text_or_null(member.event_id),
                   member.joined_at, member.status_silent);
}

Result<void> IncidentQueries::leave(const change::IncidentLeave& leave) {
  return leave_.run(leave.incident, leave.zone.to_text(), leave.at, leave.own_story);
}

Result<std::vector<StoredMember>> IncidentQueries::load_members(const std::string& incident) {
  std::vector<StoredMember> members;
  AW_TRY(members_.each(
      [&](const sqlite::Row& row) {
        Result<dns::Name> zone = dns::Name::from_text(row.text(0));
        if (!zone) return;
        members.push_back({*std::move(zone),
                           dnssec::parse_security_status(row.text(1)).value_or(SecurityStatus::kIndeterminate),
                           row.integer(2) != 0, row.integer(3) != 0});
      },
      incident));
  return members;
}

Result<StoredIncidents> IncidentQueries::load() {
  StoredIncidents stored;
  AW_TRY(open_.each(
      [&](const sqlite::Row& row) {
        const auto cause = change::parse_incident_cause(row.text(1));
        if (!cause) return;  // A newer program's.
        Incident incident;
        incident.id = row.text(0);
        incident.cause = *cause;
        incident.subject = row.text(2);
        incident.number = static_cast<std::uint64_t>(row.integer(3));
        incident.severity = severity_of_rank(row.integer(4));
        incident.confidence = parse_confidence(row.text(5));
        incident.opened_at = row.integer(6);
        incident.summary = row.text(7);
        incident.code = row.text(8);
        stored.open.push_back({std::move(incident), {}});
      },
      vantage_));
  for (StoredIncident& each : stored.open) {
    Result<std::vector<StoredMember>> members = load_members(each.incident.id);
    if (!members) return std::move(members).error();
    each.members = *std::move(members);
  }
  AW_TRY(counts_.each(
      [&](const sqlite::Row& row) {
        const auto cause = change::parse_incident_cause(row.text(0));
        if (!cause) return;
        stored.counts.push_back({*cause, row.text(1), row.text(3), static_cast<std::uint64_t>(row.integer(2))});
      },
      vantage_));
  return stored;
}

}  // namespace anchorwatch::store
