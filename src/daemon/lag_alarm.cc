// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/lag_alarm.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace anchorwatch::daemon {

namespace {

constexpr UnixSeconds kAMinute = 60;
constexpr UnixSeconds kPart = 10;
/// A few zones say nothing about the scheduler.
constexpr std::uint64_t kEnoughLooks = 20;

std::string seconds_text(UnixSeconds seconds, const char* which) {
  return std::to_string(seconds) + " s (" + which + ")";
}

}  // namespace

LagAlarm::News LagAlarm::note(const schedule::LagSummary& lag, std::chrono::seconds interval) {
  const UnixSeconds limit = std::max(kAMinute, interval.count() / kPart);
  if (event_id_.empty()) return lag.looks >= kEnoughLooks && lag.p99 > limit ? News::kLate : News::kNone;
  return lag.looks > 0 && lag.p99 <= limit / 2 ? News::kOnTime : News::kNone;
}

std::string lag_text(const pipeline::WatchkeeperLag& lag) {
  std::string text = "lag " + seconds_text(lag.begun.p50, "half") + ", " + seconds_text(lag.begun.p99, "99 %") + ", " +
                     seconds_text(lag.begun.max, "most");
  if (lag.waiting > 0) text += ", " + std::to_string(lag.waiting) + " zones wait";
  return text;
}

std::string scheduler_json(const pipeline::WatchkeeperLag& lag, const pipeline::WatchkeeperCounters& counters,
                           std::size_t zones, UnixSeconds now) {
  return nlohmann::ordered_json{{"at", now},
                                {"zones", zones},
                                {"looks", counters.looks},
                                {"lag_p50_seconds", lag.begun.p50},
                                {"lag_p99_seconds", lag.begun.p99},
                                {"lag_max_seconds", lag.begun.max},
                                {"zones_waiting", lag.waiting},
                                {"longest_wait_seconds", lag.longest_wait},
                                {"looks_deferred", counters.deferred},
                                {"full_looks_put_off", counters.put_off}}
      .dump();
}

}  // namespace anchorwatch::daemon
