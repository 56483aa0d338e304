// SPDX-License-Identifier: Apache-2.0
// JudgeLab: com. and a signed example.com. below it, ready to be looked at and judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "anchorwatch/judge/facts.h"
#include "anchorwatch/judge/judge.h"

#include "support/evidence_builder.h"

namespace anchorwatch::judge {

constexpr UnixSeconds kNow = ZoneSigner::kNow;

struct JudgeLab {
  explicit JudgeLab(ZoneSigner::Options options = {}) : zone("example.com.", options) {
    policy.allow_special_addresses = true;
    zone.add("@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ A 192.0.2.80\n@ TXT \"x\"\n");
  }

  /// Publishes keys and the DS, and signs both zones.
  void sign() {
    zone.add_key(ksk);
    zone.add_key(zsk);
    zone.sign();
    sign_parent(zone.ds());
  }
  void sign_parent(const std::vector<Bytes>& ds) {
    parent.add_key(parent_key);
    parent.add("example NS ns1.example\nexample NS ns2.example\nns1.example A 192.0.2.1\n");
    for (const Bytes& rdata : ds) {
      parent.add_record(name_of("example.com."), dns::RrType::kDs, rdata);
    }
    parent.sign();
  }

  [[nodiscard]] ChainLink parent_link() const {
    ChainLink link;
    link.zone = parent.apex();
    link.verdict = dnssec::secure();
    link.dnskeys = parent.keys().dnskeys;
    link.valid_until = kNow + 86400;
    link.digest = sha256("parent");
    return link;
  }
  /// Two servers with the zone.
  [[nodiscard]] evidence::ZoneEvidence look() const {
    return EvidenceBuilder(parent, zone)
        .server("ns.example.com.", "192.0.2.53")
        .server("ns1.example.com.", "192.0.2.1")
        .server("ns2.example.com.", "192.0.2.2")
        .build();
  }

  Judgement run(const evidence::ZoneEvidence& evidence) {
    if (ancestors.empty() && !top) ancestors.push_back(parent_link());
    const JudgeInput input{evidence, ancestors, anchors, expectation, policy, now};
    dnssec::WorkBudget budget = budget_for(evidence);
    return judge(input, memo, keys, budget);
  }

  ZoneSigner parent{"com."};
  ZoneSigner zone;
  SigningKey parent_key{15, SigningKey::kKsk, 9};
  SigningKey ksk{15, SigningKey::kKsk, 1};
  SigningKey zsk{15, SigningKey::kZsk, 2};
  std::vector<ChainLink> ancestors;
  bool top = false;
  dnssec::TrustAnchorSet anchors;
  Expectation expectation;
  JudgePolicy policy;
  UnixSeconds now = kNow;
  dnssec::VerifyMemo memo{4096};
  dnssec::KeyCache keys{1024};
};

inline const Finding* find(const Judgement& judgement, FindingCode code,
                           std::string_view subject = {}) {
  for (const Finding& finding : judgement.findings) {
    if (finding.code == code && (subject.empty() || finding.subject.key() == subject)) {
      return &finding;
    }
  }
  return nullptr;
}

/// "SIG_EXPIRED critical example.com./SOA; …", for failure messages and exact comparisons.
inline std::string summary(const Judgement& judgement) {
  std::string text;
  for (const Finding& finding : judgement.findings) {
    if (!text.empty()) text += "; ";
    text += std::string(info(finding.code).name) + " " + to_string(finding.severity) + " " +
            finding.subject.key();
    if (finding.caused_by) text += " <- " + std::string(info(*finding.caused_by).name);
  }
  return text;
}

inline int main_findings(const Judgement& judgement, Severity at_least) {
  int count = 0;
  for (const Finding& finding : judgement.findings) {
    if (!finding.caused_by && finding.severity >= at_least) ++count;
  }
  return count;
}

inline std::string status_of(const Judgement& judgement) {
  return std::string(dnssec::to_string(judgement.verdict.status)) + "/" +
         dnssec::to_string(judgement.verdict.reason);
}

}  // namespace anchorwatch::judge
