// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/probe_spec.h"

#include <string>

#include <gtest/gtest.h>

namespace anchorwatch::inventory {
namespace {

dns::Name name(std::string_view text) { return dns::Name::from_text(text).value(); }

/// The question for example.com as text, or the reason why there is none.
std::string resolve(std::string_view text, std::string_view zone = "example.com") {
  const auto spec = ProbeSpec::parse(text);
  if (!spec) return std::string("parse: ") + to_string(spec.error().code());
  const auto question = spec->resolve(name(zone));
  if (!question) return std::string("resolve: ") + to_string(question.error().code());
  return question->name.to_text() + " " + dns::to_string(question->type);
}

TEST(ProbeSpecTest, NamesAreApexAbsoluteOrBelow) {
  EXPECT_EQ(resolve("@/SOA"), "example.com. SOA");
  EXPECT_EQ(resolve("www/A"), "www.example.com. A");
  EXPECT_EQ(resolve("a.b/aaaa"), "a.b.example.com. AAAA");
  EXPECT_EQ(resolve("www.example.com./A"), "www.example.com. A");
  EXPECT_EQ(resolve("example.com./MX"), "example.com. MX");
  EXPECT_EQ(resolve("www.example.com/A"), "www.example.com.example.com. A");
  EXPECT_EQ(resolve("*/A"), "*.example.com. A");
  EXPECT_EQ(resolve("bücher/A"), "xn--bcher-kva.example.com. A");
  EXPECT_EQ(resolve("@/NS", "."), ". NS");
  EXPECT_EQ(resolve("./NS", "."), ". NS");
  EXPECT_EQ(resolve("com/NS", "."), "com. NS");
}

TEST(ProbeSpecTest, SplitsAtTheLastSlash) {
  EXPECT_EQ(resolve("0/25/PTR", "2.0.192.in-addr.arpa"), "0/25.2.0.192.in-addr.arpa. PTR");
}

TEST(ProbeSpecTest, EscapedFinalDotIsNotAbsolute) {
  EXPECT_EQ(resolve(R"(a\./A)"), R"(a\..example.com. A)");
  EXPECT_EQ(resolve(R"(a\\./A)"), "resolve: invalid_argument");
}

TEST(ProbeSpecTest, TypesByNumber) {
  EXPECT_EQ(resolve("@/TYPE65280"), "example.com. TYPE65280");
  EXPECT_EQ(resolve("@/TYPE257"), "example.com. CAA");
}

TEST(ProbeSpecTest, Refuses) {
  EXPECT_EQ(resolve("www"), "parse: parse");
  EXPECT_EQ(resolve(""), "parse: parse");
  EXPECT_EQ(resolve("/A"), "parse: parse");
  EXPECT_EQ(resolve("www/"), "parse: parse");
  EXPECT_EQ(resolve("www/NOSUCHTYPE"), "parse: parse");
  EXPECT_EQ(resolve("a..b/A"), "parse: parse");
  EXPECT_EQ(resolve("a@b/A"), "parse: parse");
  for (const char* type : {"ANY", "AXFR", "OPT", "TSIG", "TKEY", "RRSIG", "TYPE0", "TYPE251"}) {
    EXPECT_EQ(resolve(std::string("@/") + type), "parse: invalid_argument") << type;
  }
}

TEST(ProbeSpecTest, AbsoluteNamesMustLieInTheZone) {
  EXPECT_EQ(resolve("www.example.org./A"), "resolve: invalid_argument");
  EXPECT_EQ(resolve("com./A"), "resolve: invalid_argument");
  EXPECT_EQ(resolve("badexample.com./A"), "resolve: invalid_argument");
}

TEST(ProbeSpecTest, TooLongBelowTheZone) {
  const std::string label(63, 'a');
  const std::string zone = label + "." + label + "." + label;
  EXPECT_EQ(resolve(std::string(61, 'b') + "/A", zone), std::string(61, 'b') + "." + zone + ". A");
  EXPECT_EQ(resolve(std::string(62, 'b') + "/A", zone), "resolve: parse");
}

TEST(ProbeSpecTest, TextRoundTrip) {
  for (const char* text : {"@/SOA", "www/A", "a.b/TXT", "www.example.com./AAAA", "./NS"}) {
    const auto spec = ProbeSpec::parse(text);
    ASSERT_TRUE(spec.has_value()) << text;
    EXPECT_EQ(spec->to_text(), text);
    EXPECT_EQ(ProbeSpec::parse(spec->to_text()).value(), *spec);
  }
  EXPECT_FALSE(ProbeSpec::parse("www/A").value() == ProbeSpec::parse("www./A").value());
}

TEST(ProbeSpecTest, DefaultsAreTheContracts) {
  std::string all;
  for (const ProbeSpec& probe : default_probes()) all += probe.to_text() + " ";
  EXPECT_EQ(all, "@/SOA @/NS @/A @/AAAA @/MX @/TXT @/CAA @/CDS @/CDNSKEY ");
}

}  // namespace
}  // namespace anchorwatch::inventory
