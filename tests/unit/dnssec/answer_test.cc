// SPDX-License-Identifier: Apache-2.0
// Whole answers of signed zones: as they should be, and with one thing wrong.
#include "anchorwatch/dnssec/answer.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "anchorwatch/dns/rdata.h"

#include "test_crypto.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;
using Denial = ZoneSigner::Denial;

constexpr UnixSeconds kNow = ZoneSigner::kNow;
constexpr UnixSeconds kDay = 86400;

void remove(std::vector<dns::RRset>& sets, dns::RrType type) {
  std::erase_if(sets, [&](const dns::RRset& set) { return set.type == type; });
}

dns::RRset* find(std::vector<dns::RRset>& sets, dns::RrType type) {
  for (dns::RRset& set : sets) {
    if (set.type == type) return &set;
  }
  return nullptr;
}

class Answer : public testing::TestWithParam<Denial> {
 protected:
  Answer() : zone_("example.", {.denial = GetParam()}) {
    zone_.add_key(SigningKey(15, SigningKey::kKsk, 1));
    zone_.add_key(zsk_);
    zone_.add(
        "www A 192.0.2.1\n"
        "www TXT text\n"
        "a.ent A 192.0.2.2\n"
        "*.wild A 192.0.2.3\n"
        "secure NS ns.secure\n"
        "secure DS 1 15 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        "ns.secure A 192.0.2.4\n"
        "insecure NS ns.insecure\n"
        "ns.insecure A 192.0.2.5\n");
    zone_.sign();
  }
  dns::Message ask(std::string_view name, dns::RrType type) { return zone_.answer(name, type); }
  AnswerVerdict judge(const dns::Message& message, UnixSeconds now = kNow) {
    return judge_answer(message, zone_.keys(), now);
  }
  // What a right denial is worth: under opt-out, the next closer name is only spanned.
  Verdict denied() const {
    return GetParam() == Denial::kNsec3OptOut ? insecure(Reason::kOptOut) : secure();
  }
  dns::RrType denial_type() const { return GetParam() == Denial::kNsec ? kNsec : kNsec3; }

  const SigningKey zsk_{15, SigningKey::kZsk, 2};
  ZoneSigner zone_;
};
INSTANTIATE_TEST_SUITE_P(Denials, Answer,
                         testing::Values(Denial::kNsec, Denial::kNsec3, Denial::kNsec3OptOut));

TEST_P(Answer, Positive) {
  const AnswerVerdict verdict = judge(ask("www.example.", kA));
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kPositive);
  EXPECT_EQ(verdict.sets.size(), 1U);
  EXPECT_EQ(verdict.valid_until, kNow + 13 * kDay);
  EXPECT_FALSE(verdict.denial.has_value());
  for (const dns::RrType type : {kSoa, kNs, kDnskey}) {
    EXPECT_EQ(judge(ask("example.", type)).verdict, secure());
  }
}

TEST_P(Answer, PositiveFaults) {
  dns::Message message = ask("www.example.", kA);
  EXPECT_EQ(judge(message, kNow + 30 * kDay).verdict, bogus(Reason::kSignatureExpired));
  message.answer[0].rrsigs.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing));
  EXPECT_EQ(judge(message).kind, AnswerKind::kPositive);
  message = ask("www.example.", kA);
  message.rcode = dns::kRcodeNxDomain;
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kAnswerMalformed));
}

TEST_P(Answer, Nodata) {
  for (const char* name : {"www.example.", "ent.example.", "example."}) {
    const AnswerVerdict verdict = judge(ask(name, kAaaa));
    EXPECT_EQ(verdict.verdict, secure()) << name;
    EXPECT_EQ(verdict.kind, AnswerKind::kNodata);
    EXPECT_EQ(verdict.denial.value().result, DenialResult::kProven);
  }
}

TEST_P(Answer, Nxdomain) {
  for (const char* name :
       {"nope.example.", "a.b.nope.example.", "zzz.example.", "x.www.example."}) {
    const AnswerVerdict verdict = judge(ask(name, kA));
    EXPECT_EQ(verdict.verdict, denied()) << name;
    EXPECT_EQ(verdict.kind, AnswerKind::kNxdomain);
  }
}

TEST_P(Answer, NegativeWithoutProof) {
  dns::Message message = ask("www.example.", kAaaa);
  remove(message.authority, denial_type());
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
  message = ask("nope.example.", kA);
  remove(message.authority, denial_type());
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
  // Records of another name.
  dns::Message other = ask("www.example.", kAaaa);
  other.question = dns::Question{name_of("a.ent.example."), kAaaa};
  EXPECT_EQ(judge(other).verdict, bogus(Reason::kDenialInvalid));
}

// RFC 4035 §5.4: NODATA is not NXDOMAIN, and the other way round.
TEST_P(Answer, NameErrorWithProofOfNodataIsNodata) {
  // Servers say NXDOMAIN for empty non-terminals; the proof decides, as in other validators.
  for (const char* name : {"ent.example.", "www.example."}) {
    dns::Message message = ask(name, kAaaa);
    EXPECT_FALSE(judge(message).nxdomain_disproved);
    message.rcode = dns::kRcodeNxDomain;
    const AnswerVerdict verdict = judge(message);
    EXPECT_EQ(verdict.verdict, secure()) << name;
    EXPECT_EQ(verdict.kind, AnswerKind::kNodata) << name;
    EXPECT_TRUE(verdict.nxdomain_disproved) << name;
  }
}

TEST_P(Answer, RcodeMustAgreeWithTheProof) {
  dns::Message message = ask("nope.example.", kA);
  message.rcode = dns::kRcodeNoError;
  const Verdict expected =
      GetParam() == Denial::kNsec3OptOut ? denied() : bogus(Reason::kDenialInvalid);
  EXPECT_EQ(judge(message).verdict, expected);
}

TEST_P(Answer, FailedDenialRecordsAreBlamed) {
  dns::Message message = ask("www.example.", kAaaa);
  SignOptions past{kNow - 2 * kDay, kNow - kDay, {}, {}, {}, {}};
  zone_.sign_again(*find(message.authority, denial_type()), zsk_, past);
  const AnswerVerdict verdict = judge(message);
  EXPECT_EQ(verdict.verdict, bogus(Reason::kSignatureExpired));
  const bool recorded =
      std::any_of(verdict.sets.begin(), verdict.sets.end(), [&](const JudgedRRset& judged) {
        return judged.set->type == denial_type() && !judged.in_answer_section &&
               judged.verdict.verdict == bogus(Reason::kSignatureExpired);
      });
  EXPECT_TRUE(recorded);
}

TEST_P(Answer, SoaOfTheZoneMustValidate) {
  dns::Message message = ask("www.example.", kAaaa);
  find(message.authority, kSoa)->rrsigs.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing));
  remove(message.authority, kSoa);
  EXPECT_EQ(judge(message).verdict, secure()) << "it may be absent";
}

TEST_P(Answer, Wildcard) {
  const AnswerVerdict verdict = judge(ask("a.b.wild.example.", kA));
  EXPECT_EQ(verdict.verdict, denied());
  EXPECT_EQ(verdict.kind, AnswerKind::kPositive);
  EXPECT_TRUE(verdict.denial.has_value());
  EXPECT_EQ(verdict.sets.at(0).verdict.wildcard_encloser, name_of("wild.example."));
  // The wildcard under its own name needs no proof.
  EXPECT_EQ(judge(ask("*.wild.example.", kA)).verdict, secure());
}

TEST_P(Answer, WildcardWithoutProof) {
  dns::Message message = ask("x.wild.example.", kA);
  message.authority.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialMissing));
  // A proof for another name.
  message.authority = ask("ns.example.", kAaaa).authority;
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kDenialInvalid));
}

TEST_P(Answer, WildcardNodata) {
  const AnswerVerdict verdict = judge(ask("x.wild.example.", kTxt));
  EXPECT_EQ(verdict.verdict, denied());
  EXPECT_EQ(verdict.kind, AnswerKind::kNodata);
}

TEST_P(Answer, Any) {
  dns::Message message = ask("www.example.", kAny);
  EXPECT_EQ(judge(message).verdict, secure());
  EXPECT_GE(judge(message).sets.size(), 2U);
  find(message.answer, kTxt)->rrsigs.clear();
  EXPECT_EQ(judge(message).verdict, bogus(Reason::kSignatureMissing));
  EXPECT_EQ(judge(ask("nope.example.", kAny)).verdict, denied());
}

TEST_P(Answer, ReferralIsNotJudged) {
  for (const char* name : {"www.secure.example.", "www.insecure.example.", "secure.example."}) {
    const AnswerVerdict verdict = judge(ask(name, kA));
    EXPECT_EQ(verdict.kind, AnswerKind::kReferral) << name;
    EXPECT_EQ(verdict.verdict, indeterminate(Reason::kNotJudged));
  }
}

// The same server may serve the child and answer for it.
TEST_P(Answer, ChildDataIsNotJudged) {
  ZoneSigner child("secure.example.");
  child.add_key(SigningKey(15, SigningKey::kKsk, 3));
  child.add("www A 192.0.2.9");
  child.sign();
  for (const auto& message :
       {child.answer("www.secure.example.", kA), child.answer("www.secure.example.", kAaaa),
        child.answer("secure.example.", kNs)}) {
    EXPECT_EQ(judge(message).kind, AnswerKind::kReferral);
    EXPECT_EQ(judge(message).verdict, indeterminate(Reason::kNotJudged));
  }
  // A lie about a cut does not help: the zone's own signature shows whose data it is.
  dns::Message message = ask("www.example.", kA);
  message.authority.push_back(rrset_of("www.example. 300 NS ns.www.example."));
  EXPECT_EQ(judge(message).verdict, secure());
}

TEST_P(Answer, OtherRcodesAndForeignNames) {
  dns::Message message = ask("www.example.", kA);
  message.rcode = dns::kRcodeServFail;
  EXPECT_EQ(judge(message).kind, AnswerKind::kOther);
  EXPECT_EQ(judge(message).verdict, indeterminate(Reason::kNotJudged));
  message.rcode = dns::kRcodeNoError;
  message.question = dns::Question{name_of("www.other."), kA};
  EXPECT_EQ(judge(message).kind, AnswerKind::kOther);
  EXPECT_EQ(judge(ask("www.example.", kRrsig)).kind, AnswerKind::kOther);
}

TEST_P(Answer, DenialSetsAreBounded) {
  dns::Message message = ask("nope.example.", kA);
  remove(message.authority, denial_type());
  for (int i = 0; i < 200; ++i) {
    dns::RRset junk = rrset_of("owner.example. 300 NSEC p.example. A");
    junk.owner = name_of(std::to_string(i) + ".example.");
    zone_.sign_again(junk, zsk_, zone_.sign_options());
    message.authority.push_back(junk);
  }
  TestCrypto crypto;
  const AnswerVerdict verdict =
      validate_answer({*message.question, message.rcode, message.answer, message.authority},
                      zone_.keys(), kNow, {}, crypto.context);
  EXPECT_EQ(verdict.verdict, indeterminate(Reason::kLimit));
  EXPECT_LE(crypto.budget.verifications, 40);
}

TEST_P(Answer, OrderOfSetsAndRecordsDoesNotMatter) {
  for (const auto& [name, type] : {std::pair{"nope.example.", kA},
                                   {"x.wild.example.", kA},
                                   {"www.example.", kAaaa},
                                   {"www.example.", kAny}}) {
    dns::Message message = ask(name, type);
    const Verdict expected = judge(message).verdict;
    std::reverse(message.answer.begin(), message.answer.end());
    std::reverse(message.authority.begin(), message.authority.end());
    EXPECT_EQ(judge(message).verdict, expected) << name;
  }
}

TEST(CompactAnswer, NameIsAbsentThoughTheRcodeSaysOtherwise) {
  ZoneSigner zone("example.", {.denial = Denial::kNone});
  const SigningKey key(15);
  zone.add_key(key);
  zone.sign();
  dns::Message message;
  message.question = dns::Question{name_of("nope.example."), kA};
  dns::RRset nsec = rrset_of("nope.example. 300 NSEC \\000.nope.example. RRSIG NSEC TYPE128");
  zone.sign_again(nsec, key, zone.sign_options());
  message.authority = {zone.at("example.", kSoa), nsec};
  const AnswerVerdict verdict = judge_answer(message, zone.keys());
  EXPECT_EQ(verdict.verdict, secure());
  EXPECT_EQ(verdict.kind, AnswerKind::kNxdomain);
  EXPECT_TRUE(verdict.denial.value().compact);
}

TEST(Nsec3Iterations, OverTheLimitIsInsecure) {
  ZoneSigner zone("example.", {.denial = Denial::kNsec3, .nsec3_iterations = 100});
  zone.add_key(SigningKey(15));
  zone.add("*.wild A 192.0.2.1");
  zone.sign();
  for (const auto& message : {zone.answer("nope.example.", kA), zone.answer("example.", kTxt),
                              zone.answer("x.wild.example.", kA)}) {
    EXPECT_EQ(judge_answer(message, zone.keys()).verdict, insecure(Reason::kNsec3Iterations));
  }
  EXPECT_EQ(judge_answer(zone.answer("example.", kSoa), zone.keys()).verdict, secure());
}

}  // namespace
}  // namespace anchorwatch::dnssec
