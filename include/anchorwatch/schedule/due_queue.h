// SPDX-License-Identifier: Apache-2.0
// DueQueue: which zone is due next, for up to millions of zones.
//
// Threading: one thread. Limits: 20 octets a zone (a binary heap with a position index), and twice that while it grows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/core/clock.h"

namespace anchorwatch::schedule {

/// A dense number that its owner gives to a zone.
using ZoneIndex = std::uint32_t;

class DueQueue {
 public:
  /// Sets or moves the due time of a zone. Equal times keep no particular order.
  void set(ZoneIndex zone, UnixSeconds due);
  /// Takes a zone out; unknown zones are ignored.
  void erase(ZoneIndex zone);
  /// The zone that has been due longest at `now`, taken out; nothing when none is due.
  std::optional<ZoneIndex> pop(UnixSeconds now);
  /// The earliest due time.
  [[nodiscard]] std::optional<UnixSeconds> next() const;
  /// The due time of a zone that is queued.
  [[nodiscard]] std::optional<UnixSeconds> due(ZoneIndex zone) const;
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// What it holds of the memory.
  [[nodiscard]] std::size_t octets() const {
    return heap_.capacity() * sizeof(Item) + position_.capacity() * sizeof(position_[0]);
  }

 private:
  struct Item {
    UnixSeconds due;
    ZoneIndex zone;
  };
  static constexpr std::uint32_t kAbsent = UINT32_MAX;
  void place(std::size_t at, Item item);
  void sift_up(std::size_t at);
  void sift_down(std::size_t at);
  void remove_at(std::size_t at);

  std::vector<Item> heap_;
  std::vector<std::uint32_t> position_;  ///< By zone; kAbsent when not queued.
};

}  // namespace anchorwatch::schedule
