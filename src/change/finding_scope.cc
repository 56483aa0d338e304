// SPDX-License-Identifier: Apache-2.0
#include "finding_scope.h"

#include <algorithm>

#include "anchorwatch/judge/whole_zone.h"

namespace anchorwatch::change {
namespace {

using judge::FindingCode;

/// A finding about a parent server that was not asked for so long is no longer waited for.
constexpr UnixSeconds kForgetParentAfter = 86400;

enum class Sight : std::uint8_t { kLooked, kDead, kNotListed };

Sight sight_of(const IpAddress& address, const judge::Judgement& judgement) {
  Sight sight = Sight::kNotListed;
  for (const auto* servers : {&judgement.servers, &judgement.parents}) {
    for (const judge::ServerVerdict& server : *servers) {
      if (server.address != address) continue;
      if (server.reachable) return Sight::kLooked;
      sight = Sight::kDead;
    }
  }
  return sight;
}

/// Whether the question that shows the fault was put to its server and answered.
bool left_open(const judge::Finding& finding, const judge::Judgement& judgement) {
  if (!finding.subject.server) return false;
  return std::any_of(judgement.servers.begin(), judgement.servers.end(),
                     [&](const judge::ServerVerdict& server) {
                       const auto& open = server.open_questions;
                       return server.address == *finding.subject.server &&
                              std::find(open.begin(), open.end(), finding.code) != open.end();
                     });
}

/// Whether the servers that showed the fault were asked again. One that left the zone has nothing
/// more to show; a parent's server may only not have had its turn.
bool saw_its_servers(const OpenFinding& open, const Look& look) {
  const judge::Finding& finding = open.finding;
  if (finding.subject.server) {
    if (sight_of(*finding.subject.server, look.judgement) == Sight::kDead) return false;
  }
  if (finding.servers.empty()) return true;
  const bool of_parent = judge::info(finding.code).scope == "parent" &&
                         look.at - open.last_seen_at < kForgetParentAfter;
  bool waiting = false;
  for (const IpAddress& address : finding.servers) {
    const Sight sight = sight_of(address, look.judgement);
    if (sight == Sight::kLooked) return true;
    waiting = waiting || sight == Sight::kDead || of_parent;
  }
  return !waiting;
}

/// Whether an extra question that would have shown the finding had no answer.
bool unseen(const judge::Finding& finding, const judge::Judgement& judgement) {
  return std::any_of(
      judgement.unseen.begin(), judgement.unseen.end(), [&](const judge::Unseen& each) {
        if (each.code != finding.code || each.name != finding.subject.name) return false;
        return !each.server || std::find(finding.servers.begin(), finding.servers.end(),
                                         *each.server) != finding.servers.end();
      });
}

/// Whether the question that a finding is about was answered by anybody.
bool saw_its_question(const judge::Finding& finding, const Look& look) {
  const std::string_view area = judge::info(finding.code).area;
  if (area == "chain" && !look.facts.ds.known) return false;
  if (area == "dnskey" && !look.facts.dnskeys.known) return false;
  if (!finding.subject.type) return true;
  for (const judge::ProbeVerdict& probe : look.judgement.probes) {
    const bool same =
        probe.question.name == finding.subject.name && probe.question.type == *finding.subject.type;
    if (same && probe.rcode.empty()) return false;
  }
  return true;
}

}  // namespace

bool is_server_outage(FindingCode code) {
  switch (code) {
    case FindingCode::TRANSPORT_UDP_DEAD:
    case FindingCode::NO_WORKING_SERVER:
    case FindingCode::DNSSEC_DATA_UNOBTAINABLE:
    case FindingCode::MEASUREMENT_STALE: return true;
    default: return false;
  }
}

bool visible_to_core(FindingCode code, const judge::Subject& subject) {
  switch (code) {
    case FindingCode::DS_INCONSISTENT_PARENT:
    case FindingCode::MULTISIGNER_KEYS_INCOMPLETE:
    case FindingCode::SIGNED_SERVERS_DIFFER:
    case FindingCode::DNSKEY_NOT_AT_APEX: return false;
    case FindingCode::DELEGATION_ABSENT:
    case FindingCode::NO_WORKING_SERVER:
    case FindingCode::TRANSPORT_UDP_DEAD:
    case FindingCode::SOA_SERIAL_SPREAD:
    case FindingCode::ZONE_STALE:
    case FindingCode::MEASUREMENT_STALE:
    case FindingCode::EXPECT_SIGNED:
    case FindingCode::EXPECT_UNSIGNED:
    case FindingCode::EXPECT_ALGORITHM:
    case FindingCode::EXPECT_DS:
    case FindingCode::DS_CHANGED:
    case FindingCode::DS_UNEXPECTED:
    case FindingCode::KEYSET_CHANGED:
    case FindingCode::KEYSET_UNEXPECTED:
    case FindingCode::ALG_CHANGED:
    case FindingCode::WENT_INSECURE:
    case FindingCode::BECAME_SECURE:
    case FindingCode::TAKEOVER_SUSPECTED: return true;
    default: break;
  }
  const std::string_view area = judge::info(code).area;
  if (area == "chain" || area == "dnskey") return true;
  if (area != "signature" || !subject.type) return false;
  return *subject.type == dns::RrType::kDs || *subject.type == dns::RrType::kDnskey ||
         *subject.type == dns::RrType::kSoa;
}

namespace {

/// Whether the whole zone was seen again, or is not looked at as a whole any more.
bool saw_whole_zone(const Look& look) {
  if (look.depth != evidence::Depth::kFull) return false;
  return !look.judgement.whole_zone || look.judgement.whole_zone->failure.empty();
}

}  // namespace

bool may_close(const OpenFinding& open, const Look& look) {
  const judge::Judgement& judgement = look.judgement;
  if (judgement.observation == judge::Observation::kFailed) return false;
  if (open.finding.code == FindingCode::MEASUREMENT_STALE) return true;  // The server answers, or has left.
  // A zone that is not delegated has nothing left that could be at fault.
  if (judgement.delegation == judge::DelegationState::kAbsent) return true;
  if (judgement.verdict.status == dnssec::SecurityStatus::kIndeterminate) return false;
  const judge::Finding& finding = open.finding;
  if (judge::is_about_whole_zone(finding)) return saw_whole_zone(look);
  if (look.depth != evidence::Depth::kFull && !visible_to_core(finding.code, finding.subject)) {
    return false;
  }
  if (finding.code == FindingCode::DS_INCONSISTENT_PARENT && judgement.parents.size() < 2) {
    return false;
  }
  if (left_open(finding, judgement)) return false;
  if (unseen(finding, judgement)) return false;
  return saw_its_question(finding, look) && saw_its_servers(open, look);
}

}  // namespace anchorwatch::change
