// SPDX-License-Identifier: Apache-2.0
// ZONEMD as the servers give it (RFC 8976).
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

/// Serial, SIMPLE, SHA-384, and some digest.
Bytes zonemd(std::uint32_t serial, std::uint8_t scheme = 1, std::uint8_t hash = 1) {
  Bytes out;
  append_u32(out, serial);
  append_u8(out, scheme);
  append_u8(out, hash);
  return out + Bytes(48, 'd');
}

struct ZonemdLab : JudgeLab {
  explicit ZonemdLab(Bytes rdata) { zone.add_record(zone.apex(), RrType::kZonemd, rdata); }
  [[nodiscard]] evidence::ZoneEvidence look_at() const {
    return EvidenceBuilder(parent, zone)
        .server("ns.example.com.", "192.0.2.53")
        .servers(2)
        .extra(zone.apex(), RrType::kZonemd)
        .extra(zone.apex(), RrType::kSoa)
        .build();
  }
};

TEST(Zonemd, SoundIsSilent) {
  ZonemdLab lab(zonemd(1));
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look_at())), "");
}

TEST(Zonemd, WithoutSignature) {
  ZonemdLab lab(zonemd(1));
  lab.sign();
  lab.zone.at("example.com.", RrType::kZonemd).rrsigs.clear();
  const Judgement judgement = lab.run(lab.look_at());
  EXPECT_EQ(summary(judgement), "ZONEMD_UNSIGNED error example.com./ZONEMD");
  EXPECT_EQ(status_of(judgement), "secure/validated");
}

TEST(Zonemd, WithBadSignature) {
  ZonemdLab lab(zonemd(1));
  lab.sign();
  lab.zone.at("example.com.", RrType::kZonemd).rrsigs.front().signature[3] ^= 1;
  const Judgement judgement = lab.run(lab.look_at());
  EXPECT_EQ(summary(judgement), "ZONEMD_UNSIGNED error example.com./ZONEMD");
  EXPECT_EQ(judgement.status_worst, dnssec::SecurityStatus::kSecure);
}

TEST(Zonemd, InAnUnsignedZoneIsAWarning) {
  ZoneSigner::Options none;
  none.denial = ZoneSigner::Denial::kNone;
  ZonemdLab lab(zonemd(1));
  lab.zone = ZoneSigner("example.com.", none);
  lab.zone.add("@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n");
  lab.zone.add_record(lab.zone.apex(), RrType::kZonemd, zonemd(1));
  lab.sign_parent({});
  const Judgement judgement = lab.run(lab.look_at());
  const Finding* finding = find(judgement, FindingCode::ZONEMD_UNSIGNED);
  ASSERT_NE(finding, nullptr) << summary(judgement);
  EXPECT_EQ(finding->severity, Severity::kWarning);
}

TEST(Zonemd, OfAnotherSerial) {
  ZonemdLab lab(zonemd(7));
  lab.sign();
  evidence::ZoneEvidence look = lab.look_at();
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement),
            "ZONEMD_SERIAL_MISMATCH warning example.com./ZONEMD@192.0.2.1; "
            "ZONEMD_SERIAL_MISMATCH warning example.com./ZONEMD@192.0.2.2; "
            "ZONEMD_SERIAL_MISMATCH warning example.com./ZONEMD@192.0.2.53");
  // The zone changed in between: the second SOA has the serial.
  for (evidence::ServerLook& server : look.servers) {
    dns::RRset& soa = server.extra.back().answer.front();
    Bytes& rdata = soa.rdatas.front();
    rdata[rdata.size() - 17] = 7;
  }
  EXPECT_EQ(summary(lab.run(look)), "");
}

TEST(Zonemd, OneRecordThatFitsIsEnough) {
  ZonemdLab lab(zonemd(7));
  lab.zone.add_record(lab.zone.apex(), RrType::kZonemd, zonemd(1, 1, 2));
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look_at())), "");
}

TEST(Zonemd, OtherAtOneServer) {
  ZonemdLab lab(zonemd(1));
  lab.sign();
  evidence::ZoneEvidence look = lab.look_at();
  dns::RRset& set = extra_of(look, 1, RrType::kZonemd).answer.front();
  set.rdatas.front().back() = 'x';
  lab.zone.sign_again(set, lab.zsk, lab.zone.sign_options());
  EXPECT_EQ(summary(lab.run(look)), "ZONEMD_SERVERS_DIFFER notice example.com./ZONEMD@192.0.2.2");
  // A server that signs by itself has a zone of its own.
  SignOptions fresh = lab.zone.sign_options();
  fresh.inception += 60;
  lab.zone.sign_again(answer_of(look, 1, RrType::kSoa).answer.front(), lab.zsk, fresh);
  EXPECT_EQ(find(lab.run(look), FindingCode::ZONEMD_SERVERS_DIFFER), nullptr);
}

TEST(Zonemd, OfUnknownKind) {
  ZonemdLab lab(zonemd(1, 1, 240));
  lab.sign();
  EXPECT_EQ(summary(lab.run(lab.look_at())), "ZONEMD_UNSUPPORTED info example.com.");
}

}  // namespace
}  // namespace anchorwatch::judge
