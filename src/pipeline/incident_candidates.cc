// SPDX-License-Identifier: Apache-2.0
// What zones have in common: the same finding in several zones with the same server, key, provider or parent.
#include <algorithm>

#include "incidents_work.h"

namespace anchorwatch::pipeline {

namespace {

using change::Event;
using change::EventType;
using change::IncidentMember;
using dnssec::SecurityStatus;

constexpr std::size_t kMostCandidates = 10000;

/// What an event follows from, of the findings that an incident opened in this look or before.
std::string incident_of_cause(const judge::Finding& finding, const change::ZoneUpdate& update) {
  if (!finding.caused_by) return {};
  for (const change::OpenFinding& open : update.state.open_findings) {
    if (open.finding.code == *finding.caused_by && !open.incident.empty()) return open.incident;
  }
  return {};
}

}  // namespace

/// Whether enough zones showed the cause, this one among them; it is noted where they are too few.
bool Incidents::is_enough(const Cause& cause, const IncidentMember& member) {
  const auto found = candidates_.find(key_of(cause));
  if (found == candidates_.end() && candidates_.size() >= kMostCandidates) return false;
  std::vector<IncidentMember>& zones = candidates_[key_of(cause)].zones;
  std::erase_if(zones, [&](const IncidentMember& each) {
    return each.zone == member.zone || each.joined_at + options_.window.count() < member.joined_at;
  });
  if (zones.size() + 1 >= options_.min_zones) return true;
  zones.push_back(member);
  return false;
}

/// The incident that a finding of this zone belongs to; it begins where this zone makes them enough.
Incidents::Open* Incidents::shared_incident(Work& work, const std::vector<Cause>& causes, const IncidentMember& member) {
  for (const Cause& cause : causes) {
    if (Open* open = find(key_of(cause))) return open;
  }
  for (const Cause& cause : causes) {
    if (!is_enough(cause, member)) continue;
    std::vector<IncidentMember> first = std::move(candidates_[key_of(cause)].zones);
    candidates_.erase(key_of(cause));
    Open& open = begin(cause, work.commit.update.at, first.size() + 1);
    for (IncidentMember& each : first) {
      each.incident = open.incident.id;
      each.status_silent = false;  // It was told before anybody knew.
      open.incident.severity = std::max(open.incident.severity, each.severity);
      for (const Cause& other : causes) {
        const auto rest = candidates_.find(key_of(other));
        if (rest == candidates_.end()) continue;
        std::erase_if(rest->second.zones, [&](const IncidentMember& one) { return one.zone == each.zone; });
      }
    }
    open.first = std::move(first);
    return &open;
  }
  return nullptr;
}

/// The status of a zone follows from findings that are shared, if it became bogus and nothing else of weight is new.
void Incidents::share_status(Work& work, const std::vector<std::pair<Open*, IncidentMember>>& joined) {
  const auto status = std::find_if(work.events().begin(), work.events().end(),
                                   [](const Event& each) { return is_status(each) && !each.incident; });
  if (status == work.events().end() || work.now().status != SecurityStatus::kBogus) return;
  const bool other = std::any_of(work.events().begin(), work.events().end(), [](const Event& each) {
    return !is_status(each) && !each.incident && each.severity >= Severity::kError;
  });
  const auto heavy = std::find_if(joined.begin(), joined.end(),
                                  [](const auto& each) { return each.second.severity >= Severity::kCritical; });
  if (other || heavy == joined.end()) return;
  mark(work, *status, *heavy->first);
}

void Incidents::share(Work& work) {
  change::ZoneUpdate& update = work.commit.update;
  std::vector<std::pair<Open*, IncidentMember>> joined;
  const auto member_in = [&](Open& open) -> IncidentMember& {
    for (auto& [known, member] : joined) {
      if (known == &open) return member;
    }
    IncidentMember member;
    member.incident = open.incident.id;
    member.zone = update.zone;
    member.status = work.now().status;
    member.status_before = work.before.verdict.status;
    member.joined_at = update.at;
    member.status_silent = false;
    return joined.emplace_back(&open, std::move(member)).second;
  };
  for (Event& event : update.events) {
    if (event.incident || !work.outage.empty()) {
      const bool stale = event.finding && event.finding->code == judge::FindingCode::ZONE_STALE;
      const bool lost = is_status(event) && work.now().reason == dnssec::Reason::kStale;
      if (!event.incident && (stale || lost)) {
        event.incident = work.outage;
        event.silent = true;
        set_incident(update, event.id, work.outage);
      }
      continue;
    }
    if (event.type != EventType::kFindingOpened || !event.finding) continue;
    IncidentMember candidate;
    candidate.zone = update.zone;
    candidate.severity = event.severity;
    candidate.status_before = work.before.verdict.status;
    candidate.status = work.now().status;
    candidate.code = judge::info(event.finding->code).name;
    candidate.event_id = event.id;
    candidate.joined_at = update.at;
    Open* open = nullptr;
    if (const std::string behind = incident_of_cause(*event.finding, update); !behind.empty()) {
      const auto found = std::find_if(open_.begin(), open_.end(),
                                      [&](const auto& each) { return each.second.incident.id == behind; });
      if (found != open_.end() && !found->second.closing) open = &found->second;
    } else if (options_.min_zones > 0) {
      open = shared_incident(work, shared_causes(*event.finding, work.judgement, update.state.facts), candidate);
    }
    if (open == nullptr) continue;
    IncidentMember& member = member_in(*open);
    mark(work, event, *open);
    note_event(member, event, update);
  }
  if (!joined.empty()) share_status(work, joined);
  for (auto& [open, member] : joined) {
    const bool silent = std::any_of(update.events.begin(), update.events.end(), [&, &in = open](const Event& each) {
      return is_status(each) && each.silent && each.incident == in->incident.id;
    });
    member.status_silent = silent;
    join(work, {open->incident.cause, open->incident.subject, open->incident.code}, *open, std::move(member));
  }
}

void Incidents::forget_candidates(UnixSeconds now) {
  std::erase_if(candidates_, [&](const auto& each) {
    const auto& zones = each.second.zones;
    return zones.empty() || zones.back().joined_at + options_.window.count() < now;
  });
}

}  // namespace anchorwatch::pipeline
