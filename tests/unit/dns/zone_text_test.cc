// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/dns/message.h"
#include "anchorwatch/dns/rdata.h"

#include "unit/dns/message_writer.h"

namespace anchorwatch::dns {
namespace {

std::vector<RRset> parsed(std::string_view text, const char* origin = "example.") {
  Result<std::vector<RRset>> sets = parse_zone_text(text, name_of(origin));
  EXPECT_TRUE(sets) << sets.error().message();
  return sets ? *std::move(sets) : std::vector<RRset>{};
}

std::string line_of(const RRset& set) {
  std::string text =
      set.owner.to_text() + ' ' + std::to_string(set.ttl) + ' ' + to_string(set.type);
  for (const Bytes& rdata : set.rdatas) text += " | " + rdata_to_text(set.type, rdata);
  return text;
}

std::vector<std::string> lines_of(std::string_view text, const char* origin = "example.") {
  std::vector<std::string> lines;
  for (const RRset& set : parsed(text, origin)) lines.push_back(line_of(set));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(ZoneText, TrustAnchorsAsDebianShipsThem) {
  EXPECT_EQ(lines_of(". IN DS 20326 8 2 E06D44B8\n. IN DS 38696 8 2 683D2D0A\n"),
            (Lines{". 3600 DS | 20326 8 2 e06d44b8 | 38696 8 2 683d2d0a"}));
  EXPECT_EQ(lines_of(". IN DNSKEY 257 3 8 AwEAAaz/tAm8 ; keytag 20326\n"),
            (Lines{". 3600 DNSKEY | 257 3 8 AwEAAaz/tAm8"}));
}

// Knot writes a blank behind each quoted string.
TEST(ZoneText, BlanksAtTheEndAreNoText) {
  EXPECT_EQ(lines_of("@ 300 CAA 0 issue \"ca.example\" \n@ 300 TXT \"x\"\t \n@ 300 A 192.0.2.1 ; y\n"),
            (Lines{"example. 300 CAA | 0 issue \"ca.example\"", "example. 300 TXT | \"x\"",
                   "example. 300 A | 192.0.2.1"}));
}

TEST(ZoneText, RootHintsAsBindReadsThem) {
  EXPECT_EQ(
      lines_of(";  This file holds (the information\n"
               "; on root name servers\n"
               ".                        3600000      NS    A.ROOT-SERVERS.NET.\n"
               "A.ROOT-SERVERS.NET.      3600000      A     198.41.0.4\n"
               "A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30\n"
               "; End of file",
               "."),
      (Lines{". 3600000 NS | a.root-servers.net.", "a.root-servers.net. 3600000 A | 198.41.0.4",
             "a.root-servers.net. 3600000 AAAA | 2001:503:ba3e::2:30"}));
}

TEST(ZoneText, DirectivesParenthesesAndOmittedOwners) {
  EXPECT_EQ(lines_of("$TTL 1h\n"
                     "$ORIGIN sub\n"
                     "@ IN SOA ns1 host (\n"
                     "  1 ; the serial (not a parenthesis)\n"
                     "  2 3 4\n"
                     "  5 )\n"
                     "   NS ns1\n"
                     "\tIN NS ns2.other.\r\n"
                     "\n"
                     "ns1 5M IN A 192.0.2.1\n"
                     "$ORIGIN deeper\n"
                     "$TTL 1d12h\n"
                     "x IN 60 TXT \"a;b (c)\" \"d\\\"e\"\n"
                     "*.y A 192.0.2.2"),
            (Lines{"sub.example. 3600 SOA | ns1.sub.example. host.sub.example. 1 2 3 4 5",
                   "sub.example. 3600 NS | ns1.sub.example. | ns2.other.",
                   "ns1.sub.example. 300 A | 192.0.2.1",
                   "x.deeper.sub.example. 60 TXT | \"a;b (c)\" \"d\\\"e\"",
                   "*.y.deeper.sub.example. 129600 A | 192.0.2.2"}));
}

TEST(ZoneText, RrsigsJoinTheirSet) {
  const auto sets = parsed(
      "a RRSIG A 8 2 300 20300101000000 20200101000000 1234 example. AQID\n"
      "a A 192.0.2.1\n");
  ASSERT_EQ(sets.size(), 1U);
  ASSERT_EQ(sets[0].rrsigs.size(), 1U);
  EXPECT_EQ(sets[0].rrsigs[0].key_tag, 1234);
  EXPECT_EQ(sets[0].rdatas.size(), 1U);
}

TEST(ZoneText, NamesAreMadeCanonical) {
  EXPECT_EQ(lines_of("A.B MX 10 C.D.\n"), (Lines{"a.b.example. 3600 MX | 10 c.d."}));
  EXPECT_EQ(lines_of("a\\.b MX 10 c\\.\n"), (Lines{"a\\.b.example. 3600 MX | 10 c\\..example."}));
}

TEST(ZoneText, UnknownTypesHaveAForm) {
  EXPECT_EQ(lines_of("a TYPE65280 \\# 3 010203\na A \\# 4 C0000201\n"),
            (Lines{"a.example. 3600 TYPE65280 | \\# 3 010203", "a.example. 3600 A | 192.0.2.1"}));
}

TEST(ZoneText, NothingGivesNothing) {
  EXPECT_TRUE(parsed("").empty());
  EXPECT_TRUE(parsed("\n\n  \n; a comment").empty());
}

TEST(ZoneText, TtlWithTheTopBitIsZero) {
  EXPECT_EQ(lines_of("a 4294967295 A 192.0.2.1\n"), (Lines{"a.example. 0 A | 192.0.2.1"}));
}

TEST(ZoneText, ErrorsNameTheLineWhereTheEntryStarts) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a A 192.0.2.1\n\n; x\nb A 1.2.3\n", "line 4: A record: "},
      {"a SOA (\n b\n c\n 1 2 3 4 )\n", "line 1: SOA record: "},
      {"a TXT (\n \"x\"\n", "line 1: a parenthesis is not closed"},
      {"\na TXT )\n", "line 2: a parenthesis is closed"},
      {"a TXT \"x\nb A 192.0.2.1\n", "line 1: a quoted string"},
      {"a TXT \"x", "line 1: a quoted string"},
      {"a FOO x\n", "line 1: FOO is no record type"},
      {"a CH A 192.0.2.1\n", "line 1: only class IN"},
      {" A 192.0.2.1\n", "line 1: the first record has no owner"},
      {"$INCLUDE /etc/passwd\n", "line 1: only the directives"},
      {"$TTL soon\n", "line 1: $TTL needs"},
      {"$TTL 1h 2\n", "line 1: text after"},
      {"$TTL\n", "line 1: $TTL needs"},
      {"$ORIGIN\n", "line 1: $ORIGIN: "},
      {"$ORIGIN a..b\n", "line 1: $ORIGIN: "},
      {"a 99999999999 A 192.0.2.1\n", "line 1: the TTL"},
      {"a\n", "line 1: the record has no type"},
      {"a 300 IN\n", "line 1: the record has no type"},
      {"a A\n", "line 1: A record: "},
      {"a DS 1 8 2\n", "line 1: DS record: "},
      {"a DS 1 8 2 zz\n", "line 1: DS record: "},
      {"a DNSKEY 257 3 13 A!A\n", "line 1: DNSKEY record: "},
      {"a A 192.0.2.1 more\n", "line 1: A record: "},
      {"a..b A 192.0.2.1\n", "line 1: \"a..b.example.\" is not"},
      {std::string("a A 192.0.2.1\na\0 A 192.0.2.1\n", 30), "line 2: a control character"},
  };
  for (const auto& [text, start] : cases) {
    const auto sets = parse_zone_text(text, name_of("example."));
    ASSERT_FALSE(sets) << text;
    EXPECT_EQ(sets.error().code(), ErrorCode::kParse);
    EXPECT_TRUE(sets.error().message().starts_with(start)) << sets.error().message();
  }
}

TEST(ZoneText, EveryTruncationEndsInAnAnswer) {
  const std::string text =
      "$TTL 1h\n@ IN SOA ns1 host ( 1 2 3\n 4 5 ) ; end\n  TXT \"a\\\"b\" c\\032d\nw DS 1 8 2 "
      "AABB\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string part = text.substr(0, size);
    (void)parse_zone_text(part, name_of("example."));
  }
}

}  // namespace
}  // namespace anchorwatch::dns
