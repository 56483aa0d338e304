// SPDX-License-Identifier: Apache-2.0
// Incidents: one cause, one incident. What many zones suffer from is told once, not once a zone (docs/incidents.md).
//
// Before a look is stored, `attribute` finds out whether its events follow from a cause that is no zone's own. Those
// events are kept, with the incident's id, and no sink gets them: incident.opened, in the same transaction as the first
// of them or before it, speaks for all. A zone leaves when a look shows that the cause does not touch it any more. If it
// is not as well then as it was before, that is its own story, and an event of its own is told.
//
// A zone above is an exact cause: one zone is enough. Others are inferred: the same finding in several zones that have a
// server, a name server, a provider, a key or the parent's signature in common.
//
// Threading: loop thread only.
// Limits: about 60 octets for each zone that an open incident ever concerned; 10,000 causes that too few zones show
// so far; nothing for any other zone.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/change/incident.h"
#include "anchorwatch/judge/judgement.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

struct Cause;

struct IncidentOptions {
  std::size_t min_zones = 3;                ///< 0: only exact causes make incidents.
  std::chrono::seconds window{3600};        ///< So many zones within this time.
};

class Incidents {
 public:
  /// Cause, subject, code.
  using Key = std::tuple<change::IncidentCause, std::string, std::string>;

  /// What one commit changes here once it is stored; handed back to `settle`.
  struct Plan {
    struct Join {
      Key key;
      dnssec::SecurityStatus status_before = dnssec::SecurityStatus::kIndeterminate;
      bool status_silent = true;
      std::optional<Severity> severity_before;  ///< Of the incident, where this look raised it.
    };
    dns::Name zone;
    std::uint64_t member = 0;
    std::vector<Join> joins;
    std::vector<Key> leaves;
    bool own_story = false;
  };

  explicit Incidents(IncidentOptions options = {}) : options_(options) {}
  void set_options(IncidentOptions options) { options_ = options; }
  /// Takes over what former processes had open.
  void restore(store::StoredIncidents stored);

  /// Marks the events of a look that follow from an incident, and adds to the commit what is new of incidents.
  /// @param before  the zone before the look.
  /// @param outage  the incident of a server that is silent, where no server of the zone answers; empty: none.
  /// @return        what to settle after the commit; nothing: no incident concerns the zone.
  std::optional<Plan> attribute(const inventory::ZoneEntry& zone, const change::ZoneSummary& before,
                                const judge::Judgement& judgement, const std::string& outage, store::ZoneCommit* commit);
  /// A commit that was planned ended. One that was not stored changes nothing: the next look shows the same again.
  void settle(const Plan& plan, bool stored);

  /// A zone left the inventory.
  void forget_zone(const dns::Name& zone);

  /// incident.closed of those that are over; empty when there is nothing to store.
  store::EventCommit flush(UnixSeconds now);
  /// What `flush` gave was stored, or is given again.
  void flushed(bool stored);

  [[nodiscard]] std::size_t open() const { return open_.size(); }
  /// How many incident.opened were stored since the last call.
  std::size_t take_opened() { return std::exchange(opened_, 0); }

 private:
  struct Member {
    dnssec::SecurityStatus status_before = dnssec::SecurityStatus::kIndeterminate;
    bool left = false;
    bool status_silent = true;  ///< What became of its status was told by the incident alone.
  };
  struct Open {
    change::Incident incident;
    change::Event event;          ///< incident.opened, until it is stored …
    std::vector<change::IncidentMember> first;  ///< … with those whose events were told before.
    bool stored = false;
    bool closing = false;
    int in_flight = 0;            ///< Commits that mention it.
    std::size_t present = 0;      ///< Members that did not leave.
    std::size_t own_stories = 0;
    std::unordered_map<std::uint64_t, Member> members;  ///< By a hash of the name.
    std::vector<std::string> names;                     ///< The first few.
  };
  /// Zones that show a cause, too few so far for an incident.
  struct Candidates {
    std::vector<change::IncidentMember> zones;  ///< The earliest first.
  };
  struct Work;  // One look that is attributed.

  // What a look shows (incident_attribution.cc).
  void enter(Work& work, const Cause& cause);
  void join(Work& work, const Key& key, Open& open, change::IncidentMember member);
  void leave(Work& work, const Key& key, Open& open);
  void inherit(Work& work);
  [[nodiscard]] bool is_told_by_another(const Work& work);
  void mark(Work& work, change::Event& event, Open& open);
  void mark_what_goes_on(Work& work);
  void mark_recovery(Work& work);
  std::vector<Key> memberships(const Work& work) const;
  [[nodiscard]] Member* member_of(Open& open, std::uint64_t member) const;
  [[nodiscard]] Open* find(const Key& key);
  Open& begin(const Cause& cause, UnixSeconds now, std::size_t zones);

  // What zones have in common (incident_candidates.cc).
  void share(Work& work);
  Open* shared_incident(Work& work, const std::vector<Cause>& causes, const change::IncidentMember& member);
  bool is_enough(const Cause& cause, const change::IncidentMember& member);
  void share_status(Work& work, const std::vector<std::pair<Open*, change::IncidentMember>>& joined);
  void forget_candidates(UnixSeconds now);

  void add_member(Open& open, const dns::Name& zone, Member member);
  change::Event closed(Open& open, UnixSeconds now) const;

  IncidentOptions options_;
  std::map<Key, Open> open_;
  std::map<Key, std::uint64_t> counts_;   ///< How many there were.
  std::map<Key, Candidates> candidates_;
  std::vector<change::IncidentLeave> forgotten_;
  std::size_t opened_ = 0;
};

}  // namespace anchorwatch::pipeline
