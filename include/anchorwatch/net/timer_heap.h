// SPDX-License-Identifier: Apache-2.0
// TimerHeap: many timers behind one alarm. It holds no clock: the owner says what time it is.
//
// A million timers take about 64 MB with small closures; add and remove cost O(log n).
//
// Threading: one thread. Blocking: never.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/executor.h"

namespace anchorwatch::net {

class TimerHeap {
 public:
  using Work = std::function<void()>;

  /// Adds a timer. The id is never 0 and is not used again for the next 2^32 timers of its slot.
  TimerId add(MonoTime due, Work work);
  /// Takes a timer out and returns its work, so that the caller decides when what the work owns is
  /// destroyed; empty for an unknown or fired id.
  Work remove(TimerId timer);
  /// Takes the earliest timer that is due at or before `now`; those of equal time in order of
  /// `add`.
  std::optional<Work> take_due(MonoTime now);
  [[nodiscard]] std::optional<MonoTime> next_due() const;
  [[nodiscard]] std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    MonoTime due;
    std::uint64_t sequence;
    std::uint32_t slot;
    bool before(const Entry& other) const {
      return due != other.due ? due < other.due : sequence < other.sequence;
    }
  };
  struct Slot {
    Work work;
    std::uint32_t generation = 0;
    std::uint32_t position = kFree;  ///< In `heap_`.
  };
  static constexpr std::uint32_t kFree = UINT32_MAX;

  std::uint32_t take_slot();
  Work take_at(std::size_t position);
  void sift_up(std::size_t position, Entry entry);
  void sift_down(std::size_t position, Entry entry);
  void place(std::size_t position, Entry entry);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace anchorwatch::net
