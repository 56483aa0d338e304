// SPDX-License-Identifier: Apache-2.0
// CSV inventories.
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/inventory/inventory_builder.h"

namespace anchorwatch::inventory {
namespace {

InventoryLoad load(std::string_view text) {
  InventoryBuilder builder;
  builder.add_text(text, "zones.csv");
  return builder.finish();
}

const ZoneEntry* find(const InventoryLoad& loaded, std::string_view name) {
  return loaded.inventory.find(dns::Name::from_text(name).value());
}

TEST(ZoneCsvTest, WhereAWholeZoneIs) {
  InventoryBuilder builder;
  builder.add_text(
      "name,zone_file,axfr,tsig_key\n"
      "example.com,signed/example.com,,\n"
      "example.net,/var/zones/net,,\n"
      "example.org,,[2001:db8::1]:5353,keys/org\n",
      "etc/zones.csv");
  const auto loaded = builder.finish();
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  // Relative to the file that they stand in.
  EXPECT_EQ(find(loaded, "example.com")->settings->source.file, "etc/signed/example.com");
  EXPECT_EQ(find(loaded, "example.net")->settings->source.file, "/var/zones/net");
  const dns::ZoneSource& org = find(loaded, "example.org")->settings->source;
  EXPECT_EQ(org.server, IpAddress::from_text("2001:db8::1"));
  EXPECT_EQ(org.port, 5353);
  EXPECT_EQ(org.tsig_key_file, "etc/keys/org");
  const auto wrong = load(
      "name,zone_file,axfr,tsig_key\n"
      "example.com,file,192.0.2.1,\n"
      "example.net,,,key\n"
      "example.org,,ns1.example.org,\n");
  EXPECT_EQ(wrong.problems.to_text(),
            "zones.csv:2:1: zone_file and axfr exclude each other\n"
            "zones.csv:3:1: tsig_key is of no use without axfr\n"
            "zones.csv:4:14: axfr: ns1.example.org is not ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT\n");
}

TEST(ZoneCsvTest, EveryColumn) {
  const auto loaded = load(
      "# portfolio\n"
      "name,expect,expect_ds,algorithms,probes,denial_probe,owner,contact,registrar,criticality,"
      "tags,interval\n"
      "example.com,signed,12345 13 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"
      "23456 13 1 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,13 15,@/SOA;www/A,false,web team,"
      "dns@example.com,Some Registrar,high,shop; eu,5m\n"
      "example.org,,,,,,,,,,,\n");
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  const ZoneEntry* com = find(loaded, "example.com");
  ASSERT_NE(com, nullptr);
  const ZoneSettings& settings = *com->settings;
  EXPECT_EQ(settings.expectation.expect, judge::Expect::kSigned);
  EXPECT_EQ(settings.expectation.expect_ds.size(), 2U);
  EXPECT_EQ(settings.expectation.algorithms, (std::vector<std::uint8_t>{13, 15}));
  EXPECT_EQ(settings.probes->size(), 2U);
  EXPECT_FALSE(settings.denial_probe);
  EXPECT_EQ(settings.owner, "web team");
  EXPECT_EQ(settings.contact, "dns@example.com");
  EXPECT_EQ(settings.registrar, "Some Registrar");
  EXPECT_EQ(settings.criticality, "high");
  EXPECT_EQ(settings.tags, (std::vector<std::string>{"shop", "eu"}));
  EXPECT_EQ(settings.interval, std::chrono::seconds(300));
  EXPECT_EQ(com->source, (SourcePosition{0, 1, 3}));
  ASSERT_NE(find(loaded, "example.org"), nullptr);
  EXPECT_EQ(*find(loaded, "example.org")->settings, ZoneSettings());
}

TEST(ZoneCsvTest, SeverityAndTags) {
  InventoryBuilder builder(
      {}, {{"lab", {{judge::FindingCode::SIG_EXPIRED, Severity::kInfo}}}});
  builder.add_text(
      "name,tags,severity\n"
      "a.example,lab,DS_ORPHAN=error; SIG_EXPIRED=notice\n"
      "b.example,lab,\n"
      "c.example,lab,\n"
      "d.example,,\n",
      "zones.csv");
  const auto loaded = builder.finish();
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  const auto severity = [&](std::string_view name) { return find(loaded, name)->settings->expectation.severity; };
  EXPECT_EQ(severity("a.example"), (judge::SeverityMap{{judge::FindingCode::SIG_EXPIRED, Severity::kNotice},
                                                       {judge::FindingCode::DS_ORPHAN, Severity::kError}}));
  EXPECT_EQ(severity("b.example"), (judge::SeverityMap{{judge::FindingCode::SIG_EXPIRED, Severity::kInfo}}));
  EXPECT_EQ(find(loaded, "b.example")->settings, find(loaded, "c.example")->settings);
  EXPECT_TRUE(severity("d.example").empty());
  EXPECT_EQ(load("name,severity\na.example,DS_ORPHAN=error DS_ORPHAM=info\n"
                 "b.example,DS_ORPHAN=bad\nc.example,DS_ORPHAN\n")
                .problems.to_text(),
            "zones.csv:2:27: severity: unknown finding code (did you mean \"DS_ORPHAN\"?)\n"
            "zones.csv:3:11: severity: \"bad\" is none of: critical, error, warning, notice, info\n"
            "zones.csv:4:11: severity: \"DS_ORPHAN\" is not CODE=SEVERITY, e.g. \"SIG_EXPIRED=warning\"\n");
}

TEST(ZoneCsvTest, QuotesCommasAndLineBreaks) {
  const auto loaded = load(
      "owner,Name,contact\r\n"
      "\"web, \"\"EU\"\" team\",\"example.com\", plain text \r\n"
      "# a comment\r\n"
      "\r\n"
      " \"padded\" , example.org ,\"\"\r\n"
      "\"after\",example.net,x");
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  EXPECT_EQ(find(loaded, "example.com")->settings->owner, "web, \"EU\" team");
  EXPECT_EQ(find(loaded, "example.com")->settings->contact, "plain text");
  EXPECT_EQ(find(loaded, "example.com")->source, (SourcePosition{0, 21, 2}));
  EXPECT_EQ(find(loaded, "example.org")->settings->owner, "padded");
  EXPECT_EQ(find(loaded, "example.org")->source, (SourcePosition{0, 13, 5}));
  EXPECT_EQ(find(loaded, "example.net")->source.line, 6U);
}

TEST(ZoneCsvTest, LinesAreCountedThroughQuotedLineBreaks) {
  const auto loaded = load(
      "name,owner\n"
      "a.example,\"two\nlines\"\n"
      "b..example,x\n");
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.csv:2:12: owner: has control characters\n"
            "zones.csv:4:1: name: \"b..example\" is not a domain name: a label is empty\n");
}

TEST(ZoneCsvTest, EqualRowsShareSettings) {
  const auto loaded = load(
      "owner,name,expect\n"
      "web,a.example,signed\n"
      "web,b.example,signed\n"
      "web,c.example,any\n"
      "web,d.example,signed\n");
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  EXPECT_EQ(find(loaded, "a.example")->settings, find(loaded, "b.example")->settings);
  EXPECT_EQ(find(loaded, "a.example")->settings, find(loaded, "d.example")->settings);
  EXPECT_NE(find(loaded, "a.example")->settings, find(loaded, "c.example")->settings);
  EXPECT_EQ(find(loaded, "c.example")->settings->expectation.expect, judge::Expect::kAny);
}

TEST(ZoneCsvTest, HeaderMistakes) {
  const auto loaded = load(
      "name,onwer,expect,expect,,colour\n"
      "a.example,x,signed,any,,red\n"
      "b.example,x,sigend,any,,red\n");
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.csv:1:6: unknown column \"onwer\" (did you mean \"owner\"?)\n"
            "zones.csv:1:19: expect: this column stands there twice\n"
            "zones.csv:1:26: unknown column \"\"\n"
            "zones.csv:1:27: unknown column \"colour\"\n"
            "zones.csv:3:13: expect: \"sigend\" is none of: signed, unsigned, any\n");
}

TEST(ZoneCsvTest, ValueMistakesAreAllReportedWithTheirPlaces) {
  const auto loaded = load(
      "name,expect,algorithms,expect_ds,probes,tags,interval\n"
      "bü..example,Signed,13 x,1 2 3;zz,@/SOA www,\"a;b,c\",soon\n");
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.csv:2:1: name: \"xn--b-eha..example\" is not a domain name: a label is "
            "empty\n"
            "zones.csv:2:13: expect: \"Signed\" is none of: signed, unsigned, any\n"
            "zones.csv:2:23: algorithms: \"x\" is not an algorithm number from 1 to 254\n"
            "zones.csv:2:25: expect_ds: \"1 2 3\" is not a DS: key tag, algorithm, digest type, "
            "digest\n"
            "zones.csv:2:40: probes: \"www\" is not NAME/TYPE, e.g. \"@/SOA\"\n"
            "zones.csv:2:47: tags: \"b,c\" is not a tag: up to 64 octets without white space, "
            "\",\" or \";\"\n"
            "zones.csv:2:52: interval: \"soon\" is not a duration, e.g. \"15m\"\n");
}

TEST(ZoneCsvTest, RowsHaveTheHeadersLength) {
  const auto loaded = load(
      "name,owner\n"
      "a.example\n"
      "b.example,x,y\n"
      "c.example,x\n");
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.csv:2:10: the row has 1 cells, the header has 2\n"
            "zones.csv:3:13: the row has 3 cells, the header has 2\n");
}

TEST(ZoneCsvTest, BrokenQuotes) {
  const auto loaded = load(
      "name,owner\n"
      "a.example,\"x\" y\n"
      "b.example,x\"y\n"
      "c.example,\"never closed\n"
      "d..example,x\n");
  EXPECT_EQ(
      loaded.problems.to_text(),
      "zones.csv:2:15: text behind the closing quote; a comma or the end of the line must follow\n"
      "zones.csv:3:12: a quote inside a cell; put the whole cell into quotes and double this one\n"
      "zones.csv:4:11: this quote is never closed\n"
      "zones.csv:5:1: name: \"d..example\" is not a domain name: a label is empty\n");
}

TEST(ZoneCsvTest, ProbesOutsideTheZoneAlsoInEqualRows) {
  const auto loaded = load(
      "name,probes\n"
      "example.com,@/SOA www.example.com./A\n"
      "example.org,@/SOA www.example.com./A\n");
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.csv:3:19: probes: www.example.com. does not lie in example.org.\n");
}

TEST(ZoneCsvTest, DefaultProbesOutsideTheZoneAreLeftOut) {
  ZoneSettings defaults;
  defaults.probes = std::make_shared<const std::vector<ProbeSpec>>(std::vector{
      ProbeSpec::parse("@/SOA").value(), ProbeSpec::parse("www.example.com./A").value()});
  InventoryBuilder builder(defaults);
  builder.add_text("name,probes\nexample.com,\nexample.org,\n", "zones.csv");
  const auto loaded = builder.finish();
  ASSERT_TRUE(loaded.ok()) << loaded.problems.to_text();
  EXPECT_EQ(find(loaded, "example.com")->questions().size(), 2U);
  EXPECT_EQ(find(loaded, "example.org")->questions().size(), 1U);
}

TEST(ZoneCsvTest, Contradiction) {
  const auto loaded = load("name,expect,algorithms\n a.example,unsigned,13\n");
  EXPECT_EQ(loaded.problems.to_text(),
            "zones.csv:2:2: expect = \"unsigned\" contradicts algorithms\n");
}

}  // namespace
}  // namespace anchorwatch::inventory
