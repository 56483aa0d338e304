// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "denial_records.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;
using enum DenialResult;

constexpr std::uint8_t kOptOutFlag = dns::Nsec3::kOptOutFlag;

class Nsec3Denial : public testing::Test, protected Ask {
 protected:
  const Nsec3Maker make_;
  const DenialRecords::Nsec3Record apex_ = make_.match("example.", {kSoa, kNs, kDnskey});
};

TEST_F(Nsec3Denial, NameError) {
  const auto next_closer = make_.cover("b.example.");
  const auto wildcard = make_.cover("*.example.");
  const DenialProof proof = nxdomain(nsec3_zone({apex_, next_closer, wildcard}), "a.b.example.");
  EXPECT_EQ(proof.result, kProven);
  EXPECT_EQ(proof.closest_encloser, name_of("example."));
  EXPECT_EQ(nxdomain(nsec3_zone({next_closer, wildcard}), "a.b.example.").result,
            kNoClosestEncloser);
  EXPECT_EQ(nxdomain(nsec3_zone({apex_, wildcard}), "a.b.example.").result, kNextCloserNotCovered);
  EXPECT_EQ(nxdomain(nsec3_zone({apex_, next_closer}), "a.b.example.").result, kWildcardNotCovered);
  EXPECT_EQ(nxdomain(nsec3_zone({}), "a.b.example.").result, kMissing);
  const auto exists = make_.match("*.example.", {kA});
  EXPECT_EQ(nxdomain(nsec3_zone({apex_, next_closer, exists}), "a.b.example.").result,
            kWildcardNotCovered);
  EXPECT_EQ(nxdomain(nsec3_zone({make_.match("a.b.example.", {kA})}), "a.b.example.").result,
            kNameNotCovered);
}

TEST_F(Nsec3Denial, NameErrorUnderOptOutIsNoProof) {
  const auto next_closer = make_.cover("b.example.", kOptOutFlag);
  EXPECT_EQ(
      nxdomain(nsec3_zone({apex_, next_closer, make_.cover("*.example.")}), "b.example.").result,
      kOptOut);
}

TEST_F(Nsec3Denial, LastRecordWrapsAndASingleOneCoversAllElse) {
  auto only = apex_;
  only.data.next_hash = only.owner_hash;
  EXPECT_EQ(nxdomain(nsec3_zone({only}), "b.example.").result, kProven);
  EXPECT_EQ(nodata(nsec3_zone({only}), "example.", kA).result, kProven);
}

TEST_F(Nsec3Denial, AncestorRecordsProveNothingBelow) {
  const auto next_closer = make_.cover("b.a.example.");
  const auto wildcard = make_.cover("*.a.example.");
  const auto cut = make_.match("a.example.", {kNs, kDs});
  EXPECT_EQ(nxdomain(nsec3_zone({cut, next_closer, wildcard}), "b.a.example.").result,
            kAncestorRecord);
  EXPECT_EQ(nodata(nsec3_zone({cut, next_closer}), "b.a.example.", kA).result, kAncestorRecord);
  EXPECT_EQ(no_ds(nsec3_zone({cut, next_closer}), "b.a.example.").result, kAncestorRecord);
  const auto dname = make_.match("a.example.", {kDname});
  EXPECT_EQ(nxdomain(nsec3_zone({dname, next_closer, wildcard}), "b.a.example.").result,
            kAncestorRecord);
  EXPECT_EQ(nodata(nsec3_zone({cut}), "a.example.", kA).result, kAncestorRecord);
}

TEST_F(Nsec3Denial, Nodata) {
  const DenialRecords zone = nsec3_zone({make_.match("b.example.", {kA})});
  EXPECT_EQ(nodata(zone, "b.example.", kTxt).result, kProven);
  EXPECT_EQ(nodata(zone, "b.example.", kA).result, kTypeInBitmap);
  EXPECT_EQ(nodata(nsec3_zone({make_.match("b.example.", {kCname})}), "b.example.", kTxt).result,
            kTypeInBitmap);
  EXPECT_EQ(nodata(nsec3_zone({make_.match("b.example.", {})}), "b.example.", kTxt).result, kProven)
      << "an empty non-terminal";
  EXPECT_EQ(nodata(zone, "c.example.", kTxt).result, kNoMatch);
  EXPECT_EQ(nodata(nsec3_zone({apex_}), "b.example.", kTxt).result, kNextCloserNotCovered);
}

TEST_F(Nsec3Denial, NodataForDs) {
  EXPECT_EQ(nodata(nsec3_zone({make_.match("b.example.", {kNs})}), "b.example.", kDs).result,
            kProven);
  EXPECT_EQ(nodata(nsec3_zone({make_.match("b.example.", {kNs, kSoa})}), "b.example.", kDs).result,
            kHasSoa);
  EXPECT_EQ(
      nodata(nsec3_zone({apex_, make_.cover("b.example.", kOptOutFlag)}), "b.example.", kDs).result,
      kOptOut);
}

TEST_F(Nsec3Denial, WildcardNodata) {
  const auto next_closer = make_.cover("b.example.");
  const auto wildcard = make_.match("*.example.", {kTxt});
  EXPECT_EQ(nodata(nsec3_zone({apex_, next_closer, wildcard}), "b.example.", kA).result, kProven);
  EXPECT_EQ(nodata(nsec3_zone({apex_, next_closer, wildcard}), "b.example.", kTxt).result,
            kTypeInBitmap);
  EXPECT_EQ(nodata(nsec3_zone({apex_, next_closer}), "b.example.", kA).result, kWildcardNotCovered);
  EXPECT_EQ(
      nodata(nsec3_zone({apex_, next_closer, make_.cover("*.example.")}), "b.example.", kA).result,
      kNameCovered);
  const auto opt_out = make_.cover("b.example.", kOptOutFlag);
  EXPECT_EQ(nodata(nsec3_zone({apex_, opt_out, wildcard}), "b.example.", kA).result, kOptOut);
}

TEST_F(Nsec3Denial, NoDs) {
  const auto result = [&](Types types) {
    return no_ds(nsec3_zone({make_.match("b.example.", types)}), "b.example.").result;
  };
  EXPECT_EQ(result({kNs}), kProven);
  EXPECT_EQ(result({kNs, kDs}), kHasDs);
  EXPECT_EQ(result({kNs, kSoa}), kHasSoa);
  EXPECT_EQ(result({kA}), kLacksNs);
  EXPECT_EQ(result({}), kLacksNs);
  const auto plain = make_.cover("b.example.");
  EXPECT_EQ(no_ds(nsec3_zone({apex_, plain}), "b.example.").result, kNameCovered);
  const auto opt_out = make_.cover("b.example.", kOptOutFlag);
  EXPECT_EQ(no_ds(nsec3_zone({apex_, opt_out}), "b.example.").result, kOptOut);
  EXPECT_EQ(no_ds(nsec3_zone({opt_out}), "b.example.").result, kNoMatch);
  EXPECT_EQ(no_ds(nsec3_zone({apex_}), "b.example.").result, kNextCloserNotCovered);
}

TEST_F(Nsec3Denial, WildcardExpansion) {
  const auto cover = make_.cover("b.example.");
  EXPECT_EQ(expansion(nsec3_zone({cover}), "a.b.example.", "example.").result, kProven);
  EXPECT_EQ(expansion(nsec3_zone({cover}), "a.b.example.", "b.example.").result,
            kNextCloserNotCovered);
  EXPECT_EQ(
      expansion(nsec3_zone({make_.cover("b.example.", kOptOutFlag)}), "b.example.", "example.")
          .result,
      kOptOut);
}

TEST_F(Nsec3Denial, IterationsOverTheLimitAreNotHashed) {
  const Nsec3Maker slow(51);
  const DenialRecords zone = nsec3_zone({slow.match("b.example.", {kA})});
  EXPECT_EQ(nodata(zone, "b.example.", kTxt).result, kIterations);
  EXPECT_EQ(budget.nsec3_hash_blocks, WorkBudget().nsec3_hash_blocks);
  policy.max_nsec3_iterations = 51;
  EXPECT_EQ(nodata(zone, "b.example.", kTxt).result, kProven);
  EXPECT_LT(budget.nsec3_hash_blocks, WorkBudget().nsec3_hash_blocks);
  // While a zone changes its parameters, the chain within the limit is enough.
  policy.max_nsec3_iterations = 50;
  EXPECT_EQ(nodata(nsec3_zone({slow.match("b.example.", {kA}), make_.match("b.example.", {kA})}),
                   "b.example.", kTxt)
                .result,
            kProven);
}

TEST_F(Nsec3Denial, ParametersAreNotMixed) {
  const Nsec3Maker other(1);
  const DenialRecords mixed = nsec3_zone(
      {apex_, other.cover("b.example."), make_.cover("*.example."), other.cover("*.example.")});
  EXPECT_EQ(nxdomain(mixed, "b.example.").result, kNextCloserNotCovered);
}

TEST_F(Nsec3Denial, BudgetAndLabelsAreBounded) {
  const DenialRecords zone = nsec3_zone({make_.match("x.example.", {kA})});
  budget.nsec3_hash_blocks = 3;
  EXPECT_EQ(nxdomain(zone, "a.b.c.d.e.f.example.").result, kLimit);
  EXPECT_TRUE(budget.exhausted);
  budget = WorkBudget();
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += "a.";
  EXPECT_EQ(nxdomain(zone, deep + "example.").result, kLimit);
  EXPECT_GT(budget.nsec3_hash_blocks, WorkBudget().nsec3_hash_blocks - 10);
}

TEST_F(Nsec3Denial, CompactDenial) {
  const DenialRecords zone = nsec3_zone({make_.match("b.example.", {kNxname})});
  EXPECT_TRUE(nodata(zone, "b.example.", kA).compact);
  EXPECT_EQ(nodata(zone, "b.example.", kA).result, kProven);
  EXPECT_TRUE(no_ds(zone, "b.example.").compact);
}

TEST(CollectDenial, Nsec3RecordsMustHaveTheRightForm) {
  const std::string hash = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom";
  const std::string good = " NSEC3 1 1 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG\n";
  const auto collect = [&](const std::string& text) {
    const std::vector<dns::RRset> sets = records_of(text);
    return collect_denial(name_of("example."), {&sets.at(0)});
  };
  EXPECT_EQ(collect(hash + ".example. 300" + good).nsec3.size(), 1U);
  const DenialRecords short_label = collect(hash.substr(1) + ".example. 300" + good);
  EXPECT_TRUE(short_label.nsec3.empty());
  EXPECT_TRUE(short_label.malformed);
  EXPECT_TRUE(collect(hash + ".other. 300" + good).malformed);
  EXPECT_TRUE(collect(hash + ".sub.example. 300" + good).malformed);
  EXPECT_TRUE(collect("zz" + hash.substr(2) + ".example. 300" + good).malformed) << "z is no digit";
  EXPECT_TRUE(collect(hash + ".example. 300 NSEC3 1 0 0 - 2t7b4g4v A").malformed);
  // RFC 5155 §8.1 and §8.2: ignored, not an error.
  for (const char* unknown : {" NSEC3 2 0 0 - ", " NSEC3 1 2 0 - ", " NSEC3 1 129 0 - "}) {
    const DenialRecords records =
        collect(hash + ".example. 300" + unknown + "2t7b4g4vsa5smi47k61mv5bv1a22bojr A");
    EXPECT_TRUE(records.empty());
    EXPECT_TRUE(records.unknown_hash);
    EXPECT_FALSE(records.malformed);
  }
}

TEST(DenialResult, NamesAreDistinct) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(kLimit); ++i) {
    EXPECT_TRUE(names.insert(to_string(static_cast<DenialResult>(i))).second);
  }
}

}  // namespace
}  // namespace anchorwatch::dnssec
