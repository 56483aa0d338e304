// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "anchorwatch/judge/whole_zone.h"

namespace anchorwatch::judge {

namespace {

/// The order of the report: worst first, code, subject.
bool is_told_before(const Finding& left, const Finding& right) {
  if (left.severity != right.severity) return left.severity > right.severity;
  if (left.code != right.code) return left.code < right.code;
  return left.subject.key() < right.subject.key();
}

}  // namespace

bool is_about_whole_zone(const Finding& finding) { return finding.data.contains("source"); }

WholeZoneOutcome whole_zone_outcome(const Judgement& judgement) {
  WholeZoneOutcome outcome;
  outcome.summary = *judgement.whole_zone;
  outcome.link = judgement.link.digest;
  std::copy_if(judgement.findings.begin(), judgement.findings.end(),
               std::back_inserter(outcome.findings), is_about_whole_zone);
  return outcome;
}

void restore_whole_zone(Judgement& judgement, const WholeZoneOutcome& outcome) {
  judgement.whole_zone = outcome.summary;
  WholeZoneSummary& summary = *judgement.whole_zone;
  summary.answers_expiration = judgement.earliest_expiration;
  // Without a DS that stands there is no expiration that anybody would notice.
  if (judgement.earliest_expiration && summary.earliest_expiration) {
    judgement.earliest_expiration =
        std::min(*judgement.earliest_expiration, *summary.earliest_expiration);
  }
  judgement.valid_until = std::min(judgement.valid_until, summary.valid_until);
  for (const Finding& finding : outcome.findings) {
    const bool seen = std::any_of(
        judgement.findings.begin(), judgement.findings.end(), [&](const Finding& other) {
          return other.code == finding.code && other.subject == finding.subject;
        });
    if (!seen) judgement.findings.push_back(finding);
  }
  std::sort(judgement.findings.begin(), judgement.findings.end(), is_told_before);
}

}  // namespace anchorwatch::judge
