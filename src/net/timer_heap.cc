// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/timer_heap.h"

#include <utility>

namespace anchorwatch::net {

TimerId TimerHeap::add(MonoTime due, Work work) {
  const std::uint32_t slot = take_slot();
  slots_[slot].work = std::move(work);
  heap_.emplace_back();
  sift_up(heap_.size() - 1, {due, next_sequence_++, slot});
  return (static_cast<TimerId>(slots_[slot].generation) << 32U) | (slot + 1U);
}

TimerHeap::Work TimerHeap::remove(TimerId timer) {
  const auto number = static_cast<std::uint32_t>(timer & UINT32_MAX);
  if (number == 0 || number > slots_.size()) return {};
  const Slot& slot = slots_[number - 1];
  if (slot.generation != timer >> 32U || slot.position == kFree) return {};
  return take_at(slot.position);
}

std::optional<TimerHeap::Work> TimerHeap::take_due(MonoTime now) {
  if (heap_.empty() || heap_.front().due > now) return std::nullopt;
  return take_at(0);
}

std::optional<MonoTime> TimerHeap::next_due() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due;
}

std::uint32_t TimerHeap::take_slot() {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

TimerHeap::Work TimerHeap::take_at(std::size_t position) {
  const std::uint32_t number = heap_[position].slot;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) {
    if (position > 0 && last.before(heap_[(position - 1) / 2])) {
      sift_up(position, last);
    } else {
      sift_down(position, last);
    }
  }
  Slot& slot = slots_[number];
  slot.position = kFree;
  ++slot.generation;
  free_slots_.push_back(number);
  return std::exchange(slot.work, {});
}

void TimerHeap::sift_up(std::size_t position, Entry entry) {
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (!entry.before(heap_[parent])) break;
    place(position, heap_[parent]);
    position = parent;
  }
  place(position, entry);
}

void TimerHeap::sift_down(std::size_t position, Entry entry) {
  while (2 * position + 1 < heap_.size()) {
    std::size_t child = 2 * position + 1;
    if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
    if (!heap_[child].before(entry)) break;
    place(position, heap_[child]);
    position = child;
  }
  place(position, entry);
}

void TimerHeap::place(std::size_t position, Entry entry) {
  heap_[position] = entry;
  slots_[entry.slot].position = static_cast<std::uint32_t>(position);
}

}  // namespace anchorwatch::net
