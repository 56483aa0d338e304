// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/random.h"

#include <array>
#include <cstddef>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace anchorwatch {
namespace {

/// Gives a script of numbers, then zeros.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  std::uint64_t next() override { return at_ < numbers_.size() ? numbers_[at_++] : 0; }
  [[nodiscard]] std::size_t used() const { return at_; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t at_ = 0;
};

TEST(SeededRandomTest, IsSplitMix64) {
  SeededRandom random(0);
  EXPECT_EQ(random.next(), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(random.next(), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(random.next(), 0x06c45d188009454fULL);
}

TEST(SeededRandomTest, RepeatsForTheSameSeedOnly) {
  SeededRandom one(7);
  SeededRandom same(7);
  SeededRandom other(8);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = one.next();
    EXPECT_EQ(value, same.next());
    EXPECT_NE(value, other.next());
  }
}

TEST(RandomBelowTest, StaysBelowTheBound) {
  SeededRandom random(1);
  for (const std::uint64_t bound : {1ULL, 2ULL, 3ULL, 10ULL, 65536ULL, 1ULL << 63U, ~0ULL}) {
    for (int i = 0; i < 1000; ++i) ASSERT_LT(random.below(bound), bound);
  }
}

TEST(RandomBelowTest, ReachesEveryValueAboutEvenly) {
  SeededRandom random(2);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts[random.below(counts.size())];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(RandomBelowTest, SkipsNumbersThatWouldFavourSmallValues) {
  // 2^64 mod 3 is 1: of all numbers only 0 is too many.
  ScriptedRandom random({0, 0, 5});
  EXPECT_EQ(random.below(3), 2U);
  EXPECT_EQ(random.used(), 3U);
}

TEST(RandomBelowTest, PowersOfTwoSkipNothing) {
  ScriptedRandom random({0, 5});
  EXPECT_EQ(random.below(4), 0U);
  EXPECT_EQ(random.below(4), 1U);
}

TEST(RandomBelowTest, BoundOneAndZeroGiveZero) {
  SystemRandom random;
  EXPECT_EQ(random.below(1), 0U);
  EXPECT_EQ(random.below(0), 0U);
}

TEST(SystemRandomTest, DoesNotRepeatAcrossRefillsOrThreads) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 1000;  // Many times the buffer.
  SystemRandom random;
  std::array<std::vector<std::uint64_t>, kThreads> numbers;
  {
    std::vector<std::jthread> threads;
    for (auto& mine : numbers) {
      threads.emplace_back([&random, &mine] {
        for (std::size_t i = 0; i < kEach; ++i) mine.push_back(random.next());
      });
    }
  }
  std::set<std::uint64_t> distinct;
  for (const auto& mine : numbers) distinct.insert(mine.begin(), mine.end());
  EXPECT_EQ(distinct.size(), kThreads * kEach);
}

TEST(SystemRandomTest, EveryBitChanges) {
  SystemRandom random;
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t value = random.next();
    ones |= value;
    zeros |= ~value;
  }
  EXPECT_EQ(ones, ~0ULL);
  EXPECT_EQ(zeros, ~0ULL);
}

}  // namespace
}  // namespace anchorwatch
