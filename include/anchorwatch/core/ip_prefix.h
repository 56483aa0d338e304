// SPDX-License-Identifier: Apache-2.0
// IpPrefix: a block of addresses, e.g. 192.0.2.0/24.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/ip_address.h"

namespace anchorwatch {

class IpPrefix {
 public:
  /// The block of `bits` leading bits that has `address` in it; more bits than it has count as all.
  IpPrefix(const IpAddress& address, unsigned bits);
  /// "192.0.2.0/24", "2001:db8::/32", or one address. Bits behind the prefix must be zero.
  static std::optional<IpPrefix> from_text(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] std::string to_text() const;

  auto operator<=>(const IpPrefix&) const = default;

 private:
  IpAddress first_;
  unsigned bits_ = 0;
};

}  // namespace anchorwatch
