// SPDX-License-Identifier: Apache-2.0
// EventMaker: events of one zone at one moment, with the parts that all of them share.
#pragma once

#include <string>
#include <string_view>

#include "anchorwatch/change/event.h"
#include "anchorwatch/inventory/zone_entry.h"

namespace anchorwatch::change {

class EventMaker {
 public:
  /// @param transition  the number of the transition that the events make up.
  EventMaker(const inventory::ZoneEntry& zone, UnixSeconds at, std::uint64_t transition)
      : zone_(zone), zone_text_(zone.name.to_text()), at_(at), transition_(transition) {}

  /// @param group    what opens and closes together: a finding code, or "ds", "status", ….
  /// @param subject  what it is about within the group; may be empty.
  [[nodiscard]] Event make(EventType type, std::string_view group,
                           const std::string& subject) const;
  [[nodiscard]] const std::string& zone_text() const { return zone_text_; }

 private:
  const inventory::ZoneEntry& zone_;
  std::string zone_text_;
  UnixSeconds at_;
  std::uint64_t transition_;
};

}  // namespace anchorwatch::change
