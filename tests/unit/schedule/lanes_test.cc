// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/lanes.h"

#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anchorwatch::schedule {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

IpAddress server(int number) { return IpAddress::from_text("9.9.9." + std::to_string(number)).value(); }

class LanesTest : public ::testing::Test {
 protected:
  LanesTest()
      : lanes_({[this](const IpAddress& lane) { return backlog_[lane]; },
                [this](const IpAddress& lane, const DueZone& /*zone*/) { return rest_[lane]; }, seconds(1), 3}) {}
  void push(int lane, ZoneIndex zone) { lanes_.push(server(lane), {zone, 100 + zone}, now_); }
  std::vector<ZoneIndex> pop_all() {
    std::vector<ZoneIndex> zones;
    while (const auto taken = lanes_.pop(now_)) {
      zones.push_back(taken->zone.zone);
      lanes_.done(taken->lane, now_);
    }
    return zones;
  }

  std::map<IpAddress, Duration> backlog_, rest_;
  MonoTime now_ = seconds(1000);
  Lanes lanes_;
};

TEST_F(LanesTest, TakeTurns) {
  for (ZoneIndex zone = 10; zone < 14; ++zone) push(1, zone);
  push(2, 20);
  push(3, 30);
  push(3, 31);
  EXPECT_EQ(lanes_.size(), 7U);
  EXPECT_EQ(lanes_.oldest(), 110);
  EXPECT_THAT(pop_all(), ElementsAre(10, 20, 30, 11, 31, 12, 13));
  EXPECT_EQ(lanes_.size(), 0U);
  EXPECT_EQ(lanes_.oldest(), std::nullopt);
}

TEST_F(LanesTest, ASlowServerIsPassedOver) {
  for (ZoneIndex zone = 10; zone < 13; ++zone) push(1, zone);
  push(2, 20);
  push(2, 21);
  backlog_[server(1)] = seconds(5);
  EXPECT_THAT(pop_all(), ElementsAre(20, 21));
  EXPECT_EQ(lanes_.next(), now_ + seconds(4)) << "when its backlog is within patience";
  now_ += seconds(4);
  backlog_[server(1)] = seconds(1);
  EXPECT_THAT(pop_all(), ElementsAre(10, 11, 12));
}

TEST_F(LanesTest, ALaneRestsAfterAZone) {
  rest_[server(1)] = milliseconds(100);
  for (ZoneIndex zone = 10; zone < 13; ++zone) push(1, zone);
  push(2, 20);
  EXPECT_THAT(pop_all(), ElementsAre(10, 20));
  EXPECT_EQ(lanes_.next(), now_ + milliseconds(100));
  now_ += milliseconds(100);
  EXPECT_THAT(pop_all(), ElementsAre(11));
}

TEST_F(LanesTest, ZonesOfWhichNothingIsKnownAreNoLane) {
  for (ZoneIndex zone = 10; zone < 20; ++zone) lanes_.push(IpAddress(), {zone, 0}, now_);
  int begun = 0;
  while (lanes_.pop(now_)) ++begun;
  EXPECT_EQ(begun, 10);
}

TEST_F(LanesTest, OneLaneHasOnlySoManyLooks) {
  for (ZoneIndex zone = 10; zone < 15; ++zone) push(1, zone);
  push(2, 20);
  std::vector<ZoneIndex> begun;
  while (const auto taken = lanes_.pop(now_)) begun.push_back(taken->zone.zone);
  EXPECT_THAT(begun, ElementsAre(10, 20, 11, 12));
  EXPECT_EQ(lanes_.next(), std::nullopt);
  lanes_.done(server(1), now_);
  EXPECT_EQ(lanes_.pop(now_)->zone.zone, 13U);
  EXPECT_FALSE(lanes_.pop(now_));
}

}  // namespace
}  // namespace anchorwatch::schedule
