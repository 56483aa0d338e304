// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sinks/syslog_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace anchorwatch::sinks {
namespace {

using nlohmann::ordered_json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

ordered_json event() {
  return {{"schema", "anchorwatch.event/1"},
          {"id", "01J0000000000000000000000A"},
          {"type", "ds.removed"},
          {"time", "2026-01-01T00:00:00Z"},
          {"zone", "example.com."},
          {"severity", "error"},
          {"dedup_key", "example.com.|ds"},
          {"summary", "the DS set went away"},
          {"expected", nullptr},
          {"observer", "host-a"}};
}

std::string format(const ordered_json& payload, const SyslogStyle& style = {}) {
  const Result<Bytes> message = to_rfc5424(payload.dump(), style);
  EXPECT_TRUE(message) << (message ? "" : message.error().message());
  return message ? *message : std::string();
}

/// Whether `text` is UTF-8, as a strict parser sees it.
bool is_utf8(const std::string& text) {
  try {
    return !ordered_json(text).dump().empty();
  } catch (const ordered_json::exception&) {
    return false;
  }
}

TEST(SyslogFormat, WritesHeaderDataAndText) {
  SyslogStyle style;
  style.hostname = "host-a";
  style.process_id = "77";
  EXPECT_EQ(format(event(), style),
            "<27>1 2026-01-01T00:00:00Z host-a anchorwatch 77 ds.removed "
            "[anchorwatch@32473 id=\"01J0000000000000000000000A\" type=\"ds.removed\" "
            "zone=\"example.com.\" severity=\"error\" dedup_key=\"example.com.|ds\" "
            "observer=\"host-a\"] the DS set went away");
}

TEST(SyslogFormat, PriorityIsFacilityTimesEightPlusSeverity) {
  const std::pair<const char*, int> severities[] = {
      {"critical", 2}, {"error", 3}, {"warning", 4}, {"notice", 5}, {"info", 6}};
  for (const int facility : {0, 3, 20, 23}) {
    for (const auto& [name, number] : severities) {
      ordered_json payload = event();
      payload["severity"] = name;
      SyslogStyle style;
      style.facility = static_cast<std::uint8_t>(facility);
      EXPECT_THAT(format(payload, style),
                  StartsWith("<" + std::to_string(facility * 8 + number) + ">1 2026-"));
    }
  }
}

TEST(SyslogFormat, EmptyHeaderFieldsAreDashes) {
  ordered_json payload = event();
  payload.erase("time");
  payload["type"] = "";
  EXPECT_THAT(format(payload), StartsWith("<27>1 - - anchorwatch - - [anchorwatch@32473 id="));
}

TEST(SyslogFormat, HeaderFieldsAreBoundedPrintableAscii) {
  ordered_json payload = event();
  payload["type"] = "a b\n<0>1\xC3\xA4" + std::string(100, 'x');
  SyslogStyle style;
  style.hostname = "evil host]\r\n" + std::string(400, 'h');
  const std::string message = format(payload, style);
  EXPECT_THAT(message, HasSubstr(" anchorwatch - ab<0>1" + std::string(26, 'x') + " ["));
  EXPECT_THAT(message, HasSubstr(" evilhost]" + std::string(246, 'h') + " anchorwatch"));
}

TEST(SyslogFormat, TellsFindingCodeAndTags) {
  ordered_json payload = event();
  payload["finding"] = {{"code", "RRSIG_EXPIRED"}};
  payload["tags"] = {"shop", "eu"};
  payload["expected"] = true;
  EXPECT_THAT(format(payload), HasSubstr(" expected=\"true\" observer=\"host-a\" "
                                         "code=\"RRSIG_EXPIRED\" tags=\"shop,eu\"] the"));
}

TEST(SyslogFormat, EscapesWhatEndsAStructuredValue) {
  EXPECT_EQ(syslog_value(R"(a"b\c]d[e)"), R"(a\"b\\c\]d[e)");
  ordered_json payload = event();
  payload["zone"] = "x\"] injected=\"1";
  EXPECT_THAT(format(payload), HasSubstr("zone=\"x\\\"\\] injected=\\\"1\" severity="));
}

TEST(SyslogFormat, ControlCharactersNeverReachTheLine) {
  ordered_json payload = event();
  const std::string evil = "x\n<0>1 - - forged\r\x1b[31m\x7f\tend\xC2\x9B" + std::string(1, '\0');
  for (const char* key : {"id", "type", "time", "zone", "dedup_key", "owner", "summary"}) {
    payload[key] = evil;
  }
  payload["finding"] = {{"code", evil}};
  payload["tags"] = {evil};
  SyslogStyle style;
  style.hostname = evil;
  style.process_id = evil;
  const std::string message = format(payload, style);
  for (const char c : message) {
    EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
    EXPECT_NE(c, 0x7F);
  }
  EXPECT_THAT(message, Not(HasSubstr("\xC2\x9B")));
  EXPECT_THAT(message, EndsWith("x?<0>1 - - forged??[31m??end??"));
}

TEST(SyslogFormat, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(syslog_value("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x94\x91"),
            "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x94\x91");
  EXPECT_EQ(syslog_value("a\x80z"), "a?z");
  EXPECT_EQ(syslog_value("a\xFFz"), "a?z");
  EXPECT_EQ(syslog_value("cut\xE2\x82"), "cut??");
  for (const char* bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\xAF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2(\xA1"}) {
    const std::string out = syslog_value(bad);
    EXPECT_TRUE(is_utf8(out)) << out;
    EXPECT_THAT(out, HasSubstr("?"));
  }
}

TEST(SyslogFormat, ValuesAreBounded) {
  EXPECT_EQ(syslog_value(std::string(2000, 'v')), std::string(512, 'v'));
  // 511 octets and a character of two: it does not fit and is left out whole.
  EXPECT_EQ(syslog_value(std::string(511, 'v') + "\xC3\xBC"), std::string(511, 'v'));
}

TEST(SyslogFormat, CutsTheTextFirstAndAtACharacter) {
  ordered_json payload = event();
  payload["summary"] = "";
  const std::string bare = format(payload);
  payload["summary"] = "ab\xE2\x82\xAC\xE2\x82\xAC tail";
  const std::string whole = format(payload);
  for (std::size_t most = bare.size(); most <= whole.size() + 3; ++most) {
    SyslogStyle style;
    style.max_octets = most;
    const std::string message = format(payload, style);
    EXPECT_LE(message.size(), most);
    EXPECT_GE(message.size() + 3, std::min(most, whole.size()));
    EXPECT_TRUE(is_utf8(message)) << message;
    EXPECT_EQ(message.substr(0, std::min(message.size(), bare.size() - 1)),
              bare.substr(0, std::min(message.size(), bare.size() - 1)));
  }
  SyslogStyle style;
  style.max_octets = bare.size() + 4;  // Room for "ab" and two of the three octets of a character.
  EXPECT_THAT(format(payload, style), EndsWith("] ab"));
}

TEST(SyslogFormat, ManyLongValuesStayInTheLimit) {
  ordered_json payload = event();
  for (const char* key : {"owner", "contact", "observer", "runbook", "incident", "change_id"}) {
    payload[key] = std::string(600, ']');
  }
  payload["tags"] = {std::string(600, 't')};
  SyslogStyle style;
  style.max_octets = 2048;
  const std::string message = format(payload, style);
  EXPECT_LE(message.size(), style.max_octets);
  EXPECT_THAT(message, HasSubstr("id=\"01J0000000000000000000000A\" type=\"ds.removed\""));
  // Whatever was left out, the element is closed.
  EXPECT_THAT(message, HasSubstr("\"]"));
}

TEST(SyslogFormat, RefusesWhatIsNoEvent) {
  for (const char* payload :
       {"", "no json", "[]", "7", "{}", R"({"severity":"awful"})", R"({"severity":3})",
        "{\"severity\":\"info\",\"summary\":\"\xFF\"}", R"({"severity":"info")"}) {
    const Result<Bytes> message = to_rfc5424(payload, {});
    ASSERT_FALSE(message) << payload;
    EXPECT_EQ(message.error().code(), ErrorCode::kParse);
  }
}

}  // namespace
}  // namespace anchorwatch::sinks
