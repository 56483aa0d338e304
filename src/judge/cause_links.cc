// SPDX-License-Identifier: Apache-2.0
#include "cause_links.h"

#include <algorithm>

namespace anchorwatch::judge {

namespace {

using Code = FindingCode;

/// DNSKEY before SOA before the rest: the order in which resolvers meet them.
int centrality(const Finding& finding) {
  if (finding.subject.type == dns::RrType::kDnskey) return 0;
  if (finding.subject.type == dns::RrType::kSoa) return 1;
  return 2;
}

}  // namespace

bool is_one_of(Code code, std::initializer_list<Code> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Finding* find(Findings& findings, Code code) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.code == code; });
  return found == findings.end() ? nullptr : &*found;
}

bool begins_before(const Finding& left, const Finding& right) {
  if (left.severity != right.severity) return left.severity > right.severity;
  if (centrality(left) != centrality(right)) return centrality(left) < centrality(right);
  return left.subject.key() < right.subject.key();
}

bool share_a_server(const Finding& left, const Finding& right) {
  return std::any_of(left.servers.begin(), left.servers.end(), [&](const IpAddress& server) {
    return std::binary_search(right.servers.begin(), right.servers.end(), server);
  });
}

void link_to(Findings& findings, Code cause, std::initializer_list<Code> consequences) {
  if (find(findings, cause) == nullptr) return;
  for (Finding& finding : findings) {
    if (!finding.caused_by && finding.code != cause && is_one_of(finding.code, consequences)) {
      finding.caused_by = cause;
    }
  }
}

}  // namespace anchorwatch::judge
