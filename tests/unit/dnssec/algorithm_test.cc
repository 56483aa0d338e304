// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/algorithm.h"

#include <vector>

#include <gtest/gtest.h>

namespace anchorwatch::dnssec {
namespace {

std::vector<int> numbers_where(bool (*predicate)(std::uint8_t)) {
  std::vector<int> numbers;
  for (int i = 0; i < 256; ++i) {
    if (predicate(static_cast<std::uint8_t>(i))) numbers.push_back(i);
  }
  return numbers;
}

TEST(Algorithm, KnowsWhatItVerifies) {
  EXPECT_EQ(numbers_where(can_verify), (std::vector{5, 7, 8, 10, 13, 14, 15, 16}));
  EXPECT_EQ(numbers_where(can_digest), (std::vector{1, 2, 4}));
}

TEST(Algorithm, ReliesOnSha1OnlyWhenTold) {
  const ValidationPolicy modern;
  ValidationPolicy old;
  old.rely_on_sha1 = true;
  for (const std::uint8_t number : {std::uint8_t{5}, std::uint8_t{7}}) {
    EXPECT_FALSE(relies_on(number, modern));
    EXPECT_TRUE(relies_on(number, old));
  }
  EXPECT_FALSE(relies_on_digest(1, modern));
  EXPECT_TRUE(relies_on_digest(1, old));
  EXPECT_TRUE(relies_on(8, modern));
  EXPECT_TRUE(relies_on_digest(2, modern));
  EXPECT_FALSE(relies_on(12, old));
  EXPECT_FALSE(relies_on_digest(3, old));
}

TEST(Algorithm, NamesAndStanding) {
  EXPECT_EQ(algorithm_name(13), "ECDSAP256SHA256");
  EXPECT_EQ(algorithm_name(200), "algorithm 200");
  EXPECT_EQ(digest_name(2), "SHA-256");
  EXPECT_EQ(digest_name(9), "digest type 9");
  const AlgorithmTable& table = *AlgorithmTable::builtin();
  EXPECT_EQ(table.algorithm_standing(5), Standing::kMustNot);
  EXPECT_EQ(table.algorithm_standing(12), Standing::kMustNot);
  EXPECT_EQ(table.algorithm_standing(10), Standing::kNotRecommended);
  EXPECT_EQ(table.algorithm_standing(13), Standing::kRecommended);
  EXPECT_EQ(table.algorithm_standing(16), Standing::kMay);
  EXPECT_EQ(table.algorithm_standing(50), Standing::kUnassigned);
  EXPECT_EQ(table.digest_standing(1), Standing::kMustNot);
  EXPECT_EQ(table.digest_standing(2), Standing::kRecommended);
  EXPECT_EQ(table.digest_standing(100), Standing::kUnassigned);
}

TEST(Algorithm, IllegalNumbers) {
  const AlgorithmTable& table = *AlgorithmTable::builtin();
  for (const int number : {0, 2, 4, 9, 11, 123, 251, 252, 253, 254, 255}) {
    EXPECT_TRUE(table.algorithm_is_illegal(static_cast<std::uint8_t>(number))) << number;
    EXPECT_EQ(table.algorithm_standing(static_cast<std::uint8_t>(number)), Standing::kMustNot) << number;
  }
  for (const int number : {1, 3, 5, 8, 13, 16, 17, 23, 24}) {
    EXPECT_FALSE(table.algorithm_is_illegal(static_cast<std::uint8_t>(number))) << number;
  }
  EXPECT_TRUE(table.digest_is_illegal(0));
  EXPECT_FALSE(table.digest_is_illegal(1));
  EXPECT_EQ(table.digest_standing(0), Standing::kMustNot);
}

}  // namespace
}  // namespace anchorwatch::dnssec
