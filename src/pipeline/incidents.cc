// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/incidents.h"

#include <algorithm>

#include "anchorwatch/core/time_format.h"

#include "incident_cause.h"
#include "incident_events.h"

namespace anchorwatch::pipeline {

namespace {

using change::Event;
using change::EventType;
using dnssec::SecurityStatus;

constexpr std::size_t kNamesInEvent = 20;

/// 64 bits of a name; two names of one portfolio do not share them by chance.
std::uint64_t hash_of(const dns::Name& zone) {
  const Digest digest = sha256(zone.wire());
  const Bytes octets = digest.bytes();
  return std::uint64_t{read_u32(octets, 0)} << 32U | read_u32(octets, 4);
}

bool is_status(const Event& event) { return event.type == EventType::kZoneStatusChanged; }

/// Whether a look says where the zone stands: a failed one leaves everything as it was.
bool says_something(const judge::Judgement& judgement, dnssec::Verdict now) {
  if (now.reason == dnssec::Reason::kStale) return true;
  return judgement.observation != judge::Observation::kFailed &&
         judgement.verdict.status != SecurityStatus::kIndeterminate;
}

}  // namespace

struct Incidents::Work {
  const inventory::ZoneEntry& zone;
  const change::ZoneSummary& before;
  const judge::Judgement& judgement;
  store::ZoneCommit& commit;
  Plan plan;
  std::optional<SecurityStatus> status_before;  ///< Before the incidents that the zone leaves.

  [[nodiscard]] dnssec::Verdict now() const { return commit.update.state.summary.verdict; }
  [[nodiscard]] std::vector<Event>& events() const { return commit.update.events; }
};

void Incidents::restore(store::StoredIncidents stored) {
  for (const store::IncidentCount& each : stored.counts) counts_[{each.cause, each.subject}] = each.count;
  for (store::StoredIncident& each : stored.open) {
    if (each.incident.cause == change::IncidentCause::kAddress) continue;  // Outages remember those.
    Open& open = open_[{each.incident.cause, each.incident.subject}];
    open.incident = std::move(each.incident);
    open.stored = true;
    for (const store::StoredMember& member : each.members) {
      open.members[hash_of(member.zone)] = {member.status_before, member.left};
      if (!member.left) ++open.present;
      if (open.names.size() < kNamesInEvent) open.names.push_back(member.zone.to_text());
    }
  }
}

const Incidents::Member* Incidents::member_of(const Open& open, std::uint64_t member) const {
  const auto found = open.members.find(member);
  return found == open.members.end() || found->second.left ? nullptr : &found->second;
}

Incidents::Open& Incidents::begin(const Cause& cause, const Work& work) {
  const Key key{cause.cause, cause.subject};
  const auto known = open_.find(key);
  if (known != open_.end() && !known->second.closing) return known->second;
  if (known != open_.end()) open_.erase(known);  // It ends in a commit that is on its way.
  Open& open = open_[key];
  const std::uint64_t number = counts_[key]++;
  open.event = incident_opened(cause, work.commit.update.at, number);
  open.incident.id = open.event.id;
  open.incident.cause = cause.cause;
  open.incident.subject = cause.subject;
  open.incident.number = number;
  open.incident.opened_at = work.commit.update.at;
  open.incident.confidence = open.event.confidence;
  open.incident.summary = open.event.summary;
  return open;
}

/// One event that the incident tells of. What is worse than what was told is told by itself.
void Incidents::mark(Work& work, Event& event, Open& open) {
  event.incident = open.incident.id;
  event.silent = true;
  if (is_ending(event)) return;
  if (event.severity <= open.incident.severity) return;
  if (!work.plan.severity_before) work.plan.severity_before = open.incident.severity;
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
      event.incident = incident;
      // It became worse when the incident was over.
      event.silent = is_ending(event);
    }
  }
}

void Incidents::enter(Work& work, const Cause& cause) {
  change::ZoneUpdate& update = work.commit.update;
  const auto follows = [&](const Event& event) {
    if (is_status(event)) return true;
    return event.type == EventType::kFindingOpened && event.finding && follows_from_above(*event.finding, cause);
  };
  const auto known = open_.find({cause.cause, cause.subject});
  const Member* member =
      known == open_.end() || known->second.closing ? nullptr : member_of(known->second, work.plan.member);
  const auto first = std::find_if(update.events.begin(), update.events.end(), follows);
  if (member == nullptr && (!cause.is_loss || first == update.events.end())) return;
  Open& open = begin(cause, work);
  change::IncidentMember joined;
  joined.incident = open.incident.id;
  joined.zone = update.zone;
  joined.status = work.now().status;
  joined.joined_at = update.at;
  for (Event& event : update.events) {
    if (!follows(event)) continue;
    mark(work, event, open);
    if (!event.caused_by) event.caused_by = open.incident.id;
    joined.severity = std::max(joined.severity, event.severity);
    if (joined.event_id.empty()) joined.event_id = event.id;
    if (!event.finding) continue;
    if (joined.code.empty()) joined.code = judge::info(event.finding->code).name;
    set_incident(update, event.id, open.incident.id);
  }
  if (!open.stored) open.event.severity = open.incident.severity;
  if (!open.stored) work.commit.incidents.events.push_back(open.event);
  if (!open.stored || work.plan.severity_before) work.commit.incidents.incidents.push_back(open.incident);
  work.plan.joins = Key{cause.cause, cause.subject};
  ++open.in_flight;
  if (member != nullptr) {
    work.plan.status_before = member->status_before;
    return;
  }
  joined.status_before = work.status_before.value_or(work.before.verdict.status);
  work.plan.status_before = joined.status_before;
  work.commit.incidents.joined.push_back(std::move(joined));
}

/// The cause does not touch the zone any more.
void Incidents::leave(Work& work, const Key& key, Open& open) {
  change::ZoneUpdate& update = work.commit.update;
  const SecurityStatus before = open.members.at(work.plan.member).status_before;
  const bool well = dnssec::weakness(work.now().status) <= dnssec::weakness(before);
  bool told = false;
  for (Event& event : update.events) {
    if (!is_status(event) || event.incident) continue;
    told = true;
    if (!well) continue;
    event.incident = open.incident.id;
    event.silent = true;
  }
  bool own = false;
  if (!work.plan.joins) {
    if (!well && !told) change::restate_status(work.zone, update, work.before, before);
    own = change::restate_findings(work.zone, update, work.before, open.incident.id) > 0 || !well;
  }
  work.plan.own_story = work.plan.own_story || own;
  work.plan.leaves.push_back(key);
  work.commit.incidents.left.push_back({open.incident.id, update.zone, update.at, own});
  ++open.in_flight;
}

std::optional<Incidents::Plan> Incidents::attribute(const inventory::ZoneEntry& zone, const change::ZoneSummary& before,
                                                    const judge::Judgement& judgement, store::ZoneCommit* commit) {
  if (commit->update.events.empty() && open_.empty()) return std::nullopt;
  Work work{zone, before, judgement, *commit, {}, {}};
  work.plan.zone = zone.name;
  work.plan.member = hash_of(zone.name);
  mark_what_goes_on(work);
  const std::optional<Cause> cause = cause_above(judgement, work.now(), before.last_judged);
  std::vector<Key> others;
  if (says_something(judgement, work.now())) {
    for (const auto& [key, open] : open_) {
      const Member* member = open.closing ? nullptr : member_of(open, work.plan.member);
      if (member == nullptr || (cause && key == Key{cause->cause, cause->subject})) continue;
      others.push_back(key);
      work.status_before = member->status_before;
    }
  }
  if (cause) enter(work, *cause);
  for (const Key& key : others) leave(work, key, open_.at(key));
  if (!work.plan.joins && work.plan.leaves.empty()) return std::nullopt;
  return std::move(work.plan);
}

void Incidents::settle(const Plan& plan, bool stored) {
  if (plan.joins) {
    if (const auto found = open_.find(*plan.joins); found != open_.end()) {
      Open& open = found->second;
      --open.in_flight;
      if (stored && !open.stored) ++opened_;
      open.stored = open.stored || stored;
      if (stored) {
        const auto [at, fresh] = open.members.try_emplace(plan.member, Member{plan.status_before, true});
        if (at->second.left) ++open.present;
        at->second = {plan.status_before, false};
        if (fresh && open.names.size() < kNamesInEvent) open.names.push_back(plan.zone.to_text());
      } else if (plan.severity_before) {
        open.incident.severity = *plan.severity_before;
      }
    }
  }
  for (const Key& key : plan.leaves) {
    const auto found = open_.find(key);
    if (found == open_.end()) continue;
    Open& open = found->second;
    --open.in_flight;
    const auto member = open.members.find(plan.member);
    if (!stored || member == open.members.end() || member->second.left) continue;
    member->second.left = true;
    --open.present;
    if (plan.own_story) ++open.own_stories;
  }
}

void Incidents::forget_zone(const dns::Name& zone) {
  if (open_.empty()) return;
  const std::uint64_t hash = hash_of(zone);
  for (auto& [key, open] : open_) {
    const auto member = open.members.find(hash);
    if (member == open.members.end() || member->second.left) continue;
    member->second.left = true;
    --open.present;
    forgotten_.push_back({open.incident.id, zone, 0, false});
  }
}

Event Incidents::closed(Open& open, UnixSeconds now) const {
  open.incident.closed_at = now;
  return incident_closed(open.incident, {open.members.size(), open.own_stories, open.names}, now);
}

store::EventCommit Incidents::flush(UnixSeconds now) {
  store::EventCommit commit;
  for (auto it = open_.begin(); it != open_.end();) {
    Open& open = it->second;
    if (open.present > 0 || open.in_flight > 0) {
      ++it;
      continue;
    }
    if (!open.stored) {  // Its first commit failed; the next one begins it anew.
      it = open_.erase(it);
      continue;
    }
    open.closing = true;
    commit.events.push_back(closed(open, now));
    commit.incidents.incidents.push_back(open.incident);
    ++it;
  }
  commit.incidents.left = forgotten_;
  for (change::IncidentLeave& leave : commit.incidents.left) leave.at = now;
  return commit;
}

void Incidents::flushed(bool stored) {
  if (stored) forgotten_.clear();
  for (auto it = open_.begin(); it != open_.end();) {
    if (it->second.closing && stored) {
      it = open_.erase(it);
      continue;
    }
    it->second.closing = false;
    ++it;
  }
}

}  // namespace anchorwatch::pipeline
