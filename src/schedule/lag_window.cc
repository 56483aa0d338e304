// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/lag_window.h"

#include <algorithm>
#include <bit>

namespace anchorwatch::schedule {

namespace {

std::int64_t minute_of(MonoTime now) { return std::chrono::floor<std::chrono::minutes>(now).count(); }

}  // namespace

/// Above kExact each power of two has eight buckets.
std::size_t LagWindow::bucket_of(UnixSeconds lag) {
  const auto seconds = static_cast<std::uint64_t>(std::clamp<UnixSeconds>(lag, 0, INT32_MAX));
  if (seconds < kExact) return static_cast<std::size_t>(seconds);
  const auto power = static_cast<std::size_t>(std::bit_width(seconds)) - 1;
  return kExact + (power - 4) * 8 + static_cast<std::size_t>((seconds >> (power - 3)) & 7U);
}

UnixSeconds LagWindow::highest_in(std::size_t bucket) {
  if (bucket < kExact) return static_cast<UnixSeconds>(bucket);
  const std::size_t power = (bucket - kExact) / 8 + 4;
  const std::size_t eighth = (bucket - kExact) % 8;
  return static_cast<UnixSeconds>(((std::uint64_t{9} + eighth) << (power - 3)) - 1);
}

void LagWindow::note(MonoTime now, UnixSeconds lag) {
  const std::int64_t number = minute_of(now);
  Minute& minute = minutes_[static_cast<std::size_t>(number) % kMinutes];
  if (minute.number != number) minute = Minute{number, 0, {}};
  minute.max = std::max(minute.max, lag);
  ++minute.looks[bucket_of(lag)];
}

LagSummary LagWindow::summary(MonoTime now) const {
  LagSummary summary;
  std::array<std::uint64_t, kBuckets> sums{};
  const std::int64_t oldest = minute_of(now) - static_cast<std::int64_t>(kMinutes) + 1;
  for (const Minute& minute : minutes_) {
    if (minute.number < std::max<std::int64_t>(oldest, 0)) continue;
    summary.max = std::max(summary.max, minute.max);
    for (std::size_t i = 0; i < kBuckets; ++i) {
      sums[i] += minute.looks[i];
      summary.looks += minute.looks[i];
    }
  }
  const auto quantile = [&](std::uint64_t percent) -> UnixSeconds {
    const std::uint64_t wanted = (summary.looks * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += sums[i];
      if (seen >= wanted && seen > 0) return std::min(highest_in(i), summary.max);
    }
    return 0;
  };
  summary.p50 = quantile(50);
  summary.p99 = quantile(99);
  return summary;
}

}  // namespace anchorwatch::schedule
