// SPDX-License-Identifier: Apache-2.0
// The operator's table of networks, and SINGLE_AS, which needs it.
#include "anchorwatch/judge/as_table.h"

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

std::string origin_of(const AsTable& table, const std::string& address) {
  const std::optional<AsOrigin> origin = table.find(IpAddress::from_text(address).value());
  return origin ? std::to_string(origin->number) + (origin->anycast ? " anycast" : "") : "-";
}

std::string error_of(const std::string& text) {
  const Result<AsTable> table = AsTable::parse(text);
  return table ? "" : table.error().message();
}

TEST(AsTable, TheLongestPrefixCounts) {
  const AsTable table = AsTable::parse(
                            "# networks\n"
                            "198.51.0.0/16 64496\n"
                            "198.51.100.0/24\tAS64497 # a customer\n"
                            "198.51.100.53 64498 anycast\r\n"
                            "\n"
                            "2001:db8::/32 4200000000\n"
                            "2001:db8:1::/48 64500")
                            .value();
  EXPECT_EQ(table.size(), 5U);
  EXPECT_EQ(origin_of(table, "198.51.7.1"), "64496");
  EXPECT_EQ(origin_of(table, "198.51.100.1"), "64497");
  EXPECT_EQ(origin_of(table, "198.51.100.53"), "64498 anycast");
  EXPECT_EQ(origin_of(table, "198.52.0.1"), "-");
  EXPECT_EQ(origin_of(table, "2001:db8:2::1"), "4200000000");
  EXPECT_EQ(origin_of(table, "2001:db8:1::1"), "64500");
  EXPECT_EQ(origin_of(table, "2001:db9::1"), "-");
}

TEST(AsTable, ADefaultRouteHoldsItsFamilyOnly) {
  const AsTable table = AsTable::parse("0.0.0.0/0 64496\n").value();
  EXPECT_EQ(origin_of(table, "203.0.113.1"), "64496");
  EXPECT_EQ(origin_of(table, "2001:db8::1"), "-");
}

TEST(AsTable, ErrorsNameTheLine) {
  EXPECT_EQ(error_of("\n198.51.100.0/24\n"), "2: not PREFIX ASN, or PREFIX ASN anycast");
  EXPECT_EQ(error_of("198.51.100.0/33 1\n"),
            "1: \"198.51.100.0/33\" is no prefix, e.g. 192.0.2.0/24 or 2001:db8::/32");
  EXPECT_EQ(error_of("198.51.100.1/24 1\n"), "1: \"198.51.100.1/24\" has bits behind the prefix");
  for (const char* number : {"0", "AS", "4294967296", "-1", "64496x"}) {
    EXPECT_EQ(error_of("192.0.2.0/24 " + std::string(number)),
              "1: \"" + std::string(number) + "\" is no AS number, e.g. 64496");
  }
  EXPECT_EQ(error_of("#\n#\n192.0.2.0/24 1 often\n"),
            "3: \"often\": only anycast may stand behind the AS number");
}

class SingleAs : public ::testing::Test {
 protected:
  SingleAs() {
    lab_.sign();
    lab_.policy.allow_special_addresses = false;
  }
  const Finding* judged(const char* table) {
    lab_.policy.as_table = std::make_shared<const AsTable>(AsTable::parse(table).value());
    judgement_ = lab_.run(EvidenceBuilder(lab_.parent, lab_.zone)
                              .server("ns1.example.com.", "192.0.2.1")
                              .server("ns2.example.com.", "198.51.100.2")
                              .build());
    return find(judgement_, FindingCode::SINGLE_AS);
  }
  JudgeLab lab_;
  Judgement judgement_;
};

TEST_F(SingleAs, OneNetworkForAllServers) {
  const Finding* finding = judged("192.0.2.0/24 64496\n198.51.100.0/24 64496\n");
  ASSERT_NE(finding, nullptr) << summary(judgement_);
  EXPECT_EQ(finding->severity, Severity::kInfo);
  EXPECT_EQ(std::get<std::int64_t>(finding->data.at("as")), 64496);
}

TEST_F(SingleAs, SilentWhereItIsNotSo) {
  EXPECT_EQ(judged("192.0.2.0/24 64496\n198.51.100.0/24 64497\n"), nullptr);
  EXPECT_EQ(judged("192.0.2.0/24 64496\n"), nullptr)
      << "one address is in no prefix: nothing is known";
  EXPECT_EQ(judged("192.0.2.0/24 64496 anycast\n198.51.100.0/24 64496 anycast\n"), nullptr);
  EXPECT_EQ(judged(""), nullptr);
  lab_.policy.allow_special_addresses = true;
  EXPECT_EQ(judged("192.0.2.0/24 64496\n198.51.100.0/24 64496\n"), nullptr) << "a laboratory";
}

TEST_F(SingleAs, SilentWithoutATableAndForOneServer) {
  lab_.policy.as_table = nullptr;
  EXPECT_EQ(find(lab_.run(lab_.look()), FindingCode::SINGLE_AS), nullptr);
  lab_.policy.as_table =
      std::make_shared<const AsTable>(AsTable::parse("192.0.2.0/24 64496\n").value());
  judgement_ = lab_.run(
      EvidenceBuilder(lab_.parent, lab_.zone).server("ns1.example.com.", "192.0.2.1").build());
  EXPECT_EQ(find(judgement_, FindingCode::SINGLE_AS), nullptr) << "NS_TOO_FEW tells that";
}

}  // namespace
}  // namespace anchorwatch::judge
