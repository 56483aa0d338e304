// SPDX-License-Identifier: Apache-2.0
// LookSlots: how many looks may be made at once. A look that takes long gives its slot away: it waits for servers that
// do not answer, which costs nothing, and must not keep others from being looked at.
//
// A look that waits for a worker (`judging`) counts for several slots: where processors are what is short, to look at
// more zones at once only fills memory with answers that nobody can judge yet.
//
// Threading: loop thread only. Limits: `working` slots, and `waiting` looks that lost theirs; with that many no other
// look begins.
#pragma once

#include <functional>
#include <unordered_map>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/executor.h"

namespace anchorwatch::pipeline {

struct LookSlotsOptions {
  int working = 256;
  int waiting = 1024;
  /// Much longer than a look works, much shorter than the first time-out of a silent server.
  Duration patience = std::chrono::milliseconds(200);
  /// Judgements that workers have not finished, if they are to hold up further looks.
  std::function<int()> judging;
};

class LookSlots {
 public:
  using Slot = std::uint64_t;

  /// @param on_free  called when a look loses or releases its slot, not when it gives it back.
  LookSlots(Executor& executor, LookSlotsOptions options, std::function<void()> on_free)
      : executor_(executor), options_(options), on_free_(std::move(on_free)) {}
  ~LookSlots();
  LookSlots(const LookSlots&) = delete;
  LookSlots& operator=(const LookSlots&) = delete;

  /// Whether another look may begin.
  [[nodiscard]] bool available() const {
    return working() + held_up() < options_.working && waiting_ < options_.waiting;
  }
  Slot take();
  /// The look works no more, but has not ended.
  void release(Slot slot);
  /// The look has ended.
  void give_back(Slot slot);
  /// Looks that have a slot.
  [[nodiscard]] int working() const { return static_cast<int>(timers_.size()); }
  /// Looks that are not over and have none any more.
  [[nodiscard]] int waiting() const { return waiting_; }

 private:
  void lose(Slot slot);
  /// Slots that stay free because workers are behind.
  [[nodiscard]] int held_up() const;

  Executor& executor_;
  LookSlotsOptions options_;
  std::function<void()> on_free_;
  std::unordered_map<Slot, TimerId> timers_;
  int waiting_ = 0;
  Slot last_ = 0;
};

}  // namespace anchorwatch::pipeline
