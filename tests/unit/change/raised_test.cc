// SPDX-License-Identifier: Apache-2.0
// What history makes of the findings of a look: requests that nobody follows, and what weighs more
// after a loss.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/history.h"

namespace anchorwatch::change {
namespace {

using judge::Expect;
using Code = judge::FindingCode;

World lost(World world, Code code, Severity severity) {
  world = unsigned_now(std::move(world));
  world.add_finding(code, severity);
  return world;
}

TEST_F(History, ALossMakesAnUnsignedZoneAnError) {
  for (const Code code : {Code::ZONE_UNSIGNED, Code::DS_MISSING_FOR_SIGNED}) {
    const World world;
    begin(world);
    const World gone = lost(world, code, Severity::kNotice);
    see(gone);
    EXPECT_EQ(severity(code), Severity::kError);
    EXPECT_EQ(open(code)->caused_by, Code::WENT_INSECURE);
    see(gone, 29 * kDay);
    EXPECT_EQ(severity(code), Severity::kError) << "as long as nobody answered for it";
    see(gone, 2 * kDay);
    EXPECT_EQ(severity(code), Severity::kNotice);
    see(world);
    EXPECT_EQ(open(code), nullptr);
  }
}

TEST_F(History, AZoneThatWasNeverSecureIsCalm) {
  begin(lost(World(), Code::ZONE_UNSIGNED, Severity::kInfo));
  see(lost(World(), Code::ZONE_UNSIGNED, Severity::kInfo));
  EXPECT_EQ(severity(Code::ZONE_UNSIGNED), Severity::kInfo);
}

TEST_F(History, ALossThatTheZoneAskedForIsCalm) {
  World world;
  world.facts.cds = {true, {{Bytes("\0\0\0\0\0", 5), 3600, {}}}};
  begin(world);
  see(lost(world, Code::DS_MISSING_FOR_SIGNED, Severity::kNotice));
  EXPECT_EQ(severity(Code::DS_MISSING_FOR_SIGNED), Severity::kNotice);
}

TEST_F(History, TheOperatorsSeverityHoldsForARaisedFinding) {
  World world;
  world.severities = {{Code::ZONE_UNSIGNED, Severity::kNotice}};
  begin(world);
  see(lost(world, Code::ZONE_UNSIGNED, Severity::kNotice));
  EXPECT_EQ(severity(Code::ZONE_UNSIGNED), Severity::kNotice);
}

World with_orphan(World world, const Bytes& key) {
  world.add_finding(Code::DS_ORPHAN, Severity::kNotice);
  judge::Finding& finding = world.judgement.findings.back();
  finding.subject.key_tag = dns::key_tag(key);
  finding.subject.algorithm = 13;
  finding.data["digest_type"] = std::int64_t{2};
  return world;
}

TEST_F(History, AnOrphanThatNobodyAnnouncedIsAnError) {
  begin(World());
  see(with_orphan(with_ds(World(), {kOwn, kForeign}), kForeign));
  EXPECT_EQ(severity(Code::DS_ORPHAN), Severity::kError);
  EXPECT_EQ(open(Code::DS_ORPHAN)->caused_by, Code::DS_UNEXPECTED);
}

TEST_F(History, AnOrphanBesideAnUnexpectedDsIsAnother) {
  begin(with_orphan(with_ds(World(), {kOwn, kNext}), kNext));
  World more = with_orphan(with_ds(World(), {kOwn, kNext, kForeign}), kNext);
  see(more);
  ASSERT_NE(open(Code::DS_UNEXPECTED), nullptr);
  EXPECT_EQ(severity(Code::DS_ORPHAN), Severity::kNotice);
}

TEST_F(History, AnOrphanThatOutlivesEveryRolloverIsAWarning) {
  const World world = with_orphan(with_ds(World(), {kOwn, kNext}), kNext);
  begin(world);
  see(world, 90 * kDay - 1);
  EXPECT_EQ(severity(Code::DS_ORPHAN), Severity::kNotice);
  EXPECT_LE(last_.state.summary.valid_until_at, kNoon + 90 * kDay)
      << "else nobody would look at the end";
  see(world, 1);
  EXPECT_EQ(severity(Code::DS_ORPHAN), Severity::kWarning);
}

TEST_F(History, ADeclaredStandbyIsNoOrphanToWarnOf) {
  const World world =
      declaring(with_orphan(with_ds(World(), {kOwn, kNext}), kNext), [](auto& settings) {
        settings.expectation.expect_ds = {ds_of(kOwn), ds_of(kNext)};
      });
  begin(world);
  see(world, 100 * kDay);
  EXPECT_EQ(severity(Code::DS_ORPHAN), Severity::kNotice);
}

World asking(World world) {
  world.add_finding(Code::CDS_DIFFERS_FROM_DS, Severity::kInfo);
  return world;
}

TEST_F(History, ARequestThatStandsForAWeekIsNotFollowed) {
  const World world = asking(World());
  begin(world);
  see(world, 7 * kDay - 1);
  EXPECT_EQ(open(Code::CDS_NOT_FOLLOWED), nullptr);
  EXPECT_LE(last_.state.summary.valid_until_at, kNoon + 7 * kDay)
      << "else nobody would look at the end";
  see(world, 1);
  EXPECT_EQ(severity(Code::CDS_NOT_FOLLOWED), Severity::kNotice);
  EXPECT_EQ(of_type(last_, EventType::kFindingOpened).size(), 1U);
  see(world, 30 * kDay);
  EXPECT_THAT(last_.events, ::testing::IsEmpty()) << "told once";
  World core = World();
  core.depth = evidence::Depth::kCore;
  see(core);
  EXPECT_NE(open(Code::CDS_NOT_FOLLOWED), nullptr) << "a core look does not ask for CDS";
  World dark;
  dark.go_dark();
  see(dark);
  EXPECT_NE(open(Code::CDS_NOT_FOLLOWED), nullptr);
  see(World());
  EXPECT_EQ(open(Code::CDS_NOT_FOLLOWED), nullptr);
  EXPECT_THAT(types_of(last_), ::testing::Contains("finding.resolved"));
}

TEST_F(History, AParentThatMovedHasAWeekMore) {
  const World world = asking(World());
  World both = world;
  both.set_keys({kOwn, kNext});
  begin(both);
  const World moving = with_ds(both, {kOwn, kNext});
  see(moving, 6 * kDay);
  ASSERT_NE(open(Code::DS_CHANGED), nullptr);
  see(moving, 2 * kDay);
  EXPECT_EQ(open(Code::CDS_NOT_FOLLOWED), nullptr) << "the DS set changed two days ago";
}

TEST_F(History, WhoDeclaresTheDsByHandIsNotAsked) {
  const World world = declaring(
      asking(World()), [](auto& settings) { settings.expectation.expect_ds = {ds_of(kOwn)}; });
  begin(world);
  see(world, 30 * kDay);
  EXPECT_EQ(open(Code::CDS_NOT_FOLLOWED), nullptr);
}

}  // namespace
}  // namespace anchorwatch::change
