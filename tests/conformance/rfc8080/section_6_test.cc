// SPDX-License-Identifier: Apache-2.0
// RFC 8080 §6: Ed25519 and Ed448. The signatures are those of erratum 4935; the printed ones do not
// verify.
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

constexpr UnixSeconds kNow = 1439000000;

TEST(Rfc8080Section61, Ed25519) {
  constexpr std::string_view kFirst =
      "example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
      "example.com. 3600 IN DS 3613 15 2 "
      "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b\n"
      "example.com. 3600 IN MX 10 mail.example.com.\n"
      "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. "
      "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==\n";
  constexpr std::string_view kSecond =
      "example.com. 3600 IN DNSKEY 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=\n"
      "example.com. 3600 IN DS 35217 15 2 "
      "401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c\n"
      "example.com. 3600 IN MX 10 mail.example.com.\n"
      "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 35217 example.com. "
      "zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg==\n";
  for (const std::string_view text : {kFirst, kSecond}) {
    EXPECT_TRUE(ds_fits_key(text));
    EXPECT_EQ(validate_example(text, kNow), secure());
  }
}

TEST(Rfc8080Section62, Ed448Ds) {
  EXPECT_TRUE(
      ds_fits_key("example.com. 3600 IN DNSKEY 257 3 16 "
                  "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1F"
                  "YYUcJKm1MDpJtIA\n"
                  "example.com. 3600 IN DS 9713 16 2 "
                  "6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7\n"));
}

}  // namespace
}  // namespace anchorwatch::dnssec
