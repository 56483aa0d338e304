// SPDX-License-Identifier: Apache-2.0
// Zones that ran into the work limit cost less the next time.
#include "anchorwatch/judge/work_history.h"

#include <gtest/gtest.h>

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

Judgement with(const dns::Name& zone, WorkLimitHit hit) {
  Judgement judgement;
  judgement.zone = zone;
  judgement.work_limit = hit;
  return judgement;
}

TEST(WorkHistory, AVerdictThatWasReachedStaysReachable) {
  JudgeLab lab;
  lab.sign();
  const evidence::ZoneEvidence look = lab.look();
  const dnssec::WorkBudget full = budget_for(look);
  WorkHistory history;
  history.note(with(look.zone, WorkLimitHit::kDiagnosis));
  const dnssec::WorkBudget next = history.budget_for(look);
  EXPECT_EQ(next.failed_verifications, full.failed_verifications);
  EXPECT_EQ(next.nsec3_hash_blocks, full.nsec3_hash_blocks);
  EXPECT_LT(next.failed_diagnoses, full.failed_diagnoses);
  EXPECT_LT(next.diagnosis_share, full.diagnosis_share);
  EXPECT_EQ(next.useful_work, full.useful_work);
  EXPECT_LE(next.useful_work - next.useful_reserve, (full.useful_work - full.useful_reserve) / 8);
}

TEST(WorkHistory, AVerdictThatWasNotReachedCostsLess) {
  JudgeLab lab;
  lab.sign();
  const evidence::ZoneEvidence look = lab.look();
  const dnssec::WorkBudget full = budget_for(look);
  WorkHistory history;
  history.note(with(look.zone, WorkLimitHit::kVerdict));
  const dnssec::WorkBudget next = history.budget_for(look);
  EXPECT_LE(next.failed_verifications, full.failed_verifications / 8);
  EXPECT_LE(next.ds_digests, full.ds_digests / 8);
  EXPECT_LE(next.nsec3_hash_blocks, full.nsec3_hash_blocks / 8);
  EXPECT_GE(next.failed_verifications, 1);
  // A sound zone needs none of it, and is forgotten.
  dnssec::WorkBudget budget = next;
  const std::vector<ChainLink> ancestors = {lab.parent_link()};
  const JudgeInput input{look, ancestors, lab.anchors, lab.expectation, lab.policy, ZoneSigner::kNow};
  const Judgement judgement = judge(input, lab.memo, lab.keys, budget);
  EXPECT_EQ(status_of(judgement), "secure/validated");
  EXPECT_EQ(judgement.work_limit, WorkLimitHit::kNone);
  history.note(judgement);
  EXPECT_EQ(history.budget_for(look).failed_verifications, full.failed_verifications);
}

TEST(WorkHistory, OthersAreNotTouched) {
  JudgeLab lab;
  lab.sign();
  const evidence::ZoneEvidence look = lab.look();
  WorkHistory history;
  history.note(with(name_of("other.example."), WorkLimitHit::kVerdict));
  EXPECT_EQ(history.budget_for(look).failed_verifications, budget_for(look).failed_verifications);
}

}  // namespace
}  // namespace anchorwatch::judge
