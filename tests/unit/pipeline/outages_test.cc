// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/outages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/zone_signer.h"

namespace anchorwatch::pipeline {
namespace {

using change::Event;
using change::EventType;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixSeconds kNow = 1767225600;
constexpr const char* kFirst = "192.0.2.1";
constexpr const char* kSecond = "192.0.2.2";

enum class Sound : std::uint8_t { kAnswers, kSilent };
constexpr Sound kAnswers = Sound::kAnswers;
constexpr Sound kSilent = Sound::kSilent;

/// What one look at `zone` saw of its servers, named ns1, ns2 …
judge::Judgement look(const std::string& zone,
                      const std::vector<std::pair<const char*, Sound>>& servers) {
  judge::Judgement judgement;
  judgement.zone = name_of(zone);
  judgement.observation = judge::Observation::kOk;
  int number = 0;
  for (const auto& [address, sound] : servers) {
    judge::ServerVerdict server;
    server.name = name_of("ns" + std::to_string(++number) + ".provider.test.");
    server.address = IpAddress::from_text(address).value();
    server.reachable = sound == kAnswers;
    if (!server.reachable) judgement.observation = judge::Observation::kPartial;
    judgement.servers.push_back(server);
  }
  return judgement;
}

std::string zone_number(int number) { return "z" + std::to_string(number) + ".test."; }

class OutagesTest : public ::testing::Test {
 protected:
  void note(const std::string& zone, Sound first, Sound second = kAnswers) {
    outages_.note(look(zone, {{kFirst, first}, {kSecond, second}}));
  }
  /// The one event of a flush.
  Event only_event() {
    const store::EventCommit commit = outages_.flush(now_);
    EXPECT_THAT(commit.events, SizeIs(1));
    EXPECT_THAT(commit.facts, SizeIs(1));
    return commit.events.size() == 1 ? commit.events.front() : Event();
  }
  void expect_quiet() {
    const store::EventCommit commit = outages_.flush(now_);
    EXPECT_THAT(commit.events, IsEmpty());
    EXPECT_THAT(commit.facts, IsEmpty());
  }

  Outages outages_;
  UnixSeconds now_ = kNow;
};

TEST_F(OutagesTest, SaysNothingWhileAllAnswer) {
  note("a.test.", kAnswers);
  expect_quiet();
  EXPECT_EQ(outages_.open(), 0U);
}

TEST_F(OutagesTest, OneEventForAServerHoweverManyZonesItServes) {
  for (int i = 0; i < 50; ++i) note(zone_number(i), kSilent);
  const Event opened = only_event();
  EXPECT_EQ(opened.type, EventType::kIncidentOpened);
  EXPECT_EQ(opened.severity, Severity::kWarning);
  EXPECT_EQ(opened.time, kNow);
  EXPECT_EQ(opened.dedup_key, "outage|192.0.2.1");
  EXPECT_EQ(opened.incident, opened.id);
  EXPECT_FALSE(opened.zone);
  EXPECT_THAT(opened.summary,
              HasSubstr("ns1.provider.test. (192.0.2.1) does not answer; 50 zones"));
  EXPECT_EQ(std::get<std::int64_t>(opened.after.at("zones")), 50);
  EXPECT_THAT(std::get<std::vector<std::string>>(opened.after.at("zone_names")), SizeIs(20));
  EXPECT_EQ(outages_.open(), 1U);
  for (int i = 0; i < 50; ++i) note(zone_number(i), kSilent);
  expect_quiet();
}

TEST_F(OutagesTest, EachServerIsItsOwnIncident) {
  outages_.note(look("a.test.", {{kFirst, kSilent}, {kSecond, kSilent}, {"192.0.2.3", kAnswers}}));
  const store::EventCommit commit = outages_.flush(now_);
  ASSERT_THAT(commit.events, SizeIs(2));
  EXPECT_EQ(commit.events[0].dedup_key, "outage|192.0.2.1");
  EXPECT_EQ(commit.events[1].dedup_key, "outage|192.0.2.2");
  EXPECT_NE(commit.events[0].id, commit.events[1].id);
  EXPECT_EQ(outages_.open(), 2U);
}

TEST_F(OutagesTest, IsCriticalWhereAZoneHasNoServerLeft) {
  for (int i = 0; i < 3; ++i) note(zone_number(i), kSilent);
  outages_.note(look("alone.test.", {{kFirst, kSilent}}));
  const Event opened = only_event();
  EXPECT_EQ(opened.severity, Severity::kCritical);
  EXPECT_EQ(std::get<std::int64_t>(opened.after.at("zones")), 4);
  EXPECT_EQ(std::get<std::int64_t>(opened.after.at("zones_without_server")), 1);
  EXPECT_THAT(opened.summary, HasSubstr("4 zones concerned, 1 of them without any server left"));
  EXPECT_EQ(opened.runbook, "docs/findings/NO_WORKING_SERVER.md");
}

TEST_F(OutagesTest, ClosesOnlyByAZoneThatMissedTheServer) {
  note("a.test.", kSilent);
  const Event opened = only_event();
  note("other.test.", kAnswers);
  expect_quiet();
  EXPECT_EQ(outages_.open(), 1U);
  now_ += 60;
  note("a.test.", kAnswers);
  const Event closed = only_event();
  EXPECT_EQ(closed.type, EventType::kIncidentClosed);
  EXPECT_EQ(closed.incident, opened.id);
  EXPECT_EQ(closed.caused_by, opened.id);
  EXPECT_EQ(closed.dedup_key, opened.dedup_key);
  EXPECT_NE(closed.id, opened.id);
  EXPECT_EQ(closed.severity, opened.severity) << "routed to whoever heard of its begin";
  EXPECT_EQ(closed.last_before, kNow);
  EXPECT_EQ(closed.first_after, kNow + 60);
  EXPECT_THAT(closed.summary, HasSubstr("ns1.provider.test. (192.0.2.1) answers again"));
  EXPECT_EQ(outages_.open(), 0U);
  expect_quiet();
}

TEST_F(OutagesTest, TheLatestLookBeforeAFlushCounts) {
  note("a.test.", kSilent);
  only_event();
  note("a.test.", kAnswers);
  note("b.test.", kSilent);
  expect_quiet();
  EXPECT_EQ(outages_.open(), 1U);
}

TEST_F(OutagesTest, WhatCameAndWentBetweenTwoFlushesIsNotTold) {
  note("a.test.", kSilent);
  note("a.test.", kAnswers);
  expect_quiet();
  EXPECT_EQ(outages_.open(), 0U);
  note("a.test.", kAnswers);
  expect_quiet();
}

TEST_F(OutagesTest, EventsOfASecondOutageHaveOtherIds) {
  std::set<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    note("a.test.", kSilent);
    ids.insert(only_event().id);
    note("a.test.", kAnswers);
    ids.insert(only_event().id);
  }
  EXPECT_THAT(ids, SizeIs(4));
}

TEST_F(OutagesTest, ARestartKnowsWhatIsOpen) {
  for (int i = 0; i < 3; ++i) note(zone_number(i), kSilent);
  outages_.note(look("alone.test.", {{"2001:db8::1", kSilent}}));
  const store::EventCommit told = outages_.flush(now_);
  ASSERT_THAT(told.events, SizeIs(2));
  ASSERT_THAT(told.facts, SizeIs(1));
  EXPECT_EQ(told.facts[0].first, Outages::kFactKey);

  Outages next;
  ASSERT_TRUE(next.restore(told.facts[0].second));
  EXPECT_EQ(next.open(), 2U);
  next.note(look(zone_number(0), {{kFirst, kSilent}, {kSecond, kAnswers}}));
  EXPECT_THAT(next.flush(kNow + 100).events, IsEmpty()) << "it was told before the restart";
  next.note(look("stranger.test.", {{kFirst, kAnswers}}));
  EXPECT_THAT(next.flush(kNow + 100).events, IsEmpty());
  next.note(look(zone_number(2), {{kFirst, kAnswers}, {kSecond, kAnswers}}));
  next.note(look("alone.test.", {{"2001:db8::1", kAnswers}}));
  const store::EventCommit closed = next.flush(kNow + 200);
  ASSERT_THAT(closed.events, SizeIs(2));
  EXPECT_EQ(closed.events[0].incident, told.events[0].id);
  EXPECT_EQ(closed.events[0].last_before, kNow);
  EXPECT_EQ(closed.events[1].incident, told.events[1].id);
  EXPECT_EQ(closed.events[1].severity, Severity::kCritical);
  std::set<std::string> ids;
  for (const auto* commit : {&told, &closed}) {
    for (const Event& event : commit->events) ids.insert(event.id);
  }
  EXPECT_THAT(ids, SizeIs(4));

  Outages last;
  ASSERT_TRUE(last.restore(closed.facts.at(0).second));
  EXPECT_EQ(last.open(), 0U);
}

TEST_F(OutagesTest, RestoreTakesNothingAndRefusesNonsense) {
  EXPECT_TRUE(outages_.restore(""));
  for (const char* saved :
       {"x", "[]", "3", R"({"open":[{}]})", R"({"open":[1]})", R"({"open":{"a":1}})",
        R"({"transition":"x"})", R"({"open":[{"address":"1.2.3","severity":"error"}]})",
        R"({"open":[{"address":"192.0.2.1","severity":"loud"}]})",
        R"({"open":[{"address":"192.0.2.1","severity":"error","event":5}]})"}) {
    Outages outages;
    const Result<void> restored = outages.restore(saved);
    ASSERT_FALSE(restored) << saved;
    EXPECT_EQ(restored.error().code(), ErrorCode::kCorrupt);
  }
}

TEST_F(OutagesTest, EndsWhenTheLastZoneThatMissedItIsForgotten) {
  note("a.test.", kSilent);
  note("b.test.", kSilent);
  const Event opened = only_event();
  outages_.forget_zone(name_of("a.test."));
  expect_quiet();
  outages_.forget_zone(name_of("stranger.test."));
  expect_quiet();
  outages_.forget_zone(name_of("b.test."));
  const Event closed = only_event();
  EXPECT_EQ(closed.type, EventType::kIncidentClosed);
  EXPECT_EQ(closed.incident, opened.id);
  EXPECT_THAT(closed.summary, HasSubstr("no longer a server of any zone that missed it"));
}

TEST_F(OutagesTest, EndsWhenNoZoneHasTheServerAnyMore) {
  note("a.test.", kSilent);
  note("b.test.", kSilent);
  only_event();
  outages_.note(look("a.test.", {{kSecond, kAnswers}}));
  expect_quiet();
  // An incomplete look may just lack the address.
  outages_.note(look("b.test.", {{kSecond, kAnswers}, {"192.0.2.3", kSilent}}));
  EXPECT_EQ(only_event().dedup_key, "outage|192.0.2.3");
  EXPECT_EQ(outages_.open(), 2U);
  outages_.note(look("b.test.", {}));
  expect_quiet();
  outages_.note(look("b.test.", {{kSecond, kAnswers}}));
  const store::EventCommit commit = outages_.flush(now_);
  ASSERT_THAT(commit.events, SizeIs(2));
  for (const Event& event : commit.events) EXPECT_EQ(event.type, EventType::kIncidentClosed);
  EXPECT_EQ(outages_.open(), 0U);
}

TEST_F(OutagesTest, AServerThatZonesLeftBeforeItWasToldIsNotTold) {
  note("a.test.", kSilent);
  outages_.forget_zone(name_of("a.test."));
  expect_quiet();
  note("b.test.", kSilent);
  EXPECT_EQ(only_event().type, EventType::kIncidentOpened);
}

}  // namespace
}  // namespace anchorwatch::pipeline
