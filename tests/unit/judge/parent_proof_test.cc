// SPDX-License-Identifier: Apache-2.0
// The parent's proof that an unsigned zone has no DS, wrong in each way (RFC 6840 §4.4, RFC 5155
// §8.6).
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using Denial = ZoneSigner::Denial;
using dns::RrType;

/// An unsigned zone below a signed parent.
struct UnsignedLab : JudgeLab {
  explicit UnsignedLab(Denial denial = Denial::kNsec) {
    ZoneSigner::Options options;
    options.denial = denial;
    parent = ZoneSigner("com.", options);
    zone.sign();
    sign_parent({});
  }
  /// The parent's NSEC for the zone with other types, signed again.
  void set_bitmap(std::vector<RrType> types) {
    dns::RRset& nsec = parent.at("example.com.", RrType::kNsec);
    const auto old = dns::decode_nsec(nsec.rdatas.front());
    nsec.rdatas = {old->next.wire() + type_bitmap_of(std::move(types))};
    parent.sign_again(nsec, parent_key, parent.sign_options());
  }
};

evidence::Answer& ds_answer(evidence::ZoneEvidence& look) {
  for (evidence::Answer& answer : look.delegation.parents[0].answers) {
    if (answer.question.type == RrType::kDs) return answer;
  }
  throw std::logic_error("no DS answer");
}

/// The DS answer keeps only the denial records for which `keep` says so.
template <typename Keep>
void keep_proofs(evidence::Answer& answer, Keep keep) {
  std::erase_if(answer.authority, [&](const dns::RRset& set) {
    const bool proof = set.type == RrType::kNsec || set.type == RrType::kNsec3;
    return proof && !keep(set);
  });
}

TEST(ParentProof, ASoundOneIsSilent) {
  for (const Denial denial : {Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut}) {
    UnsignedLab lab(denial);
    const Judgement judgement = lab.run(lab.look());
    EXPECT_EQ(judgement.verdict.status, dnssec::SecurityStatus::kInsecure);
    EXPECT_EQ(main_findings(judgement, Severity::kNotice), 0) << summary(judgement);
  }
}

TEST(ParentProof, BitsThatProveNothing) {
  const std::pair<std::vector<RrType>, const char*> cases[] = {
      {{RrType::kNs, RrType::kSoa}, "NODS_PROOF_HAS_SOA critical example.com."},
      {{RrType::kNs, RrType::kDs}, "NODS_PROOF_HAS_DS critical example.com."},
      {{RrType::kTxt}, "NODS_PROOF_LACKS_NS critical example.com."},
  };
  for (const auto& [types, wanted] : cases) {
    UnsignedLab lab;
    lab.set_bitmap(types);
    const Judgement judgement = lab.run(lab.look());
    EXPECT_EQ(status_of(judgement), "bogus/delegation_unproven");
    EXPECT_EQ(summary(judgement), wanted);
  }
}

TEST(ParentProof, NsecThatDeniesTheNameIsNoMatterOfOptOut) {
  UnsignedLab lab;
  // The apex' NSEC alone, as if the delegation were not in the chain.
  dns::RRset& nsec = lab.parent.at("com.", RrType::kNsec);
  const auto old = dns::decode_nsec(nsec.rdatas.front());
  nsec.rdatas = {name_of("zz.com.").wire() +
                 type_bitmap_of({RrType::kNs, RrType::kSoa, RrType::kDnskey})};
  lab.parent.sign_again(nsec, lab.parent_key, lab.parent.sign_options());
  evidence::ZoneEvidence look = lab.look();
  keep_proofs(ds_answer(look), [](const dns::RRset&) { return false; });
  ds_answer(look).authority.push_back(nsec);
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/delegation_unproven");
  EXPECT_EQ(summary(judgement), "DENIAL_NAME_COVERED_NODATA critical example.com./DS");
}

TEST(ParentProof, NsecOfAnotherName) {
  UnsignedLab lab;
  dns::RRset& nsec = lab.parent.at("com.", RrType::kNsec);
  nsec.rdatas = {name_of("aa.com.").wire() +
                 type_bitmap_of({RrType::kNs, RrType::kSoa, RrType::kDnskey})};
  lab.parent.sign_again(nsec, lab.parent_key, lab.parent.sign_options());
  evidence::ZoneEvidence look = lab.look();
  keep_proofs(ds_answer(look), [](const dns::RRset&) { return false; });
  ds_answer(look).authority.push_back(nsec);
  EXPECT_EQ(summary(lab.run(look)), "DENIAL_NO_MATCH critical example.com./DS");
}

TEST(ParentProof, NothingAtAllIsOneStory) {
  UnsignedLab lab;
  evidence::ZoneEvidence look = lab.look();
  keep_proofs(ds_answer(look), [](const dns::RRset&) { return false; });
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/delegation_unproven");
  EXPECT_EQ(main_findings(judgement, Severity::kNotice), 1) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::DENIAL_MISSING, "example.com./DS"), nullptr);
  const Finding* consequence = find(judgement, FindingCode::PARENT_NODS_SIG_BAD);
  ASSERT_NE(consequence, nullptr);
  EXPECT_EQ(consequence->caused_by, FindingCode::DENIAL_MISSING);
}

TEST(ParentProof, SignatureThatDoesNotHold) {
  UnsignedLab lab;
  lab.parent.at("example.com.", RrType::kNsec).rrsigs.clear();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/signature_missing");
  EXPECT_EQ(summary(judgement), "PARENT_NODS_SIG_BAD critical example.com.");
}

TEST(ParentProof, CoveringNsec3NeedsOptOut) {
  // The chain of a parent that has not got the delegation yet: it covers the name.
  UnsignedLab before(Denial::kNsec3);
  ZoneSigner::Options options;
  options.denial = Denial::kNsec3;
  ZoneSigner parent("com.", options);
  parent.add_key(before.parent_key);
  parent.sign();
  evidence::ZoneEvidence look = before.look();
  evidence::Answer old = answer_from(parent, {look.zone, RrType::kDs});
  old.rcode = dns::kRcodeNoError;
  ds_answer(look) = old;
  const Judgement judgement = before.run(look);
  EXPECT_EQ(status_of(judgement), "bogus/delegation_unproven");
  EXPECT_EQ(summary(judgement), "DENIAL_OPTOUT_NEEDED critical example.com.");
}

TEST(ParentProof, OneBadParentServerIsAnError) {
  UnsignedLab lab;
  const UnsignedLab sound;
  lab.set_bitmap({RrType::kNs, RrType::kSoa});
  const evidence::ZoneEvidence look =
      EvidenceBuilder(lab.parent, lab.zone)
          .parent_server("b.parent.test.", "192.0.2.251", sound.parent)
          .servers(2)
          .build();
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "insecure/no_ds");
  EXPECT_EQ(judgement.status_worst, dnssec::SecurityStatus::kBogus);
  const Finding* finding = find(judgement, FindingCode::NODS_PROOF_HAS_SOA);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kError);
}

}  // namespace
}  // namespace anchorwatch::judge
