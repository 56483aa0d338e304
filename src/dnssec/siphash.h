// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 with 128 bits of output: a fast keyed hash that a stranger cannot make collide.
// OpenSSL's SIPHASH costs more in set-up than the whole hash.
#pragma once

#include <cstdint>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch::dnssec {

struct SipKey {
  std::uint64_t low = 0, high = 0;
  static SipKey random();
};

/// Streams octets; any division into `update` calls gives the same value.
class SipHash {
 public:
  explicit SipHash(const SipKey& key);

  struct Value {
    std::uint64_t low = 0, high = 0;
  };
  void update(BytesView bytes);
  void update(std::uint64_t number);
  [[nodiscard]] Value finish();

 private:
  void rounds(int count);
  void block(std::uint64_t word);

  std::uint64_t v0_, v1_, v2_, v3_;
  std::uint64_t tail_ = 0;    // Octets that do not yet fill a block, low octet first.
  unsigned tail_octets_ = 0;  // 0 to 7.
  std::uint64_t length_ = 0;
};

}  // namespace anchorwatch::dnssec
