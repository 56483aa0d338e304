// SPDX-License-Identifier: Apache-2.0
#include "incident_cause.h"

#include <algorithm>

namespace anchorwatch::pipeline {
namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;
using judge::ChainLink;
using judge::FindingCode;

/// The highest of the links that stand like the lowest one, without a better one between: an anchor below a broken
/// zone makes a chain of its own.
const ChainLink* topmost(const std::vector<ChainLink>& links, SecurityStatus status) {
  const ChainLink* found = nullptr;
  for (auto link = links.rbegin(); link != links.rend() && link->verdict.status == status; ++link) found = &*link;
  return found;
}

bool nobody_answers(const std::vector<judge::ServerVerdict>& servers) {
  return !servers.empty() &&
         std::none_of(servers.begin(), servers.end(), [](const judge::ServerVerdict& each) { return each.reachable; });
}

Cause at(const dns::Name& zone, dnssec::Verdict verdict) {
  return {change::IncidentCause::kAncestor, zone.to_text(), {}, verdict};
}

}  // namespace

std::optional<Cause> cause_above(const judge::Judgement& judgement, dnssec::Verdict now, dnssec::Verdict before) {
  const std::vector<ChainLink>& links = judgement.ancestors;
  if (links.empty()) return std::nullopt;
  const ChainLink* link = nullptr;
  switch (now.status) {
    case SecurityStatus::kBogus:
      if (now.reason == Reason::kAncestorBogus) link = topmost(links, now.status);
      break;
    case SecurityStatus::kInsecure:
      if (now.reason == Reason::kAncestorInsecure) link = topmost(links, now.status);
      break;
    case SecurityStatus::kIndeterminate:
      if (now.reason != Reason::kStale) break;
      link = topmost(links, now.status);
      // The zone above was well when it was last seen, and does not answer now.
      if (link == nullptr && nobody_answers(judgement.parents)) {
        return at(links.back().zone, dnssec::indeterminate(Reason::kUnreachable));
      }
      break;
    case SecurityStatus::kSecure: break;
  }
  if (link == nullptr) return std::nullopt;
  Cause cause = at(link->zone, link->verdict);
  cause.is_loss = now.status != SecurityStatus::kInsecure || before.status == SecurityStatus::kSecure ||
                  before.reason == Reason::kAncestorBogus;
  return cause;
}

bool follows_from_above(const judge::Finding& finding, const Cause& cause) {
  if (finding.code == FindingCode::ANCESTOR_BOGUS) return true;
  switch (cause.verdict.status) {
    case SecurityStatus::kBogus: return finding.caused_by == FindingCode::ANCESTOR_BOGUS;
    // The loss of the zone above is the incident; what looks like a takeover of the zone itself is not.
    case SecurityStatus::kInsecure:
      return finding.code == FindingCode::WENT_INSECURE || finding.code == FindingCode::EXPECT_SIGNED;
    case SecurityStatus::kIndeterminate: return finding.code == FindingCode::ZONE_STALE;
    case SecurityStatus::kSecure: break;
  }
  return false;
}

}  // namespace anchorwatch::pipeline
