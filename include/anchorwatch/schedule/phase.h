// SPDX-License-Identifier: Apache-2.0
// When a zone is due: each zone has its own fixed phase in the interval, so that a portfolio is spread
// evenly, restarts do not bunch it up, and two looks are one interval apart.
//
// Threading: pure functions.
#pragma once

#include <chrono>
#include <string_view>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/random.h"

namespace anchorwatch::schedule {

/// A number in [0, interval) that depends only on the name (FNV-1a).
std::chrono::seconds phase(std::string_view zone, std::chrono::seconds interval);

/// The first moment after `now` at the zone's phase, plus a jitter of up to 2 % of the interval so that
/// nobody can predict (and prepare for) a look to the second.
/// @pre interval > 0.
UnixSeconds next_due(std::string_view zone, UnixSeconds now, std::chrono::seconds interval, Random& random);

/// As `next_due` with the back-off of a zone whose looks fail: the interval doubles with every failure,
/// up to eight intervals.
UnixSeconds next_due_after_failure(std::string_view zone, UnixSeconds now, std::chrono::seconds interval,
                                   int failures, Random& random);

}  // namespace anchorwatch::schedule
