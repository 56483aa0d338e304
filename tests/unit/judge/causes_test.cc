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

TEST(Causes, NameErrorForANameThatExistsCannotBeProved) {
  const Judgement judgement = name_error_for(RrType::kTxt);
  EXPECT_EQ(status_of(judgement), "bogus/denial_invalid");
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

}  // namespace
}  // namespace anchorwatch::judge
