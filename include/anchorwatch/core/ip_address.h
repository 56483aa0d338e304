// SPDX-License-Identifier: Apache-2.0
// IpAddress: an IPv4 or IPv6 address, and the question whether it may be asked.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch {

enum class IpFamily : std::uint8_t { kV4, kV6 };

class IpAddress {
 public:
  IpAddress() = default;
  /// Dotted quad or RFC 4291 text; no zone id.
  static std::optional<IpAddress> from_text(std::string_view text);
  /// 4 or 16 octets, the rdata of an A or AAAA record.
  static std::optional<IpAddress> from_bytes(BytesView bytes);

  [[nodiscard]] IpFamily family() const { return family_; }
  /// 4 or 16 octets.
  [[nodiscard]] BytesView bytes() const;
  /// RFC 5952 text.
  [[nodiscard]] std::string to_text() const;
  /// Loopback, private, link-local, documentation, multicast, reserved, unspecified …: an address
  /// that no server of the public DNS has (RFC 6890 registries). IPv4-mapped addresses count as the
  /// IPv4 address inside.
  [[nodiscard]] bool is_special() const;

  bool operator==(const IpAddress&) const = default;
  /// Family, then octets as unsigned numbers (a plain char may be signed).
  std::strong_ordering operator<=>(const IpAddress& other) const {
    if (family_ != other.family_) return family_ <=> other.family_;
    return bytes().compare(other.bytes()) <=> 0;
  }

 private:
  IpFamily family_ = IpFamily::kV4;
  std::array<char, 16> octets_{};
};

}  // namespace anchorwatch

template <>
struct std::hash<anchorwatch::IpAddress> {
  std::size_t operator()(const anchorwatch::IpAddress& address) const noexcept {
    return std::hash<std::string_view>{}(address.bytes());
  }
};
