// SPDX-License-Identifier: Apache-2.0
// One fault, one story: what follows from it says so.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

TEST(Causes, ProofsWithARecordWhoseSignatureFails) {
  JudgeLab lab;
  lab.sign();
  lab.zone.at("example.com.", RrType::kNsec).rrsigs.clear();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/signature_missing");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::SIG_MISSING, "example.com./NSEC"), nullptr);
}

TEST(Causes, ApexThatLooksLikeADelegation) {
  JudgeLab lab;
  lab.sign();
  dns::RRset& nsec = lab.zone.at("example.com.", RrType::kNsec);
  const auto old = dns::decode_nsec(nsec.rdatas.front());
  nsec.rdatas = {old->next.wire() +
                 type_bitmap_of({RrType::kA, RrType::kNs, RrType::kTxt, RrType::kRrsig,
                                 RrType::kNsec, RrType::kDnskey})};
  lab.zone.sign_again(nsec, lab.zsk, lab.zone.sign_options());
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/denial_invalid");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::DENIAL_LIES_TYPE, "example.com./SOA"), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::DENIAL_NO_MATCH)->caused_by,
            FindingCode::DENIAL_LIES_TYPE);
}

TEST(Causes, AlgorithmOfTheDsThatSignsNothing) {
  JudgeLab lab;
  const SigningKey other(13, SigningKey::kKsk);
  lab.zone.publish(other.dnskey());
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  const dns::Name apex = lab.zone.apex();
  lab.sign_parent({lab.ksk.ds(apex), other.ds(apex)});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::SIG_MISSING_FOR_ALG)->caused_by,
            FindingCode::SEP_MISSING_FOR_ALG);
}

/// A look at www where the question for one type makes a name error at every server.
Judgement name_error_for(RrType type) {
  JudgeLab lab;
  lab.zone.add("www A 192.0.2.9\n");
  lab.sign();
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .servers(2)
                                    .probe("www.example.com.", RrType::kA)
                                    .probe("www.example.com.", type)
                                    .build();
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    answer_of(look, i, {name_of("www.example.com."), type}).rcode = dns::kRcodeNxDomain;
  }
  return lab.run(look);
}

TEST(Causes, NameErrorForANameThatExists) {
  const Judgement judgement = name_error_for(RrType::kTxt);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_FALSE(find(judgement, FindingCode::NXDOMAIN_INCONSISTENT)->caused_by);
}

TEST(Causes, NameErrorForAaaaAloneIsTheOldFault) {
  const Judgement judgement = name_error_for(RrType::kAaaa);
  EXPECT_NE(find(judgement, FindingCode::AAAA_BROKEN), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::NXDOMAIN_INCONSISTENT)->caused_by,
            FindingCode::AAAA_BROKEN);
}

TEST(Causes, ParentServerThatDoesNotKnowTheDelegation) {
  JudgeLab lab;
  lab.sign();
  ZoneSigner empty("com.");
  empty.add_key(lab.parent_key);
  empty.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .parent_server("b.parent.test.", "192.0.2.251", empty)
                                          .servers(2)
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  ASSERT_NE(find(judgement, FindingCode::DELEGATION_ABSENT), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::DS_INCONSISTENT_PARENT)->caused_by,
            FindingCode::DELEGATION_ABSENT);
}

TEST(Causes, KeyThatCannotBeRead) {
  JudgeLab lab;
  // 63 octets where ECDSAP256SHA256 has 64.
  const Bytes key = Bytes("\x01\x01\x03\x0d", 4) + Bytes(63, 'k');
  lab.zone.publish(key);
  lab.sign();
  dns::RRset& keys = lab.zone.at("example.com.", RrType::kDnskey);
  dns::Rrsig rrsig = keys.rrsigs.front();
  rrsig.key_tag = dns::key_tag(key);
  rrsig.algorithm = 13;
  rrsig.signature = Bytes(64, 's');
  keys.rrsigs = {rrsig};
  const Judgement judgement = lab.run(lab.look());
  const Finding* signature = find(judgement, FindingCode::SIG_BAD_LENGTH);
  ASSERT_NE(signature, nullptr) << summary(judgement);
  EXPECT_EQ(signature->caused_by, FindingCode::DNSKEY_BAD_LENGTH);
}

TEST(Causes, ErrorForDnskeyAlone) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 0, RrType::kDnskey).rcode = dns::kRcodeServFail;
  Judgement judgement = lab.run(look);
  ASSERT_NE(find(judgement, FindingCode::BAD_RCODE), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::BAD_RCODE)->caused_by, FindingCode::DNSKEY_FETCH_FAILED);
  EXPECT_FALSE(find(judgement, FindingCode::DNSKEY_FETCH_FAILED)->caused_by);
  // A server that fails at more than that has a fault of its own.
  answer_of(look, 0, RrType::kMx).rcode = dns::kRcodeServFail;
  judgement = lab.run(look);
  EXPECT_FALSE(find(judgement, FindingCode::BAD_RCODE)->caused_by);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_FETCH_FAILED)->caused_by, FindingCode::BAD_RCODE);
}

TEST(Causes, ServerThatSaysThatTheZoneDoesNotExist) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.servers[0].answers) {
    answer.rcode = dns::kRcodeNxDomain;
    answer.answer.clear();
    answer.authority.clear();
  }
  const Judgement judgement = lab.run(look);
  EXPECT_NE(find(judgement, FindingCode::SIGNED_SERVERS_DIFFER), nullptr) << summary(judgement);
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_FALSE(find(judgement, FindingCode::BAD_RCODE)->caused_by);
}

TEST(Causes, EmptyAnswerForNs) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    answer_of(look, i, RrType::kNs).answer.clear();
    answer_of(look, i, RrType::kNs).authority.clear();
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/denial_missing");
  EXPECT_EQ(find(judgement, FindingCode::DENIAL_MISSING)->caused_by, FindingCode::RESPONSE_MISSING)
      << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::NEGATIVE_SOA_MISSING)->caused_by,
            FindingCode::RESPONSE_MISSING);
}

TEST(Causes, ServerThatOnlyTheParentNames) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone)
                                    .server("ns1.example.com.", "192.0.2.1")
                                    .server("ns2.example.com.", "192.0.2.2")
                                    .server("old.example.net.", "192.0.2.9")
                                    .build();
  for (evidence::Answer& answer : look.servers[2].answers) {
    answer.rcode = dns::kRcodeRefused;
    answer.answer.clear();
    answer.authority.clear();
  }
  const Judgement judgement = lab.run(look);
  ASSERT_NE(find(judgement, FindingCode::SERVER_LAME), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::SERVER_LAME)->caused_by, FindingCode::NS_ONLY_IN_PARENT);
}

TEST(Causes, NoAddressAtAll) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  look.servers.clear();
  for (evidence::NameServer& server : look.delegation.name_servers) {
    server.glue.clear();
    server.addresses.clear();
  }
  const Judgement judgement = lab.run(look);
  ASSERT_NE(find(judgement, FindingCode::NO_WORKING_SERVER), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::NO_WORKING_SERVER)->caused_by, FindingCode::GLUE_MISSING);
  EXPECT_FALSE(find(judgement, FindingCode::GLUE_MISSING)->caused_by);
}

TEST(Causes, KeysOfAServerWithoutEntry) {
  JudgeLab lab;
  lab.sign();
  JudgeLab other;
  const SigningKey foreign(15, SigningKey::kKsk, 71);
  const SigningKey foreign_zsk(15, SigningKey::kZsk, 72);
  other.zone.add_key(foreign);
  other.zone.add_key(foreign_zsk);
  other.zone.sign();
  evidence::ZoneEvidence look = lab.look();
  answer_of(look, 0, RrType::kDnskey) = answer_from(other.zone, {look.zone, RrType::kDnskey});
  const Judgement judgement = lab.run(look);
  const Finding* keys = find(judgement, FindingCode::MULTISIGNER_KEYS_INCOMPLETE);
  ASSERT_NE(keys, nullptr) << summary(judgement);
  EXPECT_EQ(keys->caused_by, FindingCode::NO_SECURE_ENTRY);
}

TEST(Causes, NoEntryBecauseOfTheDs) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  Bytes ds = lab.ksk.ds(lab.zone.apex());
  ds.back() ^= 1;
  lab.sign_parent({ds});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_FALSE(find(judgement, FindingCode::DS_DIGEST_MISMATCH)->caused_by) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::NO_SECURE_ENTRY)->caused_by,
            FindingCode::DS_DIGEST_MISMATCH);
}

TEST(Causes, DigestThatNobodyReliesOn) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  Bytes ds = lab.ksk.ds(lab.zone.apex());
  ds[3] = '\xc8';
  lab.sign_parent({ds});
  lab.expectation.expect = Expect::kSigned;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "insecure/unsupported_digest");
  EXPECT_EQ(find(judgement, FindingCode::ALG_UNKNOWN_TREATED_INSECURE)->caused_by,
            FindingCode::DS_DIGEST_ILLEGAL);
  // Over the consequence, to the beginning.
  EXPECT_EQ(find(judgement, FindingCode::EXPECT_SIGNED)->caused_by, FindingCode::DS_DIGEST_ILLEGAL);
}

}  // namespace
}  // namespace anchorwatch::judge
