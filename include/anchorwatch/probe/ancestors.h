// SPDX-License-Identifier: Apache-2.0
// Ancestors: the validated chain above a zone, shared by all zones below it.
//
// Each ancestor is looked at and judged once, and kept while its verdict is certain and its TTLs allow;
// zones that need it at the same time wait for the one look.
//
// Threading: loop thread only; judging runs on the worker pool. Limits: 4,096 ancestors are remembered.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "anchorwatch/core/recent_map.h"
#include "anchorwatch/dnssec/crypto.h"
#include "anchorwatch/dnssec/trust_anchor.h"
#include "anchorwatch/judge/judge.h"
#include "anchorwatch/judge/judgement.h"
#include "anchorwatch/judge/work_history.h"
#include "anchorwatch/probe/collector.h"

namespace anchorwatch::probe {

/// What judging needs, shared by the whole process.
struct JudgeTools {
  Executor& executor;
  const Clock& clock;
  const dnssec::TrustAnchorSet& anchors;
  const judge::JudgePolicy& policy;
  dnssec::VerifyMemo& memo;
  dnssec::KeyCache& keys;
  judge::WorkHistory& history;
  int judging = 0;  ///< Judgements that wait for a worker or are being made.
};

/// Judges on the worker pool. `signals`: of Ancestors::signal_links.
Task<judge::Judgement> judge_on_pool(JudgeTools* tools, evidence::ZoneEvidence* evidence,
                                     std::vector<judge::ChainLink> ancestors,
                                     judge::Expectation expectation,
                                     std::vector<judge::ChainLink> signals);

/// A look at a zone above others, and what it was judged to.
struct AncestorLook {
  evidence::ZoneEvidence evidence;
  UnixSeconds at = 0;
  Digest link;
};

class Ancestors {
 public:
  Ancestors(Collector& collector, Locator& locator, JudgeTools& tools)
      : collector_(collector), locator_(locator), tools_(tools) {}

  /// The links from the root down to `parent`, which is a zone cut. Never fails: a zone that could not
  /// be looked at is indeterminate.
  Task<std::vector<judge::ChainLink>> chain_to(dns::Name parent);

  /// The links of the zones that hold the signalling names of `evidence`, each once; usually none.
  Task<std::vector<judge::ChainLink>> signal_links(const evidence::ZoneEvidence* evidence);

  /// Forgets every link, so that the next look asks again.
  void forget() { links_.clear(); }

  /// From now on looks are kept for take_looks.
  void keep_looks() { keep_looks_ = true; }
  /// The looks since the last call, in their order.
  std::vector<AncestorLook> take_looks() { return std::exchange(looks_, {}); }

 private:
  struct Entry {
    std::vector<judge::ChainLink> chain;  ///< Root first, this zone last.
    UnixSeconds expires_at = 0;
  };
  Task<Entry> look_at(dns::Name zone);

  Collector& collector_;
  Locator& locator_;
  JudgeTools& tools_;
  static constexpr std::size_t kLinksInGeneration = 2048;
  RecentMap<std::map<dns::Name, Entry>> links_{kLinksInGeneration};
  std::map<dns::Name, std::vector<Completion<bool>>> looking_;
  static constexpr std::size_t kMostLooks = 1024;  ///< Where nobody takes them.
  bool keep_looks_ = false;
  std::vector<AncestorLook> looks_;
};

}  // namespace anchorwatch::probe
