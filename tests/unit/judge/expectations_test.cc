// SPDX-License-Identifier: Apache-2.0
// What the owner expects, the operator's severities, and key properties.
#include "anchorwatch/judge/as_table.h"

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

TEST(Expectations, UnsignedButSecure) {
  JudgeLab lab;
  lab.sign();
  lab.expectation.expect = Expect::kUnsigned;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(summary(judgement), "EXPECT_UNSIGNED warning example.com.");
  EXPECT_TRUE(misses_expectation(judgement, lab.expectation));
}

TEST(Expectations, SignedButUnsigned) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  lab.expectation.expect = Expect::kSigned;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(summary(judgement),
            "ZONE_UNSIGNED critical example.com.; EXPECT_SIGNED critical example.com. <- "
            "ZONE_UNSIGNED");
  EXPECT_TRUE(misses_expectation(judgement, lab.expectation));
}

TEST(Expectations, Algorithms) {
  JudgeLab lab;
  lab.sign();
  lab.expectation.algorithms = {15};
  EXPECT_EQ(summary(lab.run(lab.look())), "");
  lab.expectation.algorithms = {13};
  EXPECT_EQ(summary(lab.run(lab.look())), "EXPECT_ALGORITHM warning example.com.");
}

TEST(Expectations, DsSet) {
  JudgeLab lab;
  lab.sign();
  const dns::Name apex = lab.zone.apex();
  const SigningKey standby(15, SigningKey::kKsk, 31);
  const auto run = [&](std::vector<Bytes> declared, Expect expect = Expect::kAny) {
    lab.expectation.expect_ds = std::move(declared);
    lab.expectation.expect = expect;
    const Judgement judgement = lab.run(lab.look());
    const Finding* finding = find(judgement, FindingCode::EXPECT_DS);
    return finding == nullptr ? std::string("silent") : to_string(finding->severity);
  };
  EXPECT_EQ(run({lab.ksk.ds(apex)}), "silent");
  EXPECT_EQ(run({lab.ksk.ds(apex), standby.ds(apex)}), "notice");
  EXPECT_EQ(run({lab.ksk.ds(apex, 4)}), "warning");
  EXPECT_EQ(run({standby.ds(apex)}), "error");
  EXPECT_EQ(run({standby.ds(apex)}, Expect::kSigned), "critical");
}

TEST(Expectations, OperatorsSeverityWins) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  lab.policy.severity[FindingCode::ZONE_UNSIGNED] = Severity::kError;
  EXPECT_EQ(summary(lab.run(lab.look())), "ZONE_UNSIGNED error example.com.");
}

TEST(Expectations, SeverityOfTheZoneWinsOverThatOfTheCode) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  lab.policy.severity[FindingCode::ZONE_UNSIGNED] = Severity::kError;
  lab.expectation.severity[FindingCode::ZONE_UNSIGNED] = Severity::kInfo;
  EXPECT_EQ(summary(lab.run(lab.look())), "ZONE_UNSIGNED info example.com.");
  lab.expectation.severity = {{FindingCode::SIG_EXPIRED, Severity::kInfo}};
  EXPECT_EQ(summary(lab.run(lab.look())), "ZONE_UNSIGNED error example.com.");
}

TEST(Expectations, TheTableOfAlgorithmsDecides) {
  JudgeLab lab;  // The zone has algorithm 13 and digest 2, its parent algorithm 15.
  lab.ksk = SigningKey(13, SigningKey::kKsk, 1);
  lab.zsk = SigningKey(13, SigningKey::kZsk, 2);
  lab.sign();
  const auto run = [&](const char* rows) {
    const std::string text = std::string("version 2030-01-01\nalgorithm 15 ED25519 may yes yes\n") + rows;
    lab.policy.validation.algorithms =
        std::make_shared<const dnssec::AlgorithmTable>(dnssec::AlgorithmTable::parse(text).value());
    const Judgement judgement = lab.run(lab.look());
    return status_of(judgement) + "; " + summary(judgement);
  };
  EXPECT_EQ(run("algorithm 13 P256 may yes yes\ndigest 2 SHA-256 may yes yes"), "secure/validated; ");
  EXPECT_EQ(run("algorithm 13 P256 may yes no\ndigest 2 SHA-256 may yes yes").substr(0, 30),
            "insecure/unsupported_algorithm");
  EXPECT_EQ(run("algorithm 13 P256 may yes yes\ndigest 2 SHA-256 may yes no").substr(0, 27),
            "insecure/unsupported_digest");
  EXPECT_NE(run("algorithm 13 P256 may no no\ndigest 2 SHA-256 may yes yes").find("DNSKEY_ALG_UNKNOWN"),
            std::string::npos);
  EXPECT_NE(run("algorithm 13 P256 must-not yes yes\ndigest 2 SHA-256 may yes yes").find("DNSKEY_ALG_PROHIBITED"),
            std::string::npos);
  EXPECT_NE(run("algorithm 13 P256 may yes yes\ndigest 2 SHA-256 must-not yes yes").find("DS_DIGEST_PROHIBITED"),
            std::string::npos);
}

TEST(Expectations, EveryPartOfThePolicyIsInItsDigest) {
  JudgeLab lab;
  std::vector<Digest> seen{digest_of(lab.policy, lab.anchors, lab.expectation)};
  EXPECT_EQ(seen[0], digest_of(lab.policy, lab.anchors, lab.expectation));
  const auto changed = [&] {
    const Digest digest = digest_of(lab.policy, lab.anchors, lab.expectation);
    const bool fresh = std::find(seen.begin(), seen.end(), digest) == seen.end();
    seen.push_back(digest);
    return fresh;
  };
  lab.policy.validation.rely_on_sha1 = true;
  EXPECT_TRUE(changed());
  lab.policy.as_table = std::make_shared<const AsTable>(AsTable::parse("192.0.2.0/24 1\n").value());
  EXPECT_TRUE(changed());
  lab.policy.as_table = std::make_shared<const AsTable>(AsTable::parse("192.0.2.0/24 2\n").value());
  EXPECT_TRUE(changed());
  lab.policy.nested_anchors = NestedAnchors::kAny;
  EXPECT_TRUE(changed());
  lab.policy.validation.max_nsec3_iterations = 7;
  EXPECT_TRUE(changed());
  lab.policy.validation.algorithms =
      std::make_shared<const dnssec::AlgorithmTable>(dnssec::AlgorithmTable::parse("version 2030-01-01").value());
  EXPECT_TRUE(changed());
  lab.policy.expiry.warn = 0.3;
  EXPECT_TRUE(changed());
  lab.policy.expiry.critical = 0.05;
  EXPECT_TRUE(changed());
  lab.policy.severity[FindingCode::ZONE_UNSIGNED] = Severity::kError;
  EXPECT_TRUE(changed());
  lab.policy.allow_special_addresses = false;
  EXPECT_TRUE(changed());
  lab.expectation.severity[FindingCode::ZONE_UNSIGNED] = Severity::kError;
  EXPECT_TRUE(changed());
  lab.expectation.expect = Expect::kSigned;
  EXPECT_TRUE(changed());
  lab.expectation.algorithms = {13};
  EXPECT_TRUE(changed());
  lab.expectation.expect_ds = {lab.ksk.ds(lab.zone.apex())};
  EXPECT_TRUE(changed());
  lab.anchors.add_negative(lab.zone.apex());
  EXPECT_TRUE(changed());
}

TEST(Keys, PropertiesOfEachKey) {
  JudgeLab lab;
  const SigningKey rsa(8, SigningKey::kZsk);  // 1024 bits
  lab.zone.publish(rsa.dnskey());
  Bytes short_key = SigningKey(13, SigningKey::kZsk).dnskey();
  short_key.resize(20);
  lab.zone.publish(short_key);
  lab.zone.publish(SigningKey(15, SigningKey::kZsk, 40).with_protocol(4).dnskey());
  Bytes illegal = SigningKey(15, SigningKey::kZsk, 41).dnskey();
  illegal[3] = static_cast<char>(200);
  lab.zone.publish(illegal);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_RSA_SHORT)->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_BAD_LENGTH)->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_PROTOCOL_INVALID)->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_ALG_ILLEGAL)->severity, Severity::kWarning);
}

TEST(Keys, PrivateAlgorithmsAreSilentWhereTheyAreDeclared) {
  JudgeLab lab;
  Bytes key = SigningKey(15, SigningKey::kZsk, 42).dnskey();
  key[3] = static_cast<char>(253);
  lab.zone.publish(key);
  lab.sign();
  EXPECT_NE(find(lab.run(lab.look()), FindingCode::DNSKEY_ALG_ILLEGAL), nullptr);
  lab.expectation.algorithms = {254};
  EXPECT_NE(find(lab.run(lab.look()), FindingCode::DNSKEY_ALG_ILLEGAL), nullptr);
  lab.expectation.algorithms = {13, 253};
  EXPECT_EQ(find(lab.run(lab.look()), FindingCode::DNSKEY_ALG_ILLEGAL), nullptr);
}

TEST(Keys, CountAndExponent) {
  JudgeLab lab;
  for (std::uint8_t i = 50; i < 60; ++i) {
    lab.zone.publish(SigningKey(15, SigningKey::kZsk, i).dnskey());
  }
  Bytes rsa;
  append_u16(rsa, 256);
  append_u8(rsa, 3);
  append_u8(rsa, 8);
  append_u8(rsa, 1);
  append_u8(rsa, 3);
  rsa += Bytes(256, static_cast<char>(0xC1));
  lab.zone.publish(rsa);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_NE(find(judgement, FindingCode::DNSKEY_COUNT_HIGH), nullptr);
  EXPECT_NE(find(judgement, FindingCode::DNSKEY_EXPONENT_WEAK), nullptr) << summary(judgement);
}

TEST(Keys, BelowTheApex) {
  JudgeLab lab;
  lab.zone.add_record(name_of("host.example.com."), RrType::kDnskey, lab.zsk.dnskey());
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .servers(2)
                                          .probe("host.example.com.", RrType::kDnskey)
                                          .build());
  EXPECT_NE(find(judgement, FindingCode::DNSKEY_NOT_AT_APEX), nullptr) << summary(judgement);
}

TEST(Limits, WhatTheLookDidNotAskIsNamed) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  const Digest before = look.digest();
  look.limits = {evidence::LookLimit::kQueries, evidence::LookLimit::kAddresses};
  EXPECT_NE(look.digest(), before);
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  const Finding* finding = find(judgement, FindingCode::WORK_LIMIT);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_NE(finding->message.find("queries"), std::string::npos);
  EXPECT_NE(finding->message.find("server addresses"), std::string::npos);
}

TEST(Limits, HostileZonesGetALimitAndNotAVerdictMadeUp) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::ServerLook& server : look.servers) {
    for (evidence::Answer& answer : server.answers) {
      for (dns::RRset& set : answer.answer) {
        if (set.rrsigs.empty()) continue;
        const dns::Rrsig base = set.rrsigs.front();
        set.rrsigs.clear();
        for (int i = 0; i < 60; ++i) {
          dns::Rrsig bad = base;
          bad.signature[0] = static_cast<char>(i + server.address.bytes()[3]);
          bad.signature[1] = static_cast<char>(bad.signature[1] ^ 0x55);
          set.rrsigs.push_back(bad);
        }
      }
    }
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "indeterminate/limit");
  EXPECT_EQ(find(judgement, FindingCode::WORK_LIMIT)->severity, Severity::kError);
  EXPECT_LT(judgement.verifications, 1200);
}

}  // namespace
}  // namespace anchorwatch::judge
