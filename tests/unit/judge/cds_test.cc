// SPDX-License-Identifier: Apache-2.0
// CDS and CDNSKEY (RFC 7344, RFC 8078, RFC 9975).
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

struct CdsLab : JudgeLab {
  void cds(const SigningKey& key, std::uint8_t digest = 2) {
    zone.add_record(zone.apex(), RrType::kCds, key.ds(zone.apex(), digest));
  }
  void cdnskey(const SigningKey& key) {
    zone.add_record(zone.apex(), RrType::kCdnskey, key.dnskey());
  }
  void raw(RrType type, Bytes rdata) { zone.add_record(zone.apex(), type, std::move(rdata)); }
};

TEST(Cds, ThatRepeatsTheDsIsSilent) {
  CdsLab lab;
  lab.cds(lab.ksk);
  lab.cdnskey(lab.ksk);
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look())), "");
}

TEST(Cds, OtherDigestTypesAreTheParentsChoice) {
  CdsLab lab;
  lab.cds(lab.ksk);
  lab.cds(lab.ksk, 4);
  lab.cdnskey(lab.ksk);
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look())), "");
}

TEST(Cds, WaitingForTheParentIsANotice) {
  CdsLab lab;
  const SigningKey next(15, SigningKey::kKsk, 21);
  lab.zone.add_key(lab.ksk);
  lab.zone.add_key(next);
  lab.zone.add_key(lab.zsk);
  lab.cds(next);
  lab.cdnskey(next);
  lab.zone.sign();
  lab.sign_parent({lab.ksk.ds(lab.zone.apex())});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(summary(judgement),
            "CDS_DIFFERS_FROM_DS notice example.com.; CDNSKEY_DIFFERS_FROM_DS notice example.com. "
            "<- CDS_DIFFERS_FROM_DS");
}

TEST(Cds, OneTypeOnly) {
  CdsLab lab;
  lab.cds(lab.ksk);
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look())), "CDS_ONLY notice example.com.");
  CdsLab other;
  other.cdnskey(other.ksk);
  other.sign();
  EXPECT_EQ(summary(other.run(other.look())), "CDNSKEY_ONLY notice example.com.");
}

TEST(Cds, TypesThatContradictEachOther) {
  CdsLab lab;
  const SigningKey next(15, SigningKey::kKsk, 21);
  lab.zone.add_key(next);
  lab.cds(lab.ksk);
  lab.cdnskey(next);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_NE(find(judgement, FindingCode::CDS_CDNSKEY_MISMATCH), nullptr) << summary(judgement);
}

TEST(Cds, WouldBreakTheZone) {
  CdsLab lab;
  const SigningKey gone(15, SigningKey::kKsk, 21);
  lab.cds(gone);
  lab.cdnskey(gone);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(find(judgement, FindingCode::CDS_WOULD_BREAK)->severity, Severity::kError);
  EXPECT_NE(find(judgement, FindingCode::CDS_NO_KEY), nullptr);
}

TEST(Cds, DeleteRequest) {
  using namespace std::string_literals;
  const auto run = [](Expect expect, bool with_ds) {
    CdsLab lab;
    lab.raw(RrType::kCds, "\0\0\0\0\0"s);
    lab.raw(RrType::kCdnskey, "\0\0\3\0\0"s);
    lab.zone.add_key(lab.ksk);
    lab.zone.sign();
    lab.sign_parent(with_ds ? lab.zone.ds() : std::vector<Bytes>{});
    lab.expectation.expect = expect;
    const Judgement judgement = lab.run(lab.look());
    const Finding* finding = find(judgement, FindingCode::CDS_DELETE);
    return finding == nullptr ? std::string("none") : to_string(finding->severity);
  };
  EXPECT_EQ(run(Expect::kAny, true), "error");
  EXPECT_EQ(run(Expect::kSigned, true), "critical");
  EXPECT_EQ(run(Expect::kUnsigned, true), "notice");
  EXPECT_EQ(run(Expect::kAny, false), "info");
}

TEST(Cds, DeleteRequestMixedAndMalformed) {
  using namespace std::string_literals;
  CdsLab lab;
  lab.raw(RrType::kCds, "\0\0\0\0\1"s);
  lab.cds(lab.ksk);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  EXPECT_NE(find(judgement, FindingCode::CDS_DELETE_MALFORMED), nullptr) << summary(judgement);
  EXPECT_NE(find(judgement, FindingCode::CDS_DELETE_MIXED), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::CDS_DELETE), nullptr) << summary(judgement);
}

TEST(Cds, ServersDiffer) {
  CdsLab lab;
  lab.cds(lab.ksk);
  lab.cdnskey(lab.ksk);
  lab.sign();
  JudgeLab without;
  without.zone.add_key(lab.ksk);
  without.zone.add_key(lab.zsk);
  without.zone.sign();
  const Judgement judgement = lab.run(EvidenceBuilder(lab.parent, lab.zone)
                                          .server("ns.example.com.", "192.0.2.53")
                                          .server("ns1.example.com.", "192.0.2.1", without.zone)
                                          .server("ns2.example.com.", "192.0.2.2")
                                          .build());
  EXPECT_NE(find(judgement, FindingCode::CDS_SERVERS_DIFFER), nullptr);
  EXPECT_NE(find(judgement, FindingCode::CDNSKEY_SERVERS_DIFFER), nullptr);
}

TEST(Cds, Signatures) {
  CdsLab lab;
  const SigningKey next(15, SigningKey::kKsk, 21);
  lab.cds(lab.ksk);
  lab.cdnskey(lab.ksk);
  lab.sign();
  lab.zone.at("example.com.", RrType::kCds).rrsigs.clear();
  dns::RRset& cdnskey = lab.zone.at("example.com.", RrType::kCdnskey);
  cdnskey.rrsigs[0].signature[3] = static_cast<char>(cdnskey.rrsigs[0].signature[3] ^ 1);
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(judgement.verdict.status, dnssec::SecurityStatus::kBogus);
  EXPECT_NE(find(judgement, FindingCode::CDS_UNSIGNED, "example.com./CDS"), nullptr);
  EXPECT_NE(find(judgement, FindingCode::CDS_BAD_SIG, "example.com./CDNSKEY"), nullptr);
}

TEST(Cds, SignedByTheWrongKey) {
  CdsLab lab;
  const SigningKey next(15, SigningKey::kKsk, 21);
  lab.zone.publish(next.dnskey());
  lab.cds(next);
  lab.cdnskey(next);
  lab.sign();
  for (const RrType type : {RrType::kCds, RrType::kCdnskey}) {
    lab.zone.sign_again(lab.zone.at("example.com.", type), lab.zsk, lab.zone.sign_options());
  }
  const Judgement judgement = lab.run(lab.look());
  EXPECT_NE(find(judgement, FindingCode::CDS_NOT_SIGNED_BY_DS_KEY, "example.com./CDS"), nullptr)
      << summary(judgement);
}

TEST(Cds, InAZoneWithoutKeys) {
  CdsLab lab;
  lab.cds(lab.ksk);
  lab.zone.sign();
  lab.sign_parent({});
  const Judgement judgement = lab.run(lab.look());
  EXPECT_EQ(find(judgement, FindingCode::CDS_NO_KEY)->severity, Severity::kWarning);
}

TEST(Cds, KeyThatIsNowhereWouldBreakTheZone) {
  CdsLab lab;
  const SigningKey gone(15, SigningKey::kKsk, 33);
  lab.cds(gone);
  lab.cdnskey(gone);
  lab.sign();
  const Judgement judgement = lab.run(lab.look());
  const Finding* record = find(judgement, FindingCode::CDS_NO_KEY);
  ASSERT_NE(record, nullptr) << summary(judgement);
  EXPECT_EQ(record->caused_by, FindingCode::CDS_WOULD_BREAK);
  EXPECT_FALSE(find(judgement, FindingCode::CDS_WOULD_BREAK)->caused_by);
}

}  // namespace
}  // namespace anchorwatch::judge
