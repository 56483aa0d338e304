// SPDX-License-Identifier: Apache-2.0
// [[sink]]
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "anchorwatch/config/load.h"
#include "support/temp_dir.h"

namespace anchorwatch::config {
namespace {

ConfigLoad parse(std::string text) { return parse_config({{"/etc/aw/a.toml", std::move(text)}}); }
std::string errors(std::string text) { return parse(std::move(text)).errors.to_text(); }

constexpr const char* kWebhook =
    "[[sink]]\nname = \"siem\"\ntype = \"webhook\"\nurl = \"https://siem.example/hook\"\n";
constexpr const char* kSyslog =
    "[[sink]]\nname = \"log\"\ntype = \"syslog\"\naddress = \"unix:///dev/log\"\n";

TEST(SinkConfigTest, DefaultsOfAWebhook) {
  const auto loaded = parse(kWebhook);
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  SinkConfig expected;
  expected.name = "siem";
  expected.url = "https://siem.example/hook";
  EXPECT_EQ(loaded.config.sinks.at(0), expected);
  EXPECT_EQ(expected.format, SinkFormat::kStandard);
  EXPECT_EQ(expected.min_severity, Severity::kInfo);
}

TEST(SinkConfigTest, EveryKeyOfAWebhook) {
  const auto loaded = parse(std::string(kWebhook) +
                            "format = \"standard\"\nsecret_file = \"secrets/siem\"\n"
                            "allow_special_addresses = true\nmin_severity = \"warning\"\n"
                            "timeout = \"3s\"\nretry_max = 7\nca_file = \"ca.pem\"\n"
                            "enabled = false\n");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  const SinkConfig& sink = loaded.config.sinks.at(0);
  EXPECT_EQ(sink.secret, (SecretSource{"/etc/aw/secrets/siem", ""}));
  EXPECT_TRUE(sink.allow_special_addresses);
  EXPECT_EQ(sink.min_severity, Severity::kWarning);
  EXPECT_EQ(sink.timeout, std::chrono::seconds(3));
  EXPECT_EQ(sink.retry_max, 7U);
  EXPECT_EQ(sink.ca_file, "/etc/aw/ca.pem");
  EXPECT_FALSE(sink.enabled);
}

TEST(SinkConfigTest, SyslogKeys) {
  const auto plain = parse(kSyslog);
  ASSERT_TRUE(plain.ok()) << plain.errors.to_text();
  EXPECT_EQ(plain.config.sinks.at(0).format, SinkFormat::kRfc5424);
  EXPECT_EQ(plain.config.sinks.at(0).facility, 3);
  const auto full = parse(std::string(kSyslog) + "format = \"rfc5424\"\nfacility = \"local4\"\n");
  ASSERT_TRUE(full.ok()) << full.errors.to_text();
  EXPECT_EQ(full.config.sinks.at(0).facility, 20);
  EXPECT_EQ(full.config.sinks.at(0).address.path, "/dev/log");
}

TEST(SinkConfigTest, FormatsThatAreNotBuilt) {
  for (const char* format :
       {"cloudevents", "ecs", "ocsf", "splunk_hec", "pagerduty", "alertmanager", "slack"}) {
    EXPECT_EQ(errors(std::string(kWebhook) + "format = \"" + format + "\"\n"),
              "/etc/aw/a.toml:5:10: sink.format: format \"" + std::string(format) +
                  "\" is not available in this version; use \"standard\"\n");
  }
  for (const char* format : {"cef", "leef"}) {
    EXPECT_EQ(errors(std::string(kSyslog) + "format = \"" + format + "\"\n"),
              "/etc/aw/a.toml:5:10: sink.format: format \"" + std::string(format) +
                  "\" is not available in this version; use \"rfc5424\"\n");
  }
}

TEST(SinkConfigTest, FormatsOfTheOtherType) {
  EXPECT_EQ(errors(std::string(kSyslog) + "format = \"standard\"\n"),
            "/etc/aw/a.toml:5:10: sink.format: format \"standard\" does not go with type syslog; "
            "use \"rfc5424\"\n");
  EXPECT_EQ(errors(std::string(kWebhook) + "format = \"cef\"\n"),
            "/etc/aw/a.toml:5:10: sink.format: format \"cef\" does not go with type webhook; use "
            "\"standard\"\n");
}

TEST(SinkConfigTest, KeysOfTheOtherType) {
  EXPECT_EQ(errors(std::string(kSyslog) + "url = \"https://a\"\nsecret_file = \"x\"\n"),
            "/etc/aw/a.toml:5:7: sink.url: is a key of webhook sinks; this one has type syslog\n"
            "/etc/aw/a.toml:6:15: sink.secret_file: is a key of webhook sinks; this one has type "
            "syslog\n");
  EXPECT_EQ(errors(std::string(kWebhook) + "address = \"udp://h\"\nfacility = \"user\"\n"),
            "/etc/aw/a.toml:5:11: sink.address: is a key of syslog sinks; this one has type "
            "webhook\n"
            "/etc/aw/a.toml:6:12: sink.facility: is a key of syslog sinks; this one has type "
            "webhook\n");
}

TEST(SinkConfigTest, RequiredKeysAndNames) {
  EXPECT_EQ(errors("[[sink]]\ntype = \"webhook\"\n[[sink]]\nname = \"a b\"\ntype = \"syslog\"\n"
                   "[[sink]]\nname = \"c\"\n[[sink]]\nname = \"c\"\ntype = \"syslog\"\n"
                   "address = \"udp://h\"\n"),
            "/etc/aw/a.toml:1:1: sink.name: is required\n"
            "/etc/aw/a.toml:1:1: sink.url: is required for webhooks\n"
            "/etc/aw/a.toml:4:8: sink.name: must be up to 64 letters, digits, \"-\", \"_\" and "
            "\".\"\n"
            "/etc/aw/a.toml:3:1: sink.address: is required for syslog\n"
            "/etc/aw/a.toml:6:1: sink.type: is required\n"
            "/etc/aw/a.toml:9:8: sink.name: \"c\" stands there twice, first at "
            "/etc/aw/a.toml:7:8\n");
}

TEST(SinkConfigTest, TwoFilesWithTheSameName) {
  const auto loaded = parse_config({{"a.toml", kSyslog}, {"conf.d/b.toml", kSyslog}});
  EXPECT_EQ(loaded.errors.to_text(),
            "conf.d/b.toml:2:8: sink.name: \"log\" stands there twice, first at a.toml:2:8\n");
}

TEST(SinkConfigTest, Urls) {
  const auto with = [](const std::string& url, bool special) {
    const auto loaded =
        parse("[[sink]]\nname = \"s\"\ntype = \"webhook\"\nurl = \"" + url +
              "\"\nallow_special_addresses = " + (special ? "true" : "false") + "\n");
    return loaded.ok() ? std::string() : loaded.errors.all().at(0).message;
  };
  EXPECT_EQ(with("https://siem.example:8443/hook?x=1", false), "");
  EXPECT_EQ(with("https://[2001:db8::1]/", false), "");
  EXPECT_EQ(with("http://127.0.0.1:8080/hook", true), "");
  EXPECT_EQ(with("http://siem.example/", false),
            "plain http needs sink.allow_special_addresses = true; use https");
  EXPECT_EQ(with("ftp://siem.example/", true), "must begin with https://");
  EXPECT_EQ(with("siem.example/hook", true), "must begin with https://");
  EXPECT_EQ(with("file:///etc/passwd", true), "must begin with https://");
  EXPECT_EQ(with("https:///hook", false), "has no host");
  EXPECT_EQ(with("https://:443/", false), "has no host");
  EXPECT_EQ(with("https://user:pw@siem.example/", false),
            "must not hold a user name or password; use sink.secret_file");
  EXPECT_EQ(with("https://siem.example/#x", false), "must not have a fragment");
  EXPECT_EQ(with("https://siem.example/a b", false), "has white space; write %20");
}

std::string address(std::string_view text) {
  const auto parsed = SyslogAddress::parse(text);
  return parsed ? parsed->to_text() : "error";
}

TEST(SyslogAddressTest, Forms) {
  EXPECT_EQ(address("unix:///dev/log"), "unix:///dev/log");
  EXPECT_EQ(address("udp://192.0.2.1"), "udp://192.0.2.1:514");
  EXPECT_EQ(address("tcp://collector.example"), "tcp://collector.example:601");
  EXPECT_EQ(address("tls://collector.example"), "tls://collector.example:6514");
  EXPECT_EQ(address("tcp://127.0.0.1:1601"), "tcp://127.0.0.1:1601");
  EXPECT_EQ(address("udp://[2001:db8::1]"), "udp://[2001:db8::1]:514");
  EXPECT_EQ(address("tls://[2001:db8::1]:99"), "tls://[2001:db8::1]:99");
  EXPECT_EQ(SyslogAddress::parse("tls://[2001:db8::1]:99").value().host, "2001:db8::1");
}

TEST(SyslogAddressTest, Mistakes) {
  for (const char* text :
       {"", "/dev/log", "unix://dev/log", "unix://", "http://x", "UDP://x", "udp://", "udp://:514",
        "udp://h:", "udp://h:0", "udp://h:65536", "udp://h:x", "udp://h:514/x", "udp://a b",
        "udp://2001:db8::1", "udp://[2001:db8::1", "udp://[192.0.2.1]", "udp://[x]",
        "udp://[2001:db8::1]514"}) {
    EXPECT_EQ(address(text), "error") << text;
  }
  EXPECT_EQ(address("unix:///" + std::string(106, 'x')), "unix:///" + std::string(106, 'x'));
  EXPECT_EQ(address("unix:///" + std::string(107, 'x')), "error");
}

TEST(FacilityTest, EveryNumberHasAName) {
  for (std::uint8_t number = 0; number < 24; ++number) {
    EXPECT_EQ(parse_facility(facility_name(number)), number);
  }
  EXPECT_EQ(parse_facility("local4"), 20);
  EXPECT_EQ(parse_facility("local8"), std::nullopt);
}

class SecretTest : public testing::Test {
 protected:
  SecretTest() : directory_(temp_.path()) {
    std::filesystem::create_directories(directory_ + "/credentials");
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ + "/" + name) << text;
    return directory_ + "/" + name;
  }
  TempDir temp_;  // Tests run side by side: each has its own.
  std::string directory_;
};

TEST_F(SecretTest, ANameMayBeACredential) {
  const auto loaded = parse(std::string(kWebhook) + "secret_file = \"siem\"\n");
  ASSERT_TRUE(loaded.ok()) << loaded.errors.to_text();
  EXPECT_EQ(loaded.config.sinks.at(0).secret, (SecretSource{"/etc/aw/siem", "siem"}));
}

TEST_F(SecretTest, CredentialsComeFirst) {
  const SecretSource source{write("siem", "from file\n"), "siem"};
  const std::string credentials = directory_ + "/credentials";
  EXPECT_EQ(read_secret(source, "").value(), "from file");
  EXPECT_EQ(read_secret(source, credentials).value(), "from file");
  write("credentials/siem", "  whsec_abc\r\n");
  EXPECT_EQ(read_secret(source, credentials).value(), "whsec_abc");
  EXPECT_EQ(read_secret({source.path, ""}, credentials).value(), "from file");
}

TEST_F(SecretTest, Mistakes) {
  const auto missing = read_secret({"/nonexistent/siem", "siem"}, directory_ + "/credentials");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message(),
            "/nonexistent/siem: cannot read the file: No such file or directory");
  EXPECT_EQ(read_secret({write("empty", " \n"), ""}, "").error().code(), ErrorCode::kParse);
  EXPECT_EQ(read_secret({write("two", "a\nb"), ""}, "").error().code(), ErrorCode::kParse);
}

}  // namespace
}  // namespace anchorwatch::config
