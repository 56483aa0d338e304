// SPDX-License-Identifier: Apache-2.0
// Asks what extra_questions.cc chose.
#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/probe/extra_questions.h"

namespace anchorwatch::probe {

namespace {

using dns::RrType;

/// UDP, and TCP after truncation.
constexpr int kQueriesPerQuestion = 2;
/// Room for retries is for a few bad servers, not for dozens.
constexpr int kRetriesPerZone = 100;
/// The walk to a signalling name asks once for each label that nobody met before.
constexpr int kQueriesPerSignal = 16;
constexpr int kServersToTry = 4;

std::optional<std::uint32_t> serial_of(const evidence::Answer* answer, const dns::Name& zone) {
  if (answer == nullptr || !answer->usable()) return std::nullopt;
  const dns::RRset* set = dns::find_rrset(answer->answer, zone, RrType::kSoa);
  if (set == nullptr) return std::nullopt;
  const auto soa = dns::decode_soa(set->rdatas.front());
  return soa ? std::optional(soa->serial) : std::nullopt;
}

/// Whether ZONEMD speaks of another version of the zone than the SOA did (RFC 8976 §2.2.1).
bool zonemd_is_of_another_serial(const evidence::ServerLook& server, const dns::Name& zone) {
  const auto serial = serial_of(server.find(zone, RrType::kSoa), zone);
  const evidence::Answer* zonemd = server.find_extra({zone, RrType::kZonemd});
  if (!serial || zonemd == nullptr || !zonemd->usable()) return false;
  const dns::RRset* set = dns::find_rrset(zonemd->answer, zone, RrType::kZonemd);
  if (set == nullptr) return false;
  Bytes octets;
  append_u32(octets, *serial);
  return std::none_of(set->rdatas.begin(), set->rdatas.end(),
                      [&](const Bytes& rdata) { return rdata.substr(0, 4) == octets; });
}

}  // namespace

Task<void> ExtraAsker::ask_into(IpAddress address, dns::Question question, LookScopePtr scope,
                                evidence::Answer* slot) {
  AskMode mode;
  // Silence is a finding for these two only; for the others waiting in full gains nothing.
  mode.brief = question.type != RrType::kNsec && question.type != RrType::kNsec3Param;
  *slot = co_await asker_.ask(address, question, scope, mode);
}

Task<void> ExtraAsker::ask_servers(evidence::ZoneEvidence* look, LookScopePtr scope) {
  const std::vector<ExtraQuestion> questions = extra_questions(*look);
  const int asked = static_cast<int>(questions.size());
  scope->query_limit += std::min(kQueriesPerQuestion * asked, asked + kRetriesPerZone);
  for (const ExtraQuestion& extra : questions) {
    look->servers[extra.server].extra.emplace_back().question = extra.question;
  }
  WaitGroup group;
  for (evidence::ServerLook& server : look->servers) {
    for (evidence::Answer& slot : server.extra) {
      group.spawn(ask_into(server.address, slot.question, scope, &slot));
    }
  }
  co_await group;
}

Task<void> ExtraAsker::ask_serials_again(evidence::ZoneEvidence* look, LookScopePtr scope) {
  WaitGroup group;
  for (evidence::ServerLook& server : look->servers) {
    if (!zonemd_is_of_another_serial(server, look->zone)) continue;
    dns::Question soa{look->zone, RrType::kSoa};
    server.extra.emplace_back().question = soa;
    group.spawn(ask_into(server.address, soa, scope, &server.extra.back()));
  }
  co_await group;
}

Task<void> ExtraAsker::ask_parent(evidence::ZoneEvidence* look, LookScopePtr scope) {
  const std::optional<dns::Question> dsync = dsync_question(*look);
  if (!dsync) co_return;
  for (evidence::ServerLook& parent : look->delegation.parents) {
    const evidence::Answer* ns = parent.find(look->zone, RrType::kNs);
    if (ns == nullptr || !ns->usable()) continue;
    IpAddress address = parent.address;
    dns::Question question = *dsync;
    evidence::Answer* slot = &parent.extra.emplace_back();
    co_await ask_into(address, question, scope, slot);
    co_return;
  }
}

Task<void> ExtraAsker::ask_signal(evidence::SignalLook* signal, LookScopePtr scope) {
  dns::Name name = signal->name;
  Located located = co_await locator_.locate_zone_of(name, scope, 0);
  if (!located.parent) {
    signal->failure = located.failure;
    co_return;
  }
  CutPtr cut = located.parent;
  signal->zone = cut->zone;
  dns::Question cds{name, RrType::kCds};
  evidence::Answer first = co_await locator_.ask_cut(cut, cds, scope, kServersToTry, 0);
  dns::Question cdnskey{name, RrType::kCdnskey};
  evidence::Answer second = co_await locator_.ask_cut(cut, cdnskey, scope, kServersToTry, 0);
  signal->answers.push_back(std::move(first));
  signal->answers.push_back(std::move(second));
}

Task<void> ExtraAsker::ask_signals(evidence::ZoneEvidence* look, LookScopePtr scope) {
  look->signals = signals_to_ask(*look);
  scope->query_limit += kQueriesPerSignal * static_cast<int>(look->signals.size());
  WaitGroup group;
  for (evidence::SignalLook& signal : look->signals) {
    if (signal.failure.empty()) group.spawn(ask_signal(&signal, scope));
  }
  co_await group;
}

Task<void> ExtraAsker::ask(evidence::ZoneEvidence* look, LookScopePtr scope) {
  // Resolvers answer some of these questions from what they know, and others not at all.
  if (look->forwarded) co_return;
  // DSYNC, and the SOA once more at each address.
  scope->query_limit += kQueriesPerQuestion + static_cast<int>(look->servers.size());
  WaitGroup group;
  group.spawn(ask_servers(look, scope));
  group.spawn(ask_parent(look, scope));
  group.spawn(ask_signals(look, scope));
  co_await group;
  co_await ask_serials_again(look, scope);
}

}  // namespace anchorwatch::probe
