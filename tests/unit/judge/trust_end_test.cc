// SPDX-License-Identifier: Apache-2.0
// When a zone turns bogus: one second before it is not, then it is, whoever signs what for how long.
#include <random>

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;
using dnssec::SecurityStatus;

constexpr UnixSeconds kDay = 86400;

ZoneSigner::Options long_lived(ZoneSigner::Denial denial = ZoneSigner::Denial::kNsec) {
  ZoneSigner::Options options;
  options.denial = denial;
  options.inception = kNow - kDay;
  options.expiration = kNow + 300 * kDay;
  return options;
}

SignOptions up_to(UnixSeconds expiration) {
  SignOptions options;
  options.inception = kNow - kDay;
  options.expiration = expiration;
  return options;
}

/// The first moment at which the same evidence is judged bogus, by judging it at each one that may matter.
std::optional<UnixSeconds> first_bogus(JudgeLab& lab, const evidence::ZoneEvidence& look, std::vector<UnixSeconds> moments) {
  std::sort(moments.begin(), moments.end());
  std::optional<UnixSeconds> found;
  for (const UnixSeconds moment : moments) {
    lab.now = moment;
    const SecurityStatus status = lab.run(look).verdict.status;
    if (status == SecurityStatus::kBogus && !found) found = moment;
  }
  lab.now = kNow;
  return found;
}

/// Gives each signed RRset of each answer one to three signatures, by any of the keys, with ends of their own.
void sign_at_random(std::vector<evidence::ServerLook>& servers, const dns::Name& apex, const SigningKey& ksk,
                    const std::vector<SigningKey>& zsks, std::mt19937& random, std::vector<UnixSeconds>& ends) {
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  const auto sign = [&](dns::RRset& set) {
    if (set.rrsigs.empty()) return;
    set.rrsigs.clear();
    for (int left = draw(1, 3); left > 0; --left) {
      // Some have run out already.
      const UnixSeconds end = kNow + draw(1, 5000) * 7 - (draw(0, 40) == 0 ? 40000 : 0);
      ends.push_back(end + 1);
      const auto which = static_cast<std::size_t>(draw(0, static_cast<int>(zsks.size()) - 1));
      set.rrsigs.push_back(make_rrsig(set, set.type == RrType::kDnskey ? ksk : zsks[which], apex, up_to(end)));
    }
  };
  for (evidence::ServerLook& server : servers) {
    for (evidence::Answer& answer : server.answers) {
      for (dns::RRset& set : answer.answer) sign(set);
      for (dns::RRset& set : answer.authority) sign(set);
    }
  }
}

class TrustEnds : public ::testing::TestWithParam<ZoneSigner::Denial> {};

TEST_P(TrustEnds, AreExactForRandomSignatures) {
  int found = 0;
  for (unsigned seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    JudgeLab lab(long_lived(GetParam()));
    const SigningKey other{15, SigningKey::kZsk, 3};
    lab.zone.add_key(other);
    lab.sign();
    std::vector<UnixSeconds> ends;
    auto look = EvidenceBuilder(lab.parent, lab.zone)
                    .parent_server("b.parent.test.", "192.0.2.251")
                    .server("ns.example.com.", "192.0.2.53")
                    .server("ns1.example.com.", "192.0.2.1")
                    .server("ns2.example.com.", "192.0.2.2")
                    .build();
    sign_at_random(look.servers, lab.zone.apex(), lab.ksk, {lab.zsk, other}, random, ends);
    sign_at_random(look.delegation.parents, lab.parent.apex(), lab.parent_key, {lab.parent_key}, random, ends);
    const Judgement judgement = lab.run(look);
    const auto expected = first_bogus(lab, look, ends);
    if (judgement.verdict.status != SecurityStatus::kSecure) {
      EXPECT_EQ(judgement.ends.first(), nullptr);
      continue;
    }
    const TrustEndPtr end = judgement.ends.first();
    ASSERT_NE(end, nullptr);
    ASSERT_TRUE(expected);
    EXPECT_EQ(end->at, *expected) << describe(*end);
    lab.now = end->at - 1;
    EXPECT_NE(lab.run(look).verdict.status, SecurityStatus::kBogus);
    lab.now = end->at;
    EXPECT_EQ(lab.run(look).verdict.status, SecurityStatus::kBogus);
    EXPECT_LE(judgement.ends.worst_at, end->at);
    EXPECT_NE(judgement.ends.worst_at, 0);
    ++found;
  }
  EXPECT_GT(found, 8);
}

INSTANTIATE_TEST_SUITE_P(Denial, TrustEnds, ::testing::Values(ZoneSigner::Denial::kNsec, ZoneSigner::Denial::kNsec3),
                         [](const auto& kind) { return kind.param == ZoneSigner::Denial::kNsec ? "Nsec" : "Nsec3"; });

/// Two signers with keys of their own: each server's data needs the key set that holds its signer's keys.
TEST(TrustEnd, IsExactForTwoSigners) {
  int found = 0;
  for (unsigned seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    JudgeLab lab(long_lived());
    const SigningKey guest_ksk{15, SigningKey::kKsk, 4}, guest_zsk{15, SigningKey::kZsk, 5};
    lab.zone.add_key(lab.ksk);
    lab.zone.add_key(lab.zsk);
    ZoneSigner guest = lab.zone;
    // Half of the runs publish the keys of both everywhere, as RFC 8901 wants it.
    const bool shared = seed % 2 == 0;
    guest = ZoneSigner("example.com.", long_lived());
    guest.add("@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ A 192.0.2.80\n@ TXT \"x\"\n");
    guest.add_key(guest_ksk);
    guest.add_key(guest_zsk);
    if (shared) {
      lab.zone.publish(guest_zsk.dnskey());
      guest.publish(lab.zsk.dnskey());
    }
    lab.zone.sign();
    guest.sign();
    lab.sign_parent({lab.ksk.ds(lab.zone.apex()), guest_ksk.ds(lab.zone.apex())});
    auto look = EvidenceBuilder(lab.parent, lab.zone)
                    .server("ns1.example.com.", "192.0.2.1")
                    .server("ns2.example.com.", "192.0.2.2", guest)
                    .build();
    std::vector<UnixSeconds> ends;
    std::vector<evidence::ServerLook> first{look.servers[0]}, second{look.servers[1]};
    sign_at_random(first, lab.zone.apex(), lab.ksk, {lab.zsk}, random, ends);
    sign_at_random(second, lab.zone.apex(), guest_ksk, {guest_zsk}, random, ends);
    look.servers = {first[0], second[0]};
    sign_at_random(look.delegation.parents, lab.parent.apex(), lab.parent_key, {lab.parent_key}, random, ends);
    const Judgement judgement = lab.run(look);
    if (judgement.verdict.status != SecurityStatus::kSecure) continue;
    const TrustEndPtr end = judgement.ends.first();
    ASSERT_NE(end, nullptr);
    EXPECT_EQ(end->at, first_bogus(lab, look, ends)) << describe(*end);
    ++found;
  }
  EXPECT_GT(found, 8);
}

TEST(TrustEnd, NamesTheSignatureThatRunsOut) {
  JudgeLab lab(long_lived());
  lab.sign();
  lab.zone.sign_again(lab.zone.at("example.com.", RrType::kTxt), lab.zsk, up_to(kNow + kDay));
  const TrustEndPtr end = lab.run(lab.look()).ends.first();
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(end->at, kNow + kDay + 1);
  EXPECT_EQ(end->type, RrType::kTxt);
  EXPECT_EQ(end->key_tag, dns::key_tag(lab.zsk.dnskey()));
  EXPECT_EQ(describe(*end), "example.com./TXT, signed by key " + std::to_string(end->key_tag) + ", at 192.0.2.1 192.0.2.2 192.0.2.53");
}

TEST(TrustEnd, OfTheChainAboveCounts) {
  JudgeLab lab(long_lived());
  lab.sign();
  lab.ancestors.push_back(lab.parent_link());
  TrustEnd above;
  above.at = kNow + 4711;
  above.owner = name_of("com.");
  above.type = RrType::kDs;
  lab.ancestors.back().end = std::make_shared<const TrustEnd>(above);
  const Judgement judgement = lab.run(lab.look());
  ASSERT_NE(judgement.ends.first(), nullptr);
  EXPECT_EQ(judgement.ends.first()->at, kNow + 4711);
  EXPECT_EQ(judgement.link.end->at, kNow + 4711) << "zones below have it, too";
  EXPECT_GT(judgement.ends.core->at, kNow + 4711);
}

TEST(TrustEnd, OfOneServerIsTheWorstCase) {
  JudgeLab lab(long_lived());
  lab.sign();
  ZoneSigner old = lab.zone;
  old.sign_again(old.at("example.com.", RrType::kSoa), lab.zsk, up_to(kNow + kDay));
  const auto look = EvidenceBuilder(lab.parent, lab.zone)
                        .server("ns1.example.com.", "192.0.2.1")
                        .server("ns2.example.com.", "192.0.2.2", old)
                        .build();
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(judgement.ends.worst_at, kNow + kDay + 1);
  EXPECT_GT(judgement.ends.first()->at, kNow + 2 * kDay);
  lab.now = kNow + kDay;
  EXPECT_EQ(lab.run(look).status_worst, SecurityStatus::kSecure);
  lab.now = kNow + kDay + 1;
  EXPECT_EQ(lab.run(look).status_worst, SecurityStatus::kBogus);
}

TEST(TrustEnd, OfAnInsecureZoneIsThatOfTheProof) {
  JudgeLab lab(long_lived());
  lab.zone.sign();
  lab.sign_parent({});
  const auto look = lab.look();
  const Judgement judgement = lab.run(look);
  ASSERT_EQ(judgement.verdict.status, SecurityStatus::kInsecure);
  const TrustEndPtr end = judgement.ends.first();
  ASSERT_NE(end, nullptr);
  lab.now = end->at - 1;
  EXPECT_EQ(lab.run(look).verdict.status, SecurityStatus::kInsecure);
  lab.now = end->at;
  EXPECT_EQ(lab.run(look).verdict.status, SecurityStatus::kBogus);
}

}  // namespace
}  // namespace anchorwatch::judge
