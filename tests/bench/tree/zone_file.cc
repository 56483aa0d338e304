// SPDX-License-Identifier: Apache-2.0
#include "zone_file.h"

#include <algorithm>
#include <fstream>
#include <map>

namespace bench {

namespace {

std::vector<Wire> owners_of(const Zone& zone) {
  std::vector<Wire> owners;
  for (const RrSet& set : zone.sets()) owners.push_back(set.owner);
  std::sort(owners.begin(), owners.end(), canonical_less);
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

void put_hex(std::string& out, std::string_view octets) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const char octet : octets) {
    const unsigned value = static_cast<unsigned char>(octet);
    out.push_back(kDigits[value >> 4U]);
    out.push_back(kDigits[value & 15U]);
  }
}

}  // namespace

RrSet nsec(const Wire& owner, const Wire& next, std::vector<std::uint16_t> types) {
  types.push_back(type::kRrsig);
  types.push_back(type::kNsec);
  return {owner, type::kNsec, kNegativeTtl, {next + type_bitmap(std::move(types))}};
}

void ZoneFile::put_line(const std::string& owner, std::uint16_t rrtype, std::uint32_t ttl, const Wire& rdata) {
  text_.append(owner).append(" ").append(std::to_string(ttl)).append(" IN TYPE").append(std::to_string(rrtype));
  text_.append(" \\# ").append(std::to_string(rdata.size())).append(" ");
  put_hex(text_, rdata);
  text_.push_back('\n');
}

void ZoneFile::put_unsigned(const RrSet& set) {
  const std::string owner = name_text(set.owner);
  for (const Wire& one : set.rdata) put_line(owner, set.type, set.ttl, one);
}

void ZoneFile::put_signed(const RrSet& set) {
  put_unsigned(set);
  put_line(name_text(set.owner), type::kRrsig, set.ttl, zone_.sign(set, validity_));
}

void ZoneFile::put_whole(bool nsec3) {
  for (const RrSet& set : zone_.sets()) put_signed(set);
  nsec3 ? put_nsec3_chain() : put_nsec_chain();
}

void ZoneFile::put_nsec_chain() {
  const std::vector<Wire> owners = owners_of(zone_);
  for (std::size_t at = 0; at < owners.size(); ++at) {
    put_signed(nsec(owners[at], owners[(at + 1) % owners.size()], zone_.types_at(owners[at])));
  }
}

void ZoneFile::put_nsec3_chain() {
  // RFC 9276: no salt, no further iterations.
  const Wire fixed("\1\0\0\0\0", 5);
  put_signed({zone_.apex(), type::kNsec3Param, 0, {fixed}});
  std::map<Wire, Wire> owner_of;
  for (const Wire& owner : owners_of(zone_)) owner_of[nsec3_hash(owner, "", 0)] = owner;
  for (auto at = owner_of.begin(); at != owner_of.end(); ++at) {
    const auto next = std::next(at) == owner_of.end() ? owner_of.begin() : std::next(at);
    std::vector<std::uint16_t> types = zone_.types_at(at->second);
    types.push_back(type::kRrsig);
    if (at->second == zone_.apex()) types.push_back(type::kNsec3Param);
    Wire rdata = fixed;
    put8(rdata, static_cast<unsigned>(next->first.size()));
    rdata += next->first + type_bitmap(std::move(types));
    Wire owner;
    const std::string label = base32hex(at->first);
    put8(owner, static_cast<unsigned>(label.size()));
    owner += label + zone_.apex();
    put_signed({owner, type::kNsec3, kNegativeTtl, {rdata}});
  }
}

bool ZoneFile::write(const std::string& path) const {
  std::ofstream file(path, std::ios::binary);
  file << text_;
  return static_cast<bool>(file.flush());
}

}  // namespace bench
