// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/clock.h"

#include <gtest/gtest.h>

#include "support/virtual_executor.h"

namespace anchorwatch {
namespace {

TEST(SystemClockTest, ShowsATimeAfterThisTestWasWritten) {
  EXPECT_GT(SystemClock().now(), 1'735'689'600);      // 2025
  EXPECT_LT(SystemClock().now(), 253'402'300'800LL);  // 10000
}

TEST(SystemClockTest, ElapsedTimeNeverGoesBack) {
  const SystemClock clock;
  MonoTime before = clock.mono();
  for (int i = 0; i < 1000; ++i) {
    const MonoTime after = clock.mono();
    ASSERT_GE(after, before);
    before = after;
  }
}

TEST(FixedClockTest, TimeOfDayStandsWhileElapsedTimeGoesOn) {
  VirtualExecutor elapsed;
  const FixedClock clock(1234, elapsed);
  EXPECT_EQ(clock.now(), 1234);
  EXPECT_EQ(clock.mono(), MonoTime(0));
  elapsed.advance(std::chrono::seconds(90));
  EXPECT_EQ(clock.now(), 1234);
  EXPECT_EQ(clock.mono(), std::chrono::seconds(90));
}

}  // namespace
}  // namespace anchorwatch
