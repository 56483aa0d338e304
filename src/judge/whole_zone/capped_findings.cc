// SPDX-License-Identifier: Apache-2.0
#include "capped_findings.h"

namespace anchorwatch::judge::whole_zone {

void CappedFindings::note(FindingCode code, Subject subject, Severity severity,
                          const std::function<void(Finding&)>& fill) {
  Group& group = groups_[code];
  if (group.total > 0 && group.last == subject) {  // A second bad signature of one RRset.
    const bool named = !group.named.empty() && group.named.back().subject == subject;
    if (!named || severity <= group.named.back().severity) return;
    group.named.pop_back();
  } else {
    ++group.total;
    group.last = subject;
  }
  if (group.named.size() >= kNamed) return;
  Finding finding = FindingSink::start(code, std::move(subject));
  finding.severity = severity;
  fill(finding);
  group.named.push_back(std::move(finding));
}

void CappedFindings::finish(FindingSink& sink) {
  for (auto& [code, group] : groups_) {
    for (Finding& finding : group.named) {
      finding.data["source"] = source_;
      finding.data["total"] = group.total;
      const auto more = group.total - static_cast<std::int64_t>(group.named.size());
      if (more > 0) {
        finding.message += " The zone has " + std::to_string(group.total) +
                           " such faults; the first " + std::to_string(group.named.size()) +
                           " are named.";
      }
      sink.add(std::move(finding));
    }
  }
  groups_.clear();
}

}  // namespace anchorwatch::judge::whole_zone
