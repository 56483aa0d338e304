// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/facts.h"

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

TEST(Facts, OfAHealthyZone) {
  JudgeLab lab;
  lab.zone.add_record(lab.zone.apex(), RrType::kCds, lab.ksk.ds(lab.zone.apex()));
  lab.sign();
  const evidence::ZoneEvidence look = lab.look();
  const ZoneFacts facts = extract_facts(look, lab.run(look));
  ASSERT_TRUE(facts.ds.known);
  ASSERT_EQ(facts.ds.values.size(), 1U);
  EXPECT_EQ(facts.ds.values[0].rdata, lab.ksk.ds(lab.zone.apex()));
  EXPECT_EQ(facts.ds.values[0].ttl, 3600U);
  EXPECT_EQ(facts.ds.values[0].servers.size(), 1U);
  ASSERT_EQ(facts.dnskeys.values.size(), 2U);
  for (const KeyFact& key : facts.dnskeys.values) {
    const bool ksk = key.rdata == lab.ksk.dnskey();
    EXPECT_EQ(key.signs_dnskey, ksk);
    EXPECT_EQ(key.signs_zone_data, !ksk);
    EXPECT_EQ(key.servers.size(), 3U);
  }
  EXPECT_EQ(facts.parent_ns.values.size(), 3U);
  EXPECT_EQ(facts.parent_ns.values[0].glue.size(), 1U);
  EXPECT_EQ(facts.child_ns.values.size(), 3U);
  EXPECT_EQ(facts.cds.values.size(), 1U);
  EXPECT_TRUE(facts.cdnskey.known);
  EXPECT_TRUE(facts.cdnskey.values.empty());
  EXPECT_FALSE(facts.csync.known);
  ASSERT_EQ(facts.denial.values.size(), 1U);
  EXPECT_EQ(facts.denial.values[0].kind, DenialKind::kNsec);
  EXPECT_EQ(facts.serials.values.size(), 3U);
  bool ds_signature = false;
  for (const RrsigFact& rrsig : facts.rrsigs.values) {
    EXPECT_FALSE(rrsig.owner.is_at_or_below(*look.denial_name));
    EXPECT_NE(rrsig.type, RrType::kNsec);
    EXPECT_EQ(rrsig.expiration, kNow + 13 * 86400);
    ds_signature = ds_signature || rrsig.type == RrType::kDs;
  }
  EXPECT_TRUE(ds_signature);
}

TEST(Facts, DigestIsOfTheMeaningOnly) {
  JudgeLab lab;
  lab.sign();
  const evidence::ZoneEvidence look = lab.look();
  const ZoneFacts facts = extract_facts(look, lab.run(look));
  // Fresh signatures, another serial, other TTLs, one server less.
  ZoneSigner::Options later;
  later.inception = kNow - 3600;
  later.ttl = 1800;
  JudgeLab fresh(later);
  fresh.sign();
  evidence::ZoneEvidence again = fresh.look();
  again.denial_name = again.zone.prepend("another");
  again.servers.pop_back();
  const ZoneFacts newer = extract_facts(again, fresh.run(again));
  EXPECT_EQ(facts.digest(), newer.digest());
  EXPECT_NE(facts, newer);
}

TEST(Facts, DigestSeesADsAndAKey) {
  JudgeLab lab;
  lab.sign();
  const evidence::ZoneEvidence look = lab.look();
  ZoneFacts facts = extract_facts(look, lab.run(look));
  const Digest before = facts.digest();
  ZoneFacts changed = facts;
  changed.ds.values.clear();
  EXPECT_NE(changed.digest(), before);
  changed = facts;
  changed.dnskeys.values.pop_back();
  EXPECT_NE(changed.digest(), before);
  changed = facts;
  changed.parent_ns.values[0].glue.clear();
  EXPECT_NE(changed.digest(), before);
}

TEST(Facts, WhatNobodySaidStaysUnknownAndIsCarriedOver) {
  JudgeLab lab;
  lab.sign();
  const evidence::ZoneEvidence full = lab.look();
  const ZoneFacts before = extract_facts(full, lab.run(full));
  const evidence::ZoneEvidence core = EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1")
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .depth(evidence::Depth::kCore)
                                          .build();
  const ZoneFacts now = extract_facts(core, lab.run(core));
  EXPECT_TRUE(now.ds.known);
  EXPECT_TRUE(now.dnskeys.known);
  EXPECT_FALSE(now.cds.known);
  EXPECT_FALSE(now.child_ns.known);
  EXPECT_FALSE(now.denial.known);
  EXPECT_EQ(carry_over(now, before).digest(), before.digest());
}

TEST(Facts, BogusDsAnswersAreNotKnown) {
  JudgeLab lab;
  lab.sign();
  lab.parent.at("example.com.", RrType::kDs).rrsigs.clear();
  const evidence::ZoneEvidence look = lab.look();
  EXPECT_FALSE(extract_facts(look, lab.run(look)).ds.known);
}

TEST(Facts, DenialKindsHaveNames) {
  for (const DenialKind kind :
       {DenialKind::kNone, DenialKind::kNsec, DenialKind::kNsec3, DenialKind::kCompact}) {
    EXPECT_EQ(parse_denial_kind(to_string(kind)), kind);
  }
}

}  // namespace
}  // namespace anchorwatch::judge
