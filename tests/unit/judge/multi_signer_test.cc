// SPDX-License-Identifier: Apache-2.0
// Several signers (RFC 8901), servers that lag, servers without signatures.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;
using dnssec::SecurityStatus;

/// Two providers, each with a KSK and a ZSK of its own (RFC 8901 §2.1.2, model 2).
struct TwoSigners : JudgeLab {
  TwoSigners() : other("example.com.") {
    other.add(
        "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ A 192.0.2.80\n@ TXT \"x\"\n");
  }
  void sign_both(bool share_zsk) {
    zone.add_key(ksk);
    zone.add_key(zsk);
    other.add_key(other_ksk);
    other.add_key(other_zsk);
    if (share_zsk) {
      zone.publish(other_zsk.dnskey());
      other.publish(zsk.dnskey());
    }
    zone.sign();
    other.sign();
    const dns::Name apex = zone.apex();
    sign_parent({ksk.ds(apex), other_ksk.ds(apex)});
  }
  [[nodiscard]] evidence::ZoneEvidence look_at_both() const {
    return EvidenceBuilder(parent, zone)
        .server("ns.example.com.", "192.0.2.53")
        .server("ns1.example.com.", "192.0.2.1")
        .server("ns2.example.com.", "192.0.2.2", other)
        .build();
  }
  ZoneSigner other;
  SigningKey other_ksk{15, SigningKey::kKsk, 11};
  SigningKey other_zsk{15, SigningKey::kZsk, 12};
};

TEST(MultiSigner, CompleteKeySetsAreSilent) {
  TwoSigners lab;
  lab.sign_both(true);
  const Judgement judgement = lab.run(lab.look_at_both());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kSecure);
  EXPECT_EQ(summary(judgement), "");
  EXPECT_EQ(judgement.link.dnskeys.size(), 4U);
}

TEST(MultiSigner, OneKeySetWithTwoSigningKeysAndTwoDenials) {
  // Model 1: both providers publish the same set, each signs with its own ZSK.
  JudgeLab lab;
  const SigningKey other_zsk(15, SigningKey::kZsk, 12);
  ZoneSigner::Options options;
  options.denial = ZoneSigner::Denial::kNsec3;
  JudgeLab other(options);
  lab.zone.publish(other_zsk.dnskey());
  other.zone.publish(lab.zsk.dnskey());
  lab.sign();
  other.zone.add_key(lab.ksk);
  other.zone.add_key(other_zsk);
  other.zone.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", other.zone)
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "");
}

TEST(MultiSigner, MissingZskFailsForResolversThatMix) {
  TwoSigners lab;
  lab.sign_both(false);
  const Judgement judgement = lab.run(lab.look_at_both());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kBogus);
  const Finding* finding = find(judgement, FindingCode::MULTISIGNER_KEYS_INCOMPLETE);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kCritical);
  EXPECT_TRUE(finding->subject.server.has_value());
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_SERVERS_DIFFER), nullptr) << summary(judgement);
}

TEST(MultiSigner, ServerThatSignsWithAKeyItDoesNotPublish) {
  TwoSigners lab;
  lab.sign_both(true);
  ZoneSigner torn = lab.zone;
  torn.sign_again(torn.at("example.com.", RrType::kTxt), SigningKey(15, SigningKey::kZsk, 12),
                  torn.sign_options());
  std::erase_if(torn.at("example.com.", RrType::kDnskey).rdatas,
                [&](const Bytes& rdata) { return rdata == lab.other_zsk.dnskey(); });
  dns::RRset& keys = torn.at("example.com.", RrType::kDnskey);
  torn.sign_again(keys, lab.ksk, torn.sign_options());
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns1.example.com.", "192.0.2.1", torn)
                                          .server("ns2.example.com.", "192.0.2.2", lab.other)
                                          .build());
  // Another signer's DNSKEY RRset validates it: the best case holds, the worst does not.
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.servers[0].verdict.status, SecurityStatus::kBogus);
  EXPECT_EQ(find(judgement, FindingCode::SIG_UNKNOWN_KEY, "example.com./TXT")->caused_by,
            FindingCode::MULTISIGNER_KEYS_INCOMPLETE)
      << summary(judgement);
}

TEST(Servers, OneServesTheZoneUnsigned) {
  JudgeLab lab;
  lab.sign();
  JudgeLab bare;
  bare.zone.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", bare.zone)
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kBogus);
  EXPECT_EQ(summary(judgement), "SIGNED_SERVERS_DIFFER error example.com.");
}

TEST(Servers, OneStripsSignatures) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) {
    for (dns::RRset& set : answer.answer) set.rrsigs.clear();
    std::erase_if(answer.authority, [](const dns::RRset& set) { return set.type != RrType::kSoa; });
    for (dns::RRset& set : answer.authority) set.rrsigs.clear();
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::DNSSEC_DATA_UNOBTAINABLE), nullptr);
}

TEST(Servers, DnskeyQuestionFails) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 0, RrType::kDnskey) = silence({look.zone, RrType::kDnskey});
  Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.observation, Observation::kPartial);
  EXPECT_EQ(summary(judgement), "DNSKEY_FETCH_FAILED error example.com.@192.0.2.1");
  for (std::size_t i = 1; i < look.servers.size(); ++i) {
    answer_of(look, i, RrType::kDnskey) = silence({look.zone, RrType::kDnskey});
  }
  judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "indeterminate/unreachable");
  EXPECT_EQ(judgement.observation, Observation::kFailed);
  EXPECT_EQ(judgement.findings.front().severity, Severity::kCritical) << summary(judgement);
}

TEST(Servers, LaggingServerIsAFactAndNoFault) {
  JudgeLab lab;
  lab.sign();
  JudgeLab newer;
  newer.zone.at("example.com.", RrType::kSoa).rdatas = {
      rrset_of("@ 3600 SOA ns hostmaster 2 7200 3600 1209600 300", "example.com.").rdatas[0]};
  newer.zone.add_key(lab.ksk);
  newer.zone.add_key(lab.zsk);
  newer.zone.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", newer.zone)
                                          .server("ns2.example.com.", "192.0.2.2", newer.zone)
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "SOA_SERIAL_SPREAD info example.com.@192.0.2.53");
}

TEST(Servers, KeyThatOnlyOneServerPublishes) {
  JudgeLab lab;
  lab.sign();
  JudgeLab more;
  more.zone.publish(SigningKey(15, SigningKey::kZsk, 44).dnskey());
  more.zone.add_key(lab.ksk);
  more.zone.add_key(lab.zsk);
  more.zone.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", more.zone)
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  // It signs nothing: a notice.
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_SERVERS_DIFFER)->severity, Severity::kNotice);
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 0) << summary(judgement);
}

}  // namespace
}  // namespace anchorwatch::judge
