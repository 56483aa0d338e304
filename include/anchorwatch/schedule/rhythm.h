// SPDX-License-Identifier: Apache-2.0
// Rhythm: how often to look at a zone, from what happens in it: more often for six hours after a change
// and around the end of a signature, more seldom when nothing changed for days.
//
// Threading: pure functions.
#pragma once

#include <chrono>
#include <optional>

#include "anchorwatch/core/clock.h"

namespace anchorwatch::schedule {

struct Rhythm {
  bool adaptive = true;
  std::chrono::seconds fastest{5 * 60};   ///< Not more often; a shorter usual interval stays as it is.
  std::chrono::seconds slowest{0};        ///< Not more seldom; a longer usual interval stays as it is.
};

/// What the rhythm of a zone depends on.
struct ZoneNews {
  UnixSeconds changed_at = 0;  ///< The last change that was told; 0: none known.
  UnixSeconds watched_since = 0;
  std::optional<UnixSeconds> expires_at;  ///< The first signature to end.
};

/// @param usual  the configured interval of the zone.
std::chrono::seconds interval_for(std::chrono::seconds usual, const Rhythm& rhythm,
                                  const ZoneNews& news, UnixSeconds now);

}  // namespace anchorwatch::schedule
