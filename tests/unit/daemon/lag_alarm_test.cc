// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/daemon/lag_alarm.h"

#include <gtest/gtest.h>

namespace anchorwatch::daemon {
namespace {

using News = LagAlarm::News;
constexpr std::chrono::seconds kInterval{900};

schedule::LagSummary lag(UnixSeconds p99, std::uint64_t looks = 100) { return {looks, 0, p99, p99}; }

TEST(LagAlarm, TellsOnceAndTakesBackOnce) {
  LagAlarm alarm;
  EXPECT_EQ(alarm.note(lag(90), kInterval), News::kNone) << "a tenth of the interval";
  EXPECT_EQ(alarm.note(lag(91), kInterval), News::kLate);
  alarm.set_event_id("x");
  EXPECT_EQ(alarm.note(lag(500), kInterval), News::kNone);
  EXPECT_EQ(alarm.note(lag(46), kInterval), News::kNone) << "nearly there is not there";
  EXPECT_EQ(alarm.note(lag(0, 0), kInterval), News::kNone) << "no look says nothing";
  EXPECT_EQ(alarm.note(lag(45), kInterval), News::kOnTime);
  alarm.set_event_id("");
  EXPECT_EQ(alarm.note(lag(45), kInterval), News::kNone);
}

TEST(LagAlarm, ShortIntervalsAndFewZonesAreNoReason) {
  LagAlarm alarm;
  EXPECT_EQ(alarm.note(lag(59), std::chrono::seconds(10)), News::kNone);
  EXPECT_EQ(alarm.note(lag(500, 19), kInterval), News::kNone);
}

}  // namespace
}  // namespace anchorwatch::daemon
