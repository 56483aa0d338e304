// SPDX-License-Identifier: Apache-2.0
// Portfolio: every zone of the inventory with what is remembered of it between looks.
//
// Threading: loop thread only. Limits: about 450 octets a zone, its name included.
#pragma once

#include <optional>
#include <vector>

#include "anchorwatch/change/zone_state.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/inventory/inventory.h"
#include "anchorwatch/schedule/due_queue.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

struct Slot {
  inventory::ZoneEntry entry;
  change::ZoneSummary summary;
  store::DueTimes due;
  UnixSeconds changed_at = 0;  ///< The last change that was told since this program began; 0: none.
  IpAddress lane;        ///< LookOutcome::lane of the last look.
  int failures = 0;      ///< Looks in a row that saw nothing.
  bool looking = false;  ///< A look is in progress.
  bool retired = false;  ///< Left the inventory; the slot may be used again.
};

class Portfolio {
 public:
  /// Takes the zones of `inventory` over: new zones get slots, zones that left are retired, all others
  /// keep their state. Returns the indices of new zones.
  std::vector<schedule::ZoneIndex> adopt(const inventory::Inventory& inventory,
                                         std::vector<schedule::ZoneIndex>* retired);
  /// Fills in what the store remembers; zones that are not in the portfolio are ignored.
  void restore(const std::vector<store::StoredZone>& stored);

  [[nodiscard]] Slot& slot(schedule::ZoneIndex index) { return slots_[index]; }
  [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }
  [[nodiscard]] std::optional<schedule::ZoneIndex> find(const dns::Name& name) const;
  /// Zones that are not retired.
  [[nodiscard]] std::size_t size() const { return by_name_.size(); }
  /// What it holds of the memory, without settings, which zones share.
  [[nodiscard]] std::size_t octets() const;

 private:
  std::vector<Slot> slots_;
  schedule::ZoneIndex take_slot(const inventory::ZoneEntry& entry);
  /// Where `name` stands in `by_name_`, or would stand.
  [[nodiscard]] std::vector<schedule::ZoneIndex>::const_iterator place_of(const dns::Name& name) const;

  std::vector<schedule::ZoneIndex> by_name_;  ///< Those in use, in the order of names: a map would cost 100 octets a zone.
  std::vector<schedule::ZoneIndex> free_;
};

}  // namespace anchorwatch::pipeline
