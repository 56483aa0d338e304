// SPDX-License-Identifier: Apache-2.0
// Which events of a look follow from an incident, which zones join one, and which leave.
#include <algorithm>

#include "incidents_work.h"

namespace anchorwatch::pipeline {

namespace {

using change::Event;
using change::EventType;
using dnssec::SecurityStatus;

/// Whether a look says where the zone stands: a failed one leaves everything as it was.
bool says_something(const judge::Judgement& judgement, dnssec::Verdict now) {
  if (now.reason == dnssec::Reason::kStale) return true;
  return judgement.observation != judge::Observation::kFailed &&
         judgement.verdict.status != SecurityStatus::kIndeterminate;
}

bool is_well(dnssec::Verdict now, SecurityStatus before) {
  return dnssec::weakness(now.status) <= dnssec::weakness(before);
}

void silence(Event& event, const std::string& incident) {
  event.incident = incident;
  event.silent = true;
}

}  // namespace

Incidents::Open* Incidents::find(const Key& key) {
  const auto found = open_.find(key);
  return found == open_.end() || found->second.closing ? nullptr : &found->second;
}

Incidents::Member* Incidents::member_of(Open& open, std::uint64_t member) const {
  const auto found = open.members.find(member);
  return found == open.members.end() || found->second.left ? nullptr : &found->second;
}

Incidents::Open& Incidents::begin(const Cause& cause, UnixSeconds now, std::size_t zones) {
  const Key key = key_of(cause);
  if (Open* known = find(key)) return *known;
  open_.erase(key);  // It ends in a commit that is on its way.
  Open& open = open_[key];
  const std::uint64_t number = counts_[key]++;
  open.event = incident_opened(cause, now, number, zones);
  open.incident.id = open.event.id;
  open.incident.cause = cause.cause;
  open.incident.subject = cause.subject;
  open.incident.code = cause.code;
  open.incident.number = number;
  open.incident.opened_at = now;
  open.incident.confidence = open.event.confidence;
  open.incident.summary = open.event.summary;
  return open;
}

/// One event that the incident tells of. What is worse than what was told is told by itself.
void Incidents::mark(Work& work, Event& event, Open& open) {
  silence(event, open.incident.id);
  if (is_ending(event) || event.severity <= open.incident.severity) return;
  work.raised.try_emplace(&open, open.incident.severity);
  event.silent = !open.stored && open.in_flight == 0;  // Its incident.opened goes with it.
  open.incident.severity = event.severity;
}

/// Events of findings that an incident opened belong to it to their end.
void Incidents::mark_what_goes_on(Work& work) {
  for (Event& event : work.events()) {
    if (!event.finding || event.type == EventType::kFindingOpened) continue;
    const std::string incident = incident_of(*event.finding, work.commit.update);
    if (incident.empty()) continue;
    const auto open = std::find_if(open_.begin(), open_.end(),
                                   [&](const auto& each) { return each.second.incident.id == incident; });
    if (open != open_.end() && !open->second.closing) {
      mark(work, event, open->second);
    } else {
      silence(event, incident);
      event.silent = is_ending(event);  // What became worse when the incident was over is told.
    }
  }
}

/// A zone whose status was told by an incident alone is as well as before: nobody else waits for that.
void Incidents::mark_recovery(Work& work) {
  const auto event = std::find_if(work.events().begin(), work.events().end(),
                                  [](const Event& each) { return is_status(each) && !each.incident; });
  if (event == work.events().end() || !is_ending(*event)) return;
  for (auto& [key, open] : open_) {
    Member* member = open.closing ? nullptr : member_of(open, work.plan.member);
    if (member == nullptr || !member->status_silent) continue;
    if (is_well(work.now(), member->status_before)) silence(*event, open.incident.id);
    return;
  }
  // Servers that were silent have no members here; the finding that goes with them knows.
  const auto& closed = work.commit.update.closed;
  const auto stale = std::find_if(closed.begin(), closed.end(), [](const change::ClosedFinding& each) {
    return each.open.finding.code == judge::FindingCode::ZONE_STALE && !each.open.incident.empty();
  });
  if (stale != closed.end() && is_well(work.now(), work.before.last_judged.status)) {
    silence(*event, stale->open.incident);
  }
}

/// The zone is a member from this commit on.
void Incidents::join(Work& work, const Key& key, Open& open, change::IncidentMember member) {
  store::IncidentWrites& writes = work.commit.incidents;
  const auto raised = work.raised.find(&open);
  Plan::Join join{key, member.status_before, member.status_silent, {}};
  if (raised != work.raised.end()) join.severity_before = raised->second;
  if (!open.stored) {
    open.event.severity = open.incident.severity;
    writes.events.push_back(open.event);
    writes.joined.insert(writes.joined.end(), open.first.begin(), open.first.end());
  }
  if (!open.stored || raised != work.raised.end()) writes.incidents.push_back(open.incident);
  ++open.in_flight;
  if (const Member* known = member_of(open, work.plan.member)) {
    join.status_before = known->status_before;
    join.status_silent = join.status_silent || known->status_silent;
  } else {
    writes.joined.push_back(std::move(member));
  }
  work.plan.joins.push_back(std::move(join));
}

/// A zone above is at fault.
void Incidents::enter(Work& work, const Cause& cause) {
  change::ZoneUpdate& update = work.commit.update;
  const auto follows = [&](const Event& event) {
    if (is_status(event)) return !event.incident;
    return event.type == EventType::kFindingOpened && event.finding && follows_from_above(*event.finding, cause);
  };
  Open* known = find(key_of(cause));
  const bool is_member = known != nullptr && member_of(*known, work.plan.member) != nullptr;
  const bool any = std::any_of(update.events.begin(), update.events.end(), follows);
  if (!is_member && (!cause.is_loss || !any)) return;
  Open& open = begin(cause, update.at, 1);
  change::IncidentMember member;
  member.incident = open.incident.id;
  member.zone = update.zone;
  member.status = work.now().status;
  member.status_before = work.status_before.value_or(work.before.verdict.status);
  member.joined_at = update.at;
  for (Event& event : update.events) {
    if (!follows(event)) continue;
    mark(work, event, open);
    note_event(member, event, update);
  }
  join(work, key_of(cause), open, std::move(member));
}

/// Whether an incident that the zone joins in this look tells of its status as well.
bool Incidents::is_told_by_another(const Work& work) {
  return std::any_of(work.plan.joins.begin(), work.plan.joins.end(), [&](const Plan::Join& each) {
    const change::Incident& incident = open_.at(each.key).incident;
    return incident.code.empty() || (incident.severity == Severity::kCritical && work.now().status == SecurityStatus::kBogus);
  });
}

/// What one incident told of the status, the next one tells to the end.
void Incidents::inherit(Work& work) {
  if (!work.status_before || !is_told_by_another(work)) return;
  for (Plan::Join& each : work.plan.joins) {
    each.status_before = *work.status_before;
    each.status_silent = true;
  }
  for (change::IncidentMember& each : work.commit.incidents.joined) {
    if (each.zone != work.zone.name) continue;
    each.status_before = *work.status_before;
    each.status_silent = true;
  }
}

/// The cause does not touch the zone any more.
void Incidents::leave(Work& work, const Key& key, Open& open) {
  change::ZoneUpdate& update = work.commit.update;
  const Member member = open.members.at(work.plan.member);
  const bool exact = std::any_of(work.plan.joins.begin(), work.plan.joins.end(),
                                 [](const Plan::Join& each) { return std::get<2>(each.key).empty(); });
  bool own = false;
  if (!exact) {
    const bool well = !member.status_silent || is_told_by_another(work) || is_well(work.now(), member.status_before);
    const bool told = std::any_of(update.events.begin(), update.events.end(), is_status);
    if (!well && !told) change::restate_status(work.zone, update, work.before, member.status_before);
    own = change::restate_findings(work.zone, update, work.before, open.incident.id) > 0 || !well;
  }
  work.plan.own_story = work.plan.own_story || own;
  work.plan.leaves.push_back(key);
  work.commit.incidents.left.push_back({open.incident.id, update.zone, update.at, own});
  ++open.in_flight;
}

/// Those that the look ends, if the zone does not join them anew.
std::vector<Incidents::Key> Incidents::memberships(const Work& work) const {
  std::vector<Key> found;
  if (!says_something(work.judgement, work.now())) return found;
  const auto& findings = work.commit.update.state.open_findings;
  for (const auto& [key, open] : open_) {
    const auto member = open.members.find(work.plan.member);
    if (open.closing || member == open.members.end() || member->second.left) continue;
    const bool shown = !open.incident.code.empty() &&
                       std::any_of(findings.begin(), findings.end(), [&](const change::OpenFinding& each) {
                         return may_be_of(each.finding, open.incident);
                       });
    if (!shown) found.push_back(key);
  }
  return found;
}

std::optional<Incidents::Plan> Incidents::attribute(const inventory::ZoneEntry& zone, const change::ZoneSummary& before,
                                                    const judge::Judgement& judgement, const std::string& outage,
                                                    store::ZoneCommit* commit) {
  if (commit->update.events.empty() && open_.empty()) return std::nullopt;
  Work work{zone, before, judgement, outage, *commit, {}, {}, {}};
  work.plan.zone = zone.name;
  work.plan.member = hash_of(zone.name);
  mark_what_goes_on(work);
  mark_recovery(work);
  const std::optional<Cause> cause = cause_above(judgement, work.now(), before.last_judged);
  std::vector<Key> ended = memberships(work);
  for (const Key& key : ended) {
    const Member& member = open_.at(key).members.at(work.plan.member);
    if (member.status_silent) work.status_before = member.status_before;
  }
  if (cause) {
    enter(work, *cause);
    std::erase(ended, key_of(*cause));
  }
  share(work);
  inherit(work);
  for (const Key& key : ended) leave(work, key, open_.at(key));
  if (work.plan.joins.empty() && work.plan.leaves.empty()) return std::nullopt;
  return std::move(work.plan);
}

}  // namespace anchorwatch::pipeline
