// SPDX-License-Identifier: Apache-2.0
// What the daemon and `poll` take over from the store when they begin, in the order in which it depends on each other:
// the monitor's own state, the inventory, then incidents (zones that left the inventory are members of nothing), planned
// changes, mutes, and last what each zone was like.
//
// Threading: loop thread only. Nothing else works on the parts meanwhile; all of it outlives the tasks.
#pragma once

#include <cstdint>
#include <string>

#include "anchorwatch/core/task.h"
#include "anchorwatch/pipeline/incidents.h"
#include "anchorwatch/pipeline/outages.h"
#include "anchorwatch/pipeline/plan_book.h"
#include "anchorwatch/pipeline/portfolio.h"
#include "anchorwatch/pipeline/silences.h"
#include "anchorwatch/store/admin.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

/// Fact: the number of the last event of the monitor itself (Sight::transition), so that ids stay unique.
inline constexpr const char* kTransitionFact = "monitor_transition";

/// What is remembered beyond one configuration and one process.
struct Memory {
  store::ZoneStore& store;
  store::AdminStore* admin = nullptr;  ///< Null: no change is planned.
  Portfolio& portfolio;
  Outages& outages;
  Incidents& incidents;
  Silences& silences;
  PlanBook& plans;
};

/// A fact of the monitor; empty: it was never saved.
Task<Result<std::string>> load_fact(store::ZoneStore* store, std::string key);

struct MonitorState {
  std::uint64_t transition = 0;
  std::string outages_fault;  ///< Why outages are found anew; empty: they are as they were.
};
/// The monitor's own state, before it tells of anything.
Task<Result<MonitorState>> restore_monitor(Memory memory);

/// The store and the portfolio have the zones of `inventory`, which is empty afterwards; those that left are forgotten.
Task<Result<store::InventoryChange>> adopt_inventory(Memory memory, inventory::Inventory* inventory, UnixSeconds now);

/// Incidents, after the inventory.
Task<Result<void>> restore_incidents(Memory memory);
/// Planned changes; those whose window is over expire.
Task<Result<void>> restore_plans(Memory memory, UnixSeconds now);
/// Mutes and acknowledgements. After an error those of before hold.
Task<Result<void>> restore_silences(Memory memory, UnixSeconds now);
/// What each zone was like and when it is due.
Task<Result<void>> restore_zones(Memory memory);

}  // namespace anchorwatch::pipeline
