// SPDX-License-Identifier: Apache-2.0
// What all parts of a walk down the tree share: how many servers are tried, and how long what was learnt is kept.
#pragma once

#include <algorithm>
#include <cstdint>

#include "anchorwatch/core/clock.h"

namespace anchorwatch::probe {

inline constexpr int kServersToTry = 4;
inline constexpr int kMaxLabelsBelowCut = 16;
inline constexpr UnixSeconds kLongestLife = 6 * 3600;

/// Seconds to keep what came with this TTL: neither asked for again at once, nor kept for days.
inline UnixSeconds life(std::uint32_t ttl) {
  return std::clamp<UnixSeconds>(static_cast<UnixSeconds>(ttl), 60, kLongestLife);
}

}  // namespace anchorwatch::probe
