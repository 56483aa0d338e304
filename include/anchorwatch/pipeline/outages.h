// SPDX-License-Identifier: Apache-2.0
// Outages: one incident for each server that stops answering, however many zones it serves.
//
// Looks note what they saw; `flush`, called every few seconds or at the end of a round, turns news into
// at most one event a server. Open outages are saved with the events, so that a restart knows them.
//
// Threading: loop thread only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "anchorwatch/change/event.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/judge/judgement.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

class Outages {
 public:
  /// The key under which the open outages are kept in the store.
  static constexpr const char* kFactKey = "outages";

  /// Takes over what a former process had open. @errors kCorrupt.
  Result<void> restore(std::string_view saved);

  /// Notes which servers of a zone answered in one look, and which it has no more.
  void note(const judge::Judgement& judgement);
  /// Forgets a zone that left the inventory.
  void forget_zone(const dns::Name& zone);

  /// News since the last call, as incident.opened and incident.closed; empty events when there are none.
  store::EventCommit flush(UnixSeconds now);
  /// The incident that explains why no server of a zone answers; empty: some do, or none was told yet.
  [[nodiscard]] std::string incident_behind(const judge::Judgement& judgement) const;
  [[nodiscard]] std::size_t open() const;

 private:
  struct Outage {
    std::string server_name;
    std::set<std::string> members;      ///< Zones that have this server and saw it silent.
    std::set<std::string> blacked_out;  ///< Members without any other server that answers.
    std::set<std::string> joined, left; ///< Since the last flush.
    std::string event_id;               ///< Of incident.opened; empty until it is told.
    Severity severity = Severity::kWarning;
    UnixSeconds opened_at = 0;
    bool answered_again = false;
    bool abandoned = false;  ///< Its last member left, or has the server no more.
  };
  void add_member(Outage& outage, const std::string& zone);
  void drop_member(Outage& outage, const std::string& zone);
  /// Takes the zone out of all outages but those of `still_used`.
  void drop_from_others(const std::string& zone, const std::set<IpAddress>& still_used);
  void forget_membership(const std::string& zone);
  [[nodiscard]] std::string save() const;
  static change::Incident incident_of(const IpAddress& address, const Outage& outage, std::optional<UnixSeconds> end);
  static void write_members(Outage& outage, UnixSeconds now, store::IncidentWrites& writes);
  change::Event opened(const IpAddress& address, Outage& outage, UnixSeconds now);
  change::Event closed(const IpAddress& address, const Outage& outage, UnixSeconds now);

  std::map<IpAddress, Outage> outages_;
  /// In how many outages a zone is; most are in none, and need not be looked for.
  std::unordered_map<std::string, int> memberships_;
  std::uint64_t transition_ = 0;
};

}  // namespace anchorwatch::pipeline
