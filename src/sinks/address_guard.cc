// SPDX-License-Identifier: Apache-2.0
#include "address_guard.h"

#include <algorithm>
#include <array>

namespace anchorwatch::sinks {

namespace {

/// The IPv4 address inside an IPv4-mapped or NAT64 one (RFC 6052 §2.1), else the address itself.
IpAddress unmapped(const IpAddress& address) {
  static constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  static constexpr std::string_view kNat64("\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12);
  const BytesView octets = address.bytes();
  if (octets.size() == 16 && (octets.substr(0, 12) == kMapped || octets.substr(0, 12) == kNat64)) {
    if (const auto inner = IpAddress::from_bytes(octets.substr(12))) return *inner;
  }
  return address;
}

bool never(const IpAddress& address) {
  const BytesView octets = address.bytes();
  const std::uint8_t first = octet(octets, 0);
  const std::uint8_t second = octet(octets, 1);
  if (address.family() == IpFamily::kV4) {
    return (first == 169 && second == 254) || first == 0 || first >= 224;  // Link-local, this host, multicast.
  }
  const bool unspecified = std::all_of(octets.begin(), octets.end(), [](char c) { return c == 0; });
  return unspecified || first == 0xFF || (first == 0xFE && (second & 0xC0U) == 0x80);
}

}  // namespace

bool is_metadata_address(const IpAddress& address) {
  static constexpr std::array<std::string_view, 5> kMetadata{"169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254",
                                                             "168.63.129.16"};
  const std::string text = unmapped(address).to_text();
  return std::find(kMetadata.begin(), kMetadata.end(), text) != kMetadata.end();
}

bool may_connect(const IpAddress& address, SpecialTargets special) {
  const IpAddress target = unmapped(address);
  if (is_metadata_address(target) || never(target)) return false;
  return special == SpecialTargets::kAllowed || !target.is_special();
}

}  // namespace anchorwatch::sinks
