// SPDX-License-Identifier: Apache-2.0
// WorkHistory: zones whose last judgement ran into the work limit. What they cost once they cost no more:
// the next judgement gets a small budget for the part that ran out.
//
// Threading: loop thread only.
// Limits:    10,000 zones; beyond that the others count as unknown.
#pragma once

#include <map>

#include "anchorwatch/judge/judge.h"

namespace anchorwatch::judge {

class WorkHistory {
 public:
  /// The budget for the next judgement of this evidence.
  [[nodiscard]] dnssec::WorkBudget budget_for(const evidence::ZoneEvidence& evidence) const;
  /// Remembers a zone that ran into the limit, and forgets one that did not.
  void note(const Judgement& judgement);

 private:
  std::map<dns::Name, WorkLimitHit> zones_;
};

}  // namespace anchorwatch::judge
