// SPDX-License-Identifier: Apache-2.0
#include "../../../src/pipeline/denial_label.h"

#include <gtest/gtest.h>

#include <set>

namespace anchorwatch::pipeline {
namespace {

constexpr UnixSeconds kNow = 1'700'000'000;
constexpr UnixSeconds kDay = 86400;

dns::Name zone(int number) {
  return *dns::Name::from_text("zone" + std::to_string(number) + ".test");
}

TEST(DenialLabelTest, LooksOfOneDayAskForTheSameName) {
  int changes = 0;
  for (UnixSeconds at = kNow; at < kNow + 10 * kDay; at += 900) {
    if (denial_label(zone(1), at) != denial_label(zone(1), at + 900)) ++changes;
  }
  EXPECT_EQ(changes, 10);
}

TEST(DenialLabelTest, TheLabelChangesWithTheDayOfTheZone) {
  for (UnixSeconds at = kNow; at < kNow + 3 * kDay; at += 900) {
    EXPECT_EQ(denial_label(zone(1), at) == denial_label(zone(1), at + 900),
              zone_day(zone(1), at) == zone_day(zone(1), at + 900));
  }
}

TEST(DenialLabelTest, ItIsALabelThatNobodyHas) {
  const std::string label = denial_label(zone(1), kNow);
  EXPECT_EQ(label.size(), 16U);
  EXPECT_EQ(label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  EXPECT_TRUE(zone(1).prepend(label));
}

TEST(DenialLabelTest, ZonesAndDaysHaveTheirOwn) {
  std::set<std::string> labels;
  for (int number = 0; number < 50; ++number) {
    for (int day = 0; day < 50; ++day) labels.insert(denial_label(zone(number), kNow + day * kDay));
  }
  EXPECT_EQ(labels.size(), 2500U);
}

/// Otherwise all zones would be judged anew in the same minute.
TEST(DenialLabelTest, TheDaysOfZonesBeginAtDifferentTimes) {
  int changed = 0;
  for (int number = 0; number < 1000; ++number) {
    if (denial_label(zone(number), kNow) != denial_label(zone(number), kNow + kDay / 24)) ++changed;
  }
  EXPECT_GT(changed, 20);
  EXPECT_LT(changed, 70);
}

}  // namespace
}  // namespace anchorwatch::pipeline
