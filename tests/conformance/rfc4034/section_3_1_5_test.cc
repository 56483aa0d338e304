// SPDX-License-Identifier: Apache-2.0
// RFC 4034 §3.1.5: inception and expiration are compared by serial number arithmetic, so that
// signatures work across the wrap of 32-bit seconds in 2106.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

TEST(Rfc4034Section315, ZoneAcrossTheWrap) {
  constexpr UnixSeconds kDay = 86400;
  for (const UnixSeconds wrap : {UnixSeconds{1} << 31, UnixSeconds{1} << 32}) {
    ZoneSigner zone("example.", {.inception = wrap - kDay, .expiration = wrap + kDay});
    zone.add_key(SigningKey(15));
    zone.sign();
    const dns::Message message = zone.answer("example.", dns::RrType::kSoa);
    for (const UnixSeconds now : {wrap - kDay, wrap - 1, wrap, wrap + kDay}) {
      EXPECT_EQ(judge(message, zone, now).verdict, secure()) << now;
      EXPECT_EQ(judge(message, zone, now).valid_until, wrap + kDay);
    }
    EXPECT_EQ(judge(message, zone, wrap - kDay - 1).verdict, bogus(Reason::kSignatureNotYetValid));
    EXPECT_EQ(judge(message, zone, wrap + kDay + 1).verdict, bogus(Reason::kSignatureExpired));
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
