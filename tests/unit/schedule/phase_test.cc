// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/phase.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace anchorwatch::schedule {
namespace {

using std::chrono::seconds;

TEST(Phase, IsFixedAndInsideTheInterval) {
  const seconds interval(900);
  for (int i = 0; i < 1000; ++i) {
    const std::string zone = "zone" + std::to_string(i) + ".example.";
    const seconds at = phase(zone, interval);
    EXPECT_GE(at, seconds(0));
    EXPECT_LT(at, interval);
    EXPECT_EQ(at, phase(zone, interval));
  }
}

TEST(Phase, SpreadsAPortfolioEvenly) {
  std::array<int, 10> tenths{};
  for (int i = 0; i < 10000; ++i) {
    ++tenths[static_cast<std::size_t>(phase("z" + std::to_string(i) + ".test.", seconds(1000)).count() / 100)];
  }
  for (const int count : tenths) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1150);
  }
}

TEST(NextDue, LiesAtThePhaseWithinOneIntervalAndTwoPerCent) {
  SeededRandom random(1);
  const seconds interval(900);
  for (UnixSeconds now = 1'700'000'000; now < 1'700'002'000; now += 7) {
    const UnixSeconds due = next_due("example.com.", now, interval, random);
    EXPECT_GT(due, now);
    EXPECT_LE(due, now + 900 + 18);
    const UnixSeconds past_phase = ((due - phase("example.com.", interval).count()) % 900 + 900) % 900;
    EXPECT_LE(past_phase, 18);
  }
}

TEST(NextDue, BacksOffUpToEightIntervals) {
  SeededRandom random(1);
  const UnixSeconds now = 1'700'000'000;
  EXPECT_LE(next_due_after_failure("a.test.", now, seconds(60), 1, random), now + 62);
  EXPECT_LE(next_due_after_failure("a.test.", now, seconds(60), 100, random), now + 480 + 10);
}

}  // namespace
}  // namespace anchorwatch::schedule
