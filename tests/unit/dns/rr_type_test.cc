// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rr_type.h"

#include <gtest/gtest.h>

namespace anchorwatch::dns {
namespace {

TEST(RrType, EveryCodeSurvivesTheRoundTrip) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const RrType type{static_cast<std::uint16_t>(code)};
    ASSERT_EQ(parse_rr_type(to_string(type)), type) << code;
    ASSERT_EQ(parse_rr_type("TYPE" + std::to_string(code)), type) << code;
  }
}

TEST(RrType, MnemonicsOfAnyCase) {
  EXPECT_EQ(parse_rr_type("dnskey"), RrType::kDnskey);
  EXPECT_EQ(parse_rr_type("Type257"), RrType::kCaa);
  EXPECT_EQ(to_string(RrType::kNsec3Param), "NSEC3PARAM");
  EXPECT_EQ(to_string(RrType{65280}), "TYPE65280");
}

TEST(RrType, RefusesEverythingElse) {
  for (const char* text :
       {"", "TYPE", "TYPE65536", "TYPE-1", "TYPE+1", "TYPE1x", "TYPE 1", "DNSKEYS", "D", "TYP1"}) {
    EXPECT_EQ(parse_rr_type(text), std::nullopt) << text;
  }
}

TEST(Rcode, HasMnemonics) {
  EXPECT_EQ(rcode_to_string(kRcodeNoError), "NOERROR");
  EXPECT_EQ(rcode_to_string(kRcodeNxDomain), "NXDOMAIN");
  EXPECT_EQ(rcode_to_string(kRcodeBadVers), "BADVERS");
  EXPECT_EQ(rcode_to_string(12), "RCODE12");
  EXPECT_EQ(rcode_to_string(4095), "RCODE4095");
}

}  // namespace
}  // namespace anchorwatch::dns
