// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/event.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "anchorwatch/change/value_json.h"

namespace anchorwatch::change {
namespace {

TEST(EventTest, EveryTypeHasANameThatReadsBack) {
  for (int i = 0; i <= static_cast<int>(EventType::kMonitorStore); ++i) {
    const auto type = static_cast<EventType>(i);
    EXPECT_EQ(parse_event_type(to_string(type)), type);
  }
  EXPECT_EQ(parse_event_type("ds.moved"), std::nullopt);
}

TEST(EventTest, IdsAreUlidsThatSortByTime) {
  const std::string early = make_event_id(1000, "example.com.", EventType::kDsAdded, "x", 1);
  const std::string late = make_event_id(1001, "example.com.", EventType::kDsAdded, "x", 1);
  EXPECT_EQ(early.size(), 26U);
  EXPECT_EQ(early.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos);
  EXPECT_LT(early, late);
  // 2026-11-24T02:00:00Z in milliseconds is 0x19AB32A0580: the first ten digits of a ULID.
  EXPECT_EQ(make_event_id(1795485600, "", EventType::kDsAdded, "", 0).substr(0, 2), "01");
}

TEST(EventTest, IdsNameOneTransition) {
  const auto id = [](const char* zone, EventType type, const char* subject, std::uint64_t number) {
    return make_event_id(1000, zone, type, subject, number);
  };
  const std::string base = id("a.", EventType::kDsAdded, "x", 1);
  EXPECT_EQ(base, id("a.", EventType::kDsAdded, "x", 1));
  EXPECT_NE(base, id("b.", EventType::kDsAdded, "x", 1));
  EXPECT_NE(base, id("a.", EventType::kDsRemoved, "x", 1));
  EXPECT_NE(base, id("a.", EventType::kDsAdded, "y", 1));
  EXPECT_NE(base, id("a.", EventType::kDsAdded, "x", 2));
}

TEST(EventTest, JsonHasEveryFieldOfTheContract) {
  Event event;
  event.id = "01J";
  event.type = EventType::kDsRemoved;
  event.time = 1795485600;
  event.zone = dns::Name::from_text("example.com.").value();
  event.severity = Severity::kCritical;
  event.dedup_key = "example.com.|ds|1";
  event.summary = "gone";
  event.last_before = 1795484700;
  event.first_after = 1795485600;
  event.side = "parent";
  event.before = {{"ds", std::vector<std::string>{"1 13 2 AB"}}, {"key_tag", std::int64_t{1}}};
  event.owner = "web team";
  event.tags = {"shop"};
  const auto json = nlohmann::json::parse(to_json(event, "host-a"));
  for (const char* field :
       {"schema",    "id",      "type",     "time",      "zone",       "severity",
        "dedup_key", "summary", "expected", "change_id", "confidence", "caused_by",
        "incident",  "window",  "side",     "before",    "after",      "finding",
        "owner",     "contact", "tags",     "observer",  "runbook"}) {
    EXPECT_TRUE(json.contains(field)) << field;
  }
  EXPECT_EQ(json.size(), 23U);
  EXPECT_EQ(json["schema"], "anchorwatch.event/1");
  EXPECT_EQ(json["type"], "ds.removed");
  EXPECT_EQ(json["time"], "2026-11-24T02:00:00Z");
  EXPECT_EQ(json["window"]["last_before"], "2026-11-24T01:45:00Z");
  EXPECT_EQ(json["before"]["key_tag"], 1);
  EXPECT_EQ(json["before"]["ds"][0], "1 13 2 AB");
  EXPECT_TRUE(json["after"].empty());
  EXPECT_TRUE(json["expected"].is_null());
  EXPECT_TRUE(json["contact"].is_null());
  EXPECT_TRUE(json["finding"].is_null());
  EXPECT_EQ(json["observer"], "host-a");
}

TEST(EventTest, JsonOfAFindingNamesSubjectServersAndClauses) {
  Event event;
  event.type = EventType::kFindingOpened;
  judge::Finding finding;
  finding.code = judge::FindingCode::SIG_EXPIRED;
  finding.severity = Severity::kCritical;
  finding.subject.name = dns::Name::from_text("example.com.").value();
  finding.subject.type = dns::RrType::kSoa;
  finding.servers = {IpAddress::from_text("192.0.2.1").value()};
  finding.message = "line\nbreak \xff";
  event.finding = finding;
  const std::string text = to_json(event, "host-a");
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text)["finding"];
  EXPECT_EQ(json["code"], "SIG_EXPIRED");
  EXPECT_EQ(json["subject"]["type"], "SOA");
  EXPECT_EQ(json["servers"][0], "192.0.2.1");
  EXPECT_GE(json["rfc"].size(), 1U);
}

TEST(ValueJsonTest, ValuesReadBack) {
  const EventData values = {{"number", std::int64_t{-5}},
                            {"text", std::string("a\"b")},
                            {"list", std::vector<std::string>{"x", "y"}},
                            {"none", std::vector<std::string>{}}};
  EXPECT_EQ(parse_values(values_to_json(values)), values);
  EXPECT_EQ(parse_values("[1]"), std::nullopt);
  EXPECT_EQ(parse_values("{\"a\":{}}"), std::nullopt);
  EXPECT_EQ(parse_values("not json"), std::nullopt);
  EXPECT_EQ(parse_texts(texts_to_json({"a", "b"})), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(texts_to_json({}), "[]");
}

}  // namespace
}  // namespace anchorwatch::change
