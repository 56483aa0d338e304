// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/problem.h"

#include <gtest/gtest.h>

namespace anchorwatch::inventory {
namespace {

TEST(ProblemTest, TextHasWhatIsKnown) {
  EXPECT_EQ((Problem{"a.toml", 3, 7, "dns.port", "is odd"}.to_text()),
            "a.toml:3:7: dns.port: is odd");
  EXPECT_EQ((Problem{"a.toml", 3, 0, "", "is odd"}.to_text()), "a.toml:3: is odd");
  EXPECT_EQ((Problem{"a.toml", 0, 0, "", "is missing"}.to_text()), "a.toml: is missing");
  EXPECT_EQ((Problem{"", 0, 0, "dns.port", "is odd"}.to_text()), "dns.port: is odd");
}

TEST(ProblemTest, ListKeepsTheFirstAndCountsTheRest) {
  ProblemList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.to_text(), "");
  for (std::uint32_t i = 1; i <= kMaxProblems + 5; ++i) list.add({"f", i, 0, "", "x"});
  EXPECT_FALSE(list.empty());
  ASSERT_EQ(list.all().size(), kMaxProblems);
  EXPECT_EQ(list.all().back().line, kMaxProblems);
  EXPECT_EQ(list.left_out(), 5U);
  EXPECT_TRUE(list.to_text().ends_with("f:20: x\nand 5 more\n"));
}

}  // namespace
}  // namespace anchorwatch::inventory
