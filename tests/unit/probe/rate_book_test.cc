// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/rate_book.h"

#include <gtest/gtest.h>

namespace anchorwatch::probe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

IpAddress address(const std::string& text) { return IpAddress::from_text(text).value(); }
OperatorRate hoster(int rate, int per_address = 0) {
  return {"hoster", {IpPrefix::from_text("9.9.0.0/16").value()}, rate, per_address};
}

const IpAddress kServer = address("9.9.9.10");
const IpAddress kNeighbour = address("9.9.9.11");
const IpAddress kPrivate = address("10.1.2.3");
constexpr MonoTime kNow = seconds(1000);

TEST(RateBook, GivesABurstAndThenATokenAtATime) {
  RateBook book({.per_address = 10, .per_prefix = 0});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(book.take_from_address(kServer, kNow).count(), 0);
  EXPECT_EQ(book.backlog(kServer, kNow), milliseconds(100));
  EXPECT_EQ(book.take_from_address(kServer, kNow), milliseconds(100));
  EXPECT_EQ(book.take_from_address(kServer, kNow), milliseconds(200));
  EXPECT_EQ(book.backlog(kServer, kNow + milliseconds(250)), milliseconds(50));
  EXPECT_EQ(book.backlog(kServer, kNow + seconds(9)).count(), 0);
  EXPECT_EQ(book.backlog(kNeighbour, kNow).count(), 0);
  EXPECT_EQ(book.spacing(kServer), milliseconds(100));
}

TEST(RateBook, AddressesOfOnePrefixShareABucket) {
  RateBook book({.per_address = 0, .per_prefix = 5});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(book.take_from_operator(kServer, kNow).count(), 0);
  EXPECT_EQ(book.take_from_operator(kNeighbour, kNow), milliseconds(200));
  EXPECT_EQ(book.take_from_operator(address("9.9.10.10"), kNow).count(), 0);
  EXPECT_EQ(book.backlog(address("9.9.9.12"), kNow), milliseconds(400));
  for (int i = 0; i < 5; ++i) book.take_from_operator(address("2620:fe::1"), kNow);
  EXPECT_EQ(book.backlog(address("2620:fe:0:9::1"), kNow), milliseconds(200));
  EXPECT_EQ(book.backlog(address("2620:fe:1::1"), kNow).count(), 0);
}

TEST(RateBook, AnOperatorHasLimitsOfItsOwn) {
  RateBook book({.per_address = 10, .per_prefix = 5, .operators = {hoster(1000, 500)}});
  EXPECT_EQ(book.spacing(kServer), milliseconds(2));
  EXPECT_EQ(book.spacing(address("9.10.9.10")), milliseconds(200));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(book.take_from_operator(kServer, kNow).count(), 0);
  EXPECT_EQ(book.take_from_operator(address("9.9.200.1"), kNow), milliseconds(1)) << "one bucket for all prefixes";
  RateBook usual({.per_address = 10, .per_prefix = 5, .operators = {hoster(1000)}});
  EXPECT_EQ(usual.spacing(kServer), milliseconds(100));
}

TEST(RateBook, SpecialAddressesHaveNoLimitButAnOperators) {
  RateBook book({.per_address = 1, .per_prefix = 1});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(book.take_from_address(kPrivate, kNow).count(), 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(book.take_from_operator(kPrivate, kNow).count(), 0);
  EXPECT_EQ(book.spacing(kPrivate).count(), 0);
  EXPECT_EQ(book.size(), 0U);
  RateBook limited({.operators = {{"own", {IpPrefix::from_text("10.0.0.0/8").value()}, 50, 0}}});
  EXPECT_EQ(limited.spacing(kPrivate), milliseconds(20));
}

TEST(RateBook, FullBucketsAreForgotten) {
  RateBook book({.per_address = 20, .per_prefix = 100});
  MonoTime now = kNow;
  std::size_t most = 0;
  for (int i = 0; i < 200'000; ++i) {
    const IpAddress each = address("9." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
                                   std::to_string(i % 256));
    book.take_from_address(each, now);
    book.take_from_operator(each, now);
    now += milliseconds(1);
    most = std::max(most, book.size());
  }
  EXPECT_LT(most, 5000U);
}

}  // namespace
}  // namespace anchorwatch::probe
