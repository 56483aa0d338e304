// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/rrsig_time.h"

#include <gtest/gtest.h>

namespace anchorwatch::dnssec {
namespace {

constexpr UnixSeconds kDay = 86400;
constexpr UnixSeconds k2038 = UnixSeconds{1} << 31;
constexpr UnixSeconds k2106 = UnixSeconds{1} << 32;

dns::Rrsig between(UnixSeconds inception, UnixSeconds expiration) {
  dns::Rrsig rrsig;
  rrsig.inception = static_cast<std::uint32_t>(inception);
  rrsig.expiration = static_cast<std::uint32_t>(expiration);
  return rrsig;
}

TEST(RrsigTime, BothBoundsAreInclusive) {
  const dns::Rrsig rrsig = between(1000, 2000);
  EXPECT_EQ(check_rrsig_time(rrsig, 999), RrsigTime::kNotYetValid);
  EXPECT_EQ(check_rrsig_time(rrsig, 1000), RrsigTime::kValid);
  EXPECT_EQ(check_rrsig_time(rrsig, 2000), RrsigTime::kValid);
  EXPECT_EQ(check_rrsig_time(rrsig, 2001), RrsigTime::kExpired);
  EXPECT_EQ(check_rrsig_time(between(2000, 1000), 1500), RrsigTime::kReversed);
  EXPECT_EQ(check_rrsig_time(between(1000, 1000), 1000), RrsigTime::kValid);
}

class AroundTheWrap : public testing::TestWithParam<UnixSeconds> {};
INSTANTIATE_TEST_SUITE_P(RrsigTime, AroundTheWrap, testing::Values(k2038, k2106, k2106 + k2038));

TEST_P(AroundTheWrap, ShortValidity) {
  const UnixSeconds at = GetParam();
  const dns::Rrsig rrsig = between(at - 7 * kDay, at + 7 * kDay);
  EXPECT_EQ(check_rrsig_time(rrsig, at - 8 * kDay), RrsigTime::kNotYetValid);
  EXPECT_EQ(check_rrsig_time(rrsig, at - kDay), RrsigTime::kValid);
  EXPECT_EQ(check_rrsig_time(rrsig, at), RrsigTime::kValid);
  EXPECT_EQ(check_rrsig_time(rrsig, at + kDay), RrsigTime::kValid);
  EXPECT_EQ(check_rrsig_time(rrsig, at + 8 * kDay), RrsigTime::kExpired);
}

TEST_P(AroundTheWrap, ExpandsToTheNearestTime) {
  for (const UnixSeconds offset : {-30 * kDay, UnixSeconds{-1}, UnixSeconds{0}, 30 * kDay}) {
    const UnixSeconds time = GetParam() + offset;
    EXPECT_EQ(expand_rrsig_time(static_cast<std::uint32_t>(time), GetParam()), time);
  }
}

// ldns calls this one "expiration date earlier than inception date".
TEST(RrsigTime, LongValidityAcross2038) {
  const UnixSeconds from = 1704067200;   // 2024-01-01
  const UnixSeconds until = 2208988800;  // 2040-01-01
  const dns::Rrsig rrsig = between(from, until);
  EXPECT_EQ(check_rrsig_time(rrsig, 1767225600), RrsigTime::kValid);
  EXPECT_EQ(check_rrsig_time(rrsig, until + kDay), RrsigTime::kExpired);
  EXPECT_EQ(check_rrsig_time(between(2035000000, 2040000000), 2177452800), RrsigTime::kExpired);
}

}  // namespace
}  // namespace anchorwatch::dnssec
