// SPDX-License-Identifier: Apache-2.0
// Scene: one ordinary zone (algorithm 13, KSK and ZSK, two servers, all default probes and a random name), and
// everything that a full look at it gives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/judge/facts.h"
#include "anchorwatch/judge/judge.h"

#include "support/evidence_builder.h"

namespace anchorwatch::bench {

/// Signed octets of one RRset with what verifies them.
struct Signed {
  dns::RRset set;
  dns::Rrsig rrsig;
  Bytes dnskey;
};

class Scene {
 public:
  explicit Scene(ZoneSigner::Denial denial = ZoneSigner::Denial::kNsec);

  [[nodiscard]] const evidence::ZoneEvidence& look() const { return look_; }
  [[nodiscard]] judge::Judgement judged(dnssec::VerifyMemo& memo, dnssec::KeyCache& keys) const;
  /// All signed sets of the apex.
  [[nodiscard]] std::vector<Signed> signed_sets() const;
  [[nodiscard]] const ZoneSigner& zone() const { return zone_; }

 private:
  ZoneSigner parent_{"test."};
  ZoneSigner zone_;
  evidence::ZoneEvidence look_;
  std::vector<judge::ChainLink> ancestors_;
  dnssec::TrustAnchorSet anchors_;
  judge::Expectation expectation_;
  judge::JudgePolicy policy_;
};

/// A zone of the inventory with this name.
[[nodiscard]] inventory::ZoneEntry entry_of(const std::string& name);

}  // namespace anchorwatch::bench
