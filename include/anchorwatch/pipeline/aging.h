// SPDX-License-Identifier: Apache-2.0
// Aging: verdicts of zones that nobody looked at become stale (contract: not seen for three
// intervals, or no longer certain).
//
// While the monitor is blind that is the rule, to the second: monitor.blind has told of it. While
// it sees, such a zone is merely late; it has a minute more and one interval since the program
// began, for a start after a long pause finds every zone overdue and soon looked at. What is late
// after that is counted for monitor.lag.
//
// Threading: loop thread only. Limits: so many commits at once.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "anchorwatch/core/task.h"
#include "anchorwatch/pipeline/portfolio.h"

namespace anchorwatch::pipeline {

struct AgingOrder {
  UnixSeconds now = 0;
  UnixSeconds watching_since = 0;      ///< When this program began to look.
  std::chrono::seconds interval{900};  ///< Of zones without one of their own.
  std::chrono::seconds slowest{0};     ///< An interval may grow up to this by itself (schedule/rhythm).
  bool blind = false;
};

struct AgedZones {
  std::size_t count = 0;
  std::size_t not_stored = 0;
  std::vector<std::string> names;  ///< The first few.
  std::string error;               ///< Of one that was not stored.
};

/// Ages what is due and commits it. Zones that are being looked at right now are left to that look.
Task<AgedZones> age_zones(Portfolio* portfolio, store::ZoneStore* store, AgingOrder order);

}  // namespace anchorwatch::pipeline
