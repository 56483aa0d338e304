// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/recent_map.h"

#include <map>

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

TEST(RecentMap, HoldsAtMostTwoGenerations) {
  RecentMap<std::map<int, int>> map(10);
  for (int i = 0; i < 1000; ++i) {
    map[i] = i;
    ASSERT_LE(map.size(), 20U);
  }
  EXPECT_EQ(*map.find(999), 999);
  EXPECT_EQ(map.find(0), nullptr);
}

TEST(RecentMap, KeepsWhatIsUsed) {
  RecentMap<std::map<int, int>> map(10);
  map[-1] = 7;
  map[-2] = 8;
  for (int i = 0; i < 1000; ++i) {
    map[i] = i;
    ASSERT_NE(map.find(-1), nullptr) << i;
    ASSERT_EQ(*map.find(-1), 7);
  }
  EXPECT_EQ(map.peek(-2), nullptr);
}

TEST(RecentMap, PeekingIsNoUse) {
  RecentMap<std::map<int, int>> map(2);
  map[1] = 1;
  for (int i = 2; i < 6; ++i) {
    map[i] = i;
    EXPECT_LE(map.size(), 4U) << map.peek(1);
  }
  EXPECT_EQ(map.peek(1), nullptr);
}

TEST(RecentMap, ErasesFromBothGenerations) {
  RecentMap<std::map<int, int>> map(2);
  for (int i = 0; i < 3; ++i) map[i] = i;
  for (int i = 0; i < 3; ++i) map.erase(i);
  EXPECT_EQ(map.size(), 0U);
  map[1] = 1;
  map.clear();
  EXPECT_EQ(map.find(1), nullptr);
}

}  // namespace
}  // namespace anchorwatch
