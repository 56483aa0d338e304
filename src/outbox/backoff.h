// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "anchorwatch/core/random.h"

namespace anchorwatch::outbox {

inline constexpr std::chrono::seconds kLongestWait{3600};

/// Doubles from one second to one hour; half of it is random, so that many events that failed together do
/// not come back together. A receiver's own wish counts where it is longer, up to a day.
/// @param attempts  made so far, ≥ 1.
inline std::chrono::seconds backoff(int attempts, std::optional<std::chrono::seconds> retry_after, Random& random) {
  const int doublings = std::clamp(attempts - 1, 0, 12);
  const std::chrono::seconds full = std::min(kLongestWait, std::chrono::seconds(1LL << doublings));
  const std::int64_t half = full.count() / 2;
  std::chrono::seconds wait(full.count() - half + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(half) + 1)));
  if (retry_after) wait = std::max(wait, std::min<std::chrono::seconds>(*retry_after, std::chrono::hours(24)));
  return wait;
}

}  // namespace anchorwatch::outbox
