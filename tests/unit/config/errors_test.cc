// SPDX-License-Identifier: Apache-2.0
// What is wrong in a configuration file, and where.
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/config/load.h"

namespace anchorwatch::config {
namespace {

std::string errors(std::string text) {
  return parse_config({{"a.toml", std::move(text)}}).errors.to_text();
}

TEST(ConfigErrorsTest, Syntax) {
  const std::string text = errors("[dns]\nport = 5x\n");
  EXPECT_EQ(text.find("a.toml:2:"), 0U) << text;
  const std::string twice = errors("[dns]\nport = 1\nport = 2\n");
  EXPECT_EQ(twice.find("a.toml:3:8: "), 0U) << twice;
}

TEST(ConfigErrorsTest, UnknownKeysAndTables) {
  EXPECT_EQ(errors("[dsn]\nport = 1\n[dns]\nprot = 1\n  colour = 1\n[[zone]]\nname = \"a\"\n"
                   "expects = \"any\"\n[defaults]\nprobe = []\n[[sink]]\nname = \"s\"\n"
                   "type = \"syslog\"\naddress = \"udp://h\"\nlevel = 3\n"),
            "a.toml:1:2: dsn: unknown table (did you mean \"dns\"?)\n"
            "a.toml:4:1: dns.prot: unknown key (did you mean \"port\"?)\n"
            "a.toml:5:3: dns.colour: unknown key\n"
            "a.toml:10:1: defaults.probe: unknown key (did you mean \"probes\"?)\n"
            "a.toml:15:1: sink.level: unknown key\n"
            "a.toml:8:1: zone.expects: unknown key (did you mean \"expect\"?)\n");
  EXPECT_EQ(errors("port = 53\n"), "a.toml:1:1: port: unknown table\n");
}

TEST(ConfigErrorsTest, TablesOfTheWrongKind) {
  EXPECT_EQ(errors("dns = 5\n"), "a.toml:1:1: dns: must be a table: write [dns]\n");
  EXPECT_EQ(errors("[zone]\nname = \"a\"\n"),
            "a.toml:1:2: zone: must be a list of tables: write [[zone]]\n");
  EXPECT_EQ(errors("[[dns]]\nport = 53\n"), "a.toml:1:3: dns: must be a table: write [dns]\n");
  EXPECT_EQ(errors("zone = [\"a\"]\n"),
            "a.toml:1:1: zone: must be a list of tables: write [[zone]]\n");
}

TEST(ConfigErrorsTest, Types) {
  EXPECT_EQ(errors("[dns]\nport = \"53\"\nallow_special_addresses = 1\nroot_hints = 5\n"
                   "trust_anchors = \"x\"\nforwarders = [1]\nipv4 = true\nrate_per_address = 1.5\n"
                   "negative_trust_anchors = 2026-01-01\n"
                   "[scheduler]\ninterval = 1.5\n[expiry]\nwarn = \"20%\"\n"),
            "a.toml:2:8: dns.port: must be an integer, not a string\n"
            "a.toml:3:27: dns.allow_special_addresses: must be a boolean, not an integer\n"
            "a.toml:4:14: dns.root_hints: must be a path, not an integer\n"
            "a.toml:5:17: dns.trust_anchors: must be a list of paths, not a string\n"
            "a.toml:6:15: dns.forwarders: must hold strings, not an integer\n"
            "a.toml:7:8: dns.ipv4: must be a string, not a boolean\n"
            "a.toml:8:20: dns.rate_per_address: must be an integer, not a number\n"
            "a.toml:9:26: dns.negative_trust_anchors: must be a list of strings, not a date or "
            "time\n"
            "a.toml:11:12: scheduler.interval: must be a duration, not a number\n"
            "a.toml:13:8: expiry.warn: must be a number, not a string\n");
}

TEST(ConfigErrorsTest, RangesAndChoices) {
  EXPECT_EQ(
      errors("[dns]\nport = 0\nipv4 = \"onn\"\nrate_per_address = 100001\n"
             "forwarders = [\"192.0.2.1\", \"host\"]\n"
             "negative_trust_anchors = [\"a..b\"]\nroot_hints = \"\"\ntrust_anchors = [\"\"]\n"
             "[scheduler]\ninterval = \"0s\"\nfull_interval = \"soon\"\n"
             "[expiry]\nwarn = 1\n[validation]\nsha1 = \"a\\tb\"\n"),
      "a.toml:2:8: dns.port: must be between 1 and 65535\n"
      "a.toml:3:8: dns.ipv4: \"onn\" is none of: auto, on, off (did you mean \"on\"?)\n"
      "a.toml:4:20: dns.rate_per_address: must be between 1 and 100000\n"
      "a.toml:5:28: dns.forwarders: \"host\" is not an IP address\n"
      "a.toml:6:27: dns.negative_trust_anchors: \"a..b\" is not a domain name: a label is "
      "empty\n"
      "a.toml:7:14: dns.root_hints: must not be empty\n"
      "a.toml:8:18: dns.trust_anchors: must not hold empty strings\n"
      "a.toml:10:12: scheduler.interval: must be between 1s and 2592000s\n"
      "a.toml:11:17: scheduler.full_interval: \"soon\" is not a duration, e.g. \"15m\"\n"
      "a.toml:13:8: expiry.warn: must be between 0.001 and 0.999\n"
      "a.toml:15:8: validation.sha1: has control characters\n");
}

TEST(ConfigErrorsTest, ValuesThatContradictEachOther) {
  EXPECT_EQ(errors("[scheduler]\ninterval = \"12h\"\n[expiry]\ncritical = 0.3\n[dns]\n"
                   "ipv4 = \"off\"\nipv6 = \"off\"\n"),
            "a.toml:2:12: scheduler.interval: scheduler.full_interval must not be below "
            "scheduler.interval\n"
            "a.toml:4:12: expiry.critical: expiry.critical must not be above expiry.warn\n"
            "a.toml:7:8: dns.ipv6: dns.ipv4 and dns.ipv6 must not both be off\n");
}

TEST(ConfigErrorsTest, Severity) {
  EXPECT_EQ(errors("[severity]\nSIG_EXPIRD = \"error\"\nDS_ORPHAN = \"fatal\"\nWHAT = 1\n"),
            "a.toml:2:1: severity.SIG_EXPIRD: unknown finding code (did you mean "
            "\"SIG_EXPIRED\"?)\n"
            "a.toml:3:13: severity.DS_ORPHAN: \"fatal\" is none of: critical, error, warning, "
            "notice, info\n"
            "a.toml:4:1: severity.WHAT: unknown finding code\n");
}

TEST(ConfigErrorsTest, SeverityOfTagsAndZones) {
  EXPECT_EQ(errors("[tag.lab.severity]\nSIG_EXPIRD = \"error\"\nDS_ORPHAN = \"fatal\"\n"
                   "[tag.shop]\nseverities = {}\nseverity = 1\n[tag]\neu = \"error\"\n"
                   "[[zone]]\nname = \"a.example\"\nseverity = { WHAT = \"error\" }\n"
                   "[[zone]]\nname = \"b.example\"\nseverity = \"error\"\n"),
            "a.toml:2:1: tag.lab.severity.SIG_EXPIRD: unknown finding code (did you mean "
            "\"SIG_EXPIRED\"?)\n"
            "a.toml:3:13: tag.lab.severity.DS_ORPHAN: \"fatal\" is none of: critical, error, "
            "warning, notice, info\n"
            "a.toml:5:1: tag.shop.severities: unknown key (did you mean \"severity\"?)\n"
            "a.toml:6:12: tag.shop.severity: must be a table: write [tag.shop.severity]\n"
            "a.toml:8:6: tag.eu: must be a table: write [tag.eu.severity]\n"
            "a.toml:11:14: zone.severity.WHAT: unknown finding code\n"
            "a.toml:14:12: zone.severity: must be a table, not a string: write severity = { CODE = "
            "\"warning\" }\n");
}

TEST(ConfigErrorsTest, Stubs) {
  EXPECT_EQ(errors("[[stub]]\nservers = [\"127.0.0.1\"]\n[[stub]]\nzone = \"a\"\nservers = []\n"
                   "[[stub]]\nzone = \"A.\"\nservers = [\"127.0.0.1\"]\n[[stub]]\nzone = \"b\"\n"),
            "a.toml:1:1: stub.zone: is required\n"
            "a.toml:5:11: stub.servers: must name one server at least\n"
            "a.toml:7:8: stub.zone: a. stands there twice, first at a.toml:4:8\n"
            "a.toml:9:1: stub.servers: is required\n");
}

TEST(ConfigErrorsTest, Operators) {
  EXPECT_EQ(errors("[[operator]]\nprefixes = [\"9.9.9.1/24\"]\n[[operator]]\nname = \"a\"\nprefixes = []\nrate = 0\n"
                   "[[operator]]\nname = \"a\"\nprefixes = [\"9.9.9.0/24\"]\nrate = 1\n"),
            "a.toml:2:13: operator.prefixes: \"9.9.9.1/24\" is not a block of addresses, e.g. \"192.0.2.0/24\"\n"
            "a.toml:1:1: operator.name: is required\n"
            "a.toml:1:1: operator.rate: is required\n"
            "a.toml:2:12: operator.prefixes: must name one block of addresses at least\n"
            "a.toml:6:8: operator.rate: must be between 1 and 1000000\n"
            "a.toml:5:12: operator.prefixes: must name one block of addresses at least\n"
            "a.toml:8:8: operator.name: \"a\" stands there twice, first at a.toml:4:8\n");
}

TEST(ConfigErrorsTest, Zones) {
  EXPECT_EQ(errors("[[zone]]\nexpect = \"any\"\n"
                   "[[zone]]\nname = \"a..b\"\n"
                   "[[zone]]\nname = \"a\"\nexpect = \"signd\"\nalgorithms = [13, 300]\n"
                   "expect_ds = [\n  \"12345 13 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
                   "  \"1 2\",\n]\n"
                   "probes = [\"@/SOA\", \"www\"]\ntags = [\"a b\"]\ninterval = \"0s\"\nowner = 5\n"
                   "[[zone]]\nname = \"b\"\nprobes = [\"@/SOA\", \"www.c./A\"]\n"
                   "[[zone]]\nname = \"d\"\nexpect = \"unsigned\"\nalgorithms = [13]\n"),
            "a.toml:1:1: zone.name: is required\n"
            "a.toml:4:8: zone.name: \"a..b\" is not a domain name: a label is empty\n"
            "a.toml:7:10: zone.expect: \"signd\" is none of: signed, unsigned, any (did you mean "
            "\"signed\"?)\n"
            "a.toml:8:19: zone.algorithms: \"300\" is not an algorithm number from 1 to 254\n"
            "a.toml:11:3: zone.expect_ds: \"1 2\" is not a DS: key tag, algorithm, digest type, "
            "digest\n"
            "a.toml:13:20: zone.probes: \"www\" is not NAME/TYPE, e.g. \"@/SOA\"\n"
            "a.toml:14:9: zone.tags: \"a b\" is not a tag: up to 64 octets without white space, "
            "\",\" or \";\"\n"
            "a.toml:15:12: zone.interval: must be between 1s and 2592000s\n"
            "a.toml:16:9: zone.owner: must be a string, not an integer\n"
            "a.toml:19:20: zone.probes: www.c. does not lie in b.\n"
            "a.toml:20:1: zone.expect: expect = \"unsigned\" contradicts algorithms\n");
}

TEST(ConfigErrorsTest, ColumnsCountCharacters) {
  EXPECT_EQ(errors("[dns]\nforwarders = [\"ü\", \"x\"]\n"),
            "a.toml:2:15: dns.forwarders: \"ü\" is not an IP address\n");
  EXPECT_EQ(errors("[[zone]]\nname = \"a\"\nprobes = [\"ü/A\", \"x\"]\n"),
            "a.toml:3:18: zone.probes: \"x\" is not NAME/TYPE, e.g. \"@/SOA\"\n");
}

TEST(ConfigErrorsTest, AllFilesAreRead) {
  const auto loaded = parse_config({{"a.toml", "[dns\n"}, {"b.toml", "[dns]\nprt = 1\n"}});
  ASSERT_EQ(loaded.errors.all().size(), 2U);
  EXPECT_EQ(loaded.errors.all()[0].file, "a.toml");
  EXPECT_EQ(loaded.errors.all()[1].to_text(),
            "b.toml:2:1: dns.prt: unknown key (did you mean \"port\"?)");
}

TEST(ConfigErrorsTest, HostileTextIsAnError) {
  EXPECT_FALSE(errors(std::string(5000, '[')).empty());
  EXPECT_FALSE(errors("a = " + std::string(100000, '[')).empty());
  EXPECT_FALSE(errors("\xff\xfe").empty());
  EXPECT_FALSE(errors(std::string("\0\0\0", 3)).empty());
}

}  // namespace
}  // namespace anchorwatch::config
