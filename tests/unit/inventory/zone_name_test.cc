// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/zone_name.h"

#include <string>

#include <gtest/gtest.h>

namespace anchorwatch::inventory {
namespace {

std::string read(std::string_view text) {
  const auto name = parse_zone_name(text);
  return name ? name->to_text() : "error: " + name.error().message();
}

TEST(ZoneNameTest, PlainNames) {
  EXPECT_EQ(read("Example.COM"), "example.com.");
  EXPECT_EQ(read("example.com."), "example.com.");
  EXPECT_EQ(read("."), ".");
  EXPECT_EQ(read("_tcp.example"), "_tcp.example.");
  EXPECT_EQ(read("0/25.2.0.192.in-addr.arpa"), "0/25.2.0.192.in-addr.arpa.");
  EXPECT_EQ(read(R"(a\.b.example)"), R"(a\.b.example.)");
  EXPECT_EQ(read(R"(a\,b.example)"), R"(a,b.example.)");
}

TEST(ZoneNameTest, LettersOutsideAsciiBecomeALabels) {
  EXPECT_EQ(read("bücher.example"), "xn--bcher-kva.example.");
  EXPECT_EQ(read("BÜCHER.example."), "xn--bcher-kva.example.");
  EXPECT_EQ(read("例え.テスト"), "xn--r8jz45g.xn--zckzah.");
  // Decomposed: u and a combining diaeresis.
  EXPECT_EQ(read("bu\xcc\x88"
                 "cher.example"),
            "xn--bcher-kva.example.");
  EXPECT_EQ(read("_dmarc.bücher.example"), "_dmarc.xn--bcher-kva.example.");
}

TEST(ZoneNameTest, MappingIsNonTransitional) {
  // Transitional mapping would give "strasse".
  EXPECT_EQ(read("straße.example"), "xn--strae-oqa.example.");
}

TEST(ZoneNameTest, ALabelsPass) {
  EXPECT_EQ(read("XN--BCHER-KVA.example"), "xn--bcher-kva.example.");
  EXPECT_EQ(read("xn--not-a-label.example"), "xn--not-a-label.example.");
}

TEST(ZoneNameTest, MistakesSayWhy) {
  EXPECT_EQ(read("a,b"), "error: \"a,b\" is not a domain name: \",\" cannot stand in it");
  EXPECT_EQ(read("dns@example.com"),
            "error: \"dns@example.com\" is not a domain name: \"@\" cannot stand in it");
  EXPECT_EQ(read("a b"), "error: \"a b\" is not a domain name: white space cannot stand in it");
  EXPECT_EQ(read(std::string_view("a\0b", 3)),
            "error: \"a?b\" is not a domain name: white space cannot stand in it");
  EXPECT_EQ(read("https://example.com"),
            "error: \"https://example.com\" is not a domain name: \":\" cannot stand in it");
}

TEST(ZoneNameTest, RefusesWhatIsNoName) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  EXPECT_TRUE(parse_zone_name(longest).has_value());
  for (const std::string& text :
       {std::string(), std::string("a..b"), std::string(".a"), std::string(64, 'a'), longest + "a",
        std::string("b\xfc"
                    "cher.example"),
        std::string("b\xc3"), std::string("b\\\xc3\xbc.example"), std::string("-\xc3\xbc.example"),
        std::string("a\xe2\x80\x8b.example\x80")}) {
    const auto name = parse_zone_name(text);
    ASSERT_FALSE(name.has_value()) << text;
    EXPECT_EQ(name.error().code(), ErrorCode::kParse) << text;
  }
}

}  // namespace
}  // namespace anchorwatch::inventory
