// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/history/version.h"

#include <gmock/gmock.h>

#include <string>

namespace anchorwatch::history {
namespace {

using Versions = std::vector<Version<std::string>>;
using Seen = Sighting<std::string>;

Seen all_show(std::string content, std::uint32_t ttl = 60) { return {true, true, {{std::move(content), ttl}}}; }

TEST(Version, TheFirstLookKnowsNoBeginning) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(possible_hold(versions[0]), (Span{kBegin, kForever}));
  EXPECT_EQ(certain_hold(versions[0]), (Span{100, kForever}));
}

TEST(Version, AChangeLiesBetweenTwoLooks) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  observe(versions, all_show("b"), 100, 200);
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(possible_hold(versions[0]).until, 260) << "served up to 200, and then held for the TTL";
  EXPECT_EQ(certain_hold(versions[0]).until, 161) << "it was served at 100 at least";
  EXPECT_EQ(possible_hold(versions[1]), (Span{101, kForever}));
  EXPECT_EQ(certain_hold(versions[1]), (Span{200, kForever}));
}

TEST(Version, TheSameAgainIsNothingNew) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  const Versions before = versions;
  observe(versions, all_show("a"), 100, 200);
  EXPECT_EQ(versions, before);
}

TEST(Version, ALookThatMissedServersEndsNothing) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  observe(versions, Seen{true, false, {{"b", 60}}}, 100, 200);
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_TRUE(versions[0].served());
  observe(versions, all_show("b"), 200, 300);
  EXPECT_EQ(versions[0].until, (Window{100, 300})) << "the look at 200 did not show it";
}

TEST(Version, NobodyAskedChangesNothing) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  const Versions before = versions;
  observe(versions, Seen{}, 100, 200);
  EXPECT_EQ(versions, before);
}

TEST(Version, WhatComesBackIsAnotherVersion) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  observe(versions, all_show("b"), 100, 200);
  observe(versions, all_show("a"), 200, 300);
  ASSERT_EQ(versions.size(), 3U);
  EXPECT_FALSE(versions[0].served());
  EXPECT_EQ(versions[2].from, (Window{200, 300}));
}

TEST(Version, AnotherTtlIsAnotherVersion) {
  Versions versions;
  observe(versions, all_show("a", 3600), 0, 100);
  observe(versions, all_show("a", 60), 100, 200);
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(possible_hold(versions[0]).until, 3800);
}

TEST(Version, NoResolverHoldsLongerThanAWeek) {
  Versions versions;
  observe(versions, all_show("a", 2'000'000'000), 0, 100);
  observe(versions, all_show("b"), 100, 200);
  EXPECT_EQ(possible_hold(versions[0]).until, 200 + kLongestHold);
}

TEST(Version, WhatNobodyHoldsIsForgotten) {
  Versions versions;
  observe(versions, all_show("a"), 0, 100);
  observe(versions, all_show("b"), 100, 200);
  forget(versions, 259);
  EXPECT_EQ(versions.size(), 2U);
  forget(versions, 260);
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(versions[0].content, "b");
}

TEST(Version, MoreThanTheLimitForgetsWhatEndsFirst) {
  Versions versions;
  for (UnixSeconds i = 1; i <= 20; ++i) {
    observe(versions, all_show(std::to_string(i), 3600), i == 1 ? 0 : i - 1, i);
    forget(versions, i);
  }
  ASSERT_EQ(versions.size(), kMostVersions);
  EXPECT_EQ(versions.front().content, "5");
  EXPECT_TRUE(versions.back().served());
}

}  // namespace
}  // namespace anchorwatch::history
