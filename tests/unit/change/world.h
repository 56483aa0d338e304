// SPDX-License-Identifier: Apache-2.0
// World: one zone as tests of `change` see it: its facts and judgement, ready to be looked at.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch::change {

inline constexpr UnixSeconds kNoon = 1767268800;  // 2026-01-01T12:00:00Z
inline constexpr UnixSeconds kStep = 900;

inline dns::Name name(const std::string& text) { return dns::Name::from_text(text).value(); }
inline IpAddress address(const std::string& text) { return IpAddress::from_text(text).value(); }

inline Bytes make_key(std::uint16_t flags, char seed) {
  Bytes rdata;
  append_u16(rdata, flags);
  append_u8(rdata, 3);
  append_u8(rdata, 13);
  return rdata + Bytes(64, seed);
}

inline Bytes make_ds(const dns::Name& zone, const Bytes& key) {
  Bytes rdata;
  append_u16(rdata, dns::key_tag(key));
  append_u8(rdata, 13);
  append_u8(rdata, 2);
  return rdata + dnssec::ds_digest(2, zone, key);
}

/// A secure zone with one key, one DS and two name servers; tests change what they need.
struct World {
  inventory::ZoneEntry entry;
  judge::Judgement judgement;
  judge::ZoneFacts facts;
  evidence::Depth depth = evidence::Depth::kFull;
  judge::SeverityMap severities;  ///< The operator's, by code.
  history::Sight sight;           ///< Nothing is known: tests of the caches' view fill it.

  explicit World(judge::Expect expect = judge::Expect::kAny) {
    inventory::ZoneSettings settings;
    settings.expectation.expect = expect;
    settings.owner = "web team";
    settings.contact = "dns@example.com";
    settings.tags = {"shop"};
    entry.name = name("example.com.");
    entry.settings = std::make_shared<const inventory::ZoneSettings>(std::move(settings));
    facts.zone = judgement.zone = entry.name;
    judgement.verdict = dnssec::secure();
    judgement.status_worst = dnssec::SecurityStatus::kSecure;
    judgement.observation = judge::Observation::kOk;
    judgement.delegation = judge::DelegationState::kPresent;
    judgement.servers = {server("ns1.example.com.", "192.0.2.1"),
                         server("ns2.example.com.", "192.0.2.2")};
    judgement.parents = {server("a.gtld.", "198.51.100.1"), server("b.gtld.", "198.51.100.2")};
    judgement.link.valid_until = kNoon + 864000;
    judgement.valid_until = kNoon + 864000;
    set_keys({make_key(257, 'a')});
    set_ds({make_ds(entry.name, make_key(257, 'a'))});
    facts.parent_ns = {true,
                       {{name("ns1.example.com."), {address("192.0.2.1")}},
                        {name("ns2.example.com."), {address("192.0.2.2")}}}};
    facts.child_ns = {true, {name("ns1.example.com."), name("ns2.example.com.")}};
    facts.cds.known = facts.cdnskey.known = facts.csync.known = true;
    facts.denial = {true, {{judge::DenialKind::kNsec, 0, {}, false}}};
  }

  static judge::ServerVerdict server(const std::string& host, const std::string& at) {
    return {name(host), address(at), true, dnssec::secure(), 1};
  }
  void set_keys(const std::vector<Bytes>& keys) {
    facts.dnskeys = {true, {}};
    for (const Bytes& key : keys) {
      facts.dnskeys.values.push_back(
          {key, 3600, {address("192.0.2.1"), address("192.0.2.2")}, true, true});
    }
  }
  void set_ds(const std::vector<Bytes>& records) {
    facts.ds = {true, {}};
    for (const Bytes& ds : records) {
      facts.ds.values.push_back({ds, 86400, {address("198.51.100.1"), address("198.51.100.2")}});
    }
  }
  void set_verdict(dnssec::Verdict verdict) {
    judgement.verdict = verdict;
    judgement.status_worst = verdict.status;
  }
  void add_finding(judge::FindingCode code, Severity severity,
                   std::vector<IpAddress> servers = {}) {
    judge::Finding finding;
    finding.code = code;
    finding.severity = severity;
    finding.subject.name = entry.name;
    finding.servers = std::move(servers);
    finding.message = "Something is wrong.";
    judgement.findings.push_back(std::move(finding));
  }
  /// Nobody answers.
  void go_dark() {
    judgement.verdict = dnssec::indeterminate(dnssec::Reason::kUnreachable);
    judgement.status_worst = dnssec::SecurityStatus::kIndeterminate;
    judgement.observation = judge::Observation::kFailed;
    judgement.delegation = judge::DelegationState::kUnknown;
    for (auto* side : {&judgement.servers, &judgement.parents}) {
      for (judge::ServerVerdict& each : *side) each.reachable = false;
    }
    facts = judge::ZoneFacts();
    facts.zone = entry.name;
    judgement.findings.clear();
  }

  [[nodiscard]] ZoneUpdate look(const ZoneState& before, UnixSeconds at) const {
    return advance(entry, before,
                   Look{judgement, facts, depth, Digest(), at, std::chrono::seconds(900), {.needed = 1}, &severities, &sight});
  }
};

/// The events of one type.
inline std::vector<Event> of_type(const ZoneUpdate& update, EventType type) {
  std::vector<Event> events;
  for (const Event& event : update.events) {
    if (event.type == type) events.push_back(event);
  }
  return events;
}

inline std::vector<std::string> types_of(const ZoneUpdate& update) {
  std::vector<std::string> types;
  for (const Event& event : update.events) types.emplace_back(to_string(event.type));
  return types;
}

}  // namespace anchorwatch::change
