// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/zone_field.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch::inventory {
namespace {

constexpr std::string_view kDigest =
    "e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766";

struct Outcome {
  ZoneSettings settings;
  std::optional<FieldFault> fault;
};

Outcome set(std::string_view field, std::vector<std::string_view> values) {
  Outcome outcome;
  outcome.fault = find_zone_field(field)->set(outcome.settings, values);
  return outcome;
}

std::string why(std::string_view field, std::vector<std::string_view> values) {
  const auto outcome = set(field, std::move(values));
  return outcome.fault ? std::to_string(outcome.fault->element) + ": " + outcome.fault->message
                       : "no fault";
}

TEST(ZoneFieldTest, NamesAreTheContracts) {
  std::set<std::string_view> names;
  for (const ZoneField& field : zone_fields()) {
    EXPECT_TRUE(names.insert(field.name).second);
    EXPECT_EQ(find_zone_field(field.name), &field);
  }
  for (const char* name : {"expect", "expect_ds", "algorithms", "probes", "owner", "contact",
                           "registrar", "criticality", "tags", "interval", "denial_probe"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_EQ(find_zone_field("name"), nullptr);
  EXPECT_EQ(find_zone_field(""), nullptr);
}

TEST(ZoneFieldTest, EachTextFieldSetsItsOwnMember) {
  EXPECT_EQ(set("owner", {"web team"}).settings.owner, "web team");
  EXPECT_EQ(set("contact", {"dns@example.com"}).settings.contact, "dns@example.com");
  EXPECT_EQ(set("registrar", {"R"}).settings.registrar, "R");
  EXPECT_EQ(set("criticality", {"high"}).settings.criticality, "high");
}

TEST(ZoneFieldTest, TextsAreOneShortLine) {
  const std::string longest(255, 'a');
  const std::string too_long(256, 'a');
  EXPECT_EQ(why("owner", {longest}), "no fault");
  EXPECT_EQ(why("owner", {too_long}), "0: is longer than 255 octets");
  EXPECT_EQ(why("contact", {"a\nb"}), "0: has control characters");
  EXPECT_EQ(why("registrar", {"a\x1b[31m"}), "0: has control characters");
}

TEST(ZoneFieldTest, Expect) {
  EXPECT_EQ(set("expect", {"signed"}).settings.expectation.expect, judge::Expect::kSigned);
  EXPECT_EQ(set("expect", {"unsigned"}).settings.expectation.expect, judge::Expect::kUnsigned);
  EXPECT_EQ(set("expect", {"any"}).settings.expectation.expect, judge::Expect::kAny);
  EXPECT_EQ(why("expect", {"Signed"}), "0: \"Signed\" is none of: signed, unsigned, any");
}

TEST(ZoneFieldTest, Interval) {
  EXPECT_EQ(set("interval", {"5m"}).settings.interval, std::chrono::seconds(300));
  EXPECT_EQ(set("interval", {"90"}).settings.interval, std::chrono::seconds(90));
  EXPECT_EQ(why("interval", {"soon"}), "0: \"soon\" is not a duration, e.g. \"15m\"");
  EXPECT_EQ(why("interval", {"0s"}), "0: \"0s\" is not between 1s and 30d");
  EXPECT_EQ(why("interval", {"31d"}), "0: \"31d\" is not between 1s and 30d");
}

TEST(ZoneFieldTest, DenialProbe) {
  EXPECT_FALSE(set("denial_probe", {"false"}).settings.denial_probe);
  EXPECT_TRUE(set("denial_probe", {"true"}).settings.denial_probe);
  EXPECT_EQ(why("denial_probe", {"no"}), "0: \"no\" is neither true nor false");
}

TEST(ZoneFieldTest, ExpectDsIsASortedSetOfRdata) {
  const std::string ds2 = "20326 8 2 " + std::string(kDigest);
  const std::string ds1 = "12345 13 1 " + std::string(40, 'a');
  const auto outcome = set("expect_ds", {ds2, ds1, ds2});
  ASSERT_FALSE(outcome.fault.has_value()) << outcome.fault->message;
  ASSERT_EQ(outcome.settings.expectation.expect_ds.size(), 2U);
  EXPECT_EQ(to_hex(outcome.settings.expectation.expect_ds[0]), "30390d01" + std::string(40, 'a'));
  EXPECT_EQ(to_hex(outcome.settings.expectation.expect_ds[1]), "4f660802" + std::string(kDigest));
}

TEST(ZoneFieldTest, ExpectDsFaults) {
  const std::string good = "20326 8 2 " + std::string(kDigest);
  EXPECT_EQ(why("expect_ds", {good, "12345 13"}),
            "1: \"12345 13\" is not a DS: key tag, algorithm, digest type, digest");
  EXPECT_EQ(why("expect_ds", {"12345 13 2 abcd"}), "0: the digest has 2 octets, type 2 has 32");
  const std::string short_digest = "12345 13 4 " + std::string(kDigest);
  EXPECT_EQ(why("expect_ds", {short_digest}), "0: the digest has 32 octets, type 4 has 48");
}

TEST(ZoneFieldTest, Algorithms) {
  EXPECT_EQ(set("algorithms", {"15", "13", "15"}).settings.expectation.algorithms,
            (std::vector<std::uint8_t>{13, 15}));
  for (const char* text : {"0", "255", "300", "-1", "x", "13x", ""}) {
    EXPECT_NE(why("algorithms", {"13", text}).find("1: "), std::string::npos) << text;
  }
}

TEST(ZoneFieldTest, Probes) {
  const auto outcome = set("probes", {"@/SOA", "www/A", "@/SOA"});
  ASSERT_EQ(outcome.settings.probes->size(), 2U);
  EXPECT_EQ((*outcome.settings.probes)[1].to_text(), "www/A");
  EXPECT_EQ(why("probes", {"@/SOA", "www"}), "1: \"www\" is not NAME/TYPE, e.g. \"@/SOA\"");
}

TEST(ZoneFieldTest, Tags) {
  EXPECT_EQ(set("tags", {"shop", "eu", "shop"}).settings.tags,
            (std::vector<std::string>{"shop", "eu"}));
  EXPECT_NE(why("tags", {"a b"}), "no fault");
  EXPECT_NE(why("tags", {"a;b"}), "no fault");
  EXPECT_NE(why("tags", {""}), "no fault");
  const std::string too_long(65, 'a');
  EXPECT_NE(why("tags", {too_long}), "no fault");
}

TEST(ZoneFieldTest, Contradictions) {
  ZoneSettings settings;
  EXPECT_EQ(check_settings(settings), std::nullopt);
  settings.expectation.expect = judge::Expect::kUnsigned;
  EXPECT_EQ(check_settings(settings), std::nullopt);
  settings.expectation.algorithms = {13};
  EXPECT_EQ(check_settings(settings), "expect = \"unsigned\" contradicts algorithms");
  settings.expectation.expect_ds = {"x"};
  EXPECT_EQ(check_settings(settings), "expect = \"unsigned\" contradicts expect_ds");
  settings.expectation.expect = judge::Expect::kSigned;
  EXPECT_EQ(check_settings(settings), std::nullopt);
}

TEST(ZoneFieldTest, ProbesOutsideTheZone) {
  const auto zone = dns::Name::from_text("example.com").value();
  const auto inside = set("probes", {"@/SOA", "www.example.com./A"});
  EXPECT_FALSE(check_probes(zone, inside.settings).has_value());
  const auto outside = set("probes", {"@/SOA", "www.example.org./A"});
  const auto fault = check_probes(zone, outside.settings);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->element, 1U);
  EXPECT_EQ(fault->message, "www.example.org. does not lie in example.com.");
}

}  // namespace
}  // namespace anchorwatch::inventory
