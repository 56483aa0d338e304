// SPDX-License-Identifier: Apache-2.0
// What only some servers show is seen again before it is told.
#include "anchorwatch/change/confirmation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anchorwatch/change/value_json.h"

#include "world.h"

namespace anchorwatch::change {
namespace {

using judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const IpAddress kOne = address("192.0.2.1");
const IpAddress kTwo = address("192.0.2.2");

/// One zone over several looks.
struct Looks {
  ConfirmationPolicy policy;
  ZoneState state;
  UnixSeconds at = kNoon;

  /// The first look, at which nothing is wrong.
  Looks() { static_cast<void>(look(World())); }

  ZoneUpdate look(const World& world) {
    ZoneUpdate update = advance(world.entry, state,
                                Look{world.judgement, world.facts, world.depth, Digest(), at,
                                     std::chrono::seconds(900), policy});
    state = update.state;
    at += 30;
    return update;
  }
};

World with(FindingCode code, std::vector<IpAddress> servers, Severity severity = Severity::kError) {
  World world;
  world.add_finding(code, severity, std::move(servers));
  return world;
}

World faulty() { return with(FindingCode::SIG_EXPIRED, {kOne}); }

TEST(Confirmation, WhatAllServersShowIsToldAtOnce) {
  Looks looks;
  const ZoneUpdate update = looks.look(with(FindingCode::SIG_EXPIRED, {kOne, kTwo}));
  EXPECT_THAT(types_of(update), ElementsAre("finding.opened"));
  EXPECT_THAT(update.state.summary.pending, IsEmpty());
}

TEST(Confirmation, WhatIsAboutNoServerIsToldAtOnce) {
  Looks looks;
  EXPECT_THAT(types_of(looks.look(with(FindingCode::EXPECT_SIGNED, {}))), ElementsAre("finding.opened"));
}

TEST(Confirmation, ServersThatDoNotAnswerDoNotDisagree) {
  Looks looks;
  World world = faulty();
  world.judgement.servers[1].reachable = false;
  EXPECT_THAT(types_of(looks.look(world)), ElementsAre("finding.opened"));
}

TEST(Confirmation, OneLookAtOneServerOpensNothing) {
  Looks looks;
  const UnixSeconds first = looks.at;
  const ZoneUpdate update = looks.look(faulty());
  EXPECT_THAT(types_of(update), IsEmpty());
  EXPECT_THAT(update.opened, IsEmpty());
  EXPECT_THAT(update.state.open_findings, IsEmpty());
  EXPECT_EQ(update.state.summary.transition, 0U);
  EXPECT_THAT(update.state.summary.pending,
              ElementsAre(PendingFinding{FindingCode::SIG_EXPIRED, "example.com.", 1, 1, first, kNoon}));
  // Twice not seen: two of three are out of reach.
  EXPECT_THAT(looks.look(World()).state.summary.pending, SizeIs(1));
  const ZoneUpdate end = looks.look(World());
  EXPECT_THAT(end.state.summary.pending, IsEmpty());
  EXPECT_THAT(types_of(end), IsEmpty());
}

TEST(Confirmation, TheSecondLookOpensIt) {
  Looks looks;
  const UnixSeconds first = looks.at;
  looks.look(faulty());
  const ZoneUpdate update = looks.look(faulty());
  ASSERT_THAT(types_of(update), ElementsAre("finding.opened"));
  const Event& event = update.events[0];
  EXPECT_EQ(event.confidence, Confidence::kConfirmed);
  EXPECT_EQ(event.time, first + 30);
  EXPECT_EQ(event.first_after, first);
  EXPECT_EQ(event.last_before, kNoon);
  ASSERT_THAT(update.opened, SizeIs(1));
  EXPECT_EQ(update.opened[0].first_seen_at, first);
  EXPECT_THAT(update.state.summary.pending, IsEmpty());
  EXPECT_THAT(types_of(looks.look(faulty())), IsEmpty());
}

TEST(Confirmation, TwoOfThree) {
  Looks looks;
  looks.look(faulty());
  looks.look(World());
  EXPECT_THAT(types_of(looks.look(faulty())), ElementsAre("finding.opened"));
}

TEST(Confirmation, AllServersConfirmAtOnce) {
  Looks looks;
  looks.policy = {.needed = 3, .of = 3};
  looks.look(faulty());
  const ZoneUpdate update = looks.look(with(FindingCode::SIG_EXPIRED, {kOne, kTwo}));
  EXPECT_THAT(types_of(update), ElementsAre("finding.opened"));
  EXPECT_THAT(update.state.summary.pending, IsEmpty());
}

TEST(Confirmation, TheNumbersAreTheOperators) {
  Looks looks;
  looks.policy = {.needed = 3, .of = 4};
  for (int i = 0; i < 2; ++i) EXPECT_THAT(types_of(looks.look(faulty())), IsEmpty());
  EXPECT_THAT(types_of(looks.look(faulty())), ElementsAre("finding.opened"));
  Looks hasty;
  hasty.policy = {.needed = 1, .of = 1};
  const ZoneUpdate update = hasty.look(faulty());
  ASSERT_THAT(types_of(update), ElementsAre("finding.opened"));
  EXPECT_EQ(update.events[0].confidence, Confidence::kSingleSource);
}

TEST(Confirmation, BelowTheSeverityEverythingIsToldAtOnce) {
  Looks looks;
  EXPECT_THAT(types_of(looks.look(with(FindingCode::SIG_EXPIRED, {kOne}, Severity::kNotice))),
              ElementsAre("finding.opened"));
  Looks strict;
  strict.policy.from = Severity::kNotice;
  EXPECT_THAT(types_of(strict.look(with(FindingCode::SIG_EXPIRED, {kOne}, Severity::kNotice))), IsEmpty());
}

TEST(Confirmation, ALookThatSawNothingDoesNotCount) {
  Looks looks;
  looks.look(faulty());
  World dark;
  dark.go_dark();
  const auto pending = looks.state.summary.pending;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(looks.look(dark).state.summary.pending, pending);
  EXPECT_THAT(types_of(looks.look(faulty())), ElementsAre("finding.opened"));
}

TEST(Confirmation, NobodyWaitsForEver) {
  Looks looks;
  looks.look(faulty());
  World dark;
  dark.go_dark();
  looks.at += 3600;
  EXPECT_THAT(looks.look(dark).state.summary.pending, IsEmpty());
}

TEST(Confirmation, DifferencesAreDoubtedWhateverServersTheyName) {
  Looks looks;
  EXPECT_THAT(types_of(looks.look(with(FindingCode::SIGNED_SERVERS_DIFFER, {kOne, kTwo}))), IsEmpty());
  EXPECT_THAT(types_of(looks.look(with(FindingCode::SIGNED_SERVERS_DIFFER, {kOne, kTwo}))),
              ElementsAre("finding.opened"));
}

TEST(Confirmation, WhatFollowsFromADoubtIsADoubt) {
  Looks looks;
  World world = faulty();
  world.add_finding(FindingCode::EXPECT_SIGNED, Severity::kCritical);
  world.judgement.findings[1].caused_by = FindingCode::SIG_EXPIRED;
  EXPECT_THAT(types_of(looks.look(world)), IsEmpty());
  EXPECT_THAT(types_of(looks.look(world)), ElementsAre("finding.opened", "finding.opened"));
}

TEST(Confirmation, SilentServersAndUnusualQuestionsAreNotAskedAgain) {
  Looks looks;
  World world = with(FindingCode::TRANSPORT_UDP_DEAD, {kOne}, Severity::kWarning);
  world.add_finding(FindingCode::EDNS_VERSION, Severity::kWarning, {kOne});
  const ZoneUpdate update = looks.look(world);
  EXPECT_THAT(update.state.summary.pending, IsEmpty());
  EXPECT_THAT(update.opened, SizeIs(2));
}

TEST(Confirmation, AFindingForEachServerCountsTogether) {
  Looks looks;
  World world = with(FindingCode::SERVER_LAME, {kOne});
  world.add_finding(FindingCode::SERVER_LAME, Severity::kError, {kTwo});
  world.judgement.findings[0].subject.server = kOne;
  world.judgement.findings[1].subject.server = kTwo;
  EXPECT_THAT(types_of(looks.look(world)), ElementsAre("finding.opened", "finding.opened"));
}

TEST(Confirmation, AZoneAtItsLimitIsNotLookedAtTwice) {
  Looks looks;
  World world = faulty();
  world.judgement.work_limit = judge::WorkLimitHit::kDiagnosis;
  EXPECT_THAT(types_of(looks.look(world)), ElementsAre("finding.opened"));
}

TEST(Confirmation, AnOpenFindingIsNotDoubtedAgain) {
  Looks looks;
  looks.look(with(FindingCode::SIG_EXPIRED, {kOne, kTwo}, Severity::kWarning));
  const ZoneUpdate update = looks.look(faulty());
  EXPECT_THAT(types_of(update), ElementsAre("finding.severity_changed"));
  EXPECT_THAT(update.state.summary.pending, IsEmpty());
}

TEST(Confirmation, PendingFindingsAsText) {
  const std::vector<PendingFinding> pending{{FindingCode::SIG_EXPIRED, "a.example./SOA", 1, 2, kNoon, 7},
                                            {FindingCode::DS_ORPHAN, "b \"x\".example.", 1, 1, kNoon, 0}};
  EXPECT_EQ(parse_pending(pending_to_json(pending)), pending);
  EXPECT_THAT(parse_pending(""), IsEmpty());
  EXPECT_THAT(parse_pending("{}"), IsEmpty());
  EXPECT_THAT(parse_pending(R"([1, {"code":"NO_SUCH","subject":"x"}, {"code":"DS_ORPHAN"}])"), IsEmpty());
}

}  // namespace
}  // namespace anchorwatch::change
