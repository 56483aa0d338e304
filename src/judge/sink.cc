// SPDX-License-Identifier: Apache-2.0
#include "sink.h"

#include <algorithm>

namespace anchorwatch::judge {

Finding FindingSink::start(FindingCode code, Subject subject) {
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.subject = std::move(subject);
  return finding;
}

void FindingSink::add(Finding finding) {
  std::sort(finding.servers.begin(), finding.servers.end());
  const auto same = std::find_if(findings_.begin(), findings_.end(), [&](const Finding& other) {
    return other.code == finding.code && other.subject == finding.subject;
  });
  if (same == findings_.end()) {
    findings_.push_back(std::move(finding));
    return;
  }
  std::vector<IpAddress> both;
  std::set_union(same->servers.begin(), same->servers.end(), finding.servers.begin(),
                 finding.servers.end(), std::back_inserter(both));
  if (finding.severity > same->severity) *same = std::move(finding);
  same->servers = std::move(both);
}

bool FindingSink::has(FindingCode code) const {
  return std::any_of(findings_.begin(), findings_.end(),
                     [&](const Finding& finding) { return finding.code == code; });
}

std::vector<Finding> FindingSink::finish() {
  for (Finding& finding : findings_) {
    for (const SeverityMap* wanted : {&policy_.severity, &expectation_.severity}) {
      const auto own = wanted->find(finding.code);
      if (own != wanted->end()) finding.severity = own->second;
    }
  }
  if (findings_.size() > 1) {
    std::vector<std::pair<std::string, std::size_t>> keys;
    keys.reserve(findings_.size());
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      keys.emplace_back(findings_[i].subject.key(), i);
    }
    std::sort(keys.begin(), keys.end(), [&](const auto& left, const auto& right) {
      const Finding& a = findings_[left.second];
      const Finding& b = findings_[right.second];
      if (a.severity != b.severity) return a.severity > b.severity;
      if (a.code != b.code) return a.code < b.code;
      return left.first < right.first;
    });
    std::vector<Finding> ordered;
    ordered.reserve(findings_.size());
    for (const auto& [key, index] : keys) ordered.push_back(std::move(findings_[index]));
    findings_ = std::move(ordered);
  }
  return std::move(findings_);
}

}  // namespace anchorwatch::judge
