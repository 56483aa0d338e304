// SPDX-License-Identifier: Apache-2.0
// Exit status of `check` and `poll` (contract): 2 before 1 before 3 before 0.
#pragma once

#include <algorithm>

#include "anchorwatch/core/severity.h"
#include "anchorwatch/judge/judge.h"

namespace anchorwatch::cli {

inline constexpr int kFine = 0;
inline constexpr int kMissed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kUndetermined = 3;

/// What one zone contributes.
inline int exit_status_of(const judge::Judgement& judgement, const judge::Expectation& expectation, Severity fail_on) {
  if (judge::misses_expectation(judgement, expectation)) return kMissed;
  const bool bad = std::any_of(judgement.findings.begin(), judgement.findings.end(),
                               [fail_on](const auto& finding) { return finding.severity >= fail_on; });
  if (bad) return kMissed;
  const bool unknown = judgement.verdict.status == dnssec::SecurityStatus::kIndeterminate ||
                       judgement.observation == judge::Observation::kFailed ||
                       (judgement.whole_zone && !judgement.whole_zone->failure.empty());
  return unknown ? kUndetermined : kFine;
}

/// The status of the whole from its parts.
inline int worse_exit_status(int a, int b) {
  for (const int status : {kUsage, kMissed, kUndetermined}) {
    if (a == status || b == status) return status;
  }
  return kFine;
}

}  // namespace anchorwatch::cli
