// SPDX-License-Identifier: Apache-2.0
// Freshness: whether what the database says of a zone may still be said.
//
// Threading: one thread. Blocking: reads the inventory once.
#pragma once

#include <chrono>

#include "anchorwatch/config/config.h"
#include "anchorwatch/inventory/inventory.h"
#include "anchorwatch/store/reader.h"

namespace anchorwatch::cli {

/// Says what may no longer be said: a stored status is not repeated for ever when nobody looks any more
/// (contract: stale).
class Freshness {
 public:
  /// @param has_file  `config` was read from a file, so that its inventory tells the zones' own intervals.
  Freshness(const config::Config& config, bool has_file, UnixSeconds now);

  /// Not seen for three intervals, or past the moment up to which the last verdict was certain.
  [[nodiscard]] bool is_stale(const store::ZoneStatusRow& row) const;
  /// Makes a row that is stale say so.
  void apply(store::ZoneStatusRow& row) const;

 private:
  [[nodiscard]] std::chrono::seconds interval_of(const store::ZoneStatusRow& row) const;

  std::chrono::seconds interval_;
  std::chrono::seconds slowest_;  ///< An interval may grow up to this by itself.
  UnixSeconds now_;
  inventory::Inventory zones_;
};

}  // namespace anchorwatch::cli
