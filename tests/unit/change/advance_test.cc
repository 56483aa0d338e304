// SPDX-License-Identifier: Apache-2.0
// Laws of advance(): baseline, equal looks, there and back, order, looks that saw nothing.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/world.h"

namespace anchorwatch::change {
namespace {

using judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AdvanceTest, FirstObservationOpensFindingsAndTellsNoChange) {
  World world;
  world.set_verdict(dnssec::bogus(dnssec::Reason::kSignatureExpired));
  world.add_finding(FindingCode::SIG_EXPIRED, Severity::kCritical);
  const ZoneUpdate update = world.look({}, kNoon);
  EXPECT_THAT(types_of(update), ElementsAre("finding.opened"));
  EXPECT_TRUE(update.state.summary.baseline);
  EXPECT_TRUE(update.facts_changed);
  EXPECT_EQ(update.state.summary.status_since_at, kNoon);
  EXPECT_EQ(update.state.summary.transition, 1U);
  EXPECT_EQ(update.opened.size(), 1U);
  EXPECT_EQ(update.opened[0].event_id, update.events[0].id);
}

TEST(AdvanceTest, EqualLooksTellNothing) {
  World world;
  world.add_finding(FindingCode::NS_NO_IPV6, Severity::kInfo);
  const ZoneUpdate first = world.look({}, kNoon);
  const ZoneUpdate second = world.look(first.state, kNoon + kStep);
  EXPECT_THAT(second.events, IsEmpty());
  EXPECT_FALSE(second.facts_changed);
  EXPECT_THAT(second.opened, IsEmpty());
  EXPECT_THAT(second.updated, IsEmpty());
  EXPECT_THAT(second.closed, IsEmpty());
  EXPECT_EQ(second.state.summary.transition, first.state.summary.transition);
  EXPECT_EQ(second.state.summary.status_since_at, kNoon);
  EXPECT_EQ(second.state.summary.last_observed_at, kNoon + kStep);
}

TEST(AdvanceTest, ThereAndBackIsTwoOppositeStories) {
  World good;
  World bad;
  bad.set_ds({});
  bad.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  const ZoneUpdate start = good.look({}, kNoon);
  std::set<std::string> ids;
  ZoneState state = start.state;
  UnixSeconds at = kNoon;
  for (int round = 0; round < 2; ++round) {
    const ZoneUpdate there = bad.look(state, at += kStep);
    EXPECT_THAT(types_of(there), ElementsAre("ds.removed", "zone.status_changed", "finding.opened"));
    const ZoneUpdate back = good.look(there.state, at += kStep);
    EXPECT_THAT(types_of(back), ElementsAre("ds.added", "zone.status_changed", "finding.resolved"));
    EventData before = there.events[0].before, after = back.events[0].after;
    EXPECT_EQ(before.erase("way_back"), 1U) << "only of a set that validated";
    after.erase("servers");  // Who shows it is known of what is there, not of what went.
    after.erase("servers_asked");
    EXPECT_EQ(before, after);
    EXPECT_EQ(there.events[1].before, back.events[1].after);
    EXPECT_EQ(there.events[1].dedup_key, back.events[1].dedup_key);
    for (const auto* update : {&there, &back}) {
      for (const Event& event : update->events) ids.insert(event.id);
    }
    state = back.state;
  }
  EXPECT_EQ(ids.size(), 12U) << "the same transition again is another event";
  EXPECT_EQ(state.facts.digest(), start.state.facts.digest());
}

TEST(AdvanceTest, TheOrderOfFindingsAndServersMakesNoDifference) {
  World world;
  world.add_finding(FindingCode::SIG_EXPIRED, Severity::kCritical);
  world.add_finding(FindingCode::NS_NO_IPV6, Severity::kInfo);
  world.add_finding(FindingCode::CSYNC_PRESENT, Severity::kInfo);
  World mirrored = world;
  std::reverse(mirrored.judgement.findings.begin(), mirrored.judgement.findings.end());
  std::reverse(mirrored.judgement.servers.begin(), mirrored.judgement.servers.end());
  const ZoneUpdate left = world.look({}, kNoon);
  const ZoneUpdate right = mirrored.look({}, kNoon);
  ASSERT_EQ(left.events.size(), right.events.size());
  for (std::size_t i = 0; i < left.events.size(); ++i) {
    EXPECT_EQ(to_json(left.events[i], "o"), to_json(right.events[i], "o"));
  }
}

TEST(AdvanceTest, ALookThatSawNothingChangesOnlyTheObservation) {
  World world;
  world.add_finding(FindingCode::SIG_EXPIRES_SOON, Severity::kWarning);
  const ZoneUpdate first = world.look({}, kNoon);
  World dark = world;
  dark.go_dark();
  dark.add_finding(FindingCode::NO_WORKING_SERVER, Severity::kCritical);
  const ZoneUpdate update = dark.look(first.state, kNoon + kStep);
  EXPECT_THAT(update.events, IsEmpty()) << "incidents speak for servers";
  EXPECT_THAT(update.closed, IsEmpty());
  EXPECT_EQ(update.opened.size(), 1U);
  EXPECT_TRUE(update.opened[0].event_id.empty());
  EXPECT_FALSE(update.facts_changed);
  EXPECT_EQ(update.state.facts, first.state.facts);
  EXPECT_EQ(update.state.summary.verdict, dnssec::secure());
  EXPECT_EQ(update.state.summary.observation, judge::Observation::kFailed);
  EXPECT_EQ(update.state.summary.last_observed_at, kNoon);
  EXPECT_EQ(update.state.summary.last_checked_at, kNoon + kStep);
  const ZoneUpdate back = world.look(update.state, kNoon + 2 * kStep);
  EXPECT_THAT(back.events, IsEmpty());
  EXPECT_EQ(back.closed.size(), 1U);
}

TEST(AdvanceTest, AFirstLookThatFailedIsNoBaseline) {
  World world;
  World dark = world;
  dark.go_dark();
  const ZoneUpdate failed = dark.look({}, kNoon);
  EXPECT_FALSE(failed.state.summary.baseline);
  EXPECT_EQ(failed.state.summary.verdict, dnssec::indeterminate(dnssec::Reason::kUnreachable));
  const ZoneUpdate first = world.look(failed.state, kNoon + kStep);
  EXPECT_THAT(first.events, IsEmpty());
  EXPECT_TRUE(first.state.summary.baseline);
  EXPECT_EQ(first.state.summary.verdict, dnssec::secure());
}

TEST(AdvanceTest, GroupsThatWereNotSeenKeepTheirOldFacts) {
  World world;
  const ZoneUpdate first = world.look({}, kNoon);
  World partial = world;
  partial.judgement.observation = judge::Observation::kPartial;
  partial.facts.dnskeys = {};
  partial.facts.parent_ns = {};
  const ZoneUpdate update = partial.look(first.state, kNoon + kStep);
  EXPECT_THAT(update.events, IsEmpty());
  EXPECT_EQ(update.state.facts, first.state.facts);
  World later = world;
  later.set_keys({make_key(257, 'a'), make_key(256, 'b')});
  const ZoneUpdate added = later.look(update.state, kNoon + 2 * kStep);
  ASSERT_THAT(types_of(added), ElementsAre("dnskey.added"));
  EXPECT_EQ(added.events[0].last_before, kNoon) << "the partial look did not see the keys";
}

TEST(AdvanceTest, NotSeenForThreeIntervalsIsStale) {
  World world;
  const ZoneUpdate first = world.look({}, kNoon);
  World dark = world;
  dark.go_dark();
  ZoneState state = dark.look(first.state, kNoon + kStep).state;
  state = dark.look(state, kNoon + 2 * kStep).state;
  const ZoneUpdate update = dark.look(state, kNoon + 3 * kStep);
  ASSERT_THAT(types_of(update), ElementsAre("zone.status_changed", "finding.opened"));
  EXPECT_EQ(update.state.summary.verdict, dnssec::indeterminate(dnssec::Reason::kStale));
  EXPECT_EQ(update.state.summary.observation, judge::Observation::kStale);
  EXPECT_EQ(update.events[0].severity, Severity::kWarning);
  EXPECT_EQ(update.events[0].confidence, Confidence::kInferred);
  EXPECT_EQ(update.events[1].finding->code, judge::FindingCode::ZONE_STALE);
  EXPECT_EQ(update.events[1].severity, Severity::kWarning);
  EXPECT_EQ(update.events[1].caused_by, update.events[0].id);
  const ZoneUpdate still = dark.look(update.state, kNoon + 4 * kStep);
  EXPECT_THAT(still.events, IsEmpty());
  const ZoneUpdate back = world.look(still.state, kNoon + 5 * kStep);
  EXPECT_THAT(types_of(back), ElementsAre("zone.status_changed", "finding.resolved"));
  EXPECT_THAT(back.state.open_findings, IsEmpty());
}

TEST(AdvanceTest, AnExpectedVerdictThatIsNoLongerCertainIsAnError) {
  World world(judge::Expect::kSigned);
  world.judgement.earliest_expiration = kNoon + kStep;
  const ZoneState state = world.look({}, kNoon).state;
  World dark = world;
  dark.go_dark();
  const ZoneUpdate update = dark.look(state, kNoon + kStep);
  ASSERT_THAT(types_of(update), ElementsAre("zone.status_changed", "finding.opened"));
  EXPECT_EQ(update.events[1].severity, Severity::kError);
}

TEST(AdvanceTest, TheOperatorsSeverityHoldsForWhatOnlyHistoryShows) {
  World world;
  world.severities = {{judge::FindingCode::ZONE_STALE, Severity::kInfo}, {judge::FindingCode::WENT_INSECURE, Severity::kNotice}};
  const ZoneState state = world.look({}, kNoon).state;
  World dark = world;
  dark.go_dark();
  const ZoneUpdate stale = dark.look(state, kNoon + 3 * kStep);
  ASSERT_EQ(stale.opened.size(), 1U);
  EXPECT_EQ(stale.opened[0].finding.severity, Severity::kInfo);
  World insecure = world;
  insecure.set_ds({});
  insecure.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  const ZoneUpdate lost = insecure.look(state, kNoon + kStep);
  const auto found = std::find_if(lost.opened.begin(), lost.opened.end(), [](const OpenFinding& open) {
    return open.finding.code == judge::FindingCode::WENT_INSECURE;
  });
  ASSERT_NE(found, lost.opened.end());
  EXPECT_EQ(found->finding.severity, Severity::kNotice);
}

TEST(AdvanceTest, AServerThatIsSilentForThreeIntervalsIsNotedWithoutAnEvent) {
  World world;
  const ZoneState before = world.look({}, kNoon).state;
  World silent = world;
  silent.judgement.servers[0].reachable = false;
  silent.judgement.observation = judge::Observation::kPartial;
  silent.add_finding(judge::FindingCode::TRANSPORT_UDP_DEAD, Severity::kError);
  silent.judgement.findings.back().subject.server = silent.judgement.servers[0].address;
  ZoneState state = silent.look(before, kNoon + kStep).state;
  state = silent.look(state, kNoon + 3 * kStep).state;
  EXPECT_EQ(state.open_findings.size(), 1U);
  const ZoneUpdate late = silent.look(state, kNoon + 4 * kStep);
  EXPECT_THAT(late.events, IsEmpty());
  ASSERT_EQ(late.opened.size(), 1U);
  EXPECT_EQ(late.opened[0].finding.code, judge::FindingCode::MEASUREMENT_STALE);
  EXPECT_EQ(late.opened[0].finding.severity, Severity::kNotice);
  EXPECT_EQ(late.opened[0].finding.caused_by, judge::FindingCode::TRANSPORT_UDP_DEAD);
  const ZoneUpdate back = world.look(late.state, kNoon + 5 * kStep);
  EXPECT_THAT(back.events, IsEmpty());
  EXPECT_THAT(back.state.open_findings, IsEmpty());
}

constexpr std::chrono::seconds kInterval(kStep);

TEST(AgeTest, AVerdictIsTooOldAfterThreeIntervals) {
  const World world;
  const ZoneSummary summary = world.look({}, kNoon).state.summary;
  EXPECT_EQ(age(summary, kNoon + 2699, kInterval), std::nullopt);
  EXPECT_EQ(stale_at(summary, kInterval), kNoon + 2700);
  const std::optional<ZoneSummary> aged = age(summary, kNoon + 2700, kInterval);
  ASSERT_TRUE(aged);
  EXPECT_EQ(aged->verdict, dnssec::indeterminate(dnssec::Reason::kStale));
  EXPECT_EQ(aged->status_worst, dnssec::SecurityStatus::kIndeterminate);
  EXPECT_EQ(aged->observation, judge::Observation::kStale);
  EXPECT_EQ(aged->last_observed_at, kNoon);
  EXPECT_EQ(age(*aged, kNoon + 9000, kInterval), std::nullopt) << "once";
  EXPECT_EQ(age(ZoneSummary(), kNoon + 9000, kInterval), std::nullopt) << "never judged";
}

TEST(AgeTest, AVerdictIsNotRepeatedPastTheTimeItWasCertainFor) {
  World world;
  world.judgement.earliest_expiration = kNoon + 1000;
  const ZoneSummary summary = world.look({}, kNoon).state.summary;
  EXPECT_EQ(summary.certain_until_at, kNoon + 1000);
  EXPECT_EQ(age(summary, kNoon + 999, kInterval), std::nullopt);
  EXPECT_TRUE(age(summary, kNoon + 1000, kInterval));
}

TEST(AgeTest, ComingBackAsBeforeIsNoNews) {
  const World world;
  ZoneState state = world.look({}, kNoon).state;
  state.summary = age(state.summary, kNoon + 4 * kStep, kInterval).value();
  const ZoneUpdate back = world.look(state, kNoon + 5 * kStep);
  EXPECT_THAT(back.events, IsEmpty());
  EXPECT_EQ(back.state.summary.verdict, dnssec::secure());
  EXPECT_EQ(back.state.summary.observation, judge::Observation::kOk);
  EXPECT_EQ(back.state.summary.status_since_at, kNoon + 5 * kStep);
}

TEST(AgeTest, ComingBackOtherwiseIsToldAgainstWhatWasToldBefore) {
  const World world;
  ZoneState state = world.look({}, kNoon).state;
  state.summary = age(state.summary, kNoon + 4 * kStep, kInterval).value();
  World insecure = world;
  insecure.set_ds({});
  insecure.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  const auto told = of_type(insecure.look(state, kNoon + 5 * kStep), EventType::kZoneStatusChanged);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(std::get<std::string>(told[0].before.at("status")), "secure");
  EXPECT_EQ(told[0].severity, Severity::kError);
}

TEST(AgeTest, AZoneThatIsDeadWhenSomebodyLooksAgainIsTold) {
  const World world;
  ZoneState state = world.look({}, kNoon).state;
  state.summary = age(state.summary, kNoon + 4 * kStep, kInterval).value();
  World dark = world;
  dark.go_dark();
  const ZoneUpdate update = dark.look(state, kNoon + 5 * kStep);
  EXPECT_THAT(types_of(update), ElementsAre("zone.status_changed", "finding.opened"));
  const ZoneUpdate back = world.look(update.state, kNoon + 6 * kStep);
  EXPECT_THAT(types_of(back), ElementsAre("zone.status_changed", "finding.resolved"));
}

}  // namespace
}  // namespace anchorwatch::change
