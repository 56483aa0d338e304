// SPDX-License-Identifier: Apache-2.0
// Watchkeeper: the scheduler. Takes zones from the due queue, looks at them, and queues them again.
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

namespace anchorwatch::pipeline {

struct WatchkeeperOptions {
  std::chrono::seconds interval{900};
  std::chrono::seconds full_interval{6 * 3600};
  int parallel = 256;
};

struct WatchkeeperCounters {
  std::uint64_t looks = 0, unchanged = 0, blind = 0, not_stored = 0, events = 0;
  UnixSeconds lag_seconds = 0;   ///< How late the last zone was taken.
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
  /// Queues zones that are new, and drops those that are retired.
  void adopt(const std::vector<schedule::ZoneIndex>& added, const std::vector<schedule::ZoneIndex>& retired);
  /// Takes no further zone; `done` runs when no look is in progress.
  void stop(std::function<void()> done);

  [[nodiscard]] const WatchkeeperCounters& counters() const { return counters_; }
  [[nodiscard]] int in_progress() const { return in_progress_; }
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }

 private:
  void enqueue_first(schedule::ZoneIndex index);
  void requeue();
  void pump();
  void arm();
  Task<void> look_at(schedule::ZoneIndex index);
  void settle(schedule::ZoneIndex index, const LookOutcome& outcome);
  [[nodiscard]] std::chrono::seconds interval_of(const Slot& slot) const;
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
  WatchkeeperCounters counters_;
  int in_progress_ = 0;
  UnixSeconds last_pumped_at_ = 0;
  TimerId timer_ = 0;
  bool stopping_ = false;
  bool pumping_ = false;
  std::optional<MonoTime> paused_until_;
  std::function<void()> stopped_;
};

}  // namespace anchorwatch::pipeline
