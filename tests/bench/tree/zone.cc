// SPDX-License-Identifier: Apache-2.0
#include "zone.h"

#include <algorithm>

namespace bench {

namespace {

constexpr unsigned kKskFlags = 257, kZskFlags = 256;

Wire soa(const std::string& server) {
  Wire out = name_wire(server) + name_wire("hostmaster.dns.bench.");
  for (const std::uint32_t field : {1U, 7200U, 900U, 1209600U, kNegativeTtl}) put32(out, field);
  return out;
}

Wire address4(std::uint32_t number) {
  Wire out = std::string("\xC6\x12", 2);  // 198.18.0.0/15: set aside for benchmarks (RFC 2544).
  put16(out, number & 0xFFFFU);
  return out;
}

Wire address6(std::uint32_t number) {
  Wire out = std::string("\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0", 12);
  put32(out, number);
  return out;
}

Wire text(const std::string& content) {
  Wire out;
  put8(out, static_cast<unsigned>(content.size()));
  return out + content;
}

Wire mail_exchange(const std::string& host) {
  Wire out;
  put16(out, 10);
  return out + name_wire(host);
}

Wire issuer(const std::string& name) { return std::string("\0\5issue", 7) + name; }

}  // namespace

Zone::Zone(const Spec& spec, const std::string& apex, const std::vector<std::string>& servers)
    : apex_(name_wire(apex)), ksk_(spec.seed + "/ksk/" + apex, kKskFlags), zsk_(spec.seed + "/zsk/" + apex, kZskFlags) {
  add(apex, type::kSoa, {soa(servers.front())});
  std::vector<Wire> names;
  for (const std::string& server : servers) names.push_back(name_wire(server));
  add(apex, type::kNs, std::move(names));
  add(apex, type::kDnskey, {ksk_.dnskey(), zsk_.dnskey()});
}

void Zone::add(std::string_view owner_text, std::uint16_t rrtype, std::vector<Wire> rdata, std::uint32_t ttl) {
  std::sort(rdata.begin(), rdata.end());
  sets_.push_back({name_wire(owner_text), rrtype, ttl, std::move(rdata)});
}

void Zone::add_portfolio(std::uint32_t number) {
  const std::string apex = name_text(apex_);
  add(apex, type::kA, {address4(number), address4(number + 1)});
  add(apex, type::kAaaa, {address6(number)});
  add(apex, type::kMx, {mail_exchange("mail." + apex)});
  add(apex, type::kTxt, {text("v=spf1 mx -all"), text("site-verification=" + std::to_string(number))});
  add(apex, type::kCaa, {issuer("ca.bench")});
  add(apex, type::kCds, {ksk_.ds(apex_)});
  add(apex, type::kCdnskey, {ksk_.dnskey()});
  add("mail." + apex, type::kA, {address4(number)});
  add("www." + apex, type::kA, {address4(number)});
  add("www." + apex, type::kAaaa, {address6(number)});
}

const RrSet* Zone::find(std::string_view owner, std::uint16_t rrtype) const {
  for (const RrSet& set : sets_) {
    if (set.type == rrtype && set.owner == owner) return &set;
  }
  return nullptr;
}

std::vector<std::uint16_t> Zone::types_at(std::string_view owner) const {
  std::vector<std::uint16_t> types;
  for (const RrSet& set : sets_) {
    if (set.owner == owner) types.push_back(set.type);
  }
  return types;
}

Wire Zone::sign(const RrSet& set, Validity validity) const {
  // RFC 7344 §4.1: CDS and CDNSKEY are signed by a key that has a DS.
  const bool entry = set.type == type::kDnskey || set.type == type::kCds || set.type == type::kCdnskey;
  return (entry ? ksk_ : zsk_).sign(set, apex_, validity);
}

Zone portfolio_zone(const Spec& spec, std::uint32_t number) {
  const std::uint32_t op = spec.operator_of(number);
  Zone zone(spec, spec.zone_name(number), {spec.server_name(op, 0), spec.server_name(op, 1)});
  zone.add_portfolio(number);
  return zone;
}

}  // namespace bench
