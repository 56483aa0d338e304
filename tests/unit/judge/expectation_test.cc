// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/expectation.h"

#include <gtest/gtest.h>

namespace anchorwatch::judge {
namespace {

TEST(ExpectationTest, EveryValueHasItsText) {
  for (const Expect expect : {Expect::kAny, Expect::kSigned, Expect::kUnsigned}) {
    EXPECT_EQ(parse_expect(to_string(expect)), expect);
  }
  EXPECT_EQ(parse_expect("signed"), Expect::kSigned);
  EXPECT_EQ(parse_expect("Signed"), std::nullopt);
  EXPECT_EQ(parse_expect(""), std::nullopt);
}

}  // namespace
}  // namespace anchorwatch::judge
