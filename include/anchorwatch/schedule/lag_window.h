// SPDX-License-Identifier: Apache-2.0
// LagWindow: how late looks began in the last five minutes, as quantiles.
//
// Threading: loop thread only. Limits: 5 KiB, whatever is noted; quantiles are exact below 16 s and
// within an eighth above.
#pragma once

#include <array>
#include <cstdint>

#include "anchorwatch/core/clock.h"

namespace anchorwatch::schedule {

struct LagSummary {
  std::uint64_t looks = 0;
  UnixSeconds p50 = 0, p99 = 0, max = 0;  ///< Seconds after the due time.
};

class LagWindow {
 public:
  void note(MonoTime now, UnixSeconds lag);
  /// Of the last four to five minutes.
  [[nodiscard]] LagSummary summary(MonoTime now) const;

 private:
  static constexpr std::size_t kExact = 16;
  static constexpr std::size_t kBuckets = kExact + 8 * 28;
  static constexpr std::size_t kMinutes = 5;
  struct Minute {
    std::int64_t number = -1;  ///< Minutes since the beginning of time.
    UnixSeconds max = 0;
    std::array<std::uint32_t, kBuckets> looks{};
  };
  static std::size_t bucket_of(UnixSeconds lag);
  static UnixSeconds highest_in(std::size_t bucket);

  std::array<Minute, kMinutes> minutes_{};
};

}  // namespace anchorwatch::schedule
