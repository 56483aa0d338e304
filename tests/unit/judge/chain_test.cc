// SPDX-License-Identifier: Apache-2.0
// How the chain enters the zone: RFC 4035 §5.2, RFC 6840 §5.2, §5.11, RFC 7646.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;

Bytes wrong_digest(Bytes ds) {
  ds.back() = static_cast<char>(ds.back() ^ 1);
  return ds;
}

TEST(Chain, DsThatFitsNoKeyIsOneStory) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.add_key(lab.zsk);
  lab.zone.sign();
  lab.sign_parent({wrong_digest(lab.ksk.ds(lab.zone.apex()))});
  lab.expectation.expect = Expect::kSigned;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/ds_mismatch");
  const Finding* entry = find(judgement, FindingCode::NO_SECURE_ENTRY);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->severity, Severity::kCritical);
  EXPECT_EQ(entry->servers.size(), 3U);
  EXPECT_EQ(main_findings(judgement, Severity::kInfo), 1) << summary(judgement);
  EXPECT_TRUE(misses_expectation(judgement, lab.expectation));
  EXPECT_EQ(judgement.link.verdict.status, SecurityStatus::kBogus);
  EXPECT_TRUE(judgement.link.dnskeys.empty());
  for (const ProbeVerdict& probe : judgement.probes) {
    EXPECT_EQ(probe.verdict, dnssec::bogus(Reason::kDsMismatch));
  }
}

TEST(Chain, DsOfAKeyThatIsGone) {
  JudgeLab lab;
  lab.zone.add_key(lab.zsk);
  lab.zone.sign();
  lab.sign_parent({lab.ksk.ds(lab.zone.apex())});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/ds_mismatch");
  EXPECT_EQ(find(judgement, FindingCode::DS_ORPHAN)->caused_by, FindingCode::NO_SECURE_ENTRY);
  EXPECT_EQ(main_findings(judgement, Severity::kInfo), 1) << summary(judgement);
}

TEST(Chain, DsButUnsigned) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({lab.ksk.ds(lab.zone.apex())});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/dnskey_missing");
  EXPECT_EQ(summary(judgement), "DS_BUT_UNSIGNED critical example.com.");
}

TEST(Chain, SignedWithoutDsIsANotice) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.add_key(lab.zsk);
  lab.zone.sign();
  lab.sign_parent({});
  Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "insecure/no_ds");
  EXPECT_EQ(summary(judgement), "DS_MISSING_FOR_SIGNED notice example.com.");
  lab.expectation.expect = Expect::kSigned;
  judgement = lab.run(lab.look());
  EXPECT_EQ(find(judgement, FindingCode::DS_MISSING_FOR_SIGNED)->severity, Severity::kCritical);
  EXPECT_EQ(find(judgement, FindingCode::EXPECT_SIGNED)->caused_by,
            FindingCode::DS_MISSING_FOR_SIGNED);
}

TEST(Chain, UnknownAlgorithmInTheDsIsInsecure) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  Bytes ds = lab.ksk.ds(lab.zone.apex());
  ds[2] = 17;
  lab.sign_parent({ds});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "insecure/unsupported_algorithm");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::ALG_UNKNOWN_TREATED_INSECURE), nullptr);
}

TEST(Chain, Sha1IsInsecureUnlessReliedOn) {
  JudgeLab lab;
  const SigningKey rsa(7, SigningKey::kKsk);
  lab.zone.add_key(rsa);
  lab.zone.sign();
  lab.sign_parent({rsa.ds(lab.zone.apex())});
  Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "insecure/unsupported_algorithm");
  EXPECT_NE(find(judgement, FindingCode::DNSKEY_ALG_PROHIBITED), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::SIG_MISSING), nullptr);
  lab.policy.validation.rely_on_sha1 = true;
  judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
}

TEST(Chain, Sha1DigestBesideSha256) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  const dns::Name apex = lab.zone.apex();
  lab.sign_parent({lab.ksk.ds(apex, 1), lab.ksk.ds(apex, 2)});
  lab.policy.validation.rely_on_sha1 = true;
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(find(judgement, FindingCode::DS_DIGEST_PROHIBITED)->severity, Severity::kNotice);
  EXPECT_NE(find(judgement, FindingCode::DS_DIGEST_IGNORED), nullptr);
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 0) << summary(judgement);
}

TEST(Chain, DigestsOfAllKinds) {
  JudgeLab lab;
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  const dns::Name apex = lab.zone.apex();
  Bytes illegal = lab.ksk.ds(apex);
  illegal[3] = static_cast<char>(200);
  Bytes unknown = lab.ksk.ds(apex);
  unknown[3] = 5;
  lab.sign_parent({lab.ksk.ds(apex, 4), illegal, unknown});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(find(judgement, FindingCode::DS_DIGEST_ILLEGAL)->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::DS_DIGEST_UNKNOWN)->severity, Severity::kInfo);
  EXPECT_EQ(find(judgement, FindingCode::DS_SHA256_MISSING)->severity, Severity::kInfo);
}

TEST(Chain, AlgorithmOfTheDsThatSignsNothing) {
  JudgeLab lab;
  const SigningKey other(13, SigningKey::kKsk);
  lab.zone.publish(other.dnskey());
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  const dns::Name apex = lab.zone.apex();
  lab.sign_parent({lab.ksk.ds(apex), other.ds(apex)});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(find(judgement, FindingCode::SEP_MISSING_FOR_ALG)->severity, Severity::kWarning);
  EXPECT_NE(find(judgement, FindingCode::SIG_MISSING_FOR_ALG), nullptr);
}

TEST(Chain, DsOfARevokedKeyBesideAWorkingOne) {
  JudgeLab lab;
  const SigningKey revoked =
      SigningKey(15, SigningKey::kKsk, 5).with_flags(SigningKey::kKsk | SigningKey::kRevoke);
  lab.zone.publish(revoked.dnskey());
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  const dns::Name apex = lab.zone.apex();
  lab.sign_parent({lab.ksk.ds(apex), revoked.ds(apex)});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(find(judgement, FindingCode::DS_KEY_REVOKED)->severity, Severity::kWarning);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_REVOKED_UNSIGNED)->severity, Severity::kNotice);
}

TEST(Chain, AncestorsPassTheirStatusOn) {
  JudgeLab lab;
  lab.sign();
  ChainLink link = lab.parent_link();
  link.dnskeys.clear();
  link.verdict = dnssec::insecure(Reason::kNoDs);
  lab.ancestors = {link};
  EXPECT_EQ(status_of(lab.run(lab.look())), "insecure/ancestor_insecure");
  lab.ancestors.front().verdict = dnssec::bogus(Reason::kSignatureExpired);
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/ancestor_bogus");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::ANCESTOR_BOGUS), nullptr);
  lab.ancestors.front().verdict = dnssec::indeterminate(Reason::kUnreachable);
  const Judgement blind = lab.run(lab.look());
  EXPECT_EQ(status_of(blind), "indeterminate/unreachable");
  EXPECT_EQ(blind.observation, Observation::kFailed);
  EXPECT_EQ(main_findings(blind, Severity::kWarning), 0) << summary(blind);
}

TEST(Chain, AnchorsAtTheZoneWin) {
  JudgeLab lab;
  lab.sign();
  ChainLink link = lab.parent_link();
  link.verdict = dnssec::bogus(Reason::kSignatureExpired);
  lab.ancestors = {link};
  ASSERT_TRUE(lab.anchors.add_text(
      "example.com. DS " + dns::rdata_to_text(dns::RrType::kDs, lab.ksk.ds(lab.zone.apex()))));
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "");
}

/// An anchor at example.com. that is not that of its key, below com., which is secure.
struct NestedLab : JudgeLab {
  explicit NestedLab(NestedAnchors nested) {
    policy.nested_anchors = nested;
    const Bytes stale = SigningKey(15, SigningKey::kKsk, 77).ds(zone.apex());
    EXPECT_TRUE(anchors.add_text("example.com. DS " + dns::rdata_to_text(dns::RrType::kDs, stale)));
  }
  Judgement below(dnssec::Verdict above) {
    ChainLink link = parent_link();
    link.verdict = above;
    ancestors = {link};
    return run(look());
  }
};

TEST(Chain, OfNestedAnchorsTheClosestCounts) {
  NestedLab lab(NestedAnchors::kClosest);
  lab.sign();
  EXPECT_EQ(status_of(lab.run(lab.look())), "bogus/ds_mismatch");
}

TEST(Chain, OrAnyThatIsSecure) {
  NestedLab lab(NestedAnchors::kAny);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, dnssec::SecurityStatus::kSecure);
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 0) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::TRUST_ANCHOR_NOT_SIGNING), nullptr) << summary(judgement);
  EXPECT_EQ(status_of(lab.below(dnssec::insecure(Reason::kNoDs))), "bogus/ds_mismatch") << "no way in is secure";
  EXPECT_EQ(status_of(lab.below(dnssec::bogus(Reason::kSignatureExpired))), "bogus/ds_mismatch");
}

TEST(Chain, AnyNestedAnchorHoldsWhateverIsAbove) {
  NestedLab lab(NestedAnchors::kAny);
  ASSERT_TRUE(lab.anchors.add_text(
      "example.com. DS " + dns::rdata_to_text(dns::RrType::kDs, lab.ksk.ds(lab.zone.apex()))));
  lab.sign();
  for (const dnssec::Verdict above : {dnssec::secure(), dnssec::insecure(Reason::kNoDs),
                                      dnssec::bogus(Reason::kSignatureExpired),
                                      dnssec::indeterminate(Reason::kUnreachable)}) {
    EXPECT_EQ(status_of(lab.below(above)), "secure/validated") << dnssec::to_string(above.status);
  }
}

TEST(Chain, AnAnchorThatNobodyCanUseLeavesWhatIsAbove) {
  JudgeLab lab;
  lab.policy.nested_anchors = NestedAnchors::kAny;
  ASSERT_TRUE(lab.anchors.add_text("example.com. DS 1 200 2 " + std::string(64, 'A')));
  lab.sign();
  EXPECT_EQ(status_of(lab.run(lab.look())), "secure/validated");
  ChainLink link = lab.parent_link();
  link.verdict = dnssec::bogus(Reason::kSignatureExpired);
  lab.ancestors = {link};
  EXPECT_EQ(status_of(lab.run(lab.look())), "bogus/ancestor_bogus");
  lab.policy.nested_anchors = NestedAnchors::kClosest;
  EXPECT_EQ(status_of(lab.run(lab.look())), "insecure/unsupported_algorithm");
}

TEST(Chain, TheTopNeedsAnchors) {
  JudgeLab lab;
  lab.top = true;
  lab.sign();
  EvidenceBuilder builder(lab.zone);
  builder.servers(2);
  EXPECT_EQ(status_of(lab.run(builder.build())), "insecure/no_trust_anchor");
  ASSERT_TRUE(lab.anchors.add_text(
      "example.com. DS " + dns::rdata_to_text(dns::RrType::kDs, lab.ksk.ds(lab.zone.apex()))));
  EXPECT_EQ(status_of(lab.run(builder.build())), "secure/validated");
}

TEST(Chain, AnchorThatSignsNothing) {
  JudgeLab lab;
  lab.top = true;
  lab.sign();
  const SigningKey old(15, SigningKey::kKsk, 77);
  const dns::Name apex = lab.zone.apex();
  const auto anchor = [&](const Bytes& ds) {
    return "example.com. DS " + dns::rdata_to_text(dns::RrType::kDs, ds) + "\n";
  };
  ASSERT_TRUE(lab.anchors.add_text(anchor(old.ds(apex))));
  EvidenceBuilder builder(lab.zone);
  builder.servers(2);
  Judgement judgement = lab.run(builder.build());
  EXPECT_EQ(status_of(judgement), "bogus/ds_mismatch");
  EXPECT_NE(find(judgement, FindingCode::TRUST_ANCHOR_NOT_SIGNING), nullptr);
  ASSERT_TRUE(lab.anchors.add_text(anchor(lab.ksk.ds(apex))));
  judgement = lab.run(builder.build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(find(judgement, FindingCode::TRUST_ANCHOR_NOT_SIGNING)->severity, Severity::kNotice);
}

TEST(Chain, NegativeAnchorMakesInsecure) {
  JudgeLab lab;
  lab.zone.add_key(lab.zsk);
  lab.zone.sign();
  lab.sign_parent({lab.ksk.ds(lab.zone.apex())});
  lab.anchors.add_negative(name_of("com."));
  EXPECT_EQ(status_of(lab.run(lab.look())), "insecure/negative_trust_anchor");
}

TEST(Chain, ParentSignatureOverTheDsExpired) {
  JudgeLab lab;
  lab.sign();
  SignOptions options = lab.parent.sign_options();
  options.inception = kNow - 20 * 86400;
  options.expiration = kNow - 86400;
  lab.parent.sign_again(lab.parent.at("example.com.", dns::RrType::kDs), lab.parent_key, options);
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "bogus/signature_expired");
  EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
  const Finding* finding = find(judgement, FindingCode::PARENT_DS_SIG_BAD);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kCritical);
}

TEST(Chain, OneBadParentServerIsTheWorstCaseOnly) {
  JudgeLab lab;
  lab.sign();
  ZoneSigner bad = lab.parent;
  bad.at("example.com.", dns::RrType::kDs).rrsigs.clear();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .parent_server("b.parent.test.", "192.0.2.251", bad)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kBogus);
  EXPECT_EQ(summary(judgement), "PARENT_DS_SIG_BAD error example.com.");
  ASSERT_EQ(judgement.parents.size(), 2U);
  EXPECT_EQ(judgement.parents[1].verdict.status, SecurityStatus::kBogus);
}

TEST(Chain, ParentServersWithDifferentDs) {
  JudgeLab lab;
  const SigningKey old(15, SigningKey::kKsk, 5);
  lab.zone.add_key(lab.ksk);
  lab.zone.sign();
  ZoneSigner other = lab.parent;
  lab.sign_parent(lab.zone.ds());
  other.add_key(lab.parent_key);
  other.add("example NS ns1.example\n");
  other.add_record(lab.zone.apex(), dns::RrType::kDs, old.ds(lab.zone.apex()));
  other.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .parent_server("b.parent.test.", "192.0.2.251", other)
                                          .servers(2)
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.status_worst, SecurityStatus::kBogus);
  EXPECT_NE(find(judgement, FindingCode::DS_INCONSISTENT_PARENT), nullptr);
}

TEST(Chain, SilentParentConcludesNothing) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = lab.look();
  for (evidence::Answer& answer : look.delegation.parents[0].answers) {
    answer = silence(answer.question);
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "indeterminate/unreachable");
  EXPECT_EQ(judgement.observation, Observation::kFailed);
  EXPECT_EQ(summary(judgement), "DS_UNDETERMINED warning example.com.");
  EXPECT_FALSE(misses_expectation(judgement, Expectation{Expect::kSigned, {}, {}}));
  EXPECT_FALSE(extract_facts(look, judgement).ds.known);
}

TEST(Chain, ParentProvesThatTheNameIsGone) {
  for (const auto denial : {ZoneSigner::Denial::kNsec, ZoneSigner::Denial::kNsec3OptOut}) {
    JudgeLab lab;
    ZoneSigner::Options options;
    options.denial = denial;
    lab.parent = ZoneSigner("com.", options);
    lab.parent.add_key(lab.parent_key);
    lab.parent.sign();
    lab.zone.sign();
    evidence::ZoneEvidence look = EvidenceBuilder(lab.parent, lab.zone).build();
    look.delegation.name_servers.clear();
    lab.expectation.expect = Expect::kSigned;
    const Judgement judgement = lab.run(look);
    EXPECT_EQ(judgement.delegation, DelegationState::kAbsent);
    EXPECT_EQ(judgement.observation, Observation::kOk);
    EXPECT_EQ(judgement.verdict.status, SecurityStatus::kInsecure);
    EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
    EXPECT_EQ(find(judgement, FindingCode::DELEGATION_ABSENT)->severity, Severity::kCritical);
    EXPECT_TRUE(misses_expectation(judgement, Expectation{}));
    const ZoneFacts facts = extract_facts(look, judgement);
    EXPECT_TRUE(facts.ds.known);
    EXPECT_TRUE(facts.parent_ns.known);
    EXPECT_TRUE(facts.parent_ns.values.empty());
  }
}

TEST(Chain, AncestorDepthNeedsOnlyKeys) {
  JudgeLab lab;
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .depth(evidence::Depth::kAncestor)
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "");
  EXPECT_EQ(judgement.link.dnskeys.size(), 2U);
}

TEST(Chain, CoreDepthIsSilentToo) {
  JudgeLab lab;
  lab.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .depth(evidence::Depth::kCore)
                                          .build());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement), "");
}

}  // namespace
}  // namespace anchorwatch::judge
