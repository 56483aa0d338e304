// SPDX-License-Identifier: Apache-2.0
// The root's keys against the trust anchors: RFC 5011, RFC 9718.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

class RootAnchors : public ::testing::Test {
 protected:
  RootAnchors() {
    lab_.top = true;
    root_.add("@ NS a.root-servers.test.\n");
  }

  void trust(const SigningKey& key) {
    ASSERT_TRUE(lab_.anchors.add_text(". DS " + dns::rdata_to_text(dns::RrType::kDs, key.ds(root_.apex()))));
  }
  Judgement judged() {
    root_.sign();
    return lab_.run(EvidenceBuilder(root_).server("a.root-servers.test.", "192.0.2.1").build());
  }

  JudgeLab lab_;
  ZoneSigner root_{"."};
  SigningKey present_{15, SigningKey::kKsk, 1};
  SigningKey other_{15, SigningKey::kKsk, 2};
};

TEST_F(RootAnchors, AnAnchorThatSignsIsSilent) {
  root_.add_key(present_);
  trust(present_);
  const Judgement judgement = judged();
  EXPECT_EQ(status_of(judgement), "secure/validated");
  for (const FindingCode code : {FindingCode::ANCHOR_NOT_IN_ROOT, FindingCode::ANCHOR_REVOKED_SEEN,
                                 FindingCode::ANCHOR_NEW_KEY_PENDING}) {
    EXPECT_EQ(find(judgement, code), nullptr) << summary(judgement);
  }
}

TEST_F(RootAnchors, AStrangeAnchorBesideAWorkingOneIsAWarning) {
  root_.add_key(present_);
  trust(present_);
  trust(other_);
  const Judgement judgement = judged();
  EXPECT_EQ(status_of(judgement), "secure/validated");
  ASSERT_NE(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT)->severity, Severity::kWarning);
}

TEST_F(RootAnchors, AnAnchorThatIanaShippedEarlyIsANotice) {
  root_.add_key(present_);
  trust(present_);
  ASSERT_TRUE(lab_.anchors.add_text(
      ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"));
  const Judgement judgement = judged();
  ASSERT_NE(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT)->severity, Severity::kNotice);
}

TEST_F(RootAnchors, NoAnchorLeftIsCritical) {
  root_.add_key(present_);
  trust(other_);
  const Judgement judgement = judged();
  EXPECT_EQ(status_of(judgement), "bogus/ds_mismatch");
  ASSERT_NE(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT)->severity, Severity::kCritical);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT)->caused_by, FindingCode::TRUST_ANCHOR_NOT_SIGNING);
}

TEST_F(RootAnchors, AnchorsThatAreAllGoneAreStale) {
  root_.add_key(present_);
  trust(other_);
  EXPECT_EQ(find(judged(), FindingCode::ANCHOR_STALE), nullptr) << "the root of a laboratory";
  lab_.policy.allow_special_addresses = false;
  const Judgement stale = judged();
  ASSERT_NE(find(stale, FindingCode::ANCHOR_STALE), nullptr) << summary(stale);
  EXPECT_EQ(find(stale, FindingCode::ANCHOR_STALE)->severity, Severity::kError);
  EXPECT_EQ(find(stale, FindingCode::ANCHOR_STALE)->caused_by, FindingCode::TRUST_ANCHOR_NOT_SIGNING);
  trust(present_);
  EXPECT_EQ(find(judged(), FindingCode::ANCHOR_STALE), nullptr) << "one of them is there";
}

TEST_F(RootAnchors, ARevokedPredecessorIsANotice) {
  root_.add_key(present_);
  root_.add_key(other_.with_flags(SigningKey::kKsk | SigningKey::kRevoke));
  trust(present_);
  trust(other_);
  const Judgement judgement = judged();
  EXPECT_EQ(status_of(judgement), "secure/validated");
  ASSERT_NE(find(judgement, FindingCode::ANCHOR_REVOKED_SEEN), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_REVOKED_SEEN)->severity, Severity::kNotice);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NOT_IN_ROOT), nullptr);
}

TEST_F(RootAnchors, RevocationOfTheOnlyAnchorIsAnError) {
  root_.add_key(present_);
  root_.add_key(other_.with_flags(SigningKey::kKsk | SigningKey::kRevoke));
  trust(other_);
  const Judgement judgement = judged();
  ASSERT_NE(find(judgement, FindingCode::ANCHOR_REVOKED_SEEN), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_REVOKED_SEEN)->severity, Severity::kError);
}

TEST_F(RootAnchors, ANewKeyWaitsForItsAnchor) {
  root_.add_key(present_);
  root_.publish(other_.dnskey());
  trust(present_);
  Judgement judgement = judged();
  ASSERT_NE(find(judgement, FindingCode::ANCHOR_NEW_KEY_PENDING), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NEW_KEY_PENDING)->severity, Severity::kNotice);
  trust(other_);
  judgement = judged();
  EXPECT_EQ(find(judgement, FindingCode::ANCHOR_NEW_KEY_PENDING), nullptr);
}

}  // namespace
}  // namespace anchorwatch::judge
