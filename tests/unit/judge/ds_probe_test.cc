// SPDX-License-Identifier: Apache-2.0
// Probes of the zone's own DS: the parent answers them.
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

evidence::ZoneEvidence look_with_ds_probe(const JudgeLab& lab) {
  return EvidenceBuilder(lab.parent, lab.zone).servers(2).probe("example.com.", RrType::kDs).build();
}

const ProbeVerdict& ds_probe_of(const Judgement& judgement) {
  static const ProbeVerdict none;
  for (const ProbeVerdict& probe : judgement.probes) {
    if (probe.question.type == RrType::kDs) return probe;
  }
  return none;
}

// The DS stands at the parent; what the zone's own servers say of it counts for nothing.
TEST(DsProbe, IsTheParentsToAnswer) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_with_ds_probe(lab);
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    evidence::Answer& answer = answer_of(look, i, RrType::kDs);
    answer.rcode = dns::kRcodeServFail;
    answer.authority.clear();
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(status_of(judgement), "secure/validated") << summary(judgement);
  EXPECT_EQ(ds_probe_of(judgement).verdict, dnssec::secure());
  EXPECT_EQ(ds_probe_of(judgement).rcode, "NOERROR");
}

TEST(DsProbe, ProvenAbsenceIsSecureThoughTheZoneIsNot) {
  JudgeLab lab;
  lab.zone.sign();
  lab.sign_parent({});
  const Judgement judgement = lab.run(look_with_ds_probe(lab));
  EXPECT_EQ(status_of(judgement), "insecure/no_ds");
  EXPECT_EQ(ds_probe_of(judgement).verdict, dnssec::secure());
}

TEST(DsProbe, BogusAtTheParent) {
  JudgeLab lab;
  lab.sign();
  evidence::ZoneEvidence look = look_with_ds_probe(lab);
  for (dns::RRset& set : look.delegation.parents[0].answers[0].answer) set.rrsigs.clear();
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(ds_probe_of(judgement).verdict, dnssec::bogus(dnssec::Reason::kSignatureMissing));
}

TEST(DsProbe, AnAnchorAtTheZoneDoesNotHideIt) {
  JudgeLab lab;
  lab.sign();
  for (const Bytes& key : lab.zone.keys().dnskeys) {
    const std::string text = "example.com. IN DNSKEY " + dns::rdata_to_text(RrType::kDnskey, key) + "\n";
    ASSERT_TRUE(lab.anchors.add_text(text));
  }
  const Judgement judgement = lab.run(look_with_ds_probe(lab));
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(ds_probe_of(judgement).verdict, dnssec::secure());
}

}  // namespace
}  // namespace anchorwatch::judge
