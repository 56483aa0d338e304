// SPDX-License-Identifier: Apache-2.0
// App: the whole daemon without its process: no signals, no sockets of its own, no clock. `anchorwatchd`
// gives it libuv and SQLite; tests give it virtual time and a scripted network.
//
// A configuration generation (engine, sight, scheduler) is built whole and replaced whole at a reload;
// store, outbox and what is remembered of the zones stay.
//
// Threading: loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anchorwatch/config/config.h"
#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/random.h"
#include "anchorwatch/daemon/lag_alarm.h"
#include "anchorwatch/inventory/inventory.h"
#include "anchorwatch/log/logger.h"
#include "anchorwatch/net/transport.h"
#include "anchorwatch/outbox/dispatcher.h"
#include "anchorwatch/pipeline/aging.h"
#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/pipeline/event_router.h"
#include "anchorwatch/pipeline/outages.h"
#include "anchorwatch/pipeline/plan_book.h"
#include "anchorwatch/pipeline/portfolio.h"
#include "anchorwatch/pipeline/restore.h"
#include "anchorwatch/pipeline/sight.h"
#include "anchorwatch/pipeline/watchkeeper.h"
#include "anchorwatch/store/admin.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::daemon {

/// What the world outside gives to an App. Everything outlives it.
struct AppPorts {
  Executor& executor;
  const Clock& clock;
  Random& random;
  net::DnsTransport& transport;
  store::ZoneStore& zones;
  store::OutboxStore& outbox;
  log::Logger logger;
  store::AdminStore* admin = nullptr;  ///< Null: nobody can ask for anything.
};

/// One complete configuration, read and checked.
struct Generation {
  pipeline::EngineOptions engine;
  pipeline::WatchkeeperOptions schedule;
  std::vector<pipeline::EventRoute> routes;
  pipeline::IncidentOptions incidents;
  std::vector<std::unique_ptr<outbox::Sink>> sinks;
  inventory::Inventory inventory;
  config::ChangeConfig change;
};

class App {
 public:
  explicit App(AppPorts ports);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Loads what the store remembers and starts to watch. `done` gets the first error.
  void start(Generation generation, std::function<void(Result<void>)> done);
  /// Tells the sinks that a new configuration was not good; the old one stays.
  void report_bad_reload(const std::string& why);
  /// Lets looks in progress end, then goes on with the new generation; `done` runs when it watches again.
  /// A reload while the start or another reload is in progress waits for it; of several that wait the last one counts, and
  /// the `done` of the others runs without an error.
  void reload(Generation generation, std::function<void(Result<void>)> done);
  /// Takes no further zone, lets looks and deliveries in progress end, makes everything durable.
  void stop(std::function<void()> done);

  /// Does what somebody asks for, and takes it into account from then on.
  void administer(store::AdminRequest request, std::function<void(Result<store::AdminValues>)> done);

  /// One line for people and for systemd: zones, blind or not, lag.
  [[nodiscard]] std::string status_line() const;
  /// Rises while the scheduler is alive; the watchdog compares it.
  [[nodiscard]] std::uint64_t heartbeat() const { return heartbeat_; }

 private:
  struct Reload {
    Generation generation;
    std::function<void(Result<void>)> done;
  };
  struct Watch;  // What is built from one generation.
  void build(Generation generation);
  Task<Result<void>> begin(std::shared_ptr<Generation> generation);
  /// Takes over the zones of the generation, and at a start what the store remembers, then watches.
  Task<Result<void>> watch_zones();
  Task<Result<void>> remember(UnixSeconds now);
  pipeline::Memory memory();
  using Facts = std::vector<std::pair<std::string, std::string>>;
  void announce(change::Event event, Facts facts = {});
  change::Event monitor_event(change::EventType type, Severity severity, const std::string& dedup_key);
  void announce_inventory(const store::InventoryChange& change);
  /// Reads the planned changes anew; those whose window is over expire.
  Task<void> load_plans();
  Task<void> load_silences();
  /// Tells when they cannot be read, and when they can again.
  void note_silences(const Result<void>& loaded);
  /// The end of a start or a reload: what waited for it begins.
  void finish_loading(Result<void> result, const std::function<void(Result<void>)>& done);
  void make_durable(std::function<void()> done);
  void tick();
  void watch_lag();
  void announce_lag(const pipeline::WatchkeeperLag& lag, bool late, const pipeline::AgedZones& stale = {});
  Task<void> flush_incidents();
  void note_time();
  Task<void> age_zones();
  /// From here on the clock is the real one (store::kReplayTimeFact).
  void end_replay();

  AppPorts ports_;
  pipeline::Portfolio portfolio_;
  pipeline::Outages outages_;
  pipeline::Incidents incidents_;
  pipeline::Silences silences_;
  pipeline::EventRouter router_{{}};
  pipeline::PlanBook plans_;
  config::ChangeConfig change_;
  outbox::Dispatcher dispatcher_;
  std::unique_ptr<Watch> watch_;
  TimerId ticker_ = 0;
  bool stopping_ = false;
  bool flushing_ = false;
  bool reloading_ = false;
  bool remembered_ = false;  ///< What only a start reads.
  bool aging_ = false;
  std::optional<MonoTime> silences_tried_at_;  ///< Mutes and acknowledgements could not be read then.
  std::string silences_event_;
  bool loading_plans_ = false;
  std::chrono::seconds interval_{900};
  UnixSeconds watching_since_ = 0;
  std::optional<std::pair<UnixSeconds, MonoTime>> last_tick_;
  UnixSeconds next_aging_ = 0;
  UnixSeconds stale_told_at_ = 0;
  std::unique_ptr<Reload> next_reload_;
  std::uint64_t heartbeat_ = 0;
  LagAlarm lag_alarm_;
  std::optional<MonoTime> lag_saved_at_;
  std::uint64_t transition_ = 0;  ///< Numbers events of the monitor itself.
};

}  // namespace anchorwatch::daemon
