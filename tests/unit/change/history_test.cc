// SPDX-License-Identifier: Apache-2.0
// Findings that only history can show: each code raised, silent where it is legal, and ended.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/change/world.h"

namespace anchorwatch::change {
namespace {

using judge::Expect;
using judge::Finding;
using Code = judge::FindingCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr UnixSeconds kDay = 86400;

const Bytes kOwn = make_key(257, 'a');
const Bytes kNext = make_key(257, 'n');
const Bytes kForeign = make_key(257, 'x');

/// Looks at a zone again and again, as time passes.
class History : public ::testing::Test {
 protected:
  void begin(const World& world) {
    at_ = kNoon;
    last_ = world.look({}, at_);
  }
  const ZoneUpdate& see(const World& world, UnixSeconds after = kStep) {
    last_ = world.look(last_.state, at_ += after);
    return last_;
  }
  [[nodiscard]] const Finding* open(Code code) const {
    for (const OpenFinding& each : last_.state.open_findings) {
      if (each.finding.code == code) return &each.finding;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> names;
    for (const OpenFinding& each : last_.state.open_findings) {
      names.emplace_back(judge::info(each.finding.code).name);
    }
    return names;
  }
  [[nodiscard]] Severity severity(Code code) const {
    const Finding* finding = open(code);
    EXPECT_NE(finding, nullptr) << judge::info(code).name;
    return finding == nullptr ? Severity::kInfo : finding->severity;
  }
  [[nodiscard]] Severity loudest() const {
    Severity most = Severity::kInfo;
    for (const OpenFinding& each : last_.state.open_findings) {
      most = std::max(most, each.finding.severity);
    }
    for (const Event& event : last_.events) most = std::max(most, event.severity);
    return most;
  }

  UnixSeconds at_ = kNoon;
  ZoneUpdate last_;
};

Bytes ds_of(const Bytes& key) { return make_ds(name("example.com."), key); }

World with_ds(World world, const std::vector<Bytes>& keys) {
  std::vector<Bytes> records;
  for (const Bytes& key : keys) records.push_back(ds_of(key));
  world.set_ds(records);
  return world;
}

World unsigned_now(World world) {
  world.set_ds({});
  world.set_verdict(dnssec::insecure(dnssec::Reason::kNoDs));
  return world;
}

World moved(World world) {
  world.facts.parent_ns.values = {{name("ns1.evil.example."), {}}, {name("ns2.evil.example."), {}}};
  world.facts.child_ns.values = {name("ns1.evil.example."), name("ns2.evil.example.")};
  return world;
}

World with_key(World world, const Bytes& key) {
  world.set_keys({key});
  return world;
}

World declaring(World world, const std::function<void(inventory::ZoneSettings&)>& edit) {
  inventory::ZoneSettings settings = *world.entry.settings;
  edit(settings);
  world.entry.settings = std::make_shared<const inventory::ZoneSettings>(std::move(settings));
  return world;
}

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

TEST_F(History, AlgorithmsThatAreDeclaredAreInformation) {
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

TEST_F(History, KeysThatOnlySomeServersShowAreNoChange) {
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

TEST_F(History, AKeySetReplacedAtOnceIsUnexpected) {
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

TEST_F(History, SomeNameServersAreANotice) {
  World world(Expect::kSigned);
  begin(world);
  world.facts.parent_ns.values.push_back({name("ns3.example.net."), {}});
  see(world);
  EXPECT_EQ(severity(Code::NS_CHANGED), Severity::kNotice);
  EXPECT_LE(loudest(), Severity::kNotice);
}

TEST_F(History, AReplacedSetIsUnexpectedUntilTheOldOneIsBack) {
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

TEST_F(History, NewNamesForTheSameAddressesAreAnError) {
  World world(Expect::kSigned);
  world.facts.parent_ns.values[0].glue.clear();
  world.facts.parent_ns.values[1].glue.clear();
  begin(world);
  see(moved(world));
  EXPECT_EQ(severity(Code::NS_UNEXPECTED), Severity::kError);
}

TEST_F(History, EverythingAtOnceIsATakeover) {
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

TEST_F(History, AHijackThatLooksLikeARollover) {
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

TEST_F(History, AHijackThroughADoubleDs) {
  const World world(Expect::kSigned);
  begin(world);
  see(with_ds(world, {kOwn, kForeign}));
  EXPECT_EQ(severity(Code::DS_UNEXPECTED), Severity::kCritical);
  see(moved(with_key(with_ds(world, {kOwn, kForeign}), kForeign)), 2 * kDay);
  EXPECT_EQ(severity(Code::TAKEOVER_SUSPECTED), Severity::kCritical);
}

TEST_F(History, NameServersReplacedInStepsCountAsOne) {
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

TEST_F(History, TransfersDoneRightAreNoTakeover) {
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

World expired(World world) {
  world.judgement.delegation = judge::DelegationState::kAbsent;
  world.judgement.verdict = dnssec::insecure(dnssec::Reason::kNoDs);
  world.facts = judge::ZoneFacts();
  world.facts.zone = world.entry.name;
  world.facts.ds.known = world.facts.parent_ns.known = true;
  world.add_finding(Code::DELEGATION_ABSENT, Severity::kCritical);
  return world;
}

TEST_F(History, ANameThatExpiredAndCameBack) {
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

TEST_F(History, ANameThatExpiredAndWentToAStranger) {
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

TEST_F(History, TheZonesOwnSeverityCounts) {
  const World world = declaring(World(Expect::kSigned), [](inventory::ZoneSettings& settings) {
    settings.expectation.severity = {{Code::NS_UNEXPECTED, Severity::kWarning}};
  });
  begin(world);
  see(moved(world));
  EXPECT_EQ(severity(Code::NS_UNEXPECTED), Severity::kWarning);
}

TEST_F(History, UnexpectedThingsEndAfterAMonth) {
  const World world;
  begin(world);
  World foreign = moved(with_key(with_ds(world, {kForeign}), kForeign));
  see(foreign);
  see(foreign, 30 * kDay);
  EXPECT_THAT(codes(), IsEmpty());
}

}  // namespace
}  // namespace anchorwatch::change
