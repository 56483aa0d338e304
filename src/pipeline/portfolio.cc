// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/portfolio.h"

#include <algorithm>

namespace anchorwatch::pipeline {

std::vector<schedule::ZoneIndex> Portfolio::adopt(const inventory::Inventory& inventory,
                                                  std::vector<schedule::ZoneIndex>* retired) {
  for (const schedule::ZoneIndex index : by_name_) {
    if (inventory.find(slots_[index].entry.name) != nullptr) continue;
    slots_[index].retired = true;
    // A slot whose look is still in progress is not reused: the look holds its index.
    if (!slots_[index].looking) free_.push_back(index);
    if (retired != nullptr) retired->push_back(index);
  }
  std::vector<schedule::ZoneIndex> added;
  std::vector<schedule::ZoneIndex> in_order;
  in_order.reserve(inventory.size());
  // Growing by doubling would hold half as much again.
  slots_.reserve(std::max(slots_.size(), inventory.size()));
  // Both stand in the order of names.
  auto known = by_name_.begin();
  for (const inventory::ZoneEntry& entry : inventory.zones()) {
    while (known != by_name_.end() && slots_[*known].entry.name < entry.name) ++known;
    if (known != by_name_.end() && slots_[*known].entry.name == entry.name) {
      slots_[*known].entry = entry;
      in_order.push_back(*known);
      continue;
    }
    added.push_back(take_slot(entry));
    in_order.push_back(added.back());
  }
  by_name_ = std::move(in_order);
  return added;
}

schedule::ZoneIndex Portfolio::take_slot(const inventory::ZoneEntry& entry) {
  schedule::ZoneIndex index = 0;
  if (free_.empty()) {
    index = static_cast<schedule::ZoneIndex>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
    slots_[index] = Slot();
  }
  slots_[index].entry = entry;
  return index;
}

void Portfolio::restore(const std::vector<store::StoredZone>& stored) {
  for (const store::StoredZone& zone : stored) {
    if (const auto index = find(zone.name)) {
      slots_[*index].summary = zone.summary;
      slots_[*index].due = zone.due;
    }
  }
}

std::vector<schedule::ZoneIndex>::const_iterator Portfolio::place_of(const dns::Name& name) const {
  return std::lower_bound(by_name_.begin(), by_name_.end(), name,
                          [this](schedule::ZoneIndex index, const dns::Name& key) {
                            return slots_[index].entry.name < key;
                          });
}

std::optional<schedule::ZoneIndex> Portfolio::find(const dns::Name& name) const {
  const auto place = place_of(name);
  if (place == by_name_.end() || slots_[*place].entry.name != name) return std::nullopt;
  return *place;
}

std::size_t Portfolio::octets() const {
  std::size_t octets = slots_.capacity() * sizeof(Slot) +
                       (by_name_.capacity() + free_.capacity()) * sizeof(schedule::ZoneIndex);
  for (const Slot& slot : slots_) {
    octets += slot.entry.name.wire().capacity() + 1;
    octets += slot.summary.pending.capacity() * sizeof(change::PendingFinding);
  }
  return octets;
}

}  // namespace anchorwatch::pipeline
