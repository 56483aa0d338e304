// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/extra_questions.h"

#include <algorithm>

#include "anchorwatch/dns/rdata.h"

namespace anchorwatch::probe {

namespace {

using dns::RrType;

constexpr std::size_t kMaxOwnNames = 20;
/// Each leads to servers that have nothing to do with the zone; more would be a fan-out.
constexpr std::size_t kMaxSignals = 13;
/// One copy of the zone is enough to know an address, a second one to see that copies differ.
constexpr std::size_t kServersForAddresses = 2;

bool has_records(const std::vector<dns::RRset>& section, RrType type) {
  return std::any_of(section.begin(), section.end(), [type](const dns::RRset& set) {
    return set.type == type && !set.rdatas.empty();
  });
}

bool shows(const evidence::ServerLook& server, RrType type) {
  return std::any_of(
      server.answers.begin(), server.answers.end(), [type](const evidence::Answer& answer) {
        return answer.usable() &&
               (has_records(answer.answer, type) || has_records(answer.authority, type));
      });
}

/// A server that has the zone: others need not be asked more.
bool has_zone(const evidence::ServerLook& server, const dns::Name& zone) {
  const evidence::Answer* soa = server.find(zone, RrType::kSoa);
  return soa != nullptr && soa->usable() &&
         dns::find_rrset(soa->answer, zone, RrType::kSoa) != nullptr;
}

void add_zone_questions(const evidence::ZoneEvidence& look, std::size_t at,
                        std::vector<ExtraQuestion>& out) {
  const evidence::ServerLook& server = look.servers[at];
  out.push_back({at, {look.zone, RrType::kZonemd}});
  const dns::Question csync{look.zone, RrType::kCsync};
  const bool probed = std::find(look.probes.begin(), look.probes.end(), csync) != look.probes.end();
  if (!probed) out.push_back({at, csync});
  if (!shows(server, RrType::kDnskey)) return;
  out.push_back({at, {look.zone, RrType::kNsec}});
  const bool nsec = shows(server, RrType::kNsec);
  if (!nsec) out.push_back({at, {look.zone, RrType::kNsec3Param}});
  // Who turned the random name off wants no invented names.
  if (!nsec || !look.denial_name) return;
  if (const auto last = evidence::last_name(look.zone)) out.push_back({at, {*last, RrType::kA}});
}

void add_address_questions(const evidence::ZoneEvidence& look,
                           const std::vector<std::size_t>& servers,
                           std::vector<ExtraQuestion>& out) {
  const evidence::DelegationLook& delegation = look.delegation;
  if (servers.empty() || delegation.from_configuration || delegation.shares_servers) return;
  std::size_t names = 0;
  for (const evidence::NameServer& server : delegation.name_servers) {
    if (server.glue.empty() || !server.name.is_at_or_below(look.zone)) continue;
    if (names++ == kMaxOwnNames) return;
    for (std::size_t i = 0; i < std::min(kServersForAddresses, servers.size()); ++i) {
      const std::size_t at = servers[(names + i) % servers.size()];
      out.push_back({at, {server.name, RrType::kA}});
      out.push_back({at, {server.name, RrType::kAaaa}});
    }
  }
}

/// Whether the zone asks for keys to be trusted: a record that is no delete request (RFC 8078 §4).
bool asks_for_ds(const evidence::ZoneEvidence& look) {
  for (const evidence::ServerLook& server : look.servers) {
    for (const RrType type : {RrType::kCds, RrType::kCdnskey}) {
      const evidence::Answer* answer = server.find(look.zone, type);
      if (answer == nullptr || !answer->usable()) continue;
      const dns::RRset* set = dns::find_rrset(answer->answer, look.zone, type);
      if (set == nullptr) continue;
      for (const Bytes& rdata : set->rdatas) {
        const std::size_t algorithm = type == RrType::kCds ? 2 : 3;
        if (rdata.size() > algorithm && rdata[algorithm] != '\0') return true;
      }
    }
  }
  return false;
}

/// The parent was heard, and no server of it shows a DS.
bool has_no_ds(const evidence::ZoneEvidence& look) {
  bool heard = false;
  for (const evidence::ServerLook& parent : look.delegation.parents) {
    const evidence::Answer* answer = parent.find(look.zone, RrType::kDs);
    if (answer == nullptr || !answer->usable()) continue;
    if (dns::find_rrset(answer->answer, look.zone, RrType::kDs) != nullptr) return false;
    heard = true;
  }
  return heard;
}

/// `_dsboot.ZONE._signal.NS`; nothing where it would be too long.
std::optional<dns::Name> signalling_name(const dns::Name& zone, const dns::Name& server) {
  std::optional<dns::Name> name = server.prepend("_signal");
  for (int labels = 1; name && labels <= zone.label_count(); ++labels) {
    name = name->prepend(zone.suffix(labels).first_label());
  }
  return name ? name->prepend("_dsboot") : std::nullopt;
}

}  // namespace

std::vector<ExtraQuestion> extra_questions(const evidence::ZoneEvidence& look) {
  std::vector<ExtraQuestion> out;
  std::vector<std::size_t> servers;
  for (std::size_t i = 0; i < look.servers.size(); ++i) {
    if (!has_zone(look.servers[i], look.zone)) continue;
    servers.push_back(i);
    add_zone_questions(look, i, out);
  }
  add_address_questions(look, servers, out);
  return out;
}

std::optional<dns::Question> dsync_question(const evidence::ZoneEvidence& look) {
  const dns::Name& parent = look.delegation.parent;
  if (look.delegation.from_configuration || !look.zone.is_below(parent)) return std::nullopt;
  std::optional<dns::Name> name = parent.prepend("_dsync");
  for (int labels = parent.label_count() + 1; name && labels <= look.zone.label_count(); ++labels) {
    name = name->prepend(look.zone.suffix(labels).first_label());
  }
  if (!name) return std::nullopt;
  return dns::Question{*name, RrType::kDsync};
}

std::vector<evidence::SignalLook> signals_to_ask(const evidence::ZoneEvidence& look) {
  std::vector<evidence::SignalLook> out;
  if (look.delegation.from_configuration || !has_no_ds(look) || !asks_for_ds(look)) return out;
  for (const evidence::NameServer& server : look.delegation.name_servers) {
    // A name inside the zone cannot vouch for the zone.
    if (server.name.is_at_or_below(look.zone)) continue;
    evidence::SignalLook signal;
    signal.server = server.name;
    const auto name = signalling_name(look.zone, server.name);
    if (out.size() >= kMaxSignals) {
      signal.failure = "the zone has too many name servers";
    } else if (name) {
      signal.name = *name;
    } else {
      signal.failure = "the signalling name would be too long";
    }
    out.push_back(std::move(signal));
  }
  return out;
}

}  // namespace anchorwatch::probe
