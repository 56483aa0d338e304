// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "denial_records.h"

namespace anchorwatch::dnssec {
namespace {

using enum dns::RrType;
using enum DenialResult;

class NsecDenial : public testing::Test, protected Ask {};

TEST(NsecCovers, StrictlyBetween) {
  const auto covers = [](const char* owner, const char* next, const char* name) {
    return nsec_covers(name_of(owner), name_of(next), name_of(name));
  };
  EXPECT_TRUE(covers("a.example.", "d.example.", "b.example."));
  EXPECT_FALSE(covers("a.example.", "d.example.", "a.example."));
  EXPECT_FALSE(covers("a.example.", "d.example.", "d.example."));
  EXPECT_TRUE(covers("a.example.", "d.example.", "x.a.example."));
  EXPECT_FALSE(covers("a.example.", "d.example.", "e.example."));
  EXPECT_TRUE(covers("x.example.", "example.", "z.example.")) << "the last one wraps";
  EXPECT_FALSE(covers("x.example.", "example.", "b.example."));
  EXPECT_TRUE(covers("example.", "example.", "b.example.")) << "a zone of one name";
  EXPECT_FALSE(covers("example.", "example.", "example."));
}

TEST_F(NsecDenial, NxdomainNeedsNameAndWildcard) {
  const auto name = nsec("alpha.example.", "delta.example.", {kA});
  const auto wildcard = nsec("example.", "alpha.example.", {kSoa, kNs});
  const DenialProof proof = nxdomain(nsec_zone({name, wildcard}), "beta.example.");
  EXPECT_EQ(proof.result, kProven);
  EXPECT_EQ(proof.closest_encloser, name_of("example."));
  EXPECT_FALSE(proof.compact);
  EXPECT_EQ(nxdomain(nsec_zone({name}), "beta.example.").result, kWildcardNotCovered);
  EXPECT_EQ(nxdomain(nsec_zone({wildcard}), "beta.example.").result, kNameNotCovered);
  EXPECT_EQ(nxdomain(nsec_zone({}), "beta.example.").result, kMissing);
  EXPECT_EQ(nxdomain(nsec_zone({name, wildcard}), "beta.other.").result, kMissing);
}

TEST_F(NsecDenial, NxdomainOneRecordMayProveBoth) {
  EXPECT_EQ(
      nxdomain(nsec_zone({nsec("example.", "delta.example.", {kSoa})}), "beta.example.").result,
      kProven);
}

TEST_F(NsecDenial, NxdomainWildcardExists) {
  const auto name = nsec("alpha.example.", "delta.example.", {kA});
  const auto wildcard = nsec("*.example.", "alpha.example.", {kA});
  EXPECT_EQ(nxdomain(nsec_zone({name, wildcard}), "beta.example.").result, kWildcardNotCovered);
  // The wildcard exists as an empty non-terminal.
  const auto hidden = nsec("example.", "x.*.example.", {kSoa});
  EXPECT_EQ(nxdomain(nsec_zone({name, hidden}), "beta.example.").result, kWildcardNotCovered);
}

TEST_F(NsecDenial, NxdomainClosestEncloserIsDeep) {
  const auto name = nsec("a.b.example.", "c.b.example.", {kA});
  const auto shallow = nsec("example.", "a.b.example.", {kSoa});
  // *.b.example is what must not exist; *.example says nothing about it.
  EXPECT_EQ(
      nxdomain(nsec_zone({name, nsec("example.", "b.example.", {kSoa})}), "bb.b.example.").result,
      kWildcardNotCovered);
  EXPECT_EQ(
      nxdomain(nsec_zone({name, nsec("b.example.", "a.b.example.", {kA})}), "bb.b.example.").result,
      kProven);
  EXPECT_EQ(nxdomain(nsec_zone({name, shallow}), "bb.b.example.").result, kProven);
}

TEST_F(NsecDenial, NxdomainOfAnExistingName) {
  EXPECT_EQ(nxdomain(nsec_zone({nsec("a.example.", "b.example.", {kA})}), "a.example.").result,
            kNameNotCovered);
  // An empty non-terminal exists.
  EXPECT_EQ(nxdomain(nsec_zone({nsec("a.example.", "x.b.example.", {kA})}), "b.example.").result,
            kNameNotCovered);
}

TEST_F(NsecDenial, AncestorRecordsProveNothingBelow) {
  const auto cut = nsec("a.example.", "c.example.", {kNs, kDs});
  const auto wildcard = nsec("example.", "a.example.", {kSoa, kNs});
  EXPECT_EQ(nxdomain(nsec_zone({cut, wildcard}), "b.a.example.").result, kAncestorRecord);
  EXPECT_EQ(nodata(nsec_zone({cut}), "b.a.example.", kA).result, kAncestorRecord);
  EXPECT_EQ(no_ds(nsec_zone({cut}), "b.a.example.").result, kAncestorRecord);
  EXPECT_EQ(expansion(nsec_zone({cut}), "b.a.example.", "example.").result, kAncestorRecord);
  const auto dname = nsec("a.example.", "c.example.", {kDname});
  EXPECT_EQ(nxdomain(nsec_zone({dname, wildcard}), "b.a.example.").result, kAncestorRecord);
  // Beside the cut it is as good as any.
  EXPECT_EQ(nxdomain(nsec_zone({cut, wildcard}), "b.example.").result, kProven);
  // The apex has NS too, and SOA.
  EXPECT_EQ(nxdomain(nsec_zone({nsec("example.", "z.example.", {kNs, kSoa})}), "b.example.").result,
            kProven);
}

TEST_F(NsecDenial, NodataAtTheName) {
  const DenialRecords zone = nsec_zone({nsec("a.example.", "b.example.", {kA, kTxt})});
  EXPECT_EQ(nodata(zone, "a.example.", kAaaa).result, kProven);
  EXPECT_EQ(nodata(zone, "a.example.", kA).result, kTypeInBitmap);
  EXPECT_EQ(nodata(zone, "a.example.", kAny).result, kTypeInBitmap);
  EXPECT_EQ(nodata(zone, "x.example.", kA).result, kNoMatch);
  const DenialRecords alias = nsec_zone({nsec("a.example.", "b.example.", {kCname})});
  EXPECT_EQ(nodata(alias, "a.example.", kAaaa).result, kTypeInBitmap) << "RFC 6840 §4.3";
}

TEST_F(NsecDenial, NodataAtADelegation) {
  const DenialRecords zone = nsec_zone({nsec("a.example.", "b.example.", {kNs})});
  EXPECT_EQ(nodata(zone, "a.example.", kA).result, kAncestorRecord);
  EXPECT_EQ(nodata(zone, "a.example.", kDs).result, kProven);
}

TEST_F(NsecDenial, NodataForDs) {
  // A child's record, or a forgery: SOA at a name that is not our apex.
  EXPECT_EQ(
      nodata(nsec_zone({nsec("a.example.", "b.example.", {kNs, kSoa})}), "a.example.", kDs).result,
      kHasSoa);
  // The zone itself, asked for its own DS.
  EXPECT_EQ(
      nodata(nsec_zone({nsec("example.", "b.example.", {kNs, kSoa})}), "example.", kDs).result,
      kProven);
}

TEST_F(NsecDenial, NodataAtAnEmptyNonTerminal) {
  const DenialRecords zone = nsec_zone({nsec("a.example.", "x.b.example.", {kA})});
  EXPECT_EQ(nodata(zone, "b.example.", kA).result, kProven);
  EXPECT_EQ(nodata(zone, "aa.example.", kA).result, kWildcardNotCovered);
}

TEST_F(NsecDenial, NodataAtAWildcard) {
  const auto name = nsec("a.example.", "c.example.", {kA});
  const auto wildcard = nsec("*.example.", "a.example.", {kTxt});
  EXPECT_EQ(nodata(nsec_zone({name, wildcard}), "b.example.", kA).result, kProven);
  EXPECT_EQ(nodata(nsec_zone({name, wildcard}), "b.example.", kTxt).result, kTypeInBitmap);
  EXPECT_EQ(nodata(nsec_zone({name}), "b.example.", kA).result, kWildcardNotCovered);
  EXPECT_EQ(nodata(nsec_zone({wildcard}), "b.example.", kA).result, kNoMatch);
  const auto empty = nsec("example.", "x.*.example.", {kSoa});
  EXPECT_EQ(nodata(nsec_zone({name, empty}), "b.example.", kA).result, kProven);
  // The records say NXDOMAIN, the answer NODATA.
  const auto no_wildcard = nsec("example.", "a.example.", {kSoa});
  EXPECT_EQ(nodata(nsec_zone({name, no_wildcard}), "b.example.", kA).result, kNameCovered);
}

TEST_F(NsecDenial, NoDs) {
  EXPECT_EQ(no_ds(nsec_zone({nsec("a.example.", "b.example.", {kNs})}), "a.example.").result,
            kProven);
  EXPECT_EQ(no_ds(nsec_zone({nsec("a.example.", "b.example.", {kNs, kDs})}), "a.example.").result,
            kHasDs);
  EXPECT_EQ(no_ds(nsec_zone({nsec("a.example.", "b.example.", {kNs, kSoa})}), "a.example.").result,
            kHasSoa);
  EXPECT_EQ(no_ds(nsec_zone({nsec("a.example.", "b.example.", {kA})}), "a.example.").result,
            kLacksNs);
  EXPECT_EQ(no_ds(nsec_zone({nsec("a.example.", "c.example.", {kA})}), "b.example.").result,
            kNameCovered);
  EXPECT_EQ(no_ds(nsec_zone({nsec("a.example.", "x.b.example.", {kA})}), "b.example.").result,
            kLacksNs);
  EXPECT_EQ(no_ds(nsec_zone({nsec("x.example.", "y.example.", {kA})}), "b.example.").result,
            kNoMatch);
}

TEST_F(NsecDenial, WildcardExpansion) {
  const auto cover = nsec("a.example.", "c.example.", {kA});
  EXPECT_EQ(expansion(nsec_zone({cover}), "b.example.", "example.").result, kProven);
  EXPECT_EQ(expansion(nsec_zone({cover}), "d.example.", "example.").result, kNameNotCovered);
  // There is a closer encloser, so the wildcard at the apex must not have answered.
  const auto closer = nsec("a.b.example.", "z.b.example.", {kA});
  EXPECT_EQ(expansion(nsec_zone({closer}), "x.b.example.", "example.").result,
            kNextCloserNotCovered);
  EXPECT_EQ(expansion(nsec_zone({closer}), "x.b.example.", "b.example.").result, kProven);
  EXPECT_EQ(expansion(nsec_zone({}), "b.example.", "example.").result, kMissing);
}

TEST_F(NsecDenial, ExpandedRecordsProveNothing) {
  auto record = nsec("a.example.", "c.example.", {kA});
  record.signature_labels = 1;
  EXPECT_EQ(nxdomain(nsec_zone({record}), "b.example.").result, kNameNotCovered);
  EXPECT_EQ(nodata(nsec_zone({record}), "a.example.", kTxt).result, kNoMatch);
}

TEST_F(NsecDenial, RecordsOutsideTheZoneProveNothing) {
  for (const auto& record :
       {nsec("a.example.", "z.other.", {kA}), nsec("a.other.", "z.example.", {kA}),
        nsec("c.example.", "a.example.", {kA}) /* wraps, but not to the apex */}) {
    EXPECT_EQ(nxdomain(nsec_zone({record}), "d.example.").result, kNameNotCovered);
  }
}

TEST_F(NsecDenial, CompactDenial) {
  const DenialRecords zone = nsec_zone({nsec("b.example.", "\\000.b.example.", {kNxname})});
  for (const DenialProof& proof : {nodata(zone, "b.example.", kA), nxdomain(zone, "b.example.")}) {
    EXPECT_EQ(proof.result, kProven);
    EXPECT_TRUE(proof.compact);
  }
  const DenialProof delegation = no_ds(zone, "b.example.");
  EXPECT_EQ(delegation.result, kLacksNs);
  EXPECT_TRUE(delegation.compact);
  // Without NXNAME it is plain NODATA.
  const DenialRecords exists = nsec_zone({nsec("b.example.", "\\000.b.example.", {kTxt})});
  EXPECT_FALSE(nodata(exists, "b.example.", kA).compact);
  EXPECT_EQ(nodata(exists, "b.example.", kA).result, kProven);
}

TEST(CollectDenial, TakesWhatDecodes) {
  std::vector<dns::RRset> sets = records_of(
      "a.example. 300 NSEC c.example. A RRSIG NSEC\n"
      "d.example. 300 NSEC z.other. A\n"
      "x.other. 300 NSEC z.example. A\n");
  dns::RRset broken = rrset_of("e.example. 300 NSEC f.example. A");
  broken.rdatas[0] += '\x05';
  sets.push_back(broken);
  std::vector<const dns::RRset*> pointers;
  for (const dns::RRset& set : sets) pointers.push_back(&set);
  const DenialRecords records = collect_denial(name_of("example."), pointers);
  ASSERT_EQ(records.nsec.size(), 1U);
  EXPECT_EQ(records.nsec[0].owner, name_of("a.example."));
  EXPECT_EQ(records.nsec[0].signature_labels, 2);
  EXPECT_TRUE(records.malformed);
  EXPECT_FALSE(records.unknown_hash);
}

TEST(CollectDenial, FewestLabelsOfAnySignatureCount) {
  dns::RRset set = rrset_of("a.b.example. 300 NSEC c.example. A");
  dns::Rrsig rrsig;
  rrsig.labels = 3;
  set.rrsigs.push_back(rrsig);
  rrsig.labels = 2;
  set.rrsigs.push_back(rrsig);
  EXPECT_EQ(collect_denial(name_of("example."), {&set}).nsec.at(0).signature_labels, 2);
}

}  // namespace
}  // namespace anchorwatch::dnssec
