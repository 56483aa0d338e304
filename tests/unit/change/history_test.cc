// SPDX-License-Identifier: Apache-2.0
// DS and status: what was announced is calm, what was not stays open until somebody answered for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/history.h"

namespace anchorwatch::change {
namespace {

using judge::Expect;
using Code = judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(History, TheFirstLookSaysNothing) {
  begin(unsigned_now(World()));
  EXPECT_THAT(codes(), IsEmpty());
  begin(moved(World(Expect::kSigned)));
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(History, ARolloverWithOverlapStaysBelowWarning) {
  World world(Expect::kSigned);
  begin(world);
  world.set_keys({kOwn, kNext});
  see(world, kDay);
  EXPECT_EQ(severity(Code::KEYSET_CHANGED), Severity::kInfo);
  EXPECT_LE(loudest(), Severity::kNotice);
  see(with_ds(world, {kNext}), kDay);
  EXPECT_EQ(severity(Code::DS_CHANGED), Severity::kNotice);
  EXPECT_LE(loudest(), Severity::kNotice);
  see(with_key(with_ds(world, {kNext}), kNext), kDay);
  EXPECT_THAT(codes(), ElementsAre("DS_CHANGED", "KEYSET_CHANGED"));
  EXPECT_LE(loudest(), Severity::kNotice);
}

TEST_F(History, CalmChangesEndAfterAWeekWithoutEvents) {
  World world;
  begin(world);
  world.set_keys({kOwn, kNext});
  see(world);
  EXPECT_THAT(types_of(last_), ElementsAre("dnskey.added"));
  const UnixSeconds end = at_ + 7 * kDay;
  EXPECT_LE(last_.state.summary.valid_until_at, end) << "else nobody would look at the end";
  see(world, 7 * kDay - 1);
  EXPECT_THAT(codes(), ElementsAre("KEYSET_CHANGED"));
  see(world, 1);
  EXPECT_THAT(codes(), IsEmpty());
  EXPECT_THAT(last_.events, IsEmpty());
  EXPECT_EQ(last_.closed.size(), 1U);
}

TEST_F(History, ADsThatTheZoneAskedForIsInformation) {
  World world(Expect::kSigned);
  world.set_keys({kOwn, kNext});
  world.facts.cds = {true, {{ds_of(kNext), 3600, {}}}};
  begin(world);
  see(with_ds(world, {kNext}));
  EXPECT_EQ(severity(Code::DS_CHANGED), Severity::kInfo);
}

TEST_F(History, AnUnannouncedDsIsUnexpectedUntilItIsGone) {
  const World world;
  begin(world);
  World both = with_ds(world, {kOwn, kForeign});
  see(both);
  EXPECT_EQ(severity(Code::DS_UNEXPECTED), Severity::kCritical) << "nobody publishes its key";
  EXPECT_EQ(open(Code::DS_CHANGED), nullptr);
  const auto opened = of_type(last_, EventType::kFindingOpened);
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].caused_by, of_type(last_, EventType::kDsAdded)[0].id);
  see(both);
  EXPECT_THAT(last_.events, IsEmpty());
  EXPECT_NE(open(Code::DS_UNEXPECTED), nullptr);
  see(world);
  EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr);
  EXPECT_EQ(of_type(last_, EventType::kFindingResolved).at(0).severity, Severity::kCritical);
}

TEST_F(History, AnUnexpectedDsWithItsKeyDependsOnTheExpectation) {
  for (const auto& [expect, wanted] : {std::pair{Expect::kAny, Severity::kError},
                                       std::pair{Expect::kSigned, Severity::kCritical}}) {
    const World world(expect);
    begin(world);
    see(with_key(with_ds(world, {kForeign}), kForeign));
    EXPECT_EQ(severity(Code::DS_UNEXPECTED), wanted);
    EXPECT_EQ(open(Code::DS_CHANGED), nullptr);
  }
}

TEST_F(History, ADsThatTheOldChainVouchesForLaterIsExpected) {
  const World world;
  begin(world);
  World both = with_ds(world, {kOwn, kNext});
  see(both);
  ASSERT_NE(open(Code::DS_UNEXPECTED), nullptr) << "a Double-DS step without CDS";
  both.set_keys({kOwn, kNext});
  see(both);
  EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr);
}

TEST_F(History, AnOldSignatureThatIsNotValidVouchesForNothing) {
  const World world;
  begin(world);
  World both = with_ds(world, {kOwn, kForeign});
  see(both);
  both.set_keys({kOwn, kForeign});
  both.add_finding(Code::DS_KEY_BAD_SIGNATURE, Severity::kError);
  both.judgement.findings.back().subject.key_tag = dns::key_tag(kOwn);
  see(both);
  EXPECT_NE(open(Code::DS_UNEXPECTED), nullptr);
  both.judgement.findings.clear();
  both.facts.rrsigs = {true, {}};
  both.facts.rrsigs.values.push_back({name("example.com."), dns::RrType::kDnskey, dns::key_tag(kOwn), 13,
                                      kNoon - 2 * kDay, kNoon - kDay, {}});
  see(both);
  EXPECT_NE(open(Code::DS_UNEXPECTED), nullptr) << "it has run out";
}

TEST_F(History, AForeignDsLaundersNoOther) {
  const World world;
  begin(world);
  see(with_key(with_ds(world, {kForeign}), kForeign));
  World second = with_ds(world, {kForeign, kNext});
  second.set_keys({kForeign, kNext});
  see(second);
  see(with_key(with_ds(world, {kNext}), kNext));
  EXPECT_NE(open(Code::DS_UNEXPECTED), nullptr);
}

TEST_F(History, ADeclaredDsIsExpected) {
  const auto declare = [](inventory::ZoneSettings& settings) {
    settings.expectation.expect_ds = {ds_of(kOwn), ds_of(kNext)};
  };
  const World world = declaring(World(), declare);
  begin(world);
  see(with_ds(world, {kOwn, kNext}));
  EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr);
  begin(World());
  see(with_ds(World(), {kOwn, kNext}));
  ASSERT_NE(open(Code::DS_UNEXPECTED), nullptr);
  see(with_ds(world, {kOwn, kNext}));
  EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr) << "declared afterwards";
}

TEST_F(History, LosingSecurityStaysOpenUntilItIsBack) {
  for (const auto& [expect, wanted] : {std::pair{Expect::kAny, Severity::kError},
                                       std::pair{Expect::kSigned, Severity::kCritical}}) {
    const World world(expect);
    begin(world);
    see(unsigned_now(world));
    EXPECT_EQ(severity(Code::WENT_INSECURE), wanted);
    see(unsigned_now(world), 29 * kDay);
    EXPECT_NE(open(Code::WENT_INSECURE), nullptr);
    World dark = world;
    dark.go_dark();
    see(dark, 60);
    EXPECT_NE(open(Code::WENT_INSECURE), nullptr);
    see(world, 60);
    EXPECT_EQ(open(Code::WENT_INSECURE), nullptr);
    EXPECT_NE(open(Code::BECAME_SECURE), nullptr);
    EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr) << "the same DS is back";
  }
}

TEST_F(History, ALossThatWasAskedForIsAnError) {
  World world(Expect::kSigned);
  Bytes erase;
  append_u16(erase, 0);
  append_u8(erase, 0);
  append_u8(erase, 0);
  append_u8(erase, 0);
  world.facts.cds = {true, {{erase, 3600, {}}}};
  begin(world);
  see(unsigned_now(world));
  EXPECT_EQ(severity(Code::WENT_INSECURE), Severity::kError);
}

TEST_F(History, ALossThatTheOwnerDeclaresIsNone) {
  begin(World());
  see(unsigned_now(World()));
  ASSERT_NE(open(Code::WENT_INSECURE), nullptr);
  see(unsigned_now(World(Expect::kUnsigned)));
  EXPECT_EQ(open(Code::WENT_INSECURE), nullptr);
}

TEST_F(History, AnOutageOrABrokenChainIsNoLossOfSecurity) {
  const World world(Expect::kSigned);
  begin(world);
  World bogus = world;
  bogus.set_verdict(dnssec::bogus(dnssec::Reason::kSignatureExpired));
  see(bogus);
  EXPECT_EQ(open(Code::WENT_INSECURE), nullptr);
  see(unsigned_now(world));
  EXPECT_NE(open(Code::WENT_INSECURE), nullptr) << "a fault in between hides no loss";
}

TEST_F(History, BecomingSecureIsANotice) {
  for (const auto& [expect, wanted] : {std::pair{Expect::kAny, Severity::kNotice},
                                       std::pair{Expect::kSigned, Severity::kInfo}}) {
    const World world(expect);
    begin(unsigned_now(world));
    see(world);
    EXPECT_EQ(severity(Code::BECAME_SECURE), wanted);
    EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr);
  }
}

}  // namespace
}  // namespace anchorwatch::change
