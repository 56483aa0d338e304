// SPDX-License-Identifier: Apache-2.0
#include "incident_events.h"

#include <algorithm>

#include "anchorwatch/core/time_format.h"

namespace anchorwatch::pipeline {
namespace {

using change::Event;
using change::EventType;
using dnssec::SecurityStatus;
using judge::FindingCode;

std::string dedup_key(change::IncidentCause cause, const std::string& subject, const std::string& code) {
  return std::string("incident|") + change::to_string(cause) + "|" + subject + (code.empty() ? "" : "|" + code);
}

/// "name server ns1.example.net.".
std::string thing(change::IncidentCause cause, const std::string& subject) {
  switch (cause) {
    case change::IncidentCause::kAncestor: return subject;
    case change::IncidentCause::kAddress: return "server address " + subject;
    case change::IncidentCause::kNameServer: return "name server " + subject;
    case change::IncidentCause::kProvider: return "name servers of " + subject;
    case change::IncidentCause::kSharedKey: return "key " + subject;
    case change::IncidentCause::kParentDsSignature: return "signatures of " + subject + " over delegations";
  }
  return subject;
}

std::string shared_summary(const Cause& cause, std::size_t zones) {
  return cause.code + " in " + std::to_string(zones) + " zones that have the " + thing(cause.cause, cause.subject) +
         " in common; more zones may join.";
}

std::string summary_of(const Cause& cause) {
  const std::string reason = dnssec::describe(cause.verdict.reason);
  switch (cause.verdict.status) {
    case SecurityStatus::kBogus:
      return cause.subject + " fails validation (" + reason +
             "), and all zones below it fail with it; its operator has to repair it.";
    case SecurityStatus::kInsecure:
      return cause.subject + " is proven to be insecure (" + reason +
             "), so no zone below it validates any more; ask its operator whether that was planned.";
    case SecurityStatus::kIndeterminate:
      return cause.subject + " cannot be seen (" + reason + "), so nothing is known of the zones below it.";
    case SecurityStatus::kSecure: break;
  }
  return cause.subject + " is the cause of trouble in many zones.";
}

std::string runbook_of(const Cause& cause) {
  if (cause.verdict.status == SecurityStatus::kBogus) return "docs/findings/ANCESTOR_BOGUS.md";
  return "docs/incidents.md";
}

}  // namespace

Event incident_opened(const Cause& cause, UnixSeconds now, std::uint64_t number, std::size_t zones) {
  Event event;
  event.type = EventType::kIncidentOpened;
  event.time = now;
  event.first_after = now;
  event.dedup_key = dedup_key(cause.cause, cause.subject, cause.code);
  event.id = change::make_event_id(now, "", event.type, event.dedup_key, number);
  event.incident = event.id;
  event.after = {{"cause", std::string(change::to_string(cause.cause))}, {"subject", cause.subject}};
  if (cause.code.empty()) {
    event.summary = summary_of(cause);
    event.after["status"] = std::string(dnssec::to_string(cause.verdict.status));
    event.after["reason"] = std::string(dnssec::to_string(cause.verdict.reason));
    event.runbook = runbook_of(cause);
  } else {
    event.confidence = change::Confidence::kInferred;
    event.summary = shared_summary(cause, zones);
    event.after["code"] = cause.code;
    event.after["zones"] = static_cast<std::int64_t>(zones);
    event.runbook = "docs/findings/" + cause.code + ".md";
  }
  return event;
}

Event incident_closed(const change::Incident& incident, const IncidentSums& sums, UnixSeconds now) {
  const UnixSeconds seconds = now - incident.opened_at;
  Event event;
  event.type = EventType::kIncidentClosed;
  event.time = now;
  event.severity = incident.severity;  // What ends something is routed by the highest severity it had.
  event.confidence = incident.confidence;
  event.dedup_key = dedup_key(incident.cause, incident.subject, incident.code);
  event.id = change::make_event_id(now, "", event.type, event.dedup_key, incident.number);
  event.incident = incident.id;
  event.caused_by = incident.id;
  event.last_before = incident.opened_at;
  event.first_after = now;
  const std::string what = incident.code.empty() ? incident.subject : incident.code + " by the " + thing(incident.cause, incident.subject);
  event.summary = what + " harms no zone any more after " + humanise(std::chrono::seconds(seconds)) + "; " +
                  std::to_string(sums.zones) + (sums.zones == 1 ? " zone was" : " zones were") + " concerned";
  if (sums.own_stories > 0) {
    event.summary += ", " + std::to_string(sums.own_stories) +
                     (sums.own_stories == 1 ? " of them is not well for another reason" : " of them are not well for other reasons");
  }
  event.summary += ".";
  event.before = {{"opened_at", to_rfc3339(incident.opened_at)}};
  event.after = {{"cause", std::string(change::to_string(incident.cause))},
                 {"subject", incident.subject},
                 {"zones", static_cast<std::int64_t>(sums.zones)},
                 {"zones_not_well", static_cast<std::int64_t>(sums.own_stories)},
                 {"zone_names", sums.names},
                 {"seconds", seconds}};
  if (!incident.code.empty()) event.after["code"] = incident.code;
  event.runbook = "docs/incidents.md";
  return event;
}

void note_event(change::IncidentMember& member, Event& event, change::ZoneUpdate& update) {
  if (!event.caused_by) event.caused_by = member.incident;
  member.severity = std::max(member.severity, event.severity);
  if (member.event_id.empty()) member.event_id = event.id;
  if (!event.finding) return;
  if (member.code.empty()) member.code = judge::info(event.finding->code).name;
  set_incident(update, event.id, member.incident);
}

bool is_ending(const Event& event) {
  if (event.type == EventType::kFindingResolved) return true;
  if (event.type != EventType::kZoneStatusChanged) return false;
  const auto status = [](const change::EventData& data) {
    const auto found = data.find("status");
    const auto* text = found == data.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text == nullptr ? SecurityStatus::kIndeterminate
                           : dnssec::parse_security_status(*text).value_or(SecurityStatus::kIndeterminate);
  };
  return dnssec::weakness(status(event.after)) < dnssec::weakness(status(event.before));
}

std::string incident_of(const judge::Finding& finding, const change::ZoneUpdate& update) {
  const auto is_same = [&](const change::OpenFinding& open) {
    return open.finding.code == finding.code && open.finding.subject == finding.subject;
  };
  for (const change::ClosedFinding& closed : update.closed) {
    if (is_same(closed.open)) return closed.open.incident;
  }
  const auto& open = update.state.open_findings;
  const auto found = std::find_if(open.begin(), open.end(), is_same);
  return found == open.end() ? std::string() : found->incident;
}

void set_incident(change::ZoneUpdate& update, const std::string& event_id, const std::string& incident) {
  for (auto* findings : {&update.opened, &update.state.open_findings}) {
    for (change::OpenFinding& open : *findings) {
      if (open.event_id == event_id) open.incident = incident;
    }
  }
}

}  // namespace anchorwatch::pipeline
