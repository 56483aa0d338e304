// SPDX-License-Identifier: Apache-2.0
// Digest: SHA-256 values that address content (snapshots, RRsets, evidence).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch {

/// A 32-octet SHA-256 value; all zero means "nothing digested yet".
struct Digest {
  std::array<std::uint8_t, 32> octets{};
  auto operator<=>(const Digest&) const = default;
  [[nodiscard]] Bytes bytes() const;
  [[nodiscard]] std::string hex() const;
  [[nodiscard]] bool empty() const;
  /// Takes exactly 32 octets; anything else gives the empty digest.
  static Digest from_bytes(BytesView bytes);
};

/// Streams octets into SHA-256. Fields are length-prefixed by `field`, so that no two different
/// sequences of fields give the same stream.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& raw(BytesView bytes);
  Hasher& field(BytesView bytes);
  Hasher& number(std::uint64_t value);
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(BytesView bytes);

}  // namespace anchorwatch

template <>
struct std::hash<anchorwatch::Digest> {
  std::size_t operator()(const anchorwatch::Digest& digest) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof(value); ++i) value = (value << 8U) | digest.octets[i];
    return value;
  }
};
