// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/judge/work_history.h"

#include <algorithm>

namespace anchorwatch::judge {

namespace {

constexpr std::size_t kMostZones = 10'000;
constexpr int kPart = 8;

void reduce(int& share) { share = std::min(share, std::max(1, share / kPart)); }

}  // namespace

dnssec::WorkBudget WorkHistory::budget_for(const evidence::ZoneEvidence& evidence) const {
  dnssec::WorkBudget budget = judge::budget_for(evidence);
  const auto known = zones_.find(evidence.zone);
  if (known == zones_.end()) return budget;
  budget.diagnosis_share /= kPart;
  reduce(budget.failed_diagnoses);
  // A verdict that was reached stays reachable; only one that was not is not tried as hard again.
  if (known->second == WorkLimitHit::kVerdict) {
    reduce(budget.failed_verifications);
    reduce(budget.ds_digests);
    reduce(budget.useful_work);
    reduce(budget.nsec3_hash_blocks);
  }
  // Good signatures by the dozen over each set are such a flood too: one of them decides, the others were seen once.
  budget.useful_reserve = budget.useful_work - budget.useful_work / (2 * kPart);
  return budget;
}

void WorkHistory::note(const Judgement& judgement) {
  if (judgement.work_limit == WorkLimitHit::kNone) {
    zones_.erase(judgement.zone);
  } else if (zones_.size() < kMostZones || zones_.contains(judgement.zone)) {
    zones_[judgement.zone] = judgement.work_limit;
  }
}

}  // namespace anchorwatch::judge
