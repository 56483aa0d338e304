// SPDX-License-Identifier: Apache-2.0
// Watchkeeper: the scheduler. Takes zones that are due, looks at them, and queues them again.
//
// A zone that is due waits in the lane of the server that holds it up most; lanes take turns (Lanes). A
// zone that is late gets a core look, so that breadth comes before depth: its full look is put off, for
// three full intervals at most. How late looks begin is measured (LagWindow).
//
// While the monitor is blind the queue stands still; zones become late, never lost. Due times are saved
// with each look, so that a restart goes on where the last process was.
//
// Threading: loop thread only. Limits: `parallel` looks at once, and four times as many that only wait (LookSlots).
#pragma once

#include <chrono>
#include <functional>

#include "anchorwatch/log/logger.h"
#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/pipeline/look_slots.h"
#include "anchorwatch/pipeline/portfolio.h"
#include "anchorwatch/pipeline/zone_looks.h"
#include "anchorwatch/schedule/lag_window.h"
#include "anchorwatch/schedule/lanes.h"
#include "anchorwatch/schedule/rhythm.h"

namespace anchorwatch::pipeline {

struct WatchkeeperOptions {
  std::chrono::seconds interval{900};
  std::chrono::seconds full_interval{6 * 3600};
  schedule::Rhythm rhythm;
  int parallel = 256;
};

struct WatchkeeperCounters {
  std::uint64_t looks = 0, unchanged = 0, blind = 0, not_stored = 0, events = 0;
  std::uint64_t deferred = 0;  ///< Looks that ended because a server must not be asked yet.
  std::uint64_t put_off = 0;   ///< Full looks that became core looks because the zone was late.
};

/// How late the scheduler is.
struct WatchkeeperLag {
  schedule::LagSummary begun;   ///< Looks that began in the last five minutes.
  std::size_t waiting = 0;      ///< Zones that are due and wait.
  UnixSeconds longest_wait = 0; ///< Of those.
};

class Watchkeeper {
 public:
  struct Hooks {
    std::function<void()> events_made;              ///< Wakes the outbox.
    std::function<void(const std::string&)> store_failed;
  };

  Watchkeeper(Engine& engine, Portfolio& portfolio, LookTools tools, WatchkeeperOptions options, Hooks hooks,
              log::Logger logger);
  ~Watchkeeper();
  Watchkeeper(const Watchkeeper&) = delete;
  Watchkeeper& operator=(const Watchkeeper&) = delete;

  /// Queues every zone: saved due times count (overdue ones at once), new zones are spread over the
  /// first interval, but start within `first_spread`.
  void start();
  /// Takes no further zone; `done` runs when no look is in progress.
  void stop(std::function<void()> done);

  [[nodiscard]] const WatchkeeperCounters& counters() const { return counters_; }
  [[nodiscard]] WatchkeeperLag lag() const;
  [[nodiscard]] const WatchkeeperOptions& options() const { return options_; }
  [[nodiscard]] int in_progress() const { return in_progress_; }

 private:
  void enqueue_first(schedule::ZoneIndex index);
  void requeue();
  void pump();
  void fill_lanes();
  void arm();
  LookOrder order_for(const Slot& slot, UnixSeconds was_due);
  Task<void> look_at(schedule::DueZone zone);
  void settle(schedule::DueZone zone, const LookOutcome& outcome);
  [[nodiscard]] std::chrono::seconds usual_interval(const Slot& slot) const;
  [[nodiscard]] std::chrono::seconds interval_of(const Slot& slot) const;
  [[nodiscard]] UnixSeconds lag_of(UnixSeconds due) const;
  [[nodiscard]] bool full_is_due(const Slot& slot) const;
  [[nodiscard]] bool looks_in_full(const Slot& slot, UnixSeconds due) const;
  [[nodiscard]] store::DueTimes next_due(const Slot& slot, evidence::Depth depth, UnixSeconds now);

  Engine& engine_;
  Portfolio& portfolio_;
  LookTools tools_;
  ZoneLooks looks_;
  WatchkeeperOptions options_;
  Hooks hooks_;
  log::Logger logger_;
  LookSlots slots_;
  schedule::DueQueue queue_;
  schedule::Lanes lanes_;
  schedule::LagWindow lag_;
  WatchkeeperCounters counters_;
  UnixSeconds watching_since_ = 0;  ///< Nobody was late before: the program did not run, or was blind.
  int in_progress_ = 0;
  UnixSeconds last_pumped_at_ = 0;
  TimerId timer_ = 0;
  bool stopping_ = false;
  bool pumping_ = false;
  std::optional<MonoTime> paused_until_;
  std::function<void()> stopped_;
};

}  // namespace anchorwatch::pipeline
