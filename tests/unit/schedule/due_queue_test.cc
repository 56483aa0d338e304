// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/due_queue.h"

#include <gtest/gtest.h>

#include <map>

#include "anchorwatch/core/random.h"

namespace anchorwatch::schedule {
namespace {

TEST(DueQueue, GivesZonesInOrderOfTheirDueTime) {
  DueQueue queue;
  queue.set(3, 300);
  queue.set(1, 100);
  queue.set(2, 200);
  EXPECT_EQ(queue.next(), 100);
  EXPECT_EQ(queue.pop(99), std::nullopt);
  EXPECT_EQ(queue.pop(250), 1U);
  EXPECT_EQ(queue.pop(250), 2U);
  EXPECT_EQ(queue.pop(250), std::nullopt);
  EXPECT_EQ(queue.due(3), 300);
  EXPECT_EQ(queue.size(), 1U);
}

TEST(DueQueue, MovesAndErases) {
  DueQueue queue;
  queue.set(1, 100);
  queue.set(2, 200);
  queue.set(1, 300);
  EXPECT_EQ(queue.next(), 200);
  queue.erase(2);
  queue.erase(2);
  queue.erase(77);
  EXPECT_EQ(queue.next(), 300);
  EXPECT_EQ(queue.due(2), std::nullopt);
}

TEST(DueQueue, AgreesWithASortedMapOverRandomOperations) {
  SeededRandom random(7);
  DueQueue queue;
  std::map<ZoneIndex, UnixSeconds> model;
  for (int step = 0; step < 20000; ++step) {
    const auto zone = static_cast<ZoneIndex>(random.below(200));
    const std::uint64_t action = random.below(10);
    if (action < 6) {
      const auto due = static_cast<UnixSeconds>(random.below(1000));
      queue.set(zone, due);
      model[zone] = due;
    } else if (action < 8) {
      queue.erase(zone);
      model.erase(zone);
    } else {
      const auto now = static_cast<UnixSeconds>(random.below(1000));
      const auto popped = queue.pop(now);
      UnixSeconds earliest = INT64_MAX;
      for (const auto& [each, due] : model) earliest = std::min(earliest, due);
      ASSERT_EQ(popped.has_value(), earliest <= now);
      if (popped) {
        ASSERT_EQ(model.at(*popped), earliest);
        model.erase(*popped);
      }
    }
    ASSERT_EQ(queue.size(), model.size());
  }
}

TEST(DueQueue, AMillionDueTimesStayBelow64MiB) {
  constexpr ZoneIndex kZones = 1'000'000;
  SeededRandom random(3);
  DueQueue queue;
  for (ZoneIndex zone = 0; zone < kZones; ++zone) queue.set(zone, static_cast<UnixSeconds>(random.below(900)));
  // Moving zones about, as the scheduler does, must not make it grow.
  for (int look = 0; look < 1'000'000; ++look) {
    const auto zone = queue.pop(INT64_MAX);
    ASSERT_TRUE(zone);
    queue.set(*zone, static_cast<UnixSeconds>(900 + random.below(900)));
  }
  EXPECT_EQ(queue.size(), kZones);
  EXPECT_LT(queue.octets(), std::size_t{64} << 20U);
}

}  // namespace
}  // namespace anchorwatch::schedule
