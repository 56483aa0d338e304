// SPDX-License-Identifier: Apache-2.0
// CSYNC as an extra question (RFC 7477).
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

Bytes csync(std::uint16_t flags, const std::vector<RrType>& types) {
  Bytes out;
  append_u32(out, 1);
  append_u16(out, flags);
  return out + type_bitmap_of(types);
}

struct CsyncExtraLab : JudgeLab {
  explicit CsyncExtraLab(const Bytes& rdata) { zone.add_record(zone.apex(), RrType::kCsync, rdata); }
  [[nodiscard]] evidence::ZoneEvidence look_at() const {
    return EvidenceBuilder(parent, zone)
        .server("ns.example.com.", "192.0.2.53")
        .servers(2)
        .extra(zone.apex(), RrType::kCsync)
        .build();
  }
};

TEST(CsyncExtra, SoundIsAFact) {
  CsyncExtraLab lab(csync(1, {RrType::kNs, RrType::kA}));
  lab.sign();
  const evidence::ZoneEvidence look = lab.look_at();
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "CSYNC_PRESENT info example.com.");
  const ZoneFacts facts = extract_facts(look, judgement);
  EXPECT_TRUE(facts.csync.known);
  EXPECT_EQ(facts.csync.values.size(), 1U);
}

TEST(CsyncExtra, WithBadSignature) {
  CsyncExtraLab lab(csync(1, {RrType::kNs}));
  lab.sign();
  lab.zone.at("example.com.", RrType::kCsync).rrsigs.front().signature[3] ^= 1;
  const Judgement judgement = lab.run(lab.look_at());
  EXPECT_EQ(summary(judgement),
            "CSYNC_UNSIGNED error example.com./CSYNC; CSYNC_PRESENT info example.com.");
  EXPECT_EQ(status_of(judgement), "secure/validated");
}

TEST(CsyncExtra, MalformedAndDifferent) {
  CsyncExtraLab lab(csync(4, {RrType::kNs}));
  lab.sign();
  evidence::ZoneEvidence look = lab.look_at();
  EXPECT_NE(find(lab.run(look), FindingCode::CSYNC_MALFORMED), nullptr);
  EXPECT_EQ(find(lab.run(look), FindingCode::CSYNC_SERVERS_DIFFER), nullptr);
  dns::RRset& set = extra_of(look, 0, RrType::kCsync).answer.front();
  set.rdatas = {csync(1, {RrType::kNs})};
  EXPECT_NE(find(lab.run(look), FindingCode::CSYNC_SERVERS_DIFFER), nullptr);
}

TEST(CsyncExtra, SilenceClosesNothing) {
  CsyncExtraLab lab(csync(1, {RrType::kNs}));
  lab.sign();
  evidence::ZoneEvidence look = lab.look_at();
  for (evidence::ServerLook& server : look.servers) {
    server.extra = {silence(server.extra[0].question)};
  }
  const Judgement judgement = lab.run(look);
  EXPECT_EQ(summary(judgement), "");
  EXPECT_EQ(judgement.unseen.front().code, FindingCode::CSYNC_PRESENT);
}

}  // namespace
}  // namespace anchorwatch::judge
