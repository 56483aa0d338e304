// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/cut.h"

#include <algorithm>
#include <limits>

#include "anchorwatch/dns/rdata.h"

namespace anchorwatch::probe {

namespace {

constexpr UnixSeconds kForever = std::numeric_limits<UnixSeconds>::max();

void add_glue(std::vector<evidence::NameServer>& servers, const std::vector<dns::RRset>& sets,
              const dns::Name& bailiwick) {
  for (const dns::RRset& set : sets) {
    if (set.type != dns::RrType::kA && set.type != dns::RrType::kAaaa) continue;
    // A parent may speak only for names in its own zone; anything else could be a lie about others.
    if (!set.owner.is_at_or_below(bailiwick)) continue;
    for (evidence::NameServer& server : servers) {
      if (server.name != set.owner) continue;
      for (const Bytes& rdata : set.rdatas) {
        if (auto address = dns::decode_address(set.type, rdata)) server.glue.push_back(*address);
      }
    }
  }
}

void finish(std::vector<evidence::NameServer>& servers) {
  std::sort(servers.begin(), servers.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (evidence::NameServer& server : servers) {
    std::sort(server.glue.begin(), server.glue.end());
    server.glue.erase(std::unique(server.glue.begin(), server.glue.end()), server.glue.end());
    server.addresses = server.glue;
  }
}

std::vector<evidence::NameServer> names_of(const dns::RRset& ns_set) {
  std::vector<evidence::NameServer> servers;
  for (const Bytes& rdata : ns_set.rdatas) {
    if (auto name = dns::decode_name(rdata)) {
      evidence::NameServer server;
      server.name = *name;
      servers.push_back(std::move(server));
    }
  }
  return servers;
}

}  // namespace

Result<void> CutCache::add_root_hints(std::string_view text) {
  Result<std::vector<dns::RRset>> sets = dns::parse_zone_text(text, dns::Name());
  if (!sets) return std::move(sets).error().with("root hints");
  Cut root;
  root.configured = true;
  root.expires_at = kForever;
  for (const dns::RRset& set : *sets) {
    if (set.type == dns::RrType::kNs && set.owner.is_root()) {
      std::vector<evidence::NameServer> names = names_of(set);
      root.name_servers.insert(root.name_servers.end(), names.begin(), names.end());
    }
  }
  add_glue(root.name_servers, *sets, dns::Name());
  finish(root.name_servers);
  const bool any = std::any_of(root.name_servers.begin(), root.name_servers.end(),
                               [](const auto& server) { return !server.addresses.empty(); });
  if (!any) {
    return Error(ErrorCode::kInvalidArgument, "root hints: no root server with an address (NS records at the root, and A or AAAA records for them)");
  }
  put(std::move(root));
  return {};
}

void CutCache::add_stub(const dns::Name& zone, const std::vector<IpAddress>& servers) {
  Cut cut;
  cut.zone = zone;
  cut.configured = true;
  cut.expires_at = kForever;
  evidence::NameServer server;
  server.name = zone;
  server.glue = servers;
  cut.name_servers.push_back(std::move(server));
  finish(cut.name_servers);
  put(std::move(cut));
}

void CutCache::put(Cut cut) {
  // What the operator configured wins over what the network says.
  if (!cut.configured && configured_.contains(cut.zone)) return;
  no_cuts_.erase(cut.zone);
  const dns::Name zone = cut.zone;
  CutPtr& place = cut.configured ? configured_[zone] : learnt_[zone];
  place = std::make_shared<const Cut>(std::move(cut));
}

void CutCache::put_no_cut(const dns::Name& name, UnixSeconds expires_at) { no_cuts_[name] = expires_at; }

CutPtr CutCache::find(const dns::Name& zone, UnixSeconds now) {
  if (const auto configured = configured_.find(zone); configured != configured_.end()) return configured->second;
  const CutPtr* learnt = learnt_.find(zone);
  if (learnt == nullptr || (*learnt)->expires_at <= now) return nullptr;
  return *learnt;
}

CutPtr CutCache::deepest(const dns::Name& name, UnixSeconds now) {
  dns::Name at = name;
  while (true) {
    if (CutPtr cut = find(at, now)) return cut;
    if (at.is_root()) return nullptr;
    at = at.parent();
  }
}

bool CutCache::known_no_cut(const dns::Name& name, UnixSeconds now) {
  const UnixSeconds* expires_at = no_cuts_.find(name);
  return expires_at != nullptr && *expires_at > now;
}

void CutCache::forget() {
  learnt_.clear();
  no_cuts_.clear();
}

bool is_authoritative(const evidence::Answer& answer) {
  const auto has = [&answer](std::initializer_list<dns::RrType> types) {
    return std::any_of(answer.authority.begin(), answer.authority.end(), [&types](const dns::RRset& set) {
      return std::find(types.begin(), types.end(), set.type) != types.end();
    });
  };
  if (answer.aa || !answer.answer.empty()) return true;
  if (has({dns::RrType::kNs})) return false;
  return has({dns::RrType::kSoa, dns::RrType::kNsec, dns::RrType::kNsec3});
}

std::optional<dns::Name> signer_in(const evidence::Answer& answer, const dns::Name& name) {
  std::optional<dns::Name> deepest;
  const auto look = [&](const std::vector<dns::RRset>& sets) {
    for (const dns::RRset& set : sets) {
      for (const dns::Rrsig& rrsig : set.rrsigs) {
        if (!name.is_at_or_below(rrsig.signer) || !set.owner.is_at_or_below(rrsig.signer)) continue;
        if (!deepest || rrsig.signer.is_below(*deepest)) deepest = rrsig.signer;
      }
    }
  };
  look(answer.answer);
  look(answer.authority);
  return deepest;
}

std::vector<evidence::NameServer> name_servers_in(const evidence::Answer& answer, const dns::Name& child,
                                                  const dns::Name& parent, std::uint32_t* ttl) {
  const dns::RRset* set = dns::find_rrset(answer.answer, child, dns::RrType::kNs);
  if (set == nullptr) set = dns::find_rrset(answer.authority, child, dns::RrType::kNs);
  if (set == nullptr) return {};
  if (ttl != nullptr) *ttl = set->ttl;
  std::vector<evidence::NameServer> servers = names_of(*set);
  add_glue(servers, answer.additional, parent);
  finish(servers);
  return servers;
}

}  // namespace anchorwatch::probe
