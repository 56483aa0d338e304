// SPDX-License-Identifier: Apache-2.0
// TOML text to Config.
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/config/load.h"
#include "anchorwatch/config/options.h"

namespace anchorwatch::config {
namespace {

ConfigLoad parse(std::string text) {
  return parse_config({{"/etc/aw/main.toml", std::move(text)}});
}

TEST(ParseConfigTest, NothingGivesTheDefaults) {
  const auto loaded = parse("");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(effective_values(loaded.config), effective_values(default_config()));
  EXPECT_EQ(loaded.config.daemon.database_path(), "/var/lib/anchorwatch/anchorwatch.db");
  EXPECT_EQ(loaded.config.files, (std::vector<std::string>{"/etc/aw/main.toml"}));
}

TEST(ParseConfigTest, EveryPlainKeyReachesItsMember) {
  const auto loaded = parse(R"(
[daemon]
state_dir = "state"
[dns]
root_hints = "hints"
trust_anchors = ["a.key", "/b.key"]
port = 5353
allow_special_addresses = true
ipv4 = "on"
ipv6 = "off"
rate_per_address = 7
forwarders = ["192.0.2.1", "2001:db8::1"]
negative_trust_anchors = ["bad.example"]
[scheduler]
interval = "1m"
full_interval = 7200
[validation]
sha1 = "rely"
nested_anchors = "any"
[monitor]
as_table = "as.txt"
[expiry]
warn = 0.5
critical = 0.25
[severity]
SIG_EXPIRED = "warning"
DS_ORPHAN = "error"
[inventory]
files = ["zones.txt", "../zones.csv"]
[defaults]
expect = "signed"
probes = ["@/SOA"]
denial_probe = false
)");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const Config& config = loaded.config;
  EXPECT_EQ(config.daemon.state_dir, "/etc/aw/state");
  EXPECT_EQ(config.dns.root_hints, "/etc/aw/hints");
  EXPECT_EQ(config.dns.trust_anchors, (std::vector<std::string>{"/etc/aw/a.key", "/b.key"}));
  EXPECT_EQ(config.dns.port, 5353);
  EXPECT_TRUE(config.dns.allow_special_addresses);
  EXPECT_EQ(config.dns.ipv4, FamilyUse::kOn);
  EXPECT_EQ(config.dns.ipv6, FamilyUse::kOff);
  EXPECT_EQ(config.dns.rate_per_address, 7U);
  ASSERT_EQ(config.dns.forwarders.size(), 2U);
  EXPECT_EQ(config.dns.forwarders[1].to_text(), "2001:db8::1");
  ASSERT_EQ(config.dns.negative_trust_anchors.size(), 1U);
  EXPECT_EQ(config.dns.negative_trust_anchors[0].to_text(), "bad.example.");
  EXPECT_EQ(config.scheduler.interval, std::chrono::seconds(60));
  EXPECT_EQ(config.scheduler.full_interval, std::chrono::seconds(7200));
  EXPECT_EQ(config.validation.sha1, Sha1Use::kRely);
  EXPECT_EQ(config.monitor.as_table, "/etc/aw/as.txt");
  EXPECT_EQ(config.validation.nested_anchors, NestedAnchors::kAny);
  EXPECT_DOUBLE_EQ(config.expiry.warn, 0.5);
  EXPECT_DOUBLE_EQ(config.expiry.critical, 0.25);
  EXPECT_EQ(config.severity.at(judge::FindingCode::SIG_EXPIRED), Severity::kWarning);
  EXPECT_EQ(config.severity.at(judge::FindingCode::DS_ORPHAN), Severity::kError);
  EXPECT_EQ(config.inventory_files,
            (std::vector<std::string>{"/etc/aw/zones.txt", "/etc/zones.csv"}));
  EXPECT_EQ(config.defaults.expectation.expect, judge::Expect::kSigned);
  EXPECT_EQ(config.defaults.probes->size(), 1U);
  EXPECT_FALSE(config.defaults.denial_probe);
}

TEST(ParseConfigTest, Stubs) {
  const auto loaded = parse(R"(
[[stub]]
zone = "corp.internal"
servers = ["10.0.0.53", "fd00::53"]
trust_anchors = ["corp.key"]
[[stub]]
zone = "lab"
servers = ["127.0.0.1"]
)");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  ASSERT_EQ(loaded.config.stubs.size(), 2U);
  EXPECT_EQ(loaded.config.stubs[0].zone.to_text(), "corp.internal.");
  EXPECT_EQ(loaded.config.stubs[0].servers.size(), 2U);
  EXPECT_EQ(loaded.config.stubs[0].trust_anchors, (std::vector<std::string>{"/etc/aw/corp.key"}));
  EXPECT_TRUE(loaded.config.stubs[1].trust_anchors.empty());
}

TEST(ParseConfigTest, Operators) {
  const auto loaded = parse(R"(
[dns]
rate_per_prefix = 50
[[operator]]
name = "hoster"
prefixes = ["9.9.9.0/24", "2620:fe::/48"]
rate = 4000
rate_per_address = 1000
[[operator]]
name = "other"
prefixes = ["9.9.10.1"]
rate = 5
)");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(loaded.config.dns.rate_per_prefix, 50U);
  ASSERT_EQ(loaded.config.operators.size(), 2U);
  EXPECT_EQ(loaded.config.operators[0].name, "hoster");
  ASSERT_EQ(loaded.config.operators[0].prefixes.size(), 2U);
  EXPECT_EQ(loaded.config.operators[0].prefixes[1].to_text(), "2620:fe::/48");
  EXPECT_EQ(loaded.config.operators[0].rate, 4000U);
  EXPECT_EQ(loaded.config.operators[0].rate_per_address, 1000U);
  EXPECT_EQ(loaded.config.operators[1].prefixes[0].to_text(), "9.9.10.1/32");
  EXPECT_EQ(loaded.config.operators[1].rate_per_address, 0U);
}

TEST(ParseConfigTest, ZonesGetTheDefaultsOfAllFiles) {
  const auto loaded = parse_config({{"main.toml", R"(
[[zone]]
name = "bücher.example"
[[zone]]
name = "example.com"
expect = "signed"
expect_ds = ["12345 13 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
algorithms = [15, 13]
probes = ["@/SOA", "www/A"]
denial_probe = true
owner = "web team"
contact = "dns@example.com"
registrar = "R"
criticality = "high"
tags = ["shop"]
interval = "5m"
)"},
                                    {"conf.d/10.toml",
                                     "[defaults]\nexpect = \"unsigned\"\n"
                                     "probes = [\"@/NS\"]\n"
                                     "denial_probe = false\n"}});
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  ASSERT_EQ(loaded.config.zones.size(), 2U);
  const ZoneConfig& plain = loaded.config.zones[0];
  EXPECT_EQ(plain.name.to_text(), "xn--bcher-kva.example.");
  EXPECT_EQ(plain.settings, loaded.config.defaults);
  EXPECT_EQ(plain.settings.expectation.expect, judge::Expect::kUnsigned);
  EXPECT_EQ(plain.file, "main.toml");
  EXPECT_EQ(plain.line, 3U);
  EXPECT_EQ(plain.column, 8U);
  const inventory::ZoneSettings& full = loaded.config.zones[1].settings;
  EXPECT_EQ(full.expectation.expect, judge::Expect::kSigned);
  EXPECT_EQ(full.expectation.expect_ds.size(), 1U);
  EXPECT_EQ(full.expectation.algorithms, (std::vector<std::uint8_t>{13, 15}));
  EXPECT_EQ(full.probes->size(), 2U);
  EXPECT_TRUE(full.denial_probe);
  EXPECT_EQ(full.owner, "web team");
  EXPECT_EQ(full.contact, "dns@example.com");
  EXPECT_EQ(full.registrar, "R");
  EXPECT_EQ(full.criticality, "high");
  EXPECT_EQ(full.tags, (std::vector<std::string>{"shop"}));
  EXPECT_EQ(full.interval, std::chrono::seconds(300));
}

TEST(ParseConfigTest, LaterFilesWin) {
  const auto loaded = parse_config({
      {"/etc/aw/main.toml",
       "[dns]\nport = 53\nrate_per_address = 5\nforwarders = [\"192.0.2.1\"]\n"
       "[severity]\nSIG_EXPIRED = \"info\"\n[inventory]\nfiles = [\"a.txt\"]\n"},
      {"/etc/aw/conf.d/10.toml",
       "[dns]\nport = 54\nforwarders = [\"192.0.2.2\"]\n[severity]\nDS_ORPHAN = \"info\"\n"
       "[inventory]\nfiles = [\"b.txt\"]\n[[stub]]\nzone = \"a\"\nservers = [\"127.0.0.1\"]\n"},
      {"/etc/aw/conf.d/20.toml",
       "[dns]\nport = 55\n[severity]\nSIG_EXPIRED = \"error\"\n"
       "[[stub]]\nzone = \"b\"\nservers = [\"127.0.0.1\"]\n"},
  });
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const Config& config = loaded.config;
  EXPECT_EQ(config.dns.port, 55);
  EXPECT_EQ(config.dns.rate_per_address, 5U);
  ASSERT_EQ(config.dns.forwarders.size(), 1U);
  EXPECT_EQ(config.dns.forwarders[0].to_text(), "192.0.2.2");
  EXPECT_EQ(config.severity.at(judge::FindingCode::SIG_EXPIRED), Severity::kError);
  EXPECT_EQ(config.severity.at(judge::FindingCode::DS_ORPHAN), Severity::kInfo);
  EXPECT_EQ(config.inventory_files, (std::vector<std::string>{"/etc/aw/conf.d/b.txt"}));
  EXPECT_EQ(config.stubs.size(), 2U);
  EXPECT_EQ(config.files.size(), 3U);
}

TEST(ParseConfigTest, SeverityByZoneTagAndCode) {
  const auto loaded = parse_config({
      {"/etc/aw/main.toml",
       "[severity]\nSIG_EXPIRED = \"info\"\n"
       "[tag.lab.severity]\nSIG_EXPIRED = \"notice\"\nDS_ORPHAN = \"info\"\n"
       "[[zone]]\nname = \"a\"\ntags = [\"lab\", \"eu\"]\nseverity = { DS_ORPHAN = \"critical\" }\n"
       "[[zone]]\nname = \"b\"\ntags = [\"eu\", \"lab\"]\n[[zone]]\nname = \"c\"\n"},
      {"/etc/aw/conf.d/10.toml",
       "[tag.eu]\nseverity = { SIG_EXPIRED = \"error\" }\n[tag.lab.severity]\nCDS_UNSIGNED = \"info\"\n"},
  });
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const auto inventory = load_inventory(loaded.config);
  ASSERT_TRUE(inventory.ok()) << inventory.problems.to_text();
  const auto of = [&](const char* name) {
    const auto* entry = inventory.inventory.find(dns::Name::from_text(name).value());
    return entry == nullptr ? judge::SeverityMap() : entry->settings->expectation.severity;
  };
  // The highest of the tags; the zone's own word before them.
  const judge::SeverityMap tags{{judge::FindingCode::SIG_EXPIRED, Severity::kError},
                                {judge::FindingCode::DS_ORPHAN, Severity::kInfo},
                                {judge::FindingCode::CDS_UNSIGNED, Severity::kInfo}};
  judge::SeverityMap own = tags;
  own[judge::FindingCode::DS_ORPHAN] = Severity::kCritical;
  EXPECT_EQ(of("a"), own);
  EXPECT_EQ(of("b"), tags);
  EXPECT_EQ(of("c"), judge::SeverityMap());
}

TEST(ParseConfigTest, ErrorsArePlacedWhereAValueWasSet) {
  const auto loaded = parse("[dns]\n\nroot_hints = \"x\"\n");
  EXPECT_EQ(loaded.config.error_at("dns.root_hints", "is missing").to_text(),
            "/etc/aw/main.toml:3:14: dns.root_hints: is missing");
  EXPECT_EQ(loaded.config.error_at("dns.trust_anchors", "is missing").to_text(),
            "/etc/aw/main.toml: dns.trust_anchors: is missing");
  EXPECT_EQ(default_config().error_at("dns.root_hints", "is missing").to_text(),
            "dns.root_hints: is missing");
}

TEST(ParseConfigTest, EmptyListsOfTables) {
  const auto loaded = parse("zone = []\nsink = []\nstub = []\n");
  EXPECT_TRUE(loaded.ok()) << loaded.errors.to_text();
}

}  // namespace
}  // namespace anchorwatch::config
