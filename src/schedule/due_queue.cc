// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/schedule/due_queue.h"

namespace anchorwatch::schedule {

void DueQueue::place(std::size_t at, Item item) {
  heap_[at] = item;
  position_[item.zone] = static_cast<std::uint32_t>(at);
}

void DueQueue::sift_up(std::size_t at) {
  const Item item = heap_[at];
  while (at > 0) {
    const std::size_t above = (at - 1) / 2;
    if (heap_[above].due <= item.due) break;
    place(at, heap_[above]);
    at = above;
  }
  place(at, item);
}

void DueQueue::sift_down(std::size_t at) {
  const Item item = heap_[at];
  while (true) {
    std::size_t below = 2 * at + 1;
    if (below >= heap_.size()) break;
    if (below + 1 < heap_.size() && heap_[below + 1].due < heap_[below].due) ++below;
    if (heap_[below].due >= item.due) break;
    place(at, heap_[below]);
    at = below;
  }
  place(at, item);
}

void DueQueue::remove_at(std::size_t at) {
  position_[heap_[at].zone] = kAbsent;
  const Item last = heap_.back();
  heap_.pop_back();
  if (at == heap_.size()) return;
  place(at, last);
  sift_up(at);
  sift_down(position_[last.zone]);
}

void DueQueue::set(ZoneIndex zone, UnixSeconds due) {
  if (zone >= position_.size()) position_.resize(zone + 1, kAbsent);
  if (position_[zone] == kAbsent) {
    heap_.push_back({due, zone});
    sift_up(heap_.size() - 1);
    return;
  }
  heap_[position_[zone]].due = due;
  sift_up(position_[zone]);
  sift_down(position_[zone]);
}

void DueQueue::erase(ZoneIndex zone) {
  if (zone < position_.size() && position_[zone] != kAbsent) remove_at(position_[zone]);
}

std::optional<ZoneIndex> DueQueue::pop(UnixSeconds now) {
  if (heap_.empty() || heap_.front().due > now) return std::nullopt;
  const ZoneIndex zone = heap_.front().zone;
  remove_at(0);
  return zone;
}

std::optional<UnixSeconds> DueQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due;
}

std::optional<UnixSeconds> DueQueue::due(ZoneIndex zone) const {
  if (zone >= position_.size() || position_[zone] == kAbsent) return std::nullopt;
  return heap_[position_[zone]].due;
}

}  // namespace anchorwatch::schedule
