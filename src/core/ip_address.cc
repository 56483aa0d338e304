// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace anchorwatch {

namespace {

constexpr std::size_t kLongestText = 45;  // INET6_ADDRSTRLEN without the NUL.
constexpr std::size_t kMappedPrefixOctets = 12;
constexpr std::size_t kGroups = 8;

struct V4Block {
  std::uint32_t first;
  unsigned prefix_bits;
};

/// https://www.iana.org/assignments/iana-ipv4-special-registry, without the blocks where DNS
/// servers do live (AS112: 192.31.196.0/24 and 192.175.48.0/24), plus multicast.
constexpr std::array kSpecialV4 = {
    V4Block{0x00000000, 8},   // 0.0.0.0/8        this network
    V4Block{0x0a000000, 8},   // 10.0.0.0/8       private
    V4Block{0x64400000, 10},  // 100.64.0.0/10    shared (carrier NAT)
    V4Block{0x7f000000, 8},   // 127.0.0.0/8      loopback
    V4Block{0xa9fe0000, 16},  // 169.254.0.0/16   link-local
    V4Block{0xac100000, 12},  // 172.16.0.0/12    private
    V4Block{0xc0000000, 24},  // 192.0.0.0/24     IETF protocol assignments
    V4Block{0xc0000200, 24},  // 192.0.2.0/24     documentation
    V4Block{0xc0586300, 24},  // 192.88.99.0/24   6to4 relays, deprecated
    V4Block{0xc0a80000, 16},  // 192.168.0.0/16   private
    V4Block{0xc6120000, 15},  // 198.18.0.0/15    benchmarking
    V4Block{0xc6336400, 24},  // 198.51.100.0/24  documentation
    V4Block{0xcb007100, 24},  // 203.0.113.0/24   documentation
    V4Block{0xe0000000, 4},   // 224.0.0.0/4      multicast
    V4Block{0xf0000000, 4},   // 240.0.0.0/4      reserved, and broadcast
};

/// The upper 64 bits are enough: no block but ::/96 and 64:ff9b::/96 is longer than that.
struct V6Block {
  std::uint64_t first;
  unsigned prefix_bits;
};

/// https://www.iana.org/assignments/iana-ipv6-special-registry, plus deprecated and multicast
/// blocks.
constexpr std::array kSpecialV6 = {
    V6Block{0x0064ff9b00010000, 48},  // 64:ff9b:1::/48   local NAT64
    V6Block{0x0100000000000000, 64},  // 100::/64         discard only
    V6Block{0x0100000000000001, 64},  // 100:0:0:1::/64   dummy prefix
    V6Block{0x2001000000000000, 23},  // 2001::/23        IETF protocol assignments
    V6Block{0x20010db800000000, 32},  // 2001:db8::/32    documentation
    V6Block{0x2002000000000000, 16},  // 2002::/16        6to4
    V6Block{0x3fff000000000000, 20},  // 3fff::/20        documentation
    V6Block{0x5f00000000000000, 16},  // 5f00::/16        segment routing
    V6Block{0xfc00000000000000, 7},   // fc00::/7         unique local
    V6Block{0xfe80000000000000, 10},  // fe80::/10        link-local
    V6Block{0xfec0000000000000, 10},  // fec0::/10        site-local, deprecated
    V6Block{0xff00000000000000, 8},   // ff00::/8         multicast
};

/// Inside 2001::/23, but name servers live there (AS112, RFC 7535).
constexpr V6Block kAs112V6{0x2001000401120000, 48};

constexpr std::uint64_t kNat64 = 0x0064ff9b00000000;

bool contains(const V4Block& block, std::uint32_t address) {
  return ((block.first ^ address) >> (32 - block.prefix_bits)) == 0;
}

bool contains(const V6Block& block, std::uint64_t upper) {
  return ((block.first ^ upper) >> (64 - block.prefix_bits)) == 0;
}

bool is_special_v4(std::uint32_t address) {
  return std::any_of(kSpecialV4.begin(), kSpecialV4.end(),
                     [address](const V4Block& block) { return contains(block, address); });
}

bool is_mapped(BytesView octets) {
  return octets.starts_with(BytesView("\0\0\0\0\0\0\0\0\0\0\xff\xff", kMappedPrefixOctets));
}

bool is_special_v6(BytesView octets) {
  if (is_mapped(octets)) return is_special_v4(read_u32(octets, kMappedPrefixOctets));
  const std::uint64_t upper =
      (static_cast<std::uint64_t>(read_u32(octets, 0)) << 32U) | read_u32(octets, 4);
  // ::/96 holds "unspecified", loopback and the deprecated IPv4-compatible addresses.
  if (upper == 0 || upper == kNat64) return read_u32(octets, 8) == 0;
  if (contains(kAs112V6, upper)) return false;
  return std::any_of(kSpecialV6.begin(), kSpecialV6.end(),
                     [upper](const V6Block& block) { return contains(block, upper); });
}

void append_number(std::string& out, unsigned value, int base) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

std::string v4_text(BytesView octets) {
  std::string out;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0) out.push_back('.');
    append_number(out, octet(octets, i), 10);
  }
  return out;
}

/// Groups [first, first + count) that "::" stands for.
struct ZeroRun {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals.
ZeroRun longest_zero_run(BytesView octets) {
  ZeroRun best;
  ZeroRun current;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (read_u16(octets, group * 2) != 0) {
      current = {group + 1, 0};
      continue;
    }
    ++current.count;
    if (current.count > best.count) best = current;
  }
  return best.count >= 2 ? best : ZeroRun{};
}

std::string v6_text(BytesView octets) {
  if (is_mapped(octets)) return "::ffff:" + v4_text(octets.substr(kMappedPrefixOctets));
  const ZeroRun run = longest_zero_run(octets);
  std::string out;
  std::size_t group = 0;
  while (group < kGroups) {
    if (run.count > 0 && group == run.first) {
      out += "::";
      group += run.count;
      continue;
    }
    if (!out.empty() && !out.ends_with(':')) out.push_back(':');
    append_number(out, read_u16(octets, group * 2), 16);
    ++group;
  }
  return out;
}

}  // namespace

std::optional<IpAddress> IpAddress::from_text(std::string_view text) {
  // inet_pton wants a C string; a NUL inside would hide what follows.
  if (text.size() > kLongestText || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string copy(text);
  IpAddress address;
  address.family_ = text.find(':') == std::string_view::npos ? IpFamily::kV4 : IpFamily::kV6;
  const int family = address.family_ == IpFamily::kV4 ? AF_INET : AF_INET6;
  if (inet_pton(family, copy.c_str(), address.octets_.data()) != 1) return std::nullopt;
  return address;
}

std::optional<IpAddress> IpAddress::from_bytes(BytesView bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  IpAddress address;
  address.family_ = bytes.size() == 4 ? IpFamily::kV4 : IpFamily::kV6;
  std::copy(bytes.begin(), bytes.end(), address.octets_.begin());
  return address;
}

BytesView IpAddress::bytes() const {
  return {octets_.data(), family_ == IpFamily::kV4 ? std::size_t{4} : octets_.size()};
}

std::string IpAddress::to_text() const {
  return family_ == IpFamily::kV4 ? v4_text(bytes()) : v6_text(bytes());
}

bool IpAddress::is_special() const {
  return family_ == IpFamily::kV4 ? is_special_v4(read_u32(bytes(), 0)) : is_special_v6(bytes());
}

}  // namespace anchorwatch
