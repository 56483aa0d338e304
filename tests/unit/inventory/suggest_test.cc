// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/suggest.h"

#include <array>

#include <gtest/gtest.h>

namespace anchorwatch::inventory {
namespace {

constexpr std::array<std::string_view, 4> kKnown = {"interval", "full_interval", "port", "ipv4"};

TEST(SuggestTest, FindsSlips) {
  EXPECT_EQ(closest("intervall", kKnown), "interval");
  EXPECT_EQ(closest("intreval", kKnown), "interval");
  EXPECT_EQ(closest("full-interval", kKnown), "full_interval");
  EXPECT_EQ(closest("PORT", kKnown), "port");
  EXPECT_EQ(closest("prot", kKnown), "port");
}

TEST(SuggestTest, IsSilentWhenNothingIsClose) {
  EXPECT_EQ(closest("", kKnown), std::nullopt);
  EXPECT_EQ(closest("colour", kKnown), std::nullopt);
  EXPECT_EQ(closest("xy", kKnown), std::nullopt);
  EXPECT_EQ(closest(std::string(1000, 'a'), kKnown), std::nullopt);
  EXPECT_EQ(closest("port", {}), std::nullopt);
}

TEST(SuggestTest, FirstWinsAmongEquals) { EXPECT_EQ(closest("ipv5", kKnown), "ipv4"); }

TEST(SuggestTest, Sentence) {
  EXPECT_EQ(did_you_mean("prt", kKnown), " (did you mean \"port\"?)");
  EXPECT_EQ(did_you_mean("colour", kKnown), "");
}

}  // namespace
}  // namespace anchorwatch::inventory
