// SPDX-License-Identifier: Apache-2.0
// Incidents: one cause, one incident. What many zones suffer from is told once, not once a zone (docs/incidents.md).
//
// Before a look is stored, `attribute` finds out whether its events follow from a cause that is no zone's own. Those
// events are kept, with the incident's id, and no sink gets them: incident.opened, in the same transaction as the first
// of them or before it, speaks for all. A zone leaves when a look shows that the cause does not touch it any more. If it
// is not as well then as it was before, that is its own story, and an event of its own is told.
//
// Threading: loop thread only.
// Limits: about 60 octets for each zone that an open incident ever concerned; nothing for any other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/change/incident.h"
#include "anchorwatch/judge/judgement.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

struct Cause;

class Incidents {
 public:
  /// What one commit changes here once it is stored; handed back to `settle`.
  struct Plan {
    using Key = std::pair<change::IncidentCause, std::string>;
    dns::Name zone;
    std::uint64_t member = 0;
    std::optional<Key> joins;
    dnssec::SecurityStatus status_before = dnssec::SecurityStatus::kIndeterminate;
    std::vector<Key> leaves;
    std::optional<Severity> severity_before;  ///< Of the incident that it joins, where this look raised it.
    bool own_story = false;
  };

  /// Takes over what former processes had open.
  void restore(store::StoredIncidents stored);

  /// Marks the events of a look that follow from an incident, and adds to the commit what is new of incidents.
  /// @param before  the zone before the look.
  /// @return        what to settle after the commit; nothing: no incident concerns the zone.
  std::optional<Plan> attribute(const inventory::ZoneEntry& zone, const change::ZoneSummary& before,
                                const judge::Judgement& judgement, store::ZoneCommit* commit);
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
  using Key = Plan::Key;
  struct Member {
    dnssec::SecurityStatus status_before = dnssec::SecurityStatus::kIndeterminate;
    bool left = false;
  };
  struct Open {
    change::Incident incident;
    change::Event event;          ///< incident.opened, until it is stored.
    bool stored = false;
    bool closing = false;
    int in_flight = 0;            ///< Commits that mention it.
    std::size_t present = 0;      ///< Members that did not leave.
    std::size_t own_stories = 0;
    std::unordered_map<std::uint64_t, Member> members;  ///< By a hash of the name.
    std::vector<std::string> names;                     ///< The first few.
  };
  struct Work;  // One look that is attributed.

  Open& begin(const Cause& cause, const Work& work);
  void enter(Work& work, const Cause& cause);
  void leave(Work& work, const Key& key, Open& open);
  void mark(Work& work, change::Event& event, Open& open);
  void mark_what_goes_on(Work& work);
  [[nodiscard]] const Member* member_of(const Open& open, std::uint64_t member) const;
  change::Event closed(Open& open, UnixSeconds now) const;

  std::map<Key, Open> open_;
  std::map<Key, std::uint64_t> counts_;   ///< How many there were.
  std::vector<change::IncidentLeave> forgotten_;
  std::size_t opened_ = 0;
};

}  // namespace anchorwatch::pipeline
