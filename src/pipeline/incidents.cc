// SPDX-License-Identifier: Apache-2.0
// The life of incidents: what is open, whom it concerns, when it is over.
#include "anchorwatch/pipeline/incidents.h"

#include "incidents_work.h"

namespace anchorwatch::pipeline {

namespace {

using change::Event;

constexpr std::size_t kNamesInEvent = 20;

}  // namespace

void Incidents::restore(store::StoredIncidents stored) {
  for (const store::IncidentCount& each : stored.counts) counts_[{each.cause, each.subject, each.code}] = each.count;
  for (store::StoredIncident& each : stored.open) {
    // Outages remember those.
    if (each.incident.cause == change::IncidentCause::kAddress && each.incident.code.empty()) continue;
    Open& open = open_[{each.incident.cause, each.incident.subject, each.incident.code}];
    open.incident = std::move(each.incident);
    open.stored = true;
    for (const store::StoredMember& member : each.members) {
      add_member(open, member.zone, {member.status_before, member.left, member.status_silent});
    }
  }
}

void Incidents::add_member(Open& open, const dns::Name& zone, Member member) {
  const auto [at, fresh] = open.members.try_emplace(hash_of(zone), Member{member.status_before, true, true});
  if (at->second.left && !member.left) ++open.present;
  at->second = member;
  if (fresh && open.names.size() < kNamesInEvent) open.names.push_back(zone.to_text());
}

void Incidents::settle(const Plan& plan, bool stored) {
  for (const Plan::Join& join : plan.joins) {
    const auto found = open_.find(join.key);
    if (found == open_.end()) continue;
    Open& open = found->second;
    --open.in_flight;
    if (!stored) {
      if (join.severity_before) open.incident.severity = *join.severity_before;
      continue;
    }
    if (!open.stored) {
      ++opened_;
      open.stored = true;
      for (const change::IncidentMember& each : open.first) {
        add_member(open, each.zone, {each.status_before, false, each.status_silent});
      }
      open.first.clear();
    }
    add_member(open, plan.zone, {join.status_before, false, join.status_silent});
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
  forget_candidates(now);
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
