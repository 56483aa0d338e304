// SPDX-License-Identifier: Apache-2.0
// What changed, how bad it is, and what follows from what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/world.h"

namespace anchorwatch::change {
namespace {

using judge::Expect;
using judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const Bytes kOldKey = make_key(257, 'a');
const Bytes kNewKey = make_key(257, 'n');

ZoneUpdate change(const World& before, const World& after) {
  return after.look(before.look({}, kNoon).state, kNoon + kStep);
}

Severity severity_of(const ZoneUpdate& update, EventType type) {
  const auto events = of_type(update, type);
  EXPECT_EQ(events.size(), 1U) << to_string(type);
  return events.empty() ? Severity::kInfo : events[0].severity;
}

TEST(DsChangesTest, LosingTheDsIsOneStory) {
  for (const Expect expect : {Expect::kAny, Expect::kSigned}) {
    World before(expect);
    World after(expect);
    after.set_ds({});
    after.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
    after.add_finding(FindingCode::DS_MISSING_FOR_SIGNED, Severity::kNotice);
    const ZoneUpdate update = change(before, after);
    ASSERT_THAT(types_of(update),
                ElementsAre("ds.removed", "zone.status_changed", "finding.opened", "finding.opened"));
    const Severity loss = expect == Expect::kSigned ? Severity::kCritical : Severity::kError;
    EXPECT_EQ(update.events[0].severity, loss);
    EXPECT_EQ(update.events[1].severity, loss);
    EXPECT_EQ(update.events[0].caused_by, std::nullopt);
    EXPECT_EQ(update.events[1].caused_by, update.events[0].id);
    EXPECT_EQ(update.events[2].caused_by, update.events[1].id);
    EXPECT_EQ(update.events[3].caused_by, update.events[2].id) << "WENT_INSECURE explains it";
    EXPECT_EQ(update.events[3].severity, loss == Severity::kCritical ? Severity::kError : loss);
    EXPECT_EQ(update.events[0].side, "parent");
    EXPECT_EQ(std::get<std::vector<std::string>>(update.events[0].before.at("ds")).size(), 1U);
    EXPECT_THAT(std::get<std::vector<std::string>>(update.events[0].after.at("ds")), IsEmpty());
    EXPECT_EQ(update.events[0].last_before, kNoon);
    EXPECT_EQ(update.events[0].first_after, kNoon + kStep);
    EXPECT_EQ(update.events[0].owner, "web team");
    EXPECT_EQ(update.events[0].expected, std::nullopt);
  }
}

TEST(DsChangesTest, StepsOfARolloverAreNotices) {
  World start;
  start.set_keys({kOldKey, kNewKey});
  World both = start;
  both.set_ds({make_ds(start.entry.name, kOldKey), make_ds(start.entry.name, kNewKey)});
  World end = both;
  end.set_ds({make_ds(start.entry.name, kNewKey)});
  EXPECT_EQ(severity_of(change(start, both), EventType::kDsAdded), Severity::kNotice);
  EXPECT_EQ(severity_of(change(both, end), EventType::kDsRemoved), Severity::kNotice);
  const ZoneUpdate at_once = change(start, end);
  EXPECT_THAT(types_of(at_once), ElementsAre("ds.removed", "ds.added"));
  EXPECT_EQ(severity_of(at_once, EventType::kDsAdded), Severity::kNotice);
  EXPECT_EQ(at_once.events[1].caused_by, at_once.events[0].id);
}

TEST(DsChangesTest, AKeyThatTheOldChainVouchesForMayComeWithItsDs) {
  World before;
  World after;
  after.set_keys({kOldKey, kNewKey});
  after.set_ds({make_ds(after.entry.name, kOldKey), make_ds(after.entry.name, kNewKey)});
  EXPECT_EQ(severity_of(change(before, after), EventType::kDsAdded), Severity::kNotice);
}

TEST(DsChangesTest, ADsThatNoOldKeyAnnouncedIsAnError) {
  World before;
  World taken_over;  // Keys and DS are replaced together: it validates, yet nobody announced it.
  taken_over.set_keys({kNewKey});
  taken_over.set_ds({make_ds(taken_over.entry.name, kNewKey)});
  EXPECT_EQ(severity_of(change(before, taken_over), EventType::kDsAdded), Severity::kError);
  World added = before;
  added.set_ds({make_ds(added.entry.name, kOldKey), make_ds(added.entry.name, kNewKey)});
  EXPECT_EQ(severity_of(change(before, added), EventType::kDsAdded), Severity::kError);
  World expected(Expect::kSigned);
  taken_over.entry = expected.entry;
  EXPECT_EQ(severity_of(change(expected, taken_over), EventType::kDsAdded), Severity::kCritical);
}

TEST(DsChangesTest, ACdsAnnouncesADs) {
  World before;
  before.facts.cds.values = {{make_ds(before.entry.name, kNewKey), 3600, {}}};
  World after = before;
  after.set_ds({make_ds(after.entry.name, kOldKey), make_ds(after.entry.name, kNewKey)});
  EXPECT_EQ(severity_of(change(before, after), EventType::kDsAdded), Severity::kNotice);
}

TEST(DsChangesTest, BecomingSecureIsANotice) {
  World before;
  before.set_ds({});
  before.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  const World after;
  const ZoneUpdate update = change(before, after);
  EXPECT_EQ(severity_of(update, EventType::kDsAdded), Severity::kNotice);
  EXPECT_EQ(severity_of(update, EventType::kZoneStatusChanged), Severity::kNotice);
}

TEST(DsChangesTest, ARemovalThatBreaksTheChainIsAnError) {
  World before;
  before.set_ds({make_ds(before.entry.name, kOldKey), make_ds(before.entry.name, kNewKey)});
  World after = before;
  after.set_ds({make_ds(after.entry.name, kNewKey)});
  after.set_verdict(dnssec::bogus(dnssec::Reason::kDsMismatch));
  const ZoneUpdate update = change(before, after);
  EXPECT_EQ(severity_of(update, EventType::kDsRemoved), Severity::kError);
  EXPECT_EQ(severity_of(update, EventType::kZoneStatusChanged), Severity::kCritical);
}

TEST(KeyChangesTest, KeysComeAndGoQuietlyInASecureZone) {
  const World before;
  World after;
  after.set_keys({kOldKey, make_key(256, 'z')});
  after.facts.dnskeys.values[1].signs_dnskey = false;
  EXPECT_EQ(severity_of(change(before, after), EventType::kDnskeyAdded), Severity::kInfo);
  EXPECT_EQ(severity_of(change(after, before), EventType::kDnskeyRemoved), Severity::kInfo);
  EXPECT_EQ(types_of(change(before, after)).size(), 1U);
}

TEST(KeyChangesTest, ARevokedKeyIsTheSameKey) {
  World before;
  before.set_keys({kOldKey, kNewKey});
  World after = before;
  after.set_keys({make_key(257 | dns::Dnskey::kRevokeFlag, 'a'), kNewKey});
  const ZoneUpdate update = change(before, after);
  ASSERT_THAT(types_of(update), ElementsAre("dnskey.revoked"));
  EXPECT_NE(update.events[0].before.at("key_tag"), update.events[0].after.at("key_tag"));
  EXPECT_EQ(update.events[0].severity, Severity::kNotice);
}

TEST(KeyChangesTest, AnotherAlgorithmIsToldOnce) {
  const World before;
  World after;
  Bytes ed25519 = kNewKey;
  ed25519[3] = 15;
  after.set_keys({kOldKey, ed25519});
  const ZoneUpdate update = change(before, after);
  ASSERT_THAT(types_of(update), ElementsAre("dnskey.added", "algorithm.changed"));
  EXPECT_EQ(update.events[0].summary.find(".."), std::string::npos) << update.events[0].summary;
  EXPECT_EQ(update.events[1].caused_by, update.events[0].id);
}

TEST(NameServerChangesTest, ReplacingTheParentsSetIsALoss) {
  const World before;
  World after;
  after.facts.parent_ns.values = {{name("ns.evil.example."), {}}};
  const ZoneUpdate update = change(before, after);
  ASSERT_THAT(types_of(update), ElementsAre("ns.removed", "ns.removed", "ns.added", "finding.opened"));
  for (const Event& event : update.events) {
    EXPECT_EQ(event.severity, Severity::kError);
    if (!event.finding) {
      EXPECT_EQ(event.side, "parent");
    }
  }
  EXPECT_EQ(update.events[2].caused_by, update.events[0].id);
  World expected(Expect::kSigned);
  after.entry = expected.entry;
  EXPECT_EQ(change(expected, after).events[0].severity, Severity::kCritical);
}

TEST(NameServerChangesTest, APartOfTheSetIsANotice) {
  const World before;
  World after;
  after.facts.parent_ns.values.pop_back();
  after.facts.child_ns.values.push_back(name("ns3.example.com."));
  const ZoneUpdate update = change(before, after);
  EXPECT_THAT(types_of(update), ElementsAre("ns.removed", "ns.added"));
  EXPECT_EQ(update.events[0].severity, Severity::kNotice);
  EXPECT_EQ(update.events[1].severity, Severity::kNotice);
  EXPECT_EQ(update.events[1].side, "child");
}

TEST(NameServerChangesTest, GlueOfANameThatStays) {
  const World before;
  World after;
  after.facts.parent_ns.values[0].glue = {address("192.0.2.77")};
  EXPECT_THAT(types_of(change(before, after)), ElementsAre("glue.changed"));
}

TEST(SignalChangesTest, CdsCsyncAndDenial) {
  const World before;
  World after;
  after.facts.cds.values = {{make_ds(after.entry.name, kNewKey), 3600, {}}};
  after.facts.cdnskey.values = {{kNewKey, 3600, {}}};
  after.facts.csync.values = {{Bytes("\0\0\0\1\0\3\0\1\4", 9), 3600, {}}};
  after.facts.denial.values = {{judge::DenialKind::kNsec3, 0, {}, true}};
  EXPECT_THAT(types_of(change(before, after)),
              UnorderedElementsAre("cds.changed", "csync.changed", "denial.changed"));
}

TEST(DelegationChangesTest, AZoneThatIsNoLongerDelegatedExplainsTheRest) {
  const World before;
  World after;
  after.judgement.delegation = judge::DelegationState::kAbsent;
  after.set_ds({});
  after.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  const ZoneUpdate update = change(before, after);
  ASSERT_THAT(types_of(update),
              ElementsAre("delegation.removed", "ds.removed", "zone.status_changed"));
  EXPECT_EQ(update.events[0].severity, Severity::kCritical);
  EXPECT_EQ(update.events[1].caused_by, update.events[0].id);
  EXPECT_EQ(update.events[2].caused_by, update.events[0].id);
  const ZoneUpdate back = before.look(update.state, kNoon + 2 * kStep);
  EXPECT_EQ(severity_of(back, EventType::kDelegationChanged), Severity::kCritical);
}

}  // namespace
}  // namespace anchorwatch::change
