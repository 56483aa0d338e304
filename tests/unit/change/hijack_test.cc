// SPDX-License-Identifier: Apache-2.0
// Keys, name servers, takeovers and expired names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/history.h"

namespace anchorwatch::change {
namespace {

using judge::Expect;
using Code = judge::FindingCode;
using Hijack = History;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(Hijack, AlgorithmsThatAreDeclaredAreInformation) {
  Bytes other = kNext;
  other[3] = static_cast<char>(15);
  for (const bool declared : {false, true}) {
    World world;
    if (declared) {
      world = declaring(world, [](auto& settings) { settings.expectation.algorithms = {13, 15}; });
    }
    begin(world);
    world.set_keys({kOwn, other});
    see(world);
    EXPECT_EQ(severity(Code::ALG_CHANGED), declared ? Severity::kInfo : Severity::kNotice);
    EXPECT_EQ(open(Code::KEYSET_UNEXPECTED), nullptr);
  }
}

TEST_F(Hijack, KeysThatOnlySomeServersShowAreNoChange) {
  World world;
  world.set_keys({kOwn, kNext});
  begin(world);
  World partial = with_key(world, kOwn);
  partial.judgement.observation = judge::Observation::kPartial;
  see(partial);
  EXPECT_THAT(codes(), IsEmpty());
  see(world);
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Hijack, AKeySetReplacedAtOnceIsUnexpected) {
  World world;
  begin(world);
  World foreign = with_key(world, kForeign);
  foreign.set_verdict(dnssec::bogus(dnssec::Reason::kDsMismatch));
  see(foreign);
  EXPECT_EQ(severity(Code::KEYSET_UNEXPECTED), Severity::kError);
  EXPECT_EQ(*open(Code::KEYSET_UNEXPECTED)->subject.key_tag, dns::key_tag(kForeign));
  see(world);
  EXPECT_EQ(open(Code::KEYSET_UNEXPECTED), nullptr);
}

TEST_F(Hijack, SomeNameServersAreANotice) {
  World world(Expect::kSigned);
  begin(world);
  world.facts.parent_ns.values.push_back({name("ns3.example.net."), {}});
  see(world);
  EXPECT_EQ(severity(Code::NS_CHANGED), Severity::kNotice);
  EXPECT_LE(loudest(), Severity::kNotice);
}

TEST_F(Hijack, AReplacedSetIsUnexpectedUntilTheOldOneIsBack) {
  for (const auto& [expect, wanted] : {std::pair{Expect::kAny, Severity::kError},
                                       std::pair{Expect::kSigned, Severity::kCritical}}) {
    const World world(expect);
    begin(world);
    World foreign = moved(world);
    foreign.facts.dnskeys.values[0].servers = {address("203.0.113.1")};
    see(foreign);
    EXPECT_EQ(severity(Code::NS_UNEXPECTED), wanted);
    EXPECT_EQ(open(Code::NS_CHANGED), nullptr);
    const auto opened = of_type(last_, EventType::kFindingOpened);
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(opened[0].caused_by, of_type(last_, EventType::kNsRemoved)[0].id);
    EXPECT_EQ(open(Code::TAKEOVER_SUSPECTED), nullptr) << "the same keys are served";
    see(foreign, 10 * kDay);
    EXPECT_NE(open(Code::NS_UNEXPECTED), nullptr);
    see(world);
    EXPECT_EQ(open(Code::NS_UNEXPECTED), nullptr);
  }
}

TEST_F(Hijack, NewNamesForTheSameAddressesAreAnError) {
  World world(Expect::kSigned);
  world.facts.parent_ns.values[0].glue.clear();
  world.facts.parent_ns.values[1].glue.clear();
  begin(world);
  see(moved(world));
  EXPECT_EQ(severity(Code::NS_UNEXPECTED), Severity::kError);
}

TEST_F(Hijack, EverythingAtOnceIsATakeover) {
  const World world;
  begin(world);
  World foreign = moved(with_key(with_ds(world, {kForeign}), kForeign));
  see(foreign);
  EXPECT_EQ(severity(Code::TAKEOVER_SUSPECTED), Severity::kCritical);
  see(foreign, kDay);
  EXPECT_NE(open(Code::TAKEOVER_SUSPECTED), nullptr);
  see(world);
  EXPECT_EQ(open(Code::TAKEOVER_SUSPECTED), nullptr);
  EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr);
  EXPECT_EQ(open(Code::NS_UNEXPECTED), nullptr);
}

TEST_F(Hijack, WithoutTheKeysThatAreServedNothingIsSuspectedYet) {
  const World world;
  begin(world);
  World foreign = moved(unsigned_now(world));
  foreign.facts.dnskeys = {};
  foreign.judgement.observation = judge::Observation::kPartial;
  see(foreign);
  EXPECT_NE(open(Code::WENT_INSECURE), nullptr);
  EXPECT_EQ(open(Code::TAKEOVER_SUSPECTED), nullptr);
  see(moved(with_key(unsigned_now(world), kForeign)));
  EXPECT_NE(open(Code::TAKEOVER_SUSPECTED), nullptr);
}

TEST_F(Hijack, AMissedDeclarationExplainsAnUnexpectedDs) {
  World world = declaring(World(), [](inventory::ZoneSettings& settings) {
    settings.expectation.expect_ds = {ds_of(kOwn)};
  });
  begin(world);
  world = with_ds(world, {kOwn, kForeign});
  world.add_finding(Code::EXPECT_DS, Severity::kError);
  see(world);
  EXPECT_EQ(open(Code::DS_UNEXPECTED)->caused_by, Code::EXPECT_DS);
  const auto opened = of_type(last_, EventType::kFindingOpened);
  ASSERT_EQ(opened.size(), 2U);
  EXPECT_EQ(opened[1].caused_by, opened[0].id) << "one story";
}

TEST_F(Hijack, AHijackThatLooksLikeARollover) {
  const World world(Expect::kSigned);
  begin(world);
  see(unsigned_now(world));
  EXPECT_EQ(loudest(), Severity::kCritical) << "at its first step";
  World foreign = moved(with_key(unsigned_now(world), kForeign));
  see(foreign, 3600);
  EXPECT_EQ(severity(Code::TAKEOVER_SUSPECTED), Severity::kCritical);
  foreign = moved(with_key(with_ds(world, {kForeign}), kForeign));
  see(foreign, kDay);
  EXPECT_EQ(of_type(last_, EventType::kDsAdded).at(0).severity, Severity::kCritical);
  EXPECT_EQ(severity(Code::DS_UNEXPECTED), Severity::kCritical);
  EXPECT_NE(open(Code::TAKEOVER_SUSPECTED), nullptr);
}

TEST_F(Hijack, AHijackThroughADoubleDs) {
  const World world(Expect::kSigned);
  begin(world);
  see(with_ds(world, {kOwn, kForeign}));
  EXPECT_EQ(severity(Code::DS_UNEXPECTED), Severity::kCritical);
  see(moved(with_key(with_ds(world, {kOwn, kForeign}), kForeign)), 2 * kDay);
  EXPECT_EQ(severity(Code::TAKEOVER_SUSPECTED), Severity::kCritical);
}

TEST_F(Hijack, NameServersReplacedInStepsCountAsOne) {
  const World world;
  begin(world);
  World both = world;
  both.facts.parent_ns.values.push_back({name("ns1.evil.example."), {}});
  see(both);
  EXPECT_EQ(open(Code::NS_UNEXPECTED), nullptr);
  World foreign = moved(with_key(with_ds(world, {kForeign}), kForeign));
  foreign.facts.parent_ns.values.pop_back();
  see(foreign, kDay);
  EXPECT_NE(open(Code::TAKEOVER_SUSPECTED), nullptr);
}

TEST_F(Hijack, TransfersDoneRightAreNoTakeover) {
  const World world;
  begin(world);  // Two signers: both keys are there before the name servers move.
  World both = world;
  both.set_keys({kOwn, kNext});
  see(both, kDay);
  see(with_ds(both, {kOwn, kNext}), kDay);
  see(moved(with_ds(both, {kOwn, kNext})), kDay);
  EXPECT_NE(open(Code::NS_UNEXPECTED), nullptr);
  see(moved(with_key(with_ds(world, {kNext}), kNext)), kDay);
  EXPECT_EQ(open(Code::TAKEOVER_SUSPECTED), nullptr);
  EXPECT_EQ(open(Code::DS_UNEXPECTED), nullptr);

  begin(world);  // Going insecure by plan: the DS was gone for its TTL.
  see(unsigned_now(world));
  see(moved(with_key(unsigned_now(world), kNext)), 2 * kDay);
  EXPECT_NE(open(Code::WENT_INSECURE), nullptr);
  EXPECT_NE(open(Code::NS_UNEXPECTED), nullptr);
  EXPECT_EQ(open(Code::TAKEOVER_SUSPECTED), nullptr);
}

TEST_F(Hijack, ANameThatExpiredAndCameBack) {
  const World world(Expect::kSigned);
  begin(world);
  see(expired(world));
  EXPECT_EQ(of_type(last_, EventType::kDelegationRemoved).size(), 1U);
  EXPECT_EQ(open(Code::WENT_INSECURE), nullptr) << "that is not what happened";
  EXPECT_EQ(open(Code::NS_UNEXPECTED), nullptr);
  see(expired(world), kDay);
  see(world, kDay);
  EXPECT_THAT(codes(), ElementsAre("BECAME_SECURE"));
}

TEST_F(Hijack, ANameThatExpiredAndWentToAStranger) {
  const World world(Expect::kSigned);
  for (const bool with_a_ds : {false, true}) {
    begin(world);
    see(expired(world));
    see(expired(world), kDay);
    see(moved(with_key(with_a_ds ? with_ds(world, {kForeign}) : unsigned_now(world), kForeign)), 5 * kDay);
    EXPECT_NE(open(Code::NS_UNEXPECTED), nullptr);
    EXPECT_NE(open(with_a_ds ? Code::DS_UNEXPECTED : Code::WENT_INSECURE), nullptr);
    EXPECT_NE(open(Code::TAKEOVER_SUSPECTED), nullptr);
    EXPECT_EQ(open(Code::DELEGATION_ABSENT), nullptr);
  }
}

TEST_F(Hijack, TheZonesOwnSeverityCounts) {
  const World world = declaring(World(Expect::kSigned), [](inventory::ZoneSettings& settings) {
    settings.expectation.severity = {{Code::NS_UNEXPECTED, Severity::kWarning}};
  });
  begin(world);
  see(moved(world));
  EXPECT_EQ(severity(Code::NS_UNEXPECTED), Severity::kWarning);
}

TEST_F(Hijack, UnexpectedThingsEndAfterAMonth) {
  const World world;
  begin(world);
  World foreign = moved(with_key(with_ds(world, {kForeign}), kForeign));
  see(foreign);
  see(foreign, 30 * kDay);
  EXPECT_THAT(codes(), IsEmpty());
}

}  // namespace
}  // namespace anchorwatch::change
