// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/restore.h"

#include <charconv>

namespace anchorwatch::pipeline {

Task<Result<std::string>> load_fact(store::ZoneStore* store, std::string key) {
  Completion<Result<std::string>> loaded;
  store->load_fact(std::move(key), [loaded](Result<std::string> text) { loaded.set(std::move(text)); });
  Result<std::string> text = co_await loaded;
  co_return text;
}

Task<Result<MonitorState>> restore_monitor(Memory memory) {
  MonitorState state;
  std::string key = Outages::kFactKey;
  Result<std::string> saved = co_await load_fact(&memory.store, key);
  if (!saved) co_return std::move(saved).error();
  if (Result<void> restored = memory.outages.restore(*saved); !restored) state.outages_fault = restored.error().message();
  key = kTransitionFact;
  Result<std::string> number = co_await load_fact(&memory.store, key);
  if (!number) co_return std::move(number).error();
  std::from_chars(number->data(), number->data() + number->size(), state.transition);
  co_return state;
}

Task<Result<store::InventoryChange>> adopt_inventory(Memory memory, inventory::Inventory* inventory, UnixSeconds now) {
  Completion<Result<store::InventoryChange>> synced;
  memory.store.sync_inventory(inventory->zones(), now,
                              [synced](Result<store::InventoryChange> change) { synced.set(std::move(change)); });
  Result<store::InventoryChange> change = co_await synced;
  if (!change) co_return change;
  std::vector<schedule::ZoneIndex> retired;
  memory.portfolio.adopt(*inventory, &retired);
  *inventory = {};  // The portfolio has the zones now.
  for (const schedule::ZoneIndex index : retired) {
    memory.outages.forget_zone(memory.portfolio.slot(index).entry.name);
    memory.incidents.forget_zone(memory.portfolio.slot(index).entry.name);
  }
  co_return change;
}

Task<Result<void>> restore_incidents(Memory memory) {
  Completion<Result<store::StoredIncidents>> read;
  memory.store.load_incidents([read](Result<store::StoredIncidents> incidents) { read.set(std::move(incidents)); });
  Result<store::StoredIncidents> incidents = co_await read;
  if (!incidents) co_return std::move(incidents).error();
  memory.incidents.restore(*std::move(incidents));
  co_return Result<void>();
}

Task<Result<void>> restore_plans(Memory memory, UnixSeconds now) {
  if (memory.admin == nullptr) co_return Result<void>();
  Completion<Result<std::vector<store::StoredPlan>>> read;
  memory.admin->load_plans(now, [read](Result<std::vector<store::StoredPlan>> plans) { read.set(std::move(plans)); });
  Result<std::vector<store::StoredPlan>> plans = co_await read;
  if (!plans) co_return std::move(plans).error();
  memory.plans.replace(*plans);
  co_return Result<void>();
}

Task<Result<void>> restore_silences(Memory memory, UnixSeconds now) {
  Completion<Result<store::Silences>> read;
  memory.store.load_silences(now, [read](Result<store::Silences> silences) { read.set(std::move(silences)); });
  Result<store::Silences> silences = co_await read;
  if (!silences) co_return std::move(silences).error();
  memory.silences.restore(*std::move(silences));
  co_return Result<void>();
}

Task<Result<void>> restore_zones(Memory memory) {
  Portfolio* portfolio = &memory.portfolio;
  Completion<Result<void>> loaded;
  memory.store.load_all([portfolio](std::vector<store::StoredZone> part) { portfolio->restore(part); },
                        [loaded](Result<void> all) { loaded.set(std::move(all)); });
  Result<void> all = co_await loaded;
  co_return all;
}

}  // namespace anchorwatch::pipeline
