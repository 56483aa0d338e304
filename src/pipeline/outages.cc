// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/outages.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace anchorwatch::pipeline {

namespace {

constexpr std::size_t kNamesInEvent = 20;
constexpr std::size_t kNamesSaved = 1000;

std::vector<std::string> names_of(const std::set<std::string>& names, std::size_t most) {
  std::vector<std::string> list;
  for (const std::string& name : names) {
    if (list.size() == most) break;
    list.push_back(name);
  }
  return list;
}

std::string dedup_key(const IpAddress& address) { return "outage|" + address.to_text(); }

std::string count_of(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

Result<void> Outages::restore(std::string_view saved) try {
  if (saved.empty()) return {};
  const nlohmann::json root = nlohmann::json::parse(saved, nullptr, false);
  if (!root.is_object()) return Error(ErrorCode::kCorrupt, "stored outages are not JSON");
  transition_ = root.value("transition", std::uint64_t{0});
  for (const auto& item : root.value("open", nlohmann::json::array())) {
    const auto address = IpAddress::from_text(item.value("address", std::string()));
    const auto severity = parse_severity(item.value("severity", std::string()));
    if (!address || !severity) return Error(ErrorCode::kCorrupt, "stored outage without address or severity");
    Outage outage;
    outage.server_name = item.value("name", std::string());
    outage.event_id = item.value("event", std::string());
    outage.severity = *severity;
    outage.opened_at = item.value("opened_at", UnixSeconds{0});
    if (const auto members = item.find("members"); members != item.end() && members->is_array()) {
      for (const auto& member : *members) {
        if (member.is_string()) add_member(outage, member.get<std::string>());
      }
      outage.joined.clear();
    }
    outages_.emplace(*address, std::move(outage));
  }
  return {};
} catch (const nlohmann::json::exception& error) {
  return Error(ErrorCode::kCorrupt, std::string("stored outages: ") + error.what());
}

std::string Outages::save() const {
  nlohmann::json open = nlohmann::json::array();
  for (const auto& [address, outage] : outages_) {
    if (outage.event_id.empty()) continue;
    open.push_back({{"address", address.to_text()}, {"name", outage.server_name}, {"event", outage.event_id},
                    {"severity", to_string(outage.severity)}, {"opened_at", outage.opened_at},
                    {"members", names_of(outage.members, kNamesSaved)}});
  }
  return nlohmann::json{{"transition", transition_}, {"open", std::move(open)}}.dump();
}

void Outages::note(const judge::Judgement& judgement) {
  const bool any_answers = std::any_of(judgement.servers.begin(), judgement.servers.end(),
                                       [](const auto& server) { return server.reachable; });
  const std::string zone = judgement.zone.to_text();
  for (const judge::ServerVerdict& server : judgement.servers) {
    const auto known = outages_.find(server.address);
    if (server.reachable) {
      // A server may be silent about one zone only: just a zone that missed it can say that it is back.
      if (known != outages_.end() && known->second.members.contains(zone)) known->second.answered_again = true;
      continue;
    }
    Outage& outage = known != outages_.end() ? known->second : outages_[server.address];
    outage.answered_again = false;
    outage.abandoned = false;
    outage.server_name = server.name.to_text();
    add_member(outage, zone);
    if (!any_answers) outage.blacked_out.insert(zone);
  }
  // Only a complete look tells that a zone has a server no more; otherwise its address may be missing.
  if (judgement.observation != judge::Observation::kOk || judgement.servers.empty()) return;
  if (!memberships_.contains(zone)) return;
  std::set<IpAddress> still_used;
  for (const judge::ServerVerdict& server : judgement.servers) still_used.insert(server.address);
  drop_from_others(zone, still_used);
}

void Outages::add_member(Outage& outage, const std::string& zone) {
  if (!outage.members.insert(zone).second) return;
  ++memberships_[zone];
  if (outage.left.erase(zone) == 0) outage.joined.insert(zone);
}

void Outages::forget_membership(const std::string& zone) {
  const auto membership = memberships_.find(zone);
  if (membership != memberships_.end() && --membership->second == 0) memberships_.erase(membership);
}

void Outages::drop_member(Outage& outage, const std::string& zone) {
  outage.blacked_out.erase(zone);
  if (outage.members.erase(zone) == 0) return;
  if (outage.joined.erase(zone) == 0) outage.left.insert(zone);
  forget_membership(zone);
  // Nobody is left who could see it come back.
  if (outage.members.empty()) outage.abandoned = true;
}

void Outages::drop_from_others(const std::string& zone, const std::set<IpAddress>& still_used) {
  for (auto& [address, outage] : outages_) {
    if (!still_used.contains(address)) drop_member(outage, zone);
  }
}

void Outages::forget_zone(const dns::Name& zone) {
  const std::string name = zone.to_text();
  if (memberships_.contains(name)) drop_from_others(name, {});
}

change::Event Outages::opened(const IpAddress& address, Outage& outage, UnixSeconds now) {
  outage.severity = outage.blacked_out.empty() ? Severity::kWarning : Severity::kCritical;
  outage.opened_at = now;
  change::Event event;
  event.type = change::EventType::kIncidentOpened;
  event.time = now;
  event.severity = outage.severity;
  event.dedup_key = dedup_key(address);
  event.id = change::make_event_id(now, "", event.type, event.dedup_key, ++transition_);
  event.incident = event.id;
  outage.event_id = event.id;
  event.first_after = now;
  event.summary = "name server " + outage.server_name + " (" + address.to_text() + ") does not answer; " +
                  count_of(outage.members.size(), "zone") + " concerned" +
                  (outage.blacked_out.empty() ? std::string()
                                              : ", " + std::to_string(outage.blacked_out.size()) +
                                                    " of them without any server left");
  event.after = {{"server", outage.server_name},
                 {"address", address.to_text()},
                 {"zones", static_cast<std::int64_t>(outage.members.size())},
                 {"zones_without_server", static_cast<std::int64_t>(outage.blacked_out.size())},
                 {"zone_names", names_of(outage.members, kNamesInEvent)}};
  event.runbook = outage.blacked_out.empty() ? "docs/findings/TRANSPORT_UDP_DEAD.md"
                                             : "docs/findings/NO_WORKING_SERVER.md";
  return event;
}

change::Event Outages::closed(const IpAddress& address, const Outage& outage, UnixSeconds now) {
  change::Event event;
  event.type = change::EventType::kIncidentClosed;
  event.time = now;
  event.severity = outage.severity;  // What ends something is routed by the highest severity it had.
  event.dedup_key = dedup_key(address);
  event.id = change::make_event_id(now, "", event.type, event.dedup_key, ++transition_);
  event.incident = outage.event_id;
  event.caused_by = outage.event_id;
  event.last_before = outage.opened_at;
  event.first_after = now;
  event.summary = "name server " + outage.server_name + " (" + address.to_text() +
                  (outage.answered_again ? ") answers again" : ") is no longer a server of any zone that missed it");
  event.before = {{"opened_at", outage.opened_at}};
  event.after = {{"server", outage.server_name}, {"address", address.to_text()}};
  return event;
}

change::Incident Outages::incident_of(const IpAddress& address, const Outage& outage, std::optional<UnixSeconds> end) {
  change::Incident incident;
  incident.id = outage.event_id;
  incident.cause = change::IncidentCause::kAddress;
  incident.subject = address.to_text();
  incident.severity = outage.severity;
  incident.opened_at = outage.opened_at;
  incident.closed_at = end;
  return incident;
}

void Outages::write_members(Outage& outage, UnixSeconds now, store::IncidentWrites& writes) {
  for (const std::string& zone : outage.joined) {
    Result<dns::Name> name = dns::Name::from_text(zone);
    if (!name) continue;
    change::IncidentMember member;
    member.incident = outage.event_id;
    member.zone = *std::move(name);
    member.severity = outage.blacked_out.contains(zone) ? Severity::kCritical : Severity::kWarning;
    member.joined_at = now;
    writes.joined.push_back(std::move(member));
  }
  for (const std::string& zone : outage.left) {
    if (Result<dns::Name> name = dns::Name::from_text(zone)) {
      writes.left.push_back({outage.event_id, *std::move(name), now, false});
    }
  }
  outage.joined.clear();
  outage.left.clear();
}

store::EventCommit Outages::flush(UnixSeconds now) {
  store::EventCommit commit;
  for (auto it = outages_.begin(); it != outages_.end();) {
    auto& [address, outage] = *it;
    if (outage.answered_again || outage.abandoned) {
      // An outage that came and went between two calls was never told: a lost packet pages nobody.
      if (!outage.event_id.empty()) {
        commit.events.push_back(closed(address, outage, now));
        commit.incidents.incidents.push_back(incident_of(address, outage, now));
      }
      for (const std::string& zone : outage.members) forget_membership(zone);
      it = outages_.erase(it);
      continue;
    }
    if (outage.event_id.empty()) {
      commit.events.push_back(opened(address, outage, now));
      commit.incidents.incidents.push_back(incident_of(address, outage, std::nullopt));
      commit.incidents.incidents.back().summary = commit.events.back().summary;
    }
    write_members(outage, now, commit.incidents);
    ++it;
  }
  if (!commit.events.empty()) commit.facts.emplace_back(kFactKey, save());
  return commit;
}

std::string Outages::incident_behind(const judge::Judgement& judgement) const {
  std::string found;
  for (const judge::ServerVerdict& server : judgement.servers) {
    if (server.reachable) return {};
    const auto outage = outages_.find(server.address);
    if (found.empty() && outage != outages_.end()) found = outage->second.event_id;
  }
  return found;
}

std::size_t Outages::open() const {
  return static_cast<std::size_t>(std::count_if(outages_.begin(), outages_.end(),
                                                [](const auto& each) { return !each.second.event_id.empty(); }));
}

}  // namespace anchorwatch::pipeline
