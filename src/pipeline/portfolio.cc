// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/portfolio.h"

namespace anchorwatch::pipeline {

std::vector<schedule::ZoneIndex> Portfolio::adopt(const inventory::Inventory& inventory,
                                                  std::vector<schedule::ZoneIndex>* retired) {
  for (auto it = by_name_.begin(); it != by_name_.end();) {
    if (inventory.find(it->first) != nullptr) {
      ++it;
      continue;
    }
    slots_[it->second].retired = true;
    // A slot whose look is still in progress is not reused: the look holds its index.
    if (!slots_[it->second].looking) free_.push_back(it->second);
    if (retired != nullptr) retired->push_back(it->second);
    it = by_name_.erase(it);
  }
  std::vector<schedule::ZoneIndex> added;
  for (const inventory::ZoneEntry& entry : inventory.zones()) {
    if (const auto known = by_name_.find(entry.name); known != by_name_.end()) {
      slots_[known->second].entry = entry;
      continue;
    }
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
    by_name_.emplace(entry.name, index);
    added.push_back(index);
  }
  return added;
}

void Portfolio::restore(const std::vector<store::StoredZone>& stored) {
  for (const store::StoredZone& zone : stored) {
    if (const auto index = find(zone.name)) {
      slots_[*index].summary = zone.summary;
      slots_[*index].due = zone.due;
    }
  }
}

std::optional<schedule::ZoneIndex> Portfolio::find(const dns::Name& name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

}  // namespace anchorwatch::pipeline
