// SPDX-License-Identifier: Apache-2.0
// Inventory: the portfolio, one generation. Built by InventoryBuilder, replaced whole at a reload.
//
// Threading: immutable after building; share it as shared_ptr<const Inventory>.
// Limits:    65,535 files; tested with a million zones.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "anchorwatch/inventory/zone_entry.h"

namespace anchorwatch::inventory {

class Inventory {
 public:
  Inventory() = default;
  /// @pre zones are sorted by name and unique; every source.file is an index of `files`.
  Inventory(std::vector<ZoneEntry> zones, std::vector<std::string> files);

  /// In canonical DNS order (RFC 4034 §6.1): a parent stands before its children.
  [[nodiscard]] const std::vector<ZoneEntry>& zones() const { return zones_; }
  [[nodiscard]] std::size_t size() const { return zones_.size(); }
  [[nodiscard]] bool empty() const { return zones_.empty(); }
  /// The entry of exactly `name`, or null. Lives as long as the inventory.
  [[nodiscard]] const ZoneEntry* find(const dns::Name& name) const;
  /// The entry of `name` or of its closest ancestor in the inventory, or null.
  [[nodiscard]] const ZoneEntry* find_enclosing(const dns::Name& name) const;
  /// "zones.txt:12", where the entry was written.
  [[nodiscard]] std::string where(const ZoneEntry& entry) const;

 private:
  std::vector<ZoneEntry> zones_;
  std::vector<std::string> files_;
};

/// What a reload changed, names in canonical order.
struct InventoryDiff {
  std::vector<dns::Name> added;
  std::vector<dns::Name> removed;
  std::vector<dns::Name> changed;  ///< Other settings; the place in the file does not count.
  [[nodiscard]] bool empty() const { return added.empty() && removed.empty() && changed.empty(); }
};
InventoryDiff diff(const Inventory& before, const Inventory& after);

}  // namespace anchorwatch::inventory
