// SPDX-License-Identifier: Apache-2.0
// Legal states: secure or insecure as they are, and silent.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using Denial = ZoneSigner::Denial;

class HealthyDenial : public testing::TestWithParam<Denial> {};

TEST_P(HealthyDenial, IsSecureAndSilent) {
  ZoneSigner::Options options;
  options.denial = GetParam();
  JudgeLab lab(options);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, dnssec::SecurityStatus::kSecure);
  EXPECT_EQ(judgement.observation, Observation::kOk);
  EXPECT_EQ(judgement.delegation, DelegationState::kPresent);
  const bool opt_out = GetParam() == Denial::kNsec3OptOut;
  EXPECT_EQ(summary(judgement), opt_out ? "NSEC3_OPTOUT info example.com." : "");
  EXPECT_EQ(judgement.earliest_expiration, kNow + 13 * 86400);
  EXPECT_GT(judgement.valid_until, kNow);
  EXPECT_EQ(judgement.link.verdict, dnssec::secure());
  EXPECT_EQ(judgement.link.dnskeys.size(), 2U);
  EXPECT_EQ(judgement.probes.size(), 10U);
  for (const ServerVerdict& server : judgement.servers) {
    EXPECT_TRUE(server.reachable);
    EXPECT_EQ(server.verdict.status, dnssec::SecurityStatus::kSecure);
    EXPECT_EQ(server.serial, 1U);
  }
}
INSTANTIATE_TEST_SUITE_P(Kinds, HealthyDenial,
                         testing::Values(Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut));

TEST(Healthy, OneVerificationForEachDistinctSignature) {
  JudgeLab lab;
  lab.sign();
  const Judgement first = lab.run(lab.look());
  const Judgement second = lab.run(lab.look());
  EXPECT_GT(first.verifications, 0);
  EXPECT_EQ(second.verifications, 0);
  EXPECT_GT(second.verifications_reused, 0);
  EXPECT_LT(first.verifications, 16);
}

TEST(Healthy, TwentySixAddressesAreNoReason) {
  JudgeLab lab;
  lab.sign();
  EvidenceBuilder builder(lab.parent, lab.zone);
  for (int i = 1; i <= 26; ++i) {
    const char* names[] = {"ns.example.com.", "ns1.example.com.", "ns2.example.com."};
    builder.server(names[i % 3], "192.0.2." + std::to_string(i));
  }
  const Judgement judgement = lab.run(builder.build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "");
}

TEST(Healthy, UnsignedZoneIsInsecureWithAFact) {
  JudgeLab lab;
  lab.zone.sign();  // Without keys nothing is signed.
  lab.sign_parent({});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "insecure/no_ds");
  EXPECT_EQ(summary(judgement), "ZONE_UNSIGNED info example.com.");
  EXPECT_FALSE(misses_expectation(judgement, Expectation{}));
}

TEST(Healthy, UnsignedZoneThatShouldBeUnsignedIsSilent) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  lab.expectation.expect = Expect::kUnsigned;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(summary(judgement), "");
  EXPECT_FALSE(misses_expectation(judgement, lab.expectation));
}

TEST(Healthy, OneDaySignaturesAreQuiet) {
  ZoneSigner::Options options;
  options.inception = kNow - 3600;
  options.expiration = kNow + 86400;
  JudgeLab lab(options);
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look())), "");
}

TEST(Healthy, LiveSignersWithADayBackAndADayAhead) {
  ZoneSigner::Options options;
  options.inception = kNow - 86400;
  options.expiration = kNow + 86400;
  JudgeLab lab(options);
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look())), "");
}

TEST(Healthy, CombinedKeyAndWildcard) {
  JudgeLab lab;
  lab.zone.add("* A 192.0.2.81\n");
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  lab.sign_parent(lab.zone.ds());
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "");
}

TEST(Healthy, StandbyKeyAndStandbyDsAreNotices) {
  JudgeLab lab;
  const SigningKey standby(15, SigningKey::kKsk, 7);
  const SigningKey elsewhere(15, SigningKey::kKsk, 8);
  lab.zone.publish(standby.dnskey());
  lab.zone.add_key(lab.ksk);
  lab.zone.add_key(lab.zsk);
  lab.zone.sign();
  const dns::Name apex = lab.zone.apex();
  lab.sign_parent({lab.ksk.ds(apex), standby.ds(apex), elsewhere.ds(apex)});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 0) << summary(judgement);
  ASSERT_NE(find(judgement, FindingCode::DS_ORPHAN), nullptr);
  ASSERT_NE(find(judgement, FindingCode::DS_KEY_NOT_SIGNING), nullptr);
}

TEST(Healthy, AliasOutOfTheZoneIsReportedOnly) {
  JudgeLab lab;
  lab.zone.add("www CNAME www.example.net.\n");
  lab.sign();
  EvidenceBuilder builder(lab.parent, lab.zone);
  builder.servers(2).probe("www.example.com.", dns::RrType::kA);
  const Judgement judgement = lab.run(builder.build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  const ProbeVerdict& probe = judgement.probes.at(9);
  EXPECT_EQ(probe.question.name, name_of("www.example.com."));
  EXPECT_EQ(probe.verdict, dnssec::secure());
  EXPECT_EQ(probe.target, name_of("www.example.net."));
  EXPECT_FALSE(probe.target_status.has_value());
}

TEST(Healthy, DnameAtTheApex) {
  JudgeLab lab;
  lab.zone.add("@ DNAME example.net.\n");
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated") << summary(judgement);
  EXPECT_EQ(summary(judgement), "");
}

TEST(Healthy, ProbeBelowACutIsNotJudged) {
  JudgeLab lab;
  lab.zone.add("sub NS ns.example.net.\n");
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .probe("www.sub.example.com.", dns::RrType::kA)
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.observation, Observation::kOk);
  EXPECT_EQ(summary(judgement), "");
}

/// RFC 9824: one NSEC made for the name, with NXNAME in its bitmap.
dns::RRset compact_nsec(const JudgeLab& lab, const dns::Name& name) {
  using dns::RrType;
  dns::RRset set;
  set.owner = name;
  set.type = RrType::kNsec;
  set.ttl = 300;
  set.rdatas = {name.prepend(BytesView("\0", 1))->wire() +
                type_bitmap_of({RrType::kRrsig, RrType::kNsec, RrType::kNxname})};
  SignOptions options = lab.zone.sign_options();
  options.original_ttl = 300;
  set.rrsigs = {make_rrsig(set, lab.zsk, lab.zone.apex(), options)};
  return set;
}

TEST(Healthy, CompactDenialIsAFact) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    evidence::Answer& answer = denial_of(look, i);
    answer.rcode = dns::kRcodeNoError;
    std::erase_if(answer.authority,
                  [](const dns::RRset& set) { return set.type == dns::RrType::kNsec; });
    answer.authority.push_back(compact_nsec(lab, *look.denial_name));
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "DENIAL_COMPACT info example.com.");
  const ZoneFacts facts = extract_facts(look, judgement);
  ASSERT_EQ(facts.denial.values.size(), 1U);
  EXPECT_EQ(facts.denial.values[0].kind, DenialKind::kCompact);
}

TEST(Healthy, SecondServerMayHoldRecordsInAnotherOrder) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[1].answers) {
    std::reverse(answer.answer.begin(), answer.answer.end());
    std::reverse(answer.authority.begin(), answer.authority.end());
    for (dns::RRset& set : answer.answer) std::reverse(set.rrsigs.begin(), set.rrsigs.end());
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "");
}

}  // namespace
}  // namespace anchorwatch::judge
