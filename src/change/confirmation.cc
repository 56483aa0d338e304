// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/confirmation.h"

#include <algorithm>
#include <set>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/judge/whole_zone.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;
using judge::FindingCode;
using judge::Judgement;
using judge::ServerVerdict;

/// Of more findings than this a second look would tell nothing new: the zone is broken.
constexpr std::size_t kMostDoubts = 64;
/// A finding that no look can see any more is no longer waited for.
constexpr UnixSeconds kForgetAfter = 3600;

/// Findings about servers that say different things: one odd answer makes them, whatever servers they name.
bool is_difference(FindingCode code) {
  switch (code) {
    case FindingCode::DS_INCONSISTENT_PARENT:
    case FindingCode::DNSKEY_SERVERS_DIFFER:
    case FindingCode::SIGNED_SERVERS_DIFFER:
    case FindingCode::MULTISIGNER_KEYS_INCOMPLETE:
    case FindingCode::DENIAL_SERVERS_DIFFER:
    case FindingCode::NSEC3_PARAMS_DIFFER:
    case FindingCode::NXDOMAIN_INCONSISTENT:
    case FindingCode::CDS_SERVERS_DIFFER:
    case FindingCode::CDNSKEY_SERVERS_DIFFER:
    case FindingCode::CSYNC_SERVERS_DIFFER:
    case FindingCode::ZONEMD_SERVERS_DIFFER:
    case FindingCode::SOA_SERIAL_SPREAD:
    case FindingCode::SOA_FIELDS_DIFFER: return true;
    default: return false;
  }
}

/// How a server takes unusual questions is asked twice where it fails, and kept (probe/behaviour): a second
/// look would show the same reply.
bool was_asked_twice(FindingCode code) {
  switch (code) {
    case FindingCode::QNAME_CASE:
    case FindingCode::REQUEST_FLAG_SENSITIVE:
    case FindingCode::EDNS_FLAGS:
    case FindingCode::EDNS_OPTION:
    case FindingCode::EDNS_VERSION:
    case FindingCode::COOKIE_FAULTS:
    case FindingCode::UPWARD_REFERRAL:
    case FindingCode::OPEN_RECURSOR:
    case FindingCode::VERSION_LEAK:
    case FindingCode::AXFR_OPEN:
    case FindingCode::PMTU: return true;
    default: return false;
  }
}

/// The servers that show the code; findings of one server each count together.
std::set<IpAddress> witnesses(const Finding& finding, const Judgement& judgement) {
  std::set<IpAddress> servers(finding.servers.begin(), finding.servers.end());
  if (!finding.subject.server) return servers;
  servers.insert(*finding.subject.server);
  for (const Finding& other : judgement.findings) {
    if (other.code != finding.code || !other.subject.server) continue;
    servers.insert(*other.subject.server);
  }
  return servers;
}

bool names(const std::vector<ServerVerdict>& servers, const std::set<IpAddress>& addresses) {
  return std::any_of(servers.begin(), servers.end(),
                     [&](const ServerVerdict& server) { return addresses.contains(server.address); });
}

std::size_t reachable(const std::vector<ServerVerdict>& servers) {
  return static_cast<std::size_t>(
      std::count_if(servers.begin(), servers.end(), [](const ServerVerdict& server) { return server.reachable; }));
}

const std::vector<ServerVerdict>& those_asked(const Finding& finding, const Judgement& judgement,
                                              const std::set<IpAddress>& shown) {
  const bool of_parent = judge::info(finding.code).scope == "parent" || !names(judgement.servers, shown);
  return of_parent ? judgement.parents : judgement.servers;
}

/// Whether a finding rests on what some servers said, and others did not.
bool is_doubtful(const Finding& finding, const Judgement& judgement, const ConfirmationPolicy& policy) {
  if (finding.severity < policy.from || is_server_outage(finding.code)) return false;
  if (was_asked_twice(finding.code) || judge::is_about_whole_zone(finding)) return false;
  if (is_difference(finding.code)) {
    return std::max(reachable(judgement.servers), reachable(judgement.parents)) > 1;
  }
  return !all_agree(finding, judgement);
}

/// The look's new findings that only some servers show, and what follows from nothing else.
std::vector<const Finding*> doubts(const Judgement& judgement, const IsKnown& known,
                                   const ConfirmationPolicy& policy) {
  std::vector<const Finding*> found;
  std::set<FindingCode> doubtful;
  std::set<FindingCode> certain;
  for (const Finding& finding : judgement.findings) {
    const bool doubt = is_doubtful(finding, judgement, policy) && !known(finding);
    if (doubt) found.push_back(&finding);
    (doubt ? doubtful : certain).insert(finding.code);
  }
  for (const Finding& finding : judgement.findings) {
    if (!finding.caused_by || finding.severity < policy.from || known(finding)) continue;
    if (!doubtful.contains(*finding.caused_by) || certain.contains(*finding.caused_by)) continue;
    if (std::find(found.begin(), found.end(), &finding) == found.end()) found.push_back(&finding);
  }
  return found;
}

/// Whether a look says anything about what it does not show.
bool counts(const Judgement& judgement) {
  return judgement.observation != judge::Observation::kFailed &&
         judgement.verdict.status != dnssec::SecurityStatus::kIndeterminate;
}

const PendingFinding* find(const std::vector<PendingFinding>& list, const Finding& finding) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const PendingFinding& each) { return each.is(finding); });
  return at == list.end() ? nullptr : &*at;
}

}  // namespace

bool Review::withholds(const Finding& finding) const { return find(pending, finding) != nullptr; }

const PendingFinding* Review::confirmation_of(const Finding& finding) const { return find(confirmed, finding); }

bool all_agree(const Finding& finding, const Judgement& judgement) {
  const std::set<IpAddress> shown = witnesses(finding, judgement);
  if (shown.empty()) return true;
  const std::vector<ServerVerdict>& asked = those_asked(finding, judgement, shown);
  return std::all_of(asked.begin(), asked.end(), [&](const ServerVerdict& server) {
    return !server.reachable || shown.contains(server.address);
  });
}

Review review(const std::vector<PendingFinding>& before, const IsKnown& known,
              const Judgement& judgement, UnixSeconds at, const ConfirmationPolicy& policy) {
  Review review;
  // A zone that costs too much to be judged is not looked at twice for it.
  if (policy.needed <= 1 || judgement.work_limit != judge::WorkLimitHit::kNone) return review;
  const std::vector<const Finding*> found = doubts(judgement, known, policy);
  if (found.size() > kMostDoubts) return review;
  for (const Finding* finding : found) {
    const PendingFinding* earlier = find(before, *finding);
    PendingFinding now;
    if (earlier != nullptr) now = *earlier;
    now.code = finding->code;
    now.subject = finding->subject.key();
    if (earlier == nullptr) now.since = at;
    ++now.seen;
    ++now.looks;
    (now.seen >= policy.needed ? review.confirmed : review.pending).push_back(std::move(now));
  }
  for (const PendingFinding& old : before) {
    const auto same = [&](const Finding& finding) { return old.is(finding); };
    // Seen by all servers now, or opened: told by itself.
    if (std::any_of(judgement.findings.begin(), judgement.findings.end(), same)) {
      if (!std::any_of(found.begin(), found.end(), [&](const Finding* finding) { return old.is(*finding); })) {
        review.confirmed.push_back(old);
      }
      continue;
    }
    PendingFinding missed = old;
    if (counts(judgement)) ++missed.looks;
    const bool hopeless = missed.looks - missed.seen > policy.of - policy.needed;
    if (!hopeless && at - missed.since < kForgetAfter) review.pending.push_back(std::move(missed));
  }
  const auto order = [](const PendingFinding& a, const PendingFinding& b) {
    return std::pair(judge::info(a.code).name, a.subject) < std::pair(judge::info(b.code).name, b.subject);
  };
  std::sort(review.pending.begin(), review.pending.end(), order);
  return review;
}

}  // namespace anchorwatch::change
