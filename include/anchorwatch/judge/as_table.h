// SPDX-License-Identifier: Apache-2.0
// AsTable: in which autonomous system an address is, as the operator's file says.
//
// One line a prefix: "PREFIX ASN", with "anycast" behind it where the network answers from many
// places;
// "#" begins a comment. The longest prefix that holds an address counts.
//
// Threading: immutable, any thread. Limits: 24 octets a prefix; a look-up is one search for each
// length in use.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::judge {

struct AsOrigin {
  std::uint32_t number = 0;
  bool anycast = false;
  bool operator==(const AsOrigin&) const = default;
};

class AsTable {
 public:
  /// @errors kParse: "LINE: why".
  static Result<AsTable> parse(std::string_view text);

  /// Nothing: no prefix holds the address.
  [[nodiscard]] std::optional<AsOrigin> find(const IpAddress& address) const;
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// Of the file: another table may judge otherwise.
  [[nodiscard]] const Digest& content() const { return content_; }

 private:
  using Octets = std::array<std::uint8_t, 16>;
  struct Row {
    Octets network{};
    std::uint8_t length = 0;
    IpFamily family = IpFamily::kV4;
    AsOrigin origin;
    [[nodiscard]] auto key() const { return std::tie(family, length, network); }
  };
  static Octets masked(const IpAddress& address, int length);

  std::vector<Row> rows_;                             // By family, length, network.
  std::array<std::vector<std::uint8_t>, 2> lengths_;  // In use, longest first, by family.
  Digest content_;
};

}  // namespace anchorwatch::judge
