// SPDX-License-Identifier: Apache-2.0
// Octets of DNS names and records, made without any part of the product: what is measured shall not make its own input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Octets on the wire.
using Wire = std::string;

namespace type {
inline constexpr std::uint16_t kA = 1, kNs = 2, kSoa = 6, kMx = 15, kTxt = 16, kAaaa = 28, kOpt = 41, kDs = 43, kRrsig = 46,
                               kNsec = 47, kDnskey = 48, kNsec3 = 50, kNsec3Param = 51, kCds = 59, kCdnskey = 60, kNxname = 128,
                               kCaa = 257;
}

void put8(Wire& out, unsigned value);
void put16(Wire& out, unsigned value);
void put32(Wire& out, std::uint32_t value);
[[nodiscard]] unsigned get16(std::string_view octets, std::size_t at);

/// "a.b." or "." as a name on the wire. @pre lower case, no escapes.
[[nodiscard]] Wire name_wire(std::string_view text);
/// The text of a name without escapes, with the final dot.
[[nodiscard]] std::string name_text(std::string_view wire);
[[nodiscard]] Wire lower(std::string_view wire);
[[nodiscard]] unsigned label_count(std::string_view wire);
/// RFC 4034 §6.1: labels from the right, as octets. @pre both in lower case.
[[nodiscard]] bool canonical_less(std::string_view left, std::string_view right);

/// The type bitmap of NSEC and NSEC3.
[[nodiscard]] Wire type_bitmap(std::vector<std::uint16_t> types);
[[nodiscard]] std::string base32hex(std::string_view octets);
[[nodiscard]] Wire sha1(std::string_view octets);
[[nodiscard]] Wire sha256(std::string_view octets);
/// RFC 5155 §5.
[[nodiscard]] Wire nsec3_hash(std::string_view name, std::string_view salt, unsigned iterations);

/// Records with one owner and type; rdata in canonical order.
struct RrSet {
  Wire owner;
  std::uint16_t type = 0;
  std::uint32_t ttl = 300;
  std::vector<Wire> rdata;
};

}  // namespace bench
