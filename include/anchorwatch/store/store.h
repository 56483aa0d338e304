// SPDX-License-Identifier: Apache-2.0
// Store: the narrow doors through which the daemon keeps what it knows. SQLite is behind
// store/sqlite_store.h; a shared PostgreSQL store can come behind the same doors.
//
// Threading: called on the loop thread; `done` runs on the loop thread later. One writer thread behind.
// Blocking:  never (the writer thread blocks on disk).
// Guarantee: one ZoneCommit is one transaction: state, findings, intervals, events, outbox rows, due times.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/store/incident.h"
#include "anchorwatch/store/kept_evidence.h"
#include "anchorwatch/store/mute.h"

namespace anchorwatch::store {

/// Key of the fact that says at which time the last `poll --at` was; empty: the clock was the real one.
inline constexpr const char* kReplayTimeFact = "replay_time";

/// When the scheduler wants to look again. Absolute Unix seconds.
struct DueTimes {
  UnixSeconds core_at = 0;
  UnixSeconds full_at = 0;
};

/// One zone's look, complete.
struct ZoneCommit {
  change::ZoneUpdate update;
  /// Nothing is new: only the times in update.state.summary count; facts, findings and events stay.
  bool summary_only = false;
  std::optional<judge::ZoneFacts> facts;   ///< The facts of this look for the interval tables (with RRSIGs
                                           ///< and servers); empty when nothing was seen or nothing is new.
  std::vector<judge::ServerVerdict> servers;   ///< For v_server; empty when nothing is new.
  std::vector<judge::ServerVerdict> parent_servers;  ///< As above: what the parent's DS answers are worth.
  std::optional<DueTimes> due;
  std::vector<OutboxRow> outbox;
  IncidentWrites incidents;  ///< What the zone's events belong to.
  std::optional<KeptEvidence> evidence;   ///< Where the look is worth keeping; never in a small update.
  std::vector<KeptAncestor> ancestors;    ///< Zones above that were looked at since the commit before, of this zone or others.
  /// With summary_only: what ends the chain above the zone now, where that is another end.
  std::optional<change::KeptEnd> chain_end;
  std::vector<MutedEvent> muted;  ///< Of update.events.
};

/// Events that belong to no single zone: monitor.*, inventory.*, incident.*.
struct EventCommit {
  std::vector<change::Event> events;
  std::vector<OutboxRow> outbox;
  std::vector<std::pair<std::string, std::string>> facts;  ///< Key-value state saved in the same transaction.
  IncidentWrites incidents;
  std::vector<std::pair<std::int64_t, UnixSeconds>> ended_mutes;  ///< Told by `events` at that time.
  [[nodiscard]] bool empty() const { return events.empty() && facts.empty() && incidents.empty(); }
};

/// A zone as start-up needs it.
struct StoredZone {
  dns::Name name;
  change::ZoneSummary summary;
  DueTimes due;
};

struct InventoryChange {
  std::vector<std::string> added, retired, changed;
};

/// State of zones and events.
class ZoneStore {
 public:
  virtual ~ZoneStore() = default;
  /// Makes the stored inventory equal to `zones`: new rows, retired rows, changed owners. Retired zones
  /// keep their history; their open findings are closed as resolved.
  virtual void sync_inventory(std::vector<inventory::ZoneEntry> zones, UnixSeconds at,
                              std::function<void(Result<InventoryChange>)> done) = 0;
  /// Summaries and due times of all zones that are not retired, in parts of a few thousand, so that a
  /// million zones are not in memory twice. `done` runs after the last part.
  virtual void load_all(std::function<void(std::vector<StoredZone>)> part,
                        std::function<void(Result<void>)> done) = 0;
  /// The full state of one zone; a zone without rows gives an empty state.
  virtual void load(dns::Name zone, std::function<void(Result<change::ZoneState>)> done) = 0;
  virtual void commit(ZoneCommit commit, std::function<void(Result<void>)> done) = 0;
  /// Whether evidence in commits is kept; otherwise nobody need make any.
  [[nodiscard]] virtual bool keeps_evidence() const { return false; }
  virtual void commit_events(EventCommit commit, std::function<void(Result<void>)> done) = 0;
  /// Key-value state of the monitor, e.g. open incidents. Empty when the key was never saved.
  virtual void load_fact(std::string key, std::function<void(Result<std::string>)> done) = 0;
  /// The incidents that are open.
  virtual void load_incidents(std::function<void(Result<StoredIncidents>)> done) = 0;
  /// What sinks are not told now, and mutes whose end was not told yet.
  virtual void load_silences(UnixSeconds now, std::function<void(Result<Silences>)> done) = 0;
  /// What happened under a mute so far.
  virtual void summarize_mute(std::int64_t id, std::function<void(Result<MuteSummary>)> done) = 0;
  /// Runs `done` after everything that was handed over before is durable.
  virtual void flush(std::function<void(Result<void>)> done) = 0;
};

/// One event that a sink still has to get.
struct PendingDelivery {
  std::int64_t sequence = 0;      ///< Order of commits; per zone, earlier ones go first.
  std::string event_id;
  std::string zone;               ///< Empty for events about no zone.
  Severity severity = Severity::kInfo;
  std::string type;
  std::string payload;            ///< anchorwatch.event/1 JSON.
  int attempts = 0;
};

enum class DeliveryState : std::uint8_t { kPending, kDelivered, kDead, kDropped };
const char* to_string(DeliveryState state);

/// What became of one attempt.
struct DeliveryOutcome {
  std::string event_id;
  std::string sink;
  DeliveryState state = DeliveryState::kPending;
  int attempts = 0;
  std::string last_error;
  UnixSeconds at = 0;
  UnixSeconds next_attempt_at = 0;  ///< For kPending.
};

/// The outbox as the dispatcher sees it.
class OutboxStore {
 public:
  virtual ~OutboxStore() = default;
  /// Pending rows of `sink` that are due, oldest first, at most `limit`; of each zone only the first
  /// pending one counts (order per zone).
  virtual void pending(std::string sink, UnixSeconds now, int limit,
                       std::function<void(Result<std::vector<PendingDelivery>>)> done) = 0;
  virtual void record(std::vector<DeliveryOutcome> outcomes, std::function<void(Result<void>)> done) = 0;
  /// The earliest next_attempt_at among pending rows of `sink`, if any.
  virtual void next_due(std::string sink, std::function<void(Result<std::optional<UnixSeconds>>)> done) = 0;
};

}  // namespace anchorwatch::store
