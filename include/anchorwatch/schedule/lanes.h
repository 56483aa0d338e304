// SPDX-License-Identifier: Apache-2.0
// Lanes: zones that are due, in a queue for each server address that holds them up most. The lanes take
// turns, and a lane whose server must not be asked yet is passed over, so that a slow provider delays
// its own zones only, and a lane with one zone waits for one turn of each other lane at most. Zones of
// which nothing is known yet are in the lane of the unspecified address.
//
// Threading: loop thread only. Limits: 16 octets a waiting zone; a lane exists while it has zones or looks.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/schedule/due_queue.h"

namespace anchorwatch::schedule {

/// A zone that waits for its look.
struct DueZone {
  ZoneIndex zone = 0;
  UnixSeconds due = 0;
};

struct LaneRules {
  /// How long a query to the lane's server would wait now.
  std::function<Duration(const IpAddress& lane)> backlog;
  /// How long the lane rests after a zone of it was taken: as long as its server needs for the look.
  std::function<Duration(const IpAddress& lane, const DueZone& zone)> rest;
  Duration patience = std::chrono::seconds(1);  ///< The longest backlog at which a look may begin.
  int looks_at_once = 256;                      ///< Of one lane, but that of the unspecified address.
};

class Lanes {
 public:
  explicit Lanes(LaneRules rules) : rules_(std::move(rules)) {}

  /// Puts a zone at the end of a lane.
  void push(const IpAddress& lane, DueZone zone, MonoTime now);
  struct Taken {
    DueZone zone;
    IpAddress lane;
  };
  /// The first zone of the lane whose turn it is; nothing while every lane must wait. The look counts
  /// for its lane until `done`.
  std::optional<Taken> pop(MonoTime now);
  void done(const IpAddress& lane, MonoTime now);
  /// When `pop` should be called again; nothing while no lane waits for a moment.
  [[nodiscard]] std::optional<MonoTime> next() const;
  /// Zones that wait.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The earliest due time among them; visits every lane.
  [[nodiscard]] std::optional<UnixSeconds> oldest() const;

 private:
  struct Turn {
    MonoTime at{};
    std::uint64_t number = 0;  ///< Orders turns of the same moment.
    IpAddress lane;
    auto operator<=>(const Turn&) const = default;
  };
  struct Lane {
    std::deque<DueZone> zones;
    int looking = 0;
    std::optional<Turn> turn;  ///< In `turns_`; none while it has no zones or enough looks.
    MonoTime rests_until{};
  };
  void give_turn(const IpAddress& key, Lane& lane, MonoTime now);

  LaneRules rules_;
  std::unordered_map<IpAddress, Lane> lanes_;
  std::set<Turn> turns_;
  std::uint64_t last_turn_ = 0;
  std::size_t size_ = 0;
};

}  // namespace anchorwatch::schedule
