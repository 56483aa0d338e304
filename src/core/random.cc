// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/random.h"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <openssl/rand.h>

namespace anchorwatch {

namespace {

constexpr std::size_t kBufferedNumbers = 64;

/// One per thread, so that no lock is needed. A number is wiped when it has been handed out.
struct Buffer {
  std::array<unsigned char, kBufferedNumbers * sizeof(std::uint64_t)> octets{};
  std::size_t used = kBufferedNumbers * sizeof(std::uint64_t);
};

}  // namespace

std::uint64_t Random::below(std::uint64_t bound) {
  if (bound < 2) return 0;
  // The lowest 2^64 mod bound values would make the small remainders more likely.
  const std::uint64_t skip = (0 - bound) % bound;
  std::uint64_t value = next();
  while (value < skip) value = next();
  return value % bound;
}

std::uint64_t SystemRandom::next() {
  thread_local Buffer buffer;
  if (buffer.used == buffer.octets.size()) {
    // Query ids that an attacker can guess are worse than no daemon.
    if (RAND_bytes(buffer.octets.data(), static_cast<int>(buffer.octets.size())) != 1) std::abort();
    buffer.used = 0;
  }
  std::uint64_t value = 0;
  std::memcpy(&value, buffer.octets.data() + buffer.used, sizeof(value));
  std::memset(buffer.octets.data() + buffer.used, 0, sizeof(value));
  buffer.used += sizeof(value);
  return value;
}

std::uint64_t SeededRandom::next() {
  state_ += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31U);
}

}  // namespace anchorwatch
