// SPDX-License-Identifier: Apache-2.0
// Random: the only door to unpredictable numbers (query ids, ports, jitter, event ids).
#pragma once

#include <cstdint>

namespace anchorwatch {

/// Threading: any thread.
class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;
  /// Uniform in [0, bound). @pre bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
};

/// Cryptographic randomness of the operating system, buffered.
class SystemRandom final : public Random {
 public:
  [[nodiscard]] std::uint64_t next() override;
};

/// Repeatable numbers for tests and for per-zone phases (SplitMix64).
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

}  // namespace anchorwatch
