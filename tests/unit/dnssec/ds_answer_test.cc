// SPDX-License-Identifier: Apache-2.0
// The parent's answers to questions for DS.
#include <algorithm>

#include <gtest/gtest.h>

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;
using Denial = ZoneSigner::Denial;

class DsAnswer : public testing::TestWithParam<Denial> {
 protected:
  DsAnswer() : zone_("example.", {.denial = GetParam()}) {
    zone_.add_key(key_);
    zone_.add(
        "secure NS ns.secure\n"
        "secure DS 1 15 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        "insecure NS ns.insecure\n"
        "alias CNAME www\n"
        "www A 192.0.2.1\n"
        "a.ent A 192.0.2.1\n");
    zone_.sign();
  }
  DsAnswerVerdict judge(const dns::Message& message, UnixSeconds now = ZoneSigner::kNow) {
    return judge_ds_answer(message, zone_.keys(), now);
  }
  bool opt_out() const { return GetParam() == Denial::kNsec3OptOut; }

  const SigningKey key_{15};
  ZoneSigner zone_;
};
INSTANTIATE_TEST_SUITE_P(Denials, DsAnswer,
                         testing::Values(Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut));

TEST_P(DsAnswer, Present) {
  dns::Message message = zone_.answer("secure.example.", kDs);
  const DsAnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, secure());
  ASSERT_NE(verdict.ds, nullptr);
  EXPECT_EQ(verdict.ds->type, kDs);
  EXPECT_FALSE(verdict.delegation_absent);
  EXPECT_GT(verdict.answer.valid_until, ZoneSigner::kNow);
}

TEST_P(DsAnswer, PresentAndBogus) {
  dns::Message message = zone_.answer("secure.example.", kDs);
  message.answer[0].rrsigs.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing));
  EXPECT_EQ(judge(message).ds, &message.answer[0]);
  // The child cannot vouch for its own DS.
  const SigningKey child(15, SigningKey::kKsk, 5);
  message.answer[0].rrsigs = {
      make_rrsig(message.answer[0], child, name_of("secure.example."), zone_.sign_options())};
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureUnusable));
}

TEST_P(DsAnswer, AbsentAtADelegation) {
  const DsAnswerVerdict verdict = judge(zone_.answer("insecure.example.", kDs));
  EXPECT_EQ(verdict.verdict, insecure(opt_out() ? Reason::kOptOut : Reason::kNoDs));
  EXPECT_EQ(verdict.ds, nullptr);
  EXPECT_FALSE(verdict.delegation_absent);
  EXPECT_EQ(verdict.denial.value().result,
            opt_out() ? DenialResult::kOptOut : DenialResult::kProven);
}

// The proof may come with the referral that the parent gives for other questions.
TEST_P(DsAnswer, AbsentInAReferral) {
  dns::Message message = zone_.answer("www.insecure.example.", kA);
  message.question = dns::Question{name_of("insecure.example."), kDs};
  EXPECT_EQ(judge(message).verdict, insecure(opt_out() ? Reason::kOptOut : Reason::kNoDs));
}

// … and so may the DS itself (RFC 4035 §3.1.4), which needs its signature there as well.
TEST_P(DsAnswer, PresentInAReferral) {
  dns::Message message = zone_.answer("www.secure.example.", kA);
  message.question = dns::Question{name_of("secure.example."), kDs};
  DsAnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, secure());
  ASSERT_NE(verdict.ds, nullptr);
  EXPECT_EQ(verdict.answer.kind, AnswerKind::kReferral);
  for (dns::RRset& set : message.authority) set.rrsigs.clear();
  verdict = judge(message);
  EXPECT_EQ(verdict.verdict, bogus(Reason::kSignatureMissing));
  EXPECT_NE(verdict.ds, nullptr);
}

TEST_P(DsAnswer, NameDoesNotExist) {
  const DsAnswerVerdict verdict = judge(zone_.answer("nope.example.", kDs));
  EXPECT_EQ(verdict.verdict, insecure(opt_out() ? Reason::kOptOut : Reason::kNoDs));
  EXPECT_EQ(verdict.delegation_absent, !opt_out());
}

TEST_P(DsAnswer, NameIsNoDelegation) {
  for (const char* name : {"www.example.", "ent.example."}) {
    const DsAnswerVerdict verdict = judge(zone_.answer(name, kDs));
    EXPECT_EQ(verdict.verdict, bogus(Reason::kDelegationUnproven)) << name;
    EXPECT_EQ(verdict.denial.value().result, DenialResult::kLacksNs);
    EXPECT_EQ(verdict.answer.verdict, secure()) << "as an answer it is right";
    EXPECT_FALSE(verdict.delegation_absent);
  }
  const DsAnswerVerdict alias = judge(zone_.answer("alias.example.", kDs));
  EXPECT_EQ(alias.verdict, bogus(Reason::kDelegationUnproven));
}

TEST_P(DsAnswer, Unproven) {
  dns::Message message = zone_.answer("insecure.example.", kDs);
  std::erase_if(message.authority, [](const dns::RRset& set) { return set.type != kSoa; });
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDelegationUnproven));
  message.rcode = dns::kRcodeNxDomain;
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDelegationUnproven));
  EXPECT_FALSE(judge(message).delegation_absent);
  // The proof says that there is a DS.
  message = zone_.answer("www.secure.example.", kA);
  std::erase_if(message.authority, [](const dns::RRset& set) { return set.type == kDs; });
  dns::Message with_ds_bit = zone_.answer("secure.example.", kDs);
  with_ds_bit.answer.clear();
  EXPECT_EQ(judge(with_ds_bit).verdict, bogus(Reason::kDelegationUnproven));
}

TEST_P(DsAnswer, ExpiredProof) {
  const dns::Message message = zone_.answer("insecure.example.", kDs);
  EXPECT_EQ(judge(message, ZoneSigner::kNow + 90 * 86400).verdict,
            bogus(Reason::kSignatureExpired));
}

// RFC 4035 §3.1.4.1: a server of the child alone answers with the child's apex.
TEST_P(DsAnswer, ChildAnswersInstead) {
  ZoneSigner child("insecure.example.", {.denial = GetParam()});
  child.add_key(SigningKey(15, SigningKey::kKsk, 7));
  child.sign();
  EXPECT_EQ(judge(child.answer("insecure.example.", kDs)).verdict,
            bogus(Reason::kDelegationUnproven));
}

TEST_P(DsAnswer, NotJudged) {
  dns::Message message = zone_.answer("insecure.example.", kDs);
  message.rcode = dns::kRcodeRefused;
  EXPECT_EQ(judge(message).verdict, indeterminate(Reason::kNotJudged));
  EXPECT_EQ(judge(zone_.answer("example.", kDs)).verdict, indeterminate(Reason::kNotJudged));
  EXPECT_EQ(judge(zone_.answer("www.example.", kA)).verdict, indeterminate(Reason::kNotJudged));
}

TEST(DsAnswerIterations, AreInsecure) {
  ZoneSigner zone("example.", {.denial = Denial::kNsec3, .nsec3_iterations = 200});
  zone.add_key(SigningKey(15));
  zone.add("insecure NS ns.insecure");
  zone.sign();
  const DsAnswerVerdict verdict =
      judge_ds_answer(zone.answer("insecure.example.", kDs), zone.keys());
  EXPECT_EQ(verdict.verdict, insecure(Reason::kNsec3Iterations));
}

TEST(DsAnswerCompact, NxnameMeansNoDelegation) {
  ZoneSigner zone("example.", {.denial = Denial::kNone});
  const SigningKey key(15);
  zone.add_key(key);
  zone.sign();
  dns::Message message;
  message.question = dns::Question{name_of("nope.example."), kDs};
  dns::RRset nsec = rrset_of("nope.example. 300 NSEC \\000.nope.example. RRSIG NSEC TYPE128");
  zone.sign_again(nsec, key, zone.sign_options());
  message.authority = {nsec};
  const DsAnswerVerdict verdict = judge_ds_answer(message, zone.keys());
  EXPECT_EQ(verdict.verdict, insecure(Reason::kNoDs));
  EXPECT_TRUE(verdict.delegation_absent);
}

}  // namespace
}  // namespace anchorwatch::dnssec
