// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/lag_window.h"

#include <gtest/gtest.h>

namespace anchorwatch::schedule {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(LagWindow, IsEmptyAtFirst) {
  const LagSummary summary = LagWindow().summary(minutes(100));
  EXPECT_EQ(summary.looks, 0U);
  EXPECT_EQ(summary.p99, 0);
}

TEST(LagWindow, TellsQuantiles) {
  LagWindow window;
  for (int i = 0; i < 98; ++i) window.note(minutes(100), 2);
  window.note(minutes(100), 100);
  window.note(minutes(100), 5000);
  const LagSummary summary = window.summary(minutes(100));
  EXPECT_EQ(summary.looks, 100U);
  EXPECT_EQ(summary.p50, 2);
  EXPECT_GE(summary.p99, 100);
  EXPECT_LE(summary.p99, 113);
  EXPECT_EQ(summary.max, 5000);
}

TEST(LagWindow, IsNeverTooLowNorMoreThanAnEighthTooHigh) {
  for (UnixSeconds lag = 0; lag < 200'000; lag += 1 + lag / 7) {
    LagWindow window;
    window.note(minutes(1), lag);
    window.note(minutes(1), lag);
    window.note(minutes(1), lag * 2 + 20);
    const LagSummary summary = window.summary(minutes(1));
    EXPECT_GE(summary.p50, lag);
    EXPECT_LE(summary.p50, lag + lag / 8);
  }
}

TEST(LagWindow, ForgetsAfterFiveMinutes) {
  LagWindow window;
  window.note(minutes(100) + seconds(59), 700);
  EXPECT_EQ(window.summary(minutes(104)).max, 700);
  EXPECT_EQ(window.summary(minutes(105)).looks, 0U);
  window.note(minutes(105), 3);
  EXPECT_EQ(window.summary(minutes(105)).max, 3);
}

}  // namespace
}  // namespace anchorwatch::schedule
