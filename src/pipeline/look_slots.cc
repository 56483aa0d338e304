// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/look_slots.h"

namespace anchorwatch::pipeline {

LookSlots::~LookSlots() {
  for (const auto& [slot, timer] : timers_) executor_.cancel(timer);
}

LookSlots::Slot LookSlots::take() {
  const Slot slot = ++last_;
  timers_[slot] = executor_.call_after(options_.patience, [this, slot] { lose(slot); });
  return slot;
}

void LookSlots::release(Slot slot) {
  const auto timer = timers_.find(slot);
  if (timer == timers_.end()) return;
  executor_.cancel(timer->second);
  lose(slot);
}

void LookSlots::give_back(Slot slot) {
  const auto timer = timers_.find(slot);
  if (timer == timers_.end()) {
    --waiting_;
    return;
  }
  executor_.cancel(timer->second);
  timers_.erase(timer);
}

int LookSlots::held_up() const {
  constexpr int kForEachJudgement = 8;
  return options_.judging ? kForEachJudgement * options_.judging() : 0;
}

void LookSlots::lose(Slot slot) {
  timers_.erase(slot);
  ++waiting_;
  on_free_();
}

}  // namespace anchorwatch::pipeline
