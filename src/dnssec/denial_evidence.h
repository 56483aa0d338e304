// SPDX-License-Identifier: Apache-2.0
// JudgedSets and DenialEvidence: which sets of an answer are authentic, and what its NSEC and NSEC3
// prove.
//
// Limits: NSEC and NSEC3 sets that are looked at in one answer.
#pragma once

#include <optional>

#include "anchorwatch/dnssec/answer.h"

#include "signature_judge.h"

namespace anchorwatch::dnssec {

/// The weaker of two verdicts: bogus, indeterminate, insecure, secure. The first of equals.
Verdict weaker(const Verdict& a, const Verdict& b);

/// Validates each set once and notes it in the AnswerVerdict.
class JudgedSets {
 public:
  JudgedSets(const ZoneView& view, AnswerVerdict& out) : view_(view), out_(out) {}
  RRsetVerdict judge(const dns::RRset& set, bool in_answer_section);

 private:
  const ZoneView& view_;
  AnswerVerdict& out_;
};

class DenialEvidence {
 public:
  DenialEvidence(const AnswerView& answer, const ZoneView& view, JudgedSets& sets)
      : answer_(answer), view_(view), sets_(sets) {}

  /// The authentic records of the authority section; validated at the first call.
  const DenialRecords& records();
  /// What a proof makes of the answer. An incomplete proof is blamed on a record that failed, if
  /// any did.
  Verdict verdict_of(const DenialProof& proof);

 private:
  void collect();

  const AnswerView& answer_;
  const ZoneView& view_;
  JudgedSets& sets_;
  std::optional<DenialRecords> records_;
  std::optional<Verdict> fault_;  // Of the first denial set that is not authentic.
  bool limit_ = false;
};

}  // namespace anchorwatch::dnssec
