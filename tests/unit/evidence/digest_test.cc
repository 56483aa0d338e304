// SPDX-License-Identifier: Apache-2.0
// Laws of the content address: what counts and what does not.
#include <algorithm>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>

#include "anchorwatch/evidence/digests.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/evidence/same_content.h"

#include "support/evidence_builder.h"

namespace anchorwatch::evidence {
namespace {

using dns::RrType;

struct SmallWorld {
  SmallWorld() {
    zone.add("@ TXT \"a\" \n@ TXT \"b\"\n");
    zone.add_key(key);
    zone.sign();
    parent.add_key(parent_key);
    parent.add("example NS ns.example\n");
    parent.sign();
  }
  [[nodiscard]] ZoneEvidence look(const std::string& random = "r4nd0m") const {
    return EvidenceBuilder(parent, zone).servers(3).random_label(random).build();
  }
  ZoneSigner parent{"com."}, zone{"example.com."};
  SigningKey key{15, SigningKey::kKsk, 1}, parent_key{15, SigningKey::kKsk, 2};
};

TEST(EvidenceDigest, IsStable) {
  const SmallWorld world;
  EXPECT_EQ(world.look().digest(), world.look().digest());
  EXPECT_FALSE(world.look().digest().empty());
}

TEST(EvidenceDigest, ExtraAnswersAndSignalsCount) {
  const SmallWorld world;
  const ZoneEvidence plain = world.look();
  ZoneEvidence extra = plain;
  extra.servers[0].extra.push_back(
      answer_from(world.zone, {world.zone.apex(), RrType::kNsec}));
  EXPECT_NE(extra.digest(), plain.digest());
  ZoneEvidence later = extra;
  later.servers[0].extra[0].rtt_us = 77;
  EXPECT_EQ(later.digest(), extra.digest());
  ServerLook only_extra;
  only_extra.extra = extra.servers[0].extra;
  EXPECT_FALSE(only_extra.reachable());
  ZoneEvidence signals = plain;
  SignalLook& signal = signals.signals.emplace_back();
  signal.server = name_of("ns.prov.test.");
  signal.name = name_of("_dsboot.example.com._signal.ns.prov.test.");
  signal.answers = {answer_from(world.zone, {world.zone.apex(), RrType::kCds})};
  EXPECT_NE(signals.digest(), plain.digest());
  ZoneEvidence elsewhere = signals;
  elsewhere.signals[0].zone = name_of("prov.test.");
  EXPECT_NE(elsewhere.digest(), signals.digest());
}

TEST(EvidenceDigest, MeasurementsDoNotCount) {
  const SmallWorld world;
  const ZoneEvidence plain = world.look();
  ZoneEvidence other = plain;
  other.queries = 99;
  other.answers = 98;
  for (ServerLook& server : other.servers) {
    for (Answer& answer : server.answers) {
      answer.rtt_us = 1234;
      answer.nsid = server.nsid = "fra1";
      answer.attempts = 3;
      answer.size = 777;
      answer.detail = "words";
      for (dns::RRset& set : answer.answer) {
        set.ttl = 5;
        for (dns::Rrsig& rrsig : set.rrsigs) rrsig.ttl = 6;
      }
    }
  }
  EXPECT_EQ(other.digest(), plain.digest());
}

TEST(EvidenceDigest, OrderDoesNotCount) {
  const SmallWorld world;
  const ZoneEvidence plain = world.look();
  ZoneEvidence other = plain;
  std::reverse(other.servers.begin(), other.servers.end());
  for (ServerLook& server : other.servers) {
    std::reverse(server.answers.begin(), server.answers.end());
    for (Answer& answer : server.answers) {
      std::reverse(answer.authority.begin(), answer.authority.end());
    }
  }
  std::reverse(other.probes.begin(), other.probes.end());
  EXPECT_EQ(other.digest(), plain.digest());
}

TEST(EvidenceDigest, TheRandomNameDoesNotCount) {
  SmallWorld world;
  const ZoneEvidence first = world.look("aaa1");
  const ZoneEvidence second = world.look("aaa2");
  // Both fall into the same gap of the chain.
  EXPECT_EQ(first.digest(), second.digest());
}

TEST(EvidenceDigest, BehaviourCountsByWhatItMeans) {
  const SmallWorld world;
  ZoneEvidence plain = world.look();
  const BehaviourLook look{.kind = BehaviourKind::kCookie, .state = AnswerState::kAnswered};
  const BehaviourLook other{.kind = BehaviourKind::kHeader, .state = AnswerState::kAnswered};
  plain.servers[0].behaviour = {other, look};
  ZoneEvidence turned = plain;
  turned.servers[0].behaviour = {look, other};
  EXPECT_EQ(turned.digest(), plain.digest());
  std::vector<BehaviourLook> changed(12, look);
  changed[0].state = AnswerState::kTimeout;
  changed[1].alive_after = true;
  changed[2].rcode = 1;
  changed[3].has_answer = true;
  changed[4].root_referral = true;
  changed[5].flag_returned = true;
  changed[6].option_returned = true;
  changed[7].case_kept = false;
  changed[8].cookie = CookieState::kGood;
  changed[9].edns_version = 1;
  changed[10].text = "Server 1.0";
  changed[11].ra = true;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    turned.servers[0].behaviour = {other, changed[i]};
    EXPECT_NE(turned.digest(), plain.digest()) << i;
  }
}

/// What a full look asks for findings only may be left out while this part is as it was.
TEST(EvidenceDigest, TheOrdinaryPartIsWithoutWhatOnlyFindingsNeed) {
  constexpr auto kOrdinary = ZoneEvidence::Part::kOrdinary;
  const SmallWorld world;
  const ZoneEvidence plain = world.look();
  ZoneEvidence more = plain;
  more.servers[0].extra.push_back(silence({plain.zone, RrType::kZonemd}));
  more.servers[0].behaviour = {{.kind = BehaviourKind::kNsid}, {.kind = BehaviourKind::kTransfer}};
  more.signals.emplace_back();
  EXPECT_EQ(more.digest(kOrdinary), plain.digest(kOrdinary));
  EXPECT_NE(more.digest(), plain.digest());
  more.servers[0].behaviour.push_back({.kind = BehaviourKind::kCookie});
  EXPECT_NE(more.digest(kOrdinary), plain.digest(kOrdinary));
  ZoneEvidence other = plain;
  other.servers[0].answers[0].rcode = 2;
  EXPECT_NE(other.digest(kOrdinary), plain.digest(kOrdinary));
}

/// What a live signer makes anew for each answer is told from what it answers.
TEST(EvidenceDigest, RenewedSignaturesCountOnlyWhereTheyAreWanted) {
  constexpr auto kOrdinary = ZoneEvidence::Part::kOrdinary;
  constexpr auto kRenewed = ZoneEvidence::Signatures::kRenewed;
  const SmallWorld world;
  ZoneEvidence plain = world.look();
  dns::RRset& text = answer_of(plain, 0, RrType::kTxt).answer[0];
  text.rrsigs.push_back(text.rrsigs[0]);
  text.rrsigs[1].key_tag ^= 1;
  ZoneEvidence other = plain;
  dns::RRset& renewed = answer_of(other, 0, RrType::kTxt).answer[0];
  for (dns::Rrsig& rrsig : renewed.rrsigs) {
    rrsig.inception += 60;
    rrsig.expiration += 60;
    rrsig.signature[0] ^= 1;
  }
  // An order that the times would give the other way round.
  renewed.rrsigs[0].expiration += 3600;
  EXPECT_EQ(other.digest(kOrdinary, kRenewed), plain.digest(kOrdinary, kRenewed));
  EXPECT_NE(other.digest(kOrdinary), plain.digest(kOrdinary));
  EXPECT_NE(plain.digest(kOrdinary, kRenewed), plain.digest(kOrdinary));
  const std::vector<std::function<void(dns::RRset&)>> news = {
      [](dns::RRset& set) { set.rrsigs.pop_back(); },
      [](dns::RRset& set) { set.rrsigs[0].key_tag ^= 2; },
      [](dns::RRset& set) { set.rrsigs[0].algorithm ^= 1; },
      [](dns::RRset& set) { set.rrsigs[0].labels ^= 1; },
      [](dns::RRset& set) { set.rrsigs[0].original_ttl ^= 1; },
      [](dns::RRset& set) { set.rrsigs[0].signer = name_of("com."); },
      [](dns::RRset& set) { set.rdatas.pop_back(); },
  };
  for (std::size_t i = 0; i < news.size(); ++i) {
    ZoneEvidence changed = plain;
    news[i](answer_of(changed, 0, RrType::kTxt).answer[0]);
    EXPECT_NE(changed.digest(kOrdinary, kRenewed), plain.digest(kOrdinary, kRenewed)) << i;
  }
}

TEST(EvidenceDigest, TheCorePartIsWhatACoreLookWouldHaveSeen) {
  const SmallWorld world;
  ZoneEvidence full = world.look();
  full.servers[0].behaviour = {{.kind = BehaviourKind::kCookie}, {.kind = BehaviourKind::kNsid}};
  full.servers[0].extra.push_back(silence({full.zone, RrType::kZonemd}));
  full.limits.insert(LookLimit::kQueries);
  full.signals.emplace_back();
  ZoneEvidence core = world.look();
  core.depth = Depth::kCore;
  core.denial_name.reset();
  core.probes = {{core.zone, RrType::kSoa}};
  for (ServerLook& server : core.servers) {
    std::erase_if(server.answers, [&](const Answer& answer) {
      return answer.question.type != RrType::kDnskey && answer.question.type != RrType::kSoa;
    });
    EXPECT_EQ(server.answers.size(), 2U);
  }
  EXPECT_EQ(full.digest(ZoneEvidence::Part::kCore), core.digest());
  core.servers[0].answers[1].rcode = 2;
  EXPECT_NE(full.digest(ZoneEvidence::Part::kCore), core.digest());
}

TEST(EvidenceDigest, OneWalkMakesAllParts) {
  const SmallWorld world;
  ZoneEvidence full = world.look();
  full.servers[0].extra.push_back(silence({full.zone, RrType::kZonemd}));
  const Digests made = digests_of(full);
  const Digest* all[] = {&made.all.exact, &made.all.data,  &made.ordinary.exact, &made.ordinary.data,
                         &made.core.exact, &made.core.data};
  for (const Digest* one : all) {
    EXPECT_EQ(std::count_if(std::begin(all), std::end(all), [&](const Digest* other) { return *other == *one; }), 1);
  }
  EXPECT_EQ(full.digest(), made.all.exact);
  EXPECT_EQ(full.digest(ZoneEvidence::Part::kOrdinary), made.ordinary.exact);
  // Only what is new makes a difference, in each part that has it.
  ZoneEvidence other = full;
  ++answer_of(other, 0, RrType::kTxt).answer[0].rrsigs[0].expiration;
  const Digests renewed = digests_of(other);
  EXPECT_EQ(renewed.core.exact, made.core.exact);
  EXPECT_NE(renewed.ordinary.exact, made.ordinary.exact);
  EXPECT_NE(renewed.all.exact, made.all.exact);
  EXPECT_EQ(renewed.ordinary.data, made.ordinary.data);
  ++answer_of(other, 0, RrType::kDnskey).answer[0].rrsigs[0].expiration;
  EXPECT_NE(digests_of(other).core.exact, made.core.exact);
  EXPECT_EQ(digests_of(other).core.data, made.core.data);
}

/// A parent that signs anew at each of its servers.
TEST(EvidenceDigest, RenewedSignaturesOfTheParentAreNoOtherData) {
  const SmallWorld world;
  const ZoneEvidence look = world.look();
  ZoneEvidence other = look;
  ServerLook& second = other.delegation.parents.emplace_back(look.delegation.parents[0]);
  std::size_t changed = 0;
  for (Answer& answer : second.answers) {
    for (dns::RRset& set : answer.answer) {
      for (dns::Rrsig& rrsig : set.rrsigs) changed += ++rrsig.expiration > 0 ? 1U : 0U;
    }
    for (dns::RRset& set : answer.authority) {
      for (dns::Rrsig& rrsig : set.rrsigs) changed += ++rrsig.expiration > 0 ? 1U : 0U;
    }
  }
  ASSERT_GT(changed, 0U);
  EXPECT_NE(digests_of(other).core.exact, digests_of(look).core.exact);
  EXPECT_EQ(digests_of(other).core.data, digests_of(look).core.data);
}

struct Change {
  const char* name;
  std::function<void(ZoneEvidence&)> make;
};
class EvidenceChange : public testing::TestWithParam<Change> {};

TEST_P(EvidenceChange, GivesAnotherDigest) {
  const SmallWorld world;
  ZoneEvidence other = world.look();
  GetParam().make(other);
  EXPECT_NE(other.digest(), world.look().digest());
}

INSTANTIATE_TEST_SUITE_P(
    All, EvidenceChange,
    testing::Values(
        Change{"state",
               [](ZoneEvidence& look) {
                 look.servers[0].answers[0] = silence(look.servers[0].answers[0].question);
               }},
        Change{"rcode", [](ZoneEvidence& look) { look.servers[0].answers[0].rcode = 2; }},
        Change{"aa", [](ZoneEvidence& look) { look.servers[0].answers[0].aa = false; }},
        Change{"tcp", [](ZoneEvidence& look) { look.servers[0].answers[0].tcp_failed = true; }},
        Change{"record",
               [](ZoneEvidence& look) {
                 answer_of(look, 0, RrType::kTxt).answer[0].rdatas.pop_back();
               }},
        Change{"signature",
               [](ZoneEvidence& look) {
                 answer_of(look, 0, RrType::kTxt).answer[0].rrsigs[0].signature[0] ^= 1;
               }},
        Change{"expiration",
               [](ZoneEvidence& look) {
                 ++answer_of(look, 0, RrType::kTxt).answer[0].rrsigs[0].expiration;
               }},
        Change{"class", [](ZoneEvidence& look) { look.servers[0].answers[0].foreign_class = true; }},
        Change{"behaviour",
               [](ZoneEvidence& look) {
                 look.servers[0].behaviour.push_back({.kind = BehaviourKind::kEdnsVersion});
               }},
        Change{"server", [](ZoneEvidence& look) { look.servers.pop_back(); }},
        Change{"glue", [](ZoneEvidence& look) { look.delegation.name_servers[0].glue.clear(); }},
        Change{"parent",
               [](ZoneEvidence& look) { look.delegation.parents[0].answers[0].rcode = 2; }},
        Change{"depth", [](ZoneEvidence& look) { look.depth = Depth::kCore; }}),
    [](const auto& each) { return each.param.name; });

TEST(EvidenceDigest, WhichParentServerAnsweredMakesNoDifference) {
  const SmallWorld world;
  ZoneEvidence look = world.look();
  ZoneEvidence other = look;
  other.delegation.parents[0].address = IpAddress::from_text("192.0.2.251").value();
  other.delegation.parents[0].name = name_of("b.parent.test.");
  EXPECT_EQ(look.digest(), other.digest());
  // Two that say the same are like one; one that says nothing is told by its address.
  other.delegation.parents.push_back(look.delegation.parents[0]);
  EXPECT_EQ(look.digest(), other.digest());
  for (ZoneEvidence* each : {&look, &other}) {
    for (Answer& answer : each->delegation.parents[0].answers) answer = silence(answer.question);
  }
  other.delegation.parents.pop_back();
  EXPECT_NE(look.digest(), other.digest());
}

TEST(SameContent, SharesAVerdict) {
  const SmallWorld world;
  const ZoneEvidence look = world.look();
  const Answer& answer = *look.servers[0].find(look.zone, RrType::kMx);
  Answer other = *look.servers[1].find(look.zone, RrType::kMx);
  EXPECT_TRUE(same_content(answer, other));
  std::reverse(other.authority.begin(), other.authority.end());
  other.authority[0].ttl = 1;
  other.rtt_us = 7;
  EXPECT_TRUE(same_content(answer, other));
  other.authority[0].rrsigs[0].key_tag ^= 1;
  EXPECT_FALSE(same_content(answer, other));
  EXPECT_FALSE(same_content(answer, *look.servers[0].find(look.zone, RrType::kTxt)));
}

TEST(ServerLook, FindsAnswersAndKnowsWhetherItWasReached) {
  const SmallWorld world;
  ZoneEvidence look = world.look();
  EXPECT_TRUE(look.servers[0].reachable());
  EXPECT_EQ(look.servers[0].find(look.zone, RrType::kSrv), nullptr);
  for (Answer& answer : look.servers[0].answers) answer = silence(answer.question);
  EXPECT_FALSE(look.servers[0].reachable());
  EXPECT_FALSE(look.servers[0].answers[0].usable());
}

TEST(AnswerState, EveryValueHasAName) {
  for (const AnswerState state :
       {AnswerState::kAnswered, AnswerState::kTimeout, AnswerState::kNetworkError,
        AnswerState::kMalformed, AnswerState::kAddressRefused, AnswerState::kNotAsked}) {
    EXPECT_STRNE(to_string(state), "unknown");
  }
}

}  // namespace
}  // namespace anchorwatch::evidence
