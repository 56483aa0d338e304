// SPDX-License-Identifier: Apache-2.0
// Clock: the only door to the time of day. Everything else gets `now` as a parameter.
#pragma once

#include <chrono>
#include <cstdint>

namespace anchorwatch {

/// Seconds since 1970-01-01 UTC, without leap seconds.
using UnixSeconds = std::int64_t;

/// Elapsed time. Never a time of day.
using Duration = std::chrono::microseconds;
/// A point on a clock that only goes forward; meaningful only as a difference.
using MonoTime = std::chrono::microseconds;

/// Reads the time. Threading: any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UnixSeconds now() const = 0;
  [[nodiscard]] virtual MonoTime mono() const = 0;
};

/// The operating system's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixSeconds now() const override;
  [[nodiscard]] MonoTime mono() const override;
};

/// Shows a fixed time of day (`check --at`, `poll --at`), while elapsed time goes on.
class FixedClock final : public Clock {
 public:
  FixedClock(UnixSeconds at, const Clock& elapsed) : at_(at), elapsed_(elapsed) {}
  [[nodiscard]] UnixSeconds now() const override { return at_; }
  [[nodiscard]] MonoTime mono() const override { return elapsed_.mono(); }

 private:
  UnixSeconds at_;
  const Clock& elapsed_;
};

}  // namespace anchorwatch
