// SPDX-License-Identifier: Apache-2.0
#include "support/zone_signer.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch {
namespace {

using dns::Name;
using dns::RrType;

// The other half of signed_octets() in the validator, written apart from it.
Bytes octets_to_sign(const dns::RRset& set, const dns::Rrsig& rrsig) {
  Bytes out = rrsig.rdata_without_signature();
  Name owner = set.owner;
  while (owner.rrsig_label_count() > rrsig.labels) owner = owner.parent();
  if (owner != set.owner) owner = owner.prepend("*").value();
  for (const Bytes& rdata : set.rdatas) {
    out += owner.wire();
    append_u16(out, static_cast<std::uint16_t>(set.type));
    append_u16(out, 1);
    append_u32(out, rrsig.original_ttl);
    append_u16(out, static_cast<std::uint16_t>(rdata.size()));
    out += rdata;
  }
  return out;
}

bool signed_by_ksk(RrType type) {
  return type == RrType::kDnskey || type == RrType::kCds || type == RrType::kCdnskey;
}

}  // namespace

Name name_of(std::string_view text) {
  auto name = Name::from_text(text);
  if (!name) throw std::runtime_error(name.error().message());
  return *std::move(name);
}

std::vector<dns::RRset> records_of(std::string_view text, std::string_view origin) {
  auto sets = dns::parse_zone_text(text, name_of(origin));
  if (!sets) throw std::runtime_error(sets.error().message());
  return *std::move(sets);
}

dns::RRset rrset_of(std::string_view text, std::string_view origin) {
  return records_of(text, origin).at(0);
}

Bytes type_bitmap_of(std::vector<RrType> types) {
  std::sort(types.begin(), types.end());
  std::map<unsigned, Bytes> windows;
  for (const RrType type : types) {
    const auto number = static_cast<unsigned>(type);
    Bytes& bits = windows[number >> 8U];
    const std::size_t at = (number & 0xffU) / 8;
    if (bits.size() <= at) bits.resize(at + 1, '\0');
    bits[at] = static_cast<char>(octet(bits, at) | (0x80U >> (number & 7U)));
  }
  Bytes out;
  for (const auto& [window, bits] : windows) {
    append_u8(out, static_cast<std::uint8_t>(window));
    append_u8(out, static_cast<std::uint8_t>(bits.size()));
    out += bits;
  }
  return out;
}

dns::Rrsig make_rrsig(const dns::RRset& set, const SigningKey& key, const Name& signer,
                      const SignOptions& options) {
  dns::Rrsig rrsig;
  rrsig.type_covered = set.type;
  rrsig.algorithm = options.algorithm.value_or(key.algorithm());
  rrsig.labels = static_cast<std::uint8_t>(options.labels.value_or(set.owner.rrsig_label_count()));
  rrsig.original_ttl = options.original_ttl.value_or(set.ttl);
  rrsig.expiration = static_cast<std::uint32_t>(options.expiration);
  rrsig.inception = static_cast<std::uint32_t>(options.inception);
  rrsig.key_tag = options.key_tag.value_or(key.tag());
  rrsig.signer = signer;
  rrsig.ttl = set.ttl;
  rrsig.signature = key.sign(octets_to_sign(set, rrsig));
  return rrsig;
}

ZoneSigner::ZoneSigner(std::string_view apex, Options options)
    : apex_(name_of(apex)), options_(std::move(options)) {
  add("@ SOA ns hostmaster 1 7200 3600 1209600 300\n@ NS ns\nns A 192.0.2.53\n");
}

void ZoneSigner::add_key(SigningKey key) {
  publish(key.dnskey());
  keys_.push_back(std::move(key));
}

void ZoneSigner::publish(const Bytes& dnskey) { add_record(apex_, RrType::kDnskey, dnskey); }

void ZoneSigner::add(std::string_view text) {
  const std::string with_ttl = "$TTL " + std::to_string(options_.ttl) + "\n" + std::string(text);
  for (const dns::RRset& set : records_of(with_ttl, apex_.to_text())) {
    for (const Bytes& rdata : set.rdatas) add_record(set.owner, set.type, rdata);
  }
}

void ZoneSigner::add_record(const Name& owner, RrType type, Bytes rdata) {
  dns::RRset& set = nodes_[owner][type];
  set.owner = owner;
  set.type = type;
  set.ttl = options_.ttl;
  set.rdatas.push_back(std::move(rdata));
  std::sort(set.rdatas.begin(), set.rdatas.end());
}

bool ZoneSigner::is_cut(const Name& name) const {
  const auto node = nodes_.find(name);
  return name != apex_ && node != nodes_.end() && node->second.contains(RrType::kNs);
}

bool ZoneSigner::is_below_cut(const Name& name) const {
  for (Name at = name; at != apex_; at = at.parent()) {
    if (at != name && is_cut(at)) return true;
  }
  return false;
}

bool ZoneSigner::is_signed_type(const Name& name, RrType type) const {
  if (is_below_cut(name)) return false;
  return !is_cut(name) || type == RrType::kDs || type == RrType::kNsec;
}

std::vector<RrType> ZoneSigner::types_at(const Name& name) const {
  std::vector<RrType> types;
  const auto node = nodes_.find(name);
  if (node == nodes_.end()) return types;
  for (const auto& [type, set] : node->second) {
    if (type == RrType::kNs || is_signed_type(name, type)) types.push_back(type);
  }
  return types;
}

void ZoneSigner::make_nsec() {
  std::vector<Name> names;
  for (const auto& [name, node] : nodes_) {
    if (!is_below_cut(name)) names.push_back(name);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<RrType> types = types_at(names[i]);
    types.push_back(RrType::kNsec);
    types.push_back(RrType::kRrsig);
    const Name& next = names[(i + 1) % names.size()];
    add_record(names[i], RrType::kNsec, next.wire() + type_bitmap_of(types));
  }
}

Bytes ZoneSigner::nsec3_hash(const Name& name) const {
  dnssec::WorkBudget budget;
  budget.nsec3_hash_blocks = 1 << 24;
  return dnssec::nsec3_hash(name, options_.nsec3_salt, options_.nsec3_iterations, budget);
}

// RFC 5155 §7.1: every name with data and every empty non-terminal; with opt-out, delegations
// without DS and what exists only because of them are left out.
std::map<Bytes, Name> ZoneSigner::nsec3_names() const {
  std::set<Name> names;
  for (const auto& [name, node] : nodes_) {
    const bool left_out =
        options_.denial == Denial::kNsec3OptOut && is_cut(name) && !node.contains(RrType::kDs);
    if (is_below_cut(name) || left_out) continue;
    for (Name at = name; at.is_at_or_below(apex_); at = at.parent()) {
      names.insert(at);
      if (at == apex_) break;
    }
  }
  std::map<Bytes, Name> hashed;
  for (const Name& name : names) hashed.emplace(nsec3_hash(name), name);
  return hashed;
}

void ZoneSigner::make_nsec3() {
  Bytes parameters;  // RFC 5155 §4: the flags are zero in NSEC3PARAM.
  append_u8(parameters, 1);
  append_u8(parameters, 0);
  append_u16(parameters, options_.nsec3_iterations);
  append_u8(parameters, static_cast<std::uint8_t>(options_.nsec3_salt.size()));
  parameters += options_.nsec3_salt;
  add_record(apex_, RrType::kNsec3Param, parameters);

  const std::map<Bytes, Name> names = nsec3_names();
  for (auto at = names.begin(); at != names.end(); ++at) {
    const auto next = std::next(at) == names.end() ? names.begin() : std::next(at);
    std::vector<RrType> types = types_at(at->second);
    const bool any_signature = std::any_of(
        types.begin(), types.end(), [&](RrType type) { return is_signed_type(at->second, type); });
    if (any_signature) types.push_back(RrType::kRrsig);
    dns::RRset& set = nsec3_[at->first];
    set.owner = apex_.prepend(to_base32hex(at->first)).value();
    set.type = RrType::kNsec3;
    set.ttl = options_.ttl;
    Bytes rdata = parameters;
    rdata[1] = options_.denial == Denial::kNsec3OptOut ? '\1' : '\0';
    append_u8(rdata, static_cast<std::uint8_t>(next->first.size()));
    set.rdatas.push_back(rdata + next->first + type_bitmap_of(types));
    sign_set(set);
  }
}

void ZoneSigner::sign() {
  if (options_.denial == Denial::kNsec) make_nsec();
  if (options_.denial == Denial::kNsec3 || options_.denial == Denial::kNsec3OptOut) make_nsec3();
  for (auto& [name, node] : nodes_) {
    for (auto& [type, set] : node) {
      if (is_signed_type(name, type)) sign_set(set);
    }
  }
}

SignOptions ZoneSigner::sign_options() const {
  SignOptions options;
  options.inception = options_.inception;
  options.expiration = options_.expiration;
  return options;
}

void ZoneSigner::sign_set(dns::RRset& set) const {
  const auto is_sep = [](const SigningKey& key) { return key.sep(); };
  const bool split = std::any_of(keys_.begin(), keys_.end(), is_sep) &&
                     !std::all_of(keys_.begin(), keys_.end(), is_sep);
  for (const SigningKey& key : keys_) {
    if (split && key.sep() != signed_by_ksk(set.type)) continue;
    set.rrsigs.push_back(make_rrsig(set, key, apex_, sign_options()));
  }
}

void ZoneSigner::sign_again(dns::RRset& set, const SigningKey& key,
                            const SignOptions& options) const {
  set.rrsigs = {make_rrsig(set, key, apex_, options)};
}

dns::RRset& ZoneSigner::at(std::string_view owner, RrType type) {
  return nodes_.at(name_of(owner)).at(type);
}

dnssec::ZoneKeys ZoneSigner::keys() const {
  return {apex_, nodes_.at(apex_).at(RrType::kDnskey).rdatas};
}

std::vector<Bytes> ZoneSigner::ds() const {
  std::vector<Bytes> out;
  for (const SigningKey& key : keys_) {
    if (key.sep()) out.push_back(key.ds(apex_));
  }
  for (const SigningKey& key : keys_) {
    if (out.empty()) out.push_back(key.ds(apex_));
  }
  return out;
}

std::vector<dns::RRset> ZoneSigner::sets() const {
  std::vector<dns::RRset> out;
  for (const auto& [name, node] : nodes_) {
    for (const auto& [type, set] : node) out.push_back(set);
  }
  for (const auto& [hash, set] : nsec3_) out.push_back(set);
  return out;
}

}  // namespace anchorwatch
