// SPDX-License-Identifier: Apache-2.0
#include "../../../src/outbox/backoff.h"

#include <set>

#include <gtest/gtest.h>

namespace anchorwatch::outbox {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(Backoff, DoublesFromASecondToAnHourAndHalfOfItIsRandom) {
  SeededRandom random(7);
  for (const auto& [attempts, full] : {std::pair{1, 1},
                                       {2, 2},
                                       {3, 4},
                                       {5, 16},
                                       {12, 2048},
                                       {13, 3600},
                                       {40, 3600},
                                       {5000, 3600}}) {
    std::set<std::int64_t> seen;
    for (int i = 0; i < 400; ++i) {
      const seconds wait = backoff(attempts, std::nullopt, random);
      EXPECT_GE(wait.count(), full - full / 2) << attempts;
      EXPECT_LE(wait.count(), full) << attempts;
      seen.insert(wait.count());
    }
    // Both ends are reached where there are few values; many differ where there are many.
    EXPECT_GE(seen.size(), static_cast<std::size_t>(std::min(full / 2 + 1, 100))) << attempts;
  }
}

TEST(Backoff, AReceiversWishCountsWhereItIsLongerUpToADay) {
  SeededRandom random(7);
  EXPECT_EQ(backoff(1, seconds(30), random), seconds(30));
  EXPECT_EQ(backoff(1, hours(24), random), hours(24));
  EXPECT_EQ(backoff(1, hours(1000), random), hours(24));
  EXPECT_GE(backoff(13, seconds(5), random), seconds(1800));
  EXPECT_EQ(backoff(1, seconds(-5), random), seconds(1));
  EXPECT_EQ(backoff(0, std::nullopt, random), seconds(1));
}

}  // namespace
}  // namespace anchorwatch::outbox
