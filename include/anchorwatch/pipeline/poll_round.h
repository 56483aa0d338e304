// SPDX-License-Identifier: Apache-2.0
// One whole round over the portfolio, as `anchorwatch poll` makes it.
//
// Zones wait in lanes as in the daemon (Watchkeeper), so that providers are asked side by side.
//
// Threading: loop thread only. Limits: 64 looks that work, and `parallel` four times that only wait (LookSlots).
#pragma once

#include <string>

#include "anchorwatch/pipeline/portfolio.h"
#include "anchorwatch/pipeline/zone_looks.h"

namespace anchorwatch::pipeline {

struct RoundOrder {
  evidence::Depth depth = evidence::Depth::kFull;
  std::chrono::seconds interval{900};
  int parallel = 256;
};

/// Sums over one round.
struct PollSums {
  int zones = 0;
  int blind = 0;        ///< Looks that were not made because the monitor does not see.
  int not_stored = 0;
  std::string store_error;
  std::uint64_t events = 0, queries = 0, answers = 0, verifications = 0, verifications_reused = 0;
  std::int64_t verify_cpu_ns = 0;
};

/// Looks at every zone once and tells at the end which incidents began or ended.
Task<PollSums> poll_round(Portfolio* portfolio, ZoneLooks* looks, LookTools tools, const Clock* clock, RoundOrder order);

/// Commits what incidents have to tell that no look told; returns how many events were made.
Task<int> commit_incidents(LookTools tools, UnixSeconds now);

/// Tells of mutes whose time is over what happened meanwhile; returns how many events were made.
Task<int> end_mutes(LookTools tools, UnixSeconds now);

}  // namespace anchorwatch::pipeline
