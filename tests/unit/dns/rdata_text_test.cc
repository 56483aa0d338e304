// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/core/random.h"
#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/rdata.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

TEST(RdataText, CommonTypesAreReadAndPrintedAlike) {
  const std::vector<std::pair<RrType, std::string>> records = {
      {RrType::kA, "192.0.2.1"},
      {RrType::kAaaa, "2001:db8::1"},
      {RrType::kNs, "ns1.example."},
      {RrType::kCname, "."},
      {RrType::kDname, "other.example."},
      {RrType::kPtr, "host.example."},
      {RrType::kMx, "10 mail.example."},
      {RrType::kSrv, "1 2 443 www.example."},
      {RrType::kSoa, "ns1.example. host.example. 1 2 3 4 5"},
      {RrType::kTxt, R"txt("a;b (c)" "d\"e\\f\007\255" "")txt"},
      {RrType::kDs, "20326 8 2 e06d44b8"},
      {RrType::kCds, "0 0 0 00"},
      {RrType::kDnskey, "257 3 13 AQID"},
      {RrType::kCdnskey, "0 3 0 AA=="},
      {RrType::kNsec, "b.example. A RRSIG NSEC TYPE65280"},
      {RrType::kNsec3, "1 1 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG"},
      {RrType::kNsec3, "1 0 5 ab 2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
      {RrType::kNsec3Param, "1 0 0 -"},
      {RrType::kTlsa, "3 1 1 00aabb"},
      {RrType::kCsync, "66 3 A NS AAAA"},
      {RrType::kZonemd, "2018031900 1 1 00112233445566778899aabb"},
      {RrType::kCaa, R"(0 issue "ca.example; policy=\"x\"")"},
      {RrType::kCaa, R"(128 iodef "")"},
      {RrType::kHttps, "1 . alpn=h2,h3"},
      {RrType{65280}, R"(\# 3 0a0b0c)"},
      {RrType{65280}, R"(\# 0)"},
  };
  for (const auto& [type, text] : records) {
    const Result<Bytes> rdata = parse_rdata_text(type, text);
    ASSERT_TRUE(rdata) << to_string(type) << ' ' << text << ": " << rdata.error().message();
    EXPECT_EQ(rdata_to_text(type, *rdata), text) << to_string(type);
  }
}

TEST(RdataText, MalformedRdataIsShownAsOctets) {
  EXPECT_EQ(rdata_to_text(RrType::kA, bytes_of("\1\2\3")), R"(\# 3 010203)");
  EXPECT_EQ(rdata_to_text(RrType::kA, ""), R"(\# 0)");
  EXPECT_EQ(rdata_to_text(RrType::kNs, bytes_of("\3ab")), R"(\# 3 036162)");
  EXPECT_EQ(rdata_to_text(RrType::kNsec, bytes_of("\0\0\0")), R"(\# 3 000000)");
  EXPECT_EQ(rdata_to_text(RrType::kTxt, bytes_of("\5ab")), R"(\# 3 056162)");
  EXPECT_EQ(rdata_to_text(RrType::kHttps, bytes_of("\0")), R"(\# 1 00)");
  EXPECT_EQ(rdata_to_text(RrType::kOpt, bytes_of("\0\x0d\0\0")), R"(\# 4 000d0000)");
}

TEST(RdataText, OversizedRdataDoesNotWrapItsLength) {
  const Bytes huge(70000, 'x');
  EXPECT_TRUE(rdata_to_text(RrType::kHttps, huge).starts_with(R"(\# 70000 )"));
}

TEST(RdataText, IsPrintableForAnyOctetsOfAnyType) {
  SeededRandom random(7);
  for (int round = 0; round < 20000; ++round) {
    // Types up to 264 are those that ldns or this module knows.
    const RrType type{static_cast<std::uint16_t>(round % 265)};
    std::string rdata(random.below(40), '\0');
    // Small octets make plausible lengths, so that more of them get past the first check.
    const bool small = random.below(2) == 0;
    for (char& c : rdata) c = static_cast<char>(random.below(small ? 8 : 256));
    const std::string text = rdata_to_text(type, rdata);
    ASSERT_FALSE(text.empty());
    for (const char c : text) ASSERT_TRUE(c >= ' ' && c < 0x7f) << to_string(type) << ' ' << text;
  }
}

TEST(ParseRdataText, RefusesWhatIsNoRdata) {
  for (const char* text : {"", "; only a comment", "1 8", "1 8 2 xx", "1 8 2 aa\n1 8 2 bb",
                           "a b c d", "1 8 2 ( aa", "99999 8 2 aa", "1 8 2 aa extra!"}) {
    const Result<Bytes> rdata = parse_rdata_text(RrType::kDs, text);
    ASSERT_FALSE(rdata) << text;
    EXPECT_EQ(rdata.error().code(), ErrorCode::kParse);
  }
}

TEST(ParseRdataText, RefusesNumbersThatDoNotFit) {
  EXPECT_FALSE(parse_rdata_text(RrType::kDs, "65536 8 2 aa"));
  EXPECT_FALSE(parse_rdata_text(RrType::kDs, "1 256 2 aa"));
  EXPECT_FALSE(parse_rdata_text(RrType::kDs, "1 8 256 aa"));
  EXPECT_FALSE(parse_rdata_text(RrType::kDs, "-1 8 2 aa"));
  EXPECT_TRUE(parse_rdata_text(RrType::kDs, "65535 255 255 aa"));
  EXPECT_FALSE(parse_rdata_text(RrType::kDnskey, "65536 3 13 AQID"));
  EXPECT_FALSE(parse_rdata_text(RrType::kNsec3Param, "1 0 65536 -"));
  EXPECT_FALSE(parse_rdata_text(RrType::kSoa, "a. b. 4294967296 1 1 1 1"));
  EXPECT_FALSE(parse_rdata_text(RrType::kSoa, "a. b. 1 4294967296 1 1 1"));
  EXPECT_TRUE(parse_rdata_text(RrType::kSoa, "a. b. 4294967295 1h 1m 2w 1"));
}

TEST(ParseRdataText, TakesBlanksInDigestsAndParentheses) {
  EXPECT_EQ(to_hex(parse_rdata_text(RrType::kDs, "1 8 2 AA bb").value()), "00010802aabb");
  EXPECT_EQ(to_hex(parse_rdata_text(RrType::kDs, "1 8 2 ( AA ; one\n bb )").value()),
            "00010802aabb");
}

TEST(ParseRdataText, GivesCanonicalOctets) {
  EXPECT_EQ(parse_rdata_text(RrType::kNs, "NS1.Example.").value(), name_of("ns1.example").wire());
}

}  // namespace
}  // namespace anchorwatch::dns
