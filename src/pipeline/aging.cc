// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/aging.h"

#include <algorithm>
#include <memory>

#include "anchorwatch/change/advance.h"

namespace anchorwatch::pipeline {

namespace {

constexpr std::size_t kAtOnce = 10000;
constexpr std::size_t kNames = 20;
constexpr UnixSeconds kLate = 60;

struct Batch {
  AgedZones aged;
  std::size_t waiting = 0;
  bool filled = false;
  Completion<bool> done;

  void finish_if_empty() const {
    if (filled && waiting == 0) done.set(true);
  }
};

bool is_due(const Slot& slot, const AgingOrder& order, std::chrono::seconds interval) {
  if (slot.retired || slot.looking || slot.summary.observation == judge::Observation::kStale)
    return false;
  const std::optional<UnixSeconds> at = change::stale_at(slot.summary, interval);
  if (!at) return false;
  if (order.blind) return order.now >= *at;
  return order.now >= std::max(*at, order.watching_since + interval.count()) + kLate;
}

/// The slot changes at once, so that a look that begins meanwhile knows of it; it goes back if the
/// store fails.
void age_slot(Portfolio* portfolio, store::ZoneStore* store, schedule::ZoneIndex index,
              UnixSeconds now, const change::ZoneSummary& after,
              const std::shared_ptr<Batch>& batch) {
  Slot& slot = portfolio->slot(index);
  const change::ZoneSummary before = slot.summary;
  slot.summary = after;
  ++batch->aged.count;
  if (batch->aged.names.size() < kNames) batch->aged.names.push_back(slot.entry.name.to_text());
  store::ZoneCommit commit;
  commit.update.zone = slot.entry.name;
  commit.update.at = now;
  commit.update.state.summary = after;
  commit.due = slot.due;
  ++batch->waiting;
  const dns::Name zone = slot.entry.name;
  store->commit(std::move(commit), [portfolio, index, zone, before, batch](Result<void> stored) {
    if (!stored) {
      ++batch->aged.not_stored;
      batch->aged.error = stored.error().message();
      Slot& again = portfolio->slot(index);
      if (again.entry.name == zone && !again.looking) again.summary = before;
    }
    --batch->waiting;
    batch->finish_if_empty();
  });
}

}  // namespace

Task<AgedZones> age_zones(Portfolio* portfolio, store::ZoneStore* store, AgingOrder order) {
  auto batch = std::make_shared<Batch>();
  for (schedule::ZoneIndex index = 0;
       index < portfolio->slots().size() && batch->aged.count < kAtOnce; ++index) {
    const Slot& slot = portfolio->slots()[index];
    const std::chrono::seconds interval =
        std::max(order.slowest, slot.entry.settings ? slot.entry.settings->interval.value_or(order.interval)
                                                    : order.interval);
    if (!is_due(slot, order, interval)) continue;
    const std::optional<change::ZoneSummary> after = change::age(slot.summary, order.now, interval);
    if (after) age_slot(portfolio, store, index, order.now, *after, batch);
  }
  batch->filled = true;
  if (batch->waiting == 0) co_return batch->aged;
  Completion<bool> done = batch->done;
  co_await done;
  co_return batch->aged;
}

}  // namespace anchorwatch::pipeline
