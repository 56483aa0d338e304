// SPDX-License-Identifier: Apache-2.0
// FindingSink: collects what the rules find, once for each code and subject, and gives it its
// severity.
//
// Threading: one judgement, one thread.
#pragma once

#include <vector>

#include "anchorwatch/judge/finding.h"
#include "anchorwatch/judge/judge.h"

namespace anchorwatch::judge {

class FindingSink {
 public:
  FindingSink(const JudgePolicy& policy, const Expectation& expectation)
      : policy_(policy), expectation_(expectation) {}

  /// A finding with the severity of the catalogue, for the rule to fill in.
  [[nodiscard]] static Finding start(FindingCode code, Subject subject);
  /// Takes it; one with the same code and subject is merged: servers united, the worse one speaks.
  void add(Finding finding);
  [[nodiscard]] bool has(FindingCode code) const;
  [[nodiscard]] std::vector<Finding>& findings() { return findings_; }
  /// Applies the operator's severities and the order of the report: worst first, code, subject.
  std::vector<Finding> finish();

 private:
  const JudgePolicy& policy_;
  const Expectation& expectation_;
  std::vector<Finding> findings_;
};

}  // namespace anchorwatch::judge
