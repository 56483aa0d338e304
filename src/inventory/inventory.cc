// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/inventory.h"

#include <algorithm>
#include <utility>

namespace anchorwatch::inventory {

Inventory::Inventory(std::vector<ZoneEntry> zones, std::vector<std::string> files)
    : zones_(std::move(zones)), files_(std::move(files)) {}

const ZoneEntry* Inventory::find(const dns::Name& name) const {
  const auto at = std::lower_bound(
      zones_.begin(), zones_.end(), name,
      [](const ZoneEntry& entry, const dns::Name& key) { return entry.name < key; });
  return at != zones_.end() && at->name == name ? &*at : nullptr;
}

const ZoneEntry* Inventory::find_enclosing(const dns::Name& name) const {
  for (dns::Name at = name;; at = at.parent()) {
    if (const ZoneEntry* entry = find(at)) return entry;
    if (at.is_root()) return nullptr;
  }
}

std::string Inventory::where(const ZoneEntry& entry) const {
  return files_.at(entry.source.file) + ":" + std::to_string(entry.source.line);
}

InventoryDiff diff(const Inventory& before, const Inventory& after) {
  InventoryDiff result;
  auto old_entry = before.zones().begin();
  auto new_entry = after.zones().begin();
  while (old_entry != before.zones().end() || new_entry != after.zones().end()) {
    if (new_entry == after.zones().end()) {
      result.removed.push_back((old_entry++)->name);
    } else if (old_entry == before.zones().end()) {
      result.added.push_back((new_entry++)->name);
    } else if (const auto order = old_entry->name <=> new_entry->name; order < 0) {
      result.removed.push_back((old_entry++)->name);
    } else if (order > 0) {
      result.added.push_back((new_entry++)->name);
    } else {
      const bool same = old_entry->settings == new_entry->settings ||
                        *old_entry->settings == *new_entry->settings;
      if (!same) result.changed.push_back(new_entry->name);
      ++old_entry;
      ++new_entry;
    }
  }
  return result;
}

}  // namespace anchorwatch::inventory
