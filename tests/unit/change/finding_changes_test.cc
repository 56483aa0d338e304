// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/world.h"

namespace anchorwatch::change {
namespace {

using judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FindingChangesTest, ResolvedCarriesTheHighestSeverity) {
  World clean;
  World warned = clean;
  warned.add_finding(FindingCode::SIG_EXPIRES_SOON, Severity::kWarning);
  World severe = clean;
  severe.add_finding(FindingCode::SIG_EXPIRES_SOON, Severity::kCritical);
  ZoneUpdate update = warned.look(clean.look({}, kNoon).state, kNoon + 1);
  ASSERT_THAT(types_of(update), ElementsAre("finding.opened"));
  const std::string opened = update.events[0].id;
  const std::string key = update.events[0].dedup_key;
  EXPECT_EQ(key, "example.com.|SIG_EXPIRES_SOON|example.com.");
  EXPECT_EQ(update.events[0].runbook, "docs/findings/SIG_EXPIRES_SOON.md");
  update = severe.look(update.state, kNoon + 2);
  ASSERT_THAT(types_of(update), ElementsAre("finding.severity_changed"));
  EXPECT_EQ(update.events[0].severity, Severity::kCritical);
  EXPECT_EQ(update.events[0].caused_by, opened);
  EXPECT_EQ(update.updated.size(), 1U);
  update = warned.look(update.state, kNoon + 3);
  EXPECT_EQ(update.state.open_findings[0].highest, Severity::kCritical);
  update = clean.look(update.state, kNoon + 4);
  ASSERT_THAT(types_of(update), ElementsAre("finding.resolved"));
  EXPECT_EQ(update.events[0].severity, Severity::kCritical);
  EXPECT_EQ(update.events[0].dedup_key, key);
  EXPECT_EQ(update.closed.size(), 1U);
  EXPECT_EQ(update.closed[0].open.last_seen_at, kNoon + 3);
  EXPECT_THAT(update.state.open_findings, IsEmpty());
}

TEST(FindingChangesTest, AFindingThatFollowsFromAnotherNamesItsEvent) {
  World clean;
  World broken = clean;
  broken.add_finding(FindingCode::SIG_UNKNOWN_KEY, Severity::kError);
  broken.judgement.findings[0].caused_by = FindingCode::DNSKEY_SERVERS_DIFFER;
  broken.add_finding(FindingCode::DNSKEY_SERVERS_DIFFER, Severity::kWarning);
  const ZoneUpdate update = broken.look(clean.look({}, kNoon).state, kNoon + 1);
  ASSERT_EQ(update.events.size(), 2U);
  EXPECT_EQ(update.events[0].finding->code, FindingCode::DNSKEY_SERVERS_DIFFER);
  EXPECT_EQ(update.events[1].caused_by, update.events[0].id);
}

TEST(FindingChangesTest, AnExtraQuestionWithoutAnswerClosesNothing) {
  World found;
  found.add_finding(FindingCode::GLUE_EXTRA, Severity::kNotice);
  World silent;
  const dns::Name name = found.judgement.findings[0].subject.name;
  silent.judgement.unseen.push_back({FindingCode::GLUE_EXTRA, name, std::nullopt});
  const ZoneUpdate opened = found.look({}, kNoon);
  EXPECT_EQ(silent.look(opened.state, kNoon + 1).state.open_findings.size(), 1U);
  EXPECT_THAT(World().look(opened.state, kNoon + 1).state.open_findings, IsEmpty());
}

// DS and SOA are what core looks see, but not those of the whole zone.
TEST(FindingChangesTest, OnlyAWholeZoneClosesWhatItShowed) {
  World found;
  found.add_finding(FindingCode::SIG_MISSING, Severity::kError);
  found.judgement.findings[0].subject = {name("child.example.com."), dns::RrType::kDs, {}, {}, {}};
  found.judgement.findings[0].data["source"] = std::string("zone file x");
  found.judgement.whole_zone.emplace();
  const ZoneState open = found.look({}, kNoon).state;
  ASSERT_EQ(open.open_findings.size(), 1U);
  World core;
  core.depth = evidence::Depth::kCore;
  EXPECT_EQ(core.look(open, kNoon + 1).closed.size(), 0U);
  World failed;
  failed.judgement.whole_zone.emplace();
  failed.judgement.whole_zone->failure = "refused";
  EXPECT_EQ(failed.look(open, kNoon + 1).closed.size(), 0U);
  World seen;
  seen.judgement.whole_zone.emplace();
  EXPECT_EQ(seen.look(open, kNoon + 1).closed.size(), 1U);
  const World no_source_any_more;
  EXPECT_EQ(World(no_source_any_more).look(open, kNoon + 1).closed.size(), 1U);
}

// An RRset that nobody asks for may expire: that is a finding, and no doubt about the verdict.
TEST(FindingChangesTest, WhatIsNotAskedForDoesNotMakeTheVerdictStale) {
  World world;
  world.judgement.earliest_expiration = kNoon - 60;
  world.judgement.whole_zone.emplace();
  world.judgement.whole_zone->answers_expiration = kNoon + 86400;
  const ZoneUpdate update = world.look({}, kNoon);
  EXPECT_EQ(update.state.summary.earliest_expiration_at, kNoon - 60);
  EXPECT_EQ(update.state.summary.certain_until_at, kNoon + 86400);
}

TEST(FindingChangesTest, ACoreLookClosesOnlyWhatItSees) {
  World found;
  found.add_finding(FindingCode::DS_ORPHAN, Severity::kNotice);
  found.add_finding(FindingCode::NSEC3_SALT, Severity::kNotice);
  World core;
  core.depth = evidence::Depth::kCore;
  const ZoneUpdate update = core.look(found.look({}, kNoon).state, kNoon + 1);
  ASSERT_EQ(update.closed.size(), 1U);
  EXPECT_EQ(update.closed[0].open.finding.code, FindingCode::DS_ORPHAN);
  ASSERT_EQ(update.state.open_findings.size(), 1U);
  EXPECT_EQ(update.state.open_findings[0].finding.code, FindingCode::NSEC3_SALT);
}

TEST(FindingChangesTest, ASilentServerResolvesNothing) {
  World lame;
  lame.add_finding(FindingCode::SERVER_LAME, Severity::kError, {address("192.0.2.1")});
  lame.judgement.findings[0].subject.server = address("192.0.2.1");
  const ZoneState state = lame.look({}, kNoon).state;
  World silent;
  silent.judgement.observation = judge::Observation::kPartial;
  silent.judgement.servers[0].reachable = false;
  EXPECT_THAT(silent.look(state, kNoon + 1).closed, IsEmpty());
  const World good;
  EXPECT_EQ(good.look(state, kNoon + 1).closed.size(), 1U);
  World removed;
  removed.judgement.servers.erase(removed.judgement.servers.begin());
  EXPECT_EQ(removed.look(state, kNoon + 1).closed.size(), 1U);
}

TEST(FindingChangesTest, AnUnansweredQuestionResolvesNothing) {
  World expired;
  expired.add_finding(FindingCode::SIG_EXPIRES_SOON, Severity::kWarning);
  expired.judgement.findings[0].subject.type = dns::RrType::kMx;
  const ZoneState state = expired.look({}, kNoon).state;
  World unanswered;
  judge::ProbeVerdict probe;
  probe.question = {unanswered.entry.name, dns::RrType::kMx};
  unanswered.judgement.probes = {probe};
  EXPECT_THAT(unanswered.look(state, kNoon + 1).closed, IsEmpty());
  unanswered.judgement.probes[0].rcode = "NOERROR";
  EXPECT_EQ(unanswered.look(state, kNoon + 1).closed.size(), 1U);
}

TEST(FindingChangesTest, AQuestionThatWasNotPutResolvesNothing) {
  World odd;
  odd.add_finding(FindingCode::EDNS_FLAGS, Severity::kWarning, {address("192.0.2.1")});
  odd.judgement.findings[0].subject.server = address("192.0.2.1");
  const ZoneState state = odd.look({}, kNoon).state;
  World lost;
  lost.judgement.servers[0].open_questions = {FindingCode::EDNS_VERSION, FindingCode::EDNS_FLAGS};
  EXPECT_THAT(lost.look(state, kNoon + 1).closed, IsEmpty());
  World elsewhere;
  elsewhere.judgement.servers[1].open_questions = {FindingCode::EDNS_FLAGS};
  EXPECT_EQ(elsewhere.look(state, kNoon + 1).closed.size(), 1U);
}

TEST(FindingChangesTest, AWorkLimitResolvesNothing) {
  World found;
  found.add_finding(FindingCode::DS_ORPHAN, Severity::kNotice);
  World limited;
  limited.set_verdict(dnssec::indeterminate(dnssec::Reason::kLimit));
  const ZoneUpdate update = limited.look(found.look({}, kNoon).state, kNoon + 1);
  EXPECT_THAT(update.closed, IsEmpty());
  EXPECT_THAT(types_of(update), ElementsAre("zone.status_changed"));
}

TEST(StatusChangesTest, ACoreLookKeepsWhatTheProbesShowed) {
  World bogus;
  bogus.set_verdict(dnssec::bogus(dnssec::Reason::kSignatureExpired));
  const ZoneState state = bogus.look({}, kNoon).state;
  World core;
  core.depth = evidence::Depth::kCore;
  const ZoneUpdate kept = core.look(state, kNoon + 1);
  EXPECT_THAT(kept.events, IsEmpty());
  EXPECT_EQ(kept.state.summary.verdict, dnssec::bogus(dnssec::Reason::kSignatureExpired));
  World changed = core;
  changed.set_ds({});
  changed.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  EXPECT_EQ(changed.look(state, kNoon + 1).state.summary.verdict.status,
            dnssec::SecurityStatus::kInsecure);
  World full;
  EXPECT_EQ(full.look(kept.state, kNoon + 2).state.summary.verdict, dnssec::secure());
}

TEST(StatusChangesTest, RecoveryCarriesWhatTheFaultCarried) {
  const World good;
  World bogus;
  bogus.set_verdict(dnssec::bogus(dnssec::Reason::kSignatureExpired));
  World dark = good;
  dark.go_dark();
  ZoneUpdate update = bogus.look(good.look({}, kNoon).state, kNoon + kStep);
  EXPECT_EQ(update.events.at(0).severity, Severity::kCritical);
  update = dark.look(update.state, kNoon + 4 * kStep);
  EXPECT_EQ(update.events.at(0).severity, Severity::kWarning);
  update = good.look(update.state, kNoon + 5 * kStep);
  EXPECT_EQ(update.events.at(0).severity, Severity::kCritical);
  EXPECT_THAT(std::get<std::string>(update.events.at(0).after.at("status")), "secure");
}

TEST(StatusChangesTest, LossHiddenByAnOutageIsStillALoss) {
  const World good;
  World dark = good;
  dark.go_dark();
  World insecure;
  insecure.set_ds({});
  insecure.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  ZoneUpdate update = dark.look(good.look({}, kNoon).state, kNoon + 4 * kStep);
  ASSERT_EQ(update.state.summary.verdict.reason, dnssec::Reason::kStale);
  update = insecure.look(update.state, kNoon + 5 * kStep);
  ASSERT_THAT(types_of(update),
              ElementsAre("ds.removed", "zone.status_changed", "finding.opened", "finding.resolved"));
  EXPECT_EQ(update.events[0].severity, Severity::kError);
  EXPECT_EQ(update.events[1].severity, Severity::kError);
}

}  // namespace
}  // namespace anchorwatch::change
