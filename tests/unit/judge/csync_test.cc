// SPDX-License-Identifier: Apache-2.0
// CSYNC, where it is asked for (RFC 7477, RFC 9975 §3.2).
#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using dns::RrType;

Bytes csync(std::uint32_t serial, std::uint16_t flags, std::vector<RrType> types) {
  Bytes rdata;
  append_u32(rdata, serial);
  append_u16(rdata, flags);
  return rdata + type_bitmap_of(std::move(types));
}

struct CsyncLab : JudgeLab {
  explicit CsyncLab(const std::vector<Bytes>& records) {
    for (const Bytes& rdata : records) zone.add_record(zone.apex(), RrType::kCsync, rdata);
    sign();
  }
  [[nodiscard]] EvidenceBuilder asking() const {
    return EvidenceBuilder(parent, zone)
        .probes({{zone.apex(), RrType::kSoa}, {zone.apex(), RrType::kCsync}})
        .server("ns1.example.com.", "192.0.2.1")
        .server("ns2.example.com.", "192.0.2.2");
  }
};

TEST(Csync, ThatIsSoundIsAFact) {
  CsyncLab lab({csync(1, 3, {RrType::kA, RrType::kNs})});
  EXPECT_EQ(summary(lab.run(lab.asking().build())), "CSYNC_PRESENT info example.com.");
}

TEST(Csync, WithoutValidSignatureIsOneStory) {
  for (const bool missing : {true, false}) {
    CsyncLab lab({csync(1, 1, {RrType::kNs})});
    dns::RRset& set = lab.zone.at("example.com.", RrType::kCsync);
    if (missing) {
      set.rrsigs.clear();
    } else {
      set.rrsigs.front().signature.back() ^= 1;
    }
    const Judgement judgement = lab.run(lab.asking().build());
    EXPECT_EQ(judgement.verdict.status, dnssec::SecurityStatus::kBogus);
    EXPECT_EQ(main_findings(judgement, Severity::kWarning), 1) << summary(judgement);
    const Finding* finding = find(judgement, FindingCode::CSYNC_UNSIGNED);
    ASSERT_NE(finding, nullptr) << summary(judgement);
    EXPECT_EQ(finding->severity, Severity::kError);
    EXPECT_FALSE(finding->caused_by);
  }
}

TEST(Csync, Malformed) {
  const std::vector<std::vector<Bytes>> cases = {
      {csync(1, 9, {RrType::kNs})},
      {csync(1, 1, {})},
      {csync(1, 1, {RrType::kNs}), csync(2, 1, {RrType::kA})},
  };
  for (const std::vector<Bytes>& records : cases) {
    CsyncLab lab(records);
    const Judgement judgement = lab.run(lab.asking().build());
    ASSERT_NE(find(judgement, FindingCode::CSYNC_MALFORMED), nullptr) << summary(judgement);
    EXPECT_EQ(find(judgement, FindingCode::CSYNC_MALFORMED)->severity, Severity::kWarning);
  }
}

TEST(Csync, ServersWithAnotherIntent) {
  CsyncLab lab({csync(1, 3, {RrType::kNs})});
  CsyncLab other({csync(1, 3, {RrType::kNs, RrType::kA})});
  CsyncLab later({csync(2, 3, {RrType::kNs})});
  const auto with = [&](const CsyncLab& copy) {
    return lab.run(lab.asking().server("ns3.example.com.", "192.0.2.3", copy.zone).build());
  };
  EXPECT_NE(find(with(other), FindingCode::CSYNC_SERVERS_DIFFER), nullptr);
  // Serials may differ.
  EXPECT_EQ(find(with(later), FindingCode::CSYNC_SERVERS_DIFFER), nullptr);
}

}  // namespace
}  // namespace anchorwatch::judge
