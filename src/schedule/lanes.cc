// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/lanes.h"

#include <algorithm>

namespace anchorwatch::schedule {

void Lanes::give_turn(const IpAddress& key, Lane& lane, MonoTime now) {
  const bool full = lane.looking >= rules_.looks_at_once && key != IpAddress();
  if (lane.turn || lane.zones.empty() || full) return;
  lane.turn = Turn{std::max(now, lane.rests_until), ++last_turn_, key};
  turns_.insert(*lane.turn);
}

void Lanes::push(const IpAddress& lane, DueZone zone, MonoTime now) {
  Lane& into = lanes_[lane];
  into.zones.push_back(zone);
  ++size_;
  give_turn(lane, into, now);
}

std::optional<Lanes::Taken> Lanes::pop(MonoTime now) {
  while (!turns_.empty() && turns_.begin()->at <= now) {
    const Turn turn = *turns_.begin();
    turns_.erase(turns_.begin());
    Lane& lane = lanes_.at(turn.lane);
    lane.turn.reset();
    if (const Duration backlog = rules_.backlog(turn.lane); backlog > rules_.patience) {
      lane.rests_until = now + backlog - rules_.patience;
      give_turn(turn.lane, lane, now);
      continue;
    }
    const Taken taken{lane.zones.front(), turn.lane};
    lane.zones.pop_front();
    --size_;
    ++lane.looking;
    lane.rests_until = now + rules_.rest(turn.lane, taken.zone);
    give_turn(turn.lane, lane, now);
    return taken;
  }
  return std::nullopt;
}

void Lanes::done(const IpAddress& lane, MonoTime now) {
  const auto at = lanes_.find(lane);
  if (at == lanes_.end()) return;
  --at->second.looking;
  give_turn(lane, at->second, now);
  if (at->second.zones.empty() && at->second.looking == 0) lanes_.erase(at);
}

std::optional<MonoTime> Lanes::next() const {
  if (turns_.empty()) return std::nullopt;
  return turns_.begin()->at;
}

std::optional<UnixSeconds> Lanes::oldest() const {
  std::optional<UnixSeconds> oldest;
  for (const auto& [key, lane] : lanes_) {
    if (!lane.zones.empty()) oldest = std::min(oldest.value_or(INT64_MAX), lane.zones.front().due);
  }
  return oldest;
}

}  // namespace anchorwatch::schedule
