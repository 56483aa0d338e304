// SPDX-License-Identifier: Apache-2.0
// LagAlarm: decides when to tell that looks are late, and that they are on time again.
//
// Threading: loop thread only.
#pragma once

#include <chrono>
#include <string>

#include "anchorwatch/pipeline/watchkeeper.h"

namespace anchorwatch::daemon {

/// Where the scheduler's figures are kept in the store, and the event that told of the lag.
inline constexpr const char* kSchedulerFact = "scheduler";
inline constexpr const char* kLagFact = "monitor_lag";

class LagAlarm {
 public:
  static constexpr const char* kDedupKey = "monitor|lag";
  enum class News : std::uint8_t { kNone, kLate, kOnTime };

  /// Late: one look in a hundred began later than a tenth of the interval and a minute. On time: later
  /// than half of that does not happen any more.
  News note(const schedule::LagSummary& lag, std::chrono::seconds interval);

  /// Of the event that told; empty while nothing is late. A restart takes it over.
  [[nodiscard]] const std::string& event_id() const { return event_id_; }
  void set_event_id(std::string id) { event_id_ = std::move(id); }

 private:
  std::string event_id_;
};

/// "lag 1 s (half), 4 s (99 %), 9 s (most), 12 zones wait".
std::string lag_text(const pipeline::WatchkeeperLag& lag);
/// The figures as JSON, for kSchedulerFact.
std::string scheduler_json(const pipeline::WatchkeeperLag& lag, const pipeline::WatchkeeperCounters& counters,
                           std::size_t zones, UnixSeconds now);

}  // namespace anchorwatch::daemon
