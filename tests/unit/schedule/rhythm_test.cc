// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/rhythm.h"

#include <gtest/gtest.h>

namespace anchorwatch::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr UnixSeconds kNow = 1'800'000'000;
constexpr UnixSeconds kHour = 3600;
constexpr seconds kUsual = minutes(15);

seconds interval(const ZoneNews& news, const Rhythm& rhythm = {}, seconds usual = kUsual) {
  return interval_for(usual, rhythm, news, kNow);
}

TEST(Rhythm, IsTheUsualOneForAQuietZone) {
  EXPECT_EQ(interval({0, kNow - 100 * 24 * kHour, std::nullopt}), kUsual);
  EXPECT_EQ(interval({kNow - 7 * kHour, 0, kNow + 10 * kHour}), kUsual);
}

TEST(Rhythm, IsFasterForSixHoursAfterAChange) {
  EXPECT_EQ(interval({kNow - kHour, 0, std::nullopt}), minutes(5));
  EXPECT_EQ(interval({kNow - 6 * kHour, kNow - kHour, std::nullopt}), kUsual);
}

TEST(Rhythm, IsFasterAroundTheEndOfASignature) {
  EXPECT_EQ(interval({0, kNow, kNow + kHour}), minutes(5));
  EXPECT_EQ(interval({0, kNow, kNow + 3 * kHour}), kUsual);
  EXPECT_EQ(interval({0, kNow, kNow - kHour}), minutes(5));
  EXPECT_EQ(interval({0, kNow, kNow - 7 * kHour}), kUsual) << "that it ended is no news any more";
}

TEST(Rhythm, IsSlowerWithEachQuietDay) {
  const Rhythm rhythm{true, minutes(5), hours(1)};
  EXPECT_EQ(interval({0, kNow - 20 * kHour, std::nullopt}, rhythm), kUsual);
  EXPECT_EQ(interval({0, kNow - 25 * kHour, std::nullopt}, rhythm), 2 * kUsual);
  EXPECT_EQ(interval({0, kNow - 50 * kHour, std::nullopt}, rhythm), 3 * kUsual);
  EXPECT_EQ(interval({0, kNow - 500 * kHour, std::nullopt}, rhythm), hours(1));
  EXPECT_EQ(interval({kNow - 25 * kHour, kNow - 500 * kHour, std::nullopt}, rhythm), 2 * kUsual);
}

TEST(Rhythm, StaysWithinItsBounds) {
  const ZoneNews changing{kNow - 60, 0, std::nullopt};
  const ZoneNews quiet{0, kNow - 5000 * kHour, std::nullopt};
  const Rhythm rhythm{true, minutes(10), hours(1)};
  EXPECT_EQ(interval(changing, rhythm), minutes(10));
  EXPECT_EQ(interval(changing, rhythm, minutes(2)), minutes(2)) << "the operator wants it so";
  EXPECT_EQ(interval(quiet, rhythm, hours(6)), hours(6));
  const Rhythm off{false, minutes(1), hours(24)};
  EXPECT_EQ(interval(changing, off), kUsual);
  EXPECT_EQ(interval(quiet, off), kUsual);
}

}  // namespace
}  // namespace anchorwatch::schedule
