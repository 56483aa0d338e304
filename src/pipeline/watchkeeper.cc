// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/watchkeeper.h"

#include <algorithm>

#include "anchorwatch/schedule/phase.h"

namespace anchorwatch::pipeline {

namespace {

constexpr Duration kBlindPause = std::chrono::seconds(5);
constexpr UnixSeconds kRetryStore = 30;
/// A clock that goes back by more was set: what is queued by the old time would wait for ages.
constexpr UnixSeconds kClockSetBack = 60;
constexpr int kWaitingForEach = 4;
constexpr Duration kLongestSleep = std::chrono::seconds(60);

LookSlotsOptions slots_for(int parallel) {
  LookSlotsOptions options;
  options.working = parallel;
  options.waiting = kWaitingForEach * parallel;
  return options;
}

/// Zones that nobody ever looked at are not left waiting for their phase: a first verdict counts.
constexpr std::chrono::seconds kFirstSpread{60};
/// What only some servers show is looked at again within a minute: late enough for a hiccup to be over.
constexpr std::chrono::seconds kLookAgain{20};
constexpr std::chrono::seconds kLookAgainSpread{20};

}  // namespace

Watchkeeper::Watchkeeper(Engine& engine, Portfolio& portfolio, LookTools tools, WatchkeeperOptions options,
                         Hooks hooks, log::Logger logger)
    : engine_(engine),
      portfolio_(portfolio),
      tools_(tools),
      looks_(tools),
      options_(options),
      hooks_(std::move(hooks)),
      logger_(std::move(logger)),
      slots_(engine.executor(), slots_for(options.parallel), [this] { pump(); }) {}

Watchkeeper::~Watchkeeper() {
  if (timer_ != 0) engine_.executor().cancel(timer_);
}

std::chrono::seconds Watchkeeper::interval_of(const Slot& slot) const {
  return slot.entry.settings->interval.value_or(options_.interval);
}

void Watchkeeper::enqueue_first(schedule::ZoneIndex index) {
  const Slot& slot = portfolio_.slot(index);
  const UnixSeconds now = engine_.clock().now();
  if (slot.due.core_at != 0) {
    // A clock that was set back, or a shorter interval, must not leave a zone waiting for ages.
    const UnixSeconds latest = now + 8 * interval_of(slot).count() + 60;
    queue_.set(index, std::min({slot.due.core_at, std::max(slot.due.full_at, slot.due.core_at), latest}));
    return;
  }
  const std::chrono::seconds spread = std::min(interval_of(slot), kFirstSpread);
  queue_.set(index, now + schedule::phase(slot.entry.name.wire(), spread).count());
}

void Watchkeeper::start() {
  for (schedule::ZoneIndex index = 0; index < portfolio_.slots().size(); ++index) {
    if (!portfolio_.slot(index).retired) enqueue_first(index);
  }
  pump();
}

void Watchkeeper::requeue() {
  for (schedule::ZoneIndex index = 0; index < portfolio_.slots().size(); ++index) {
    const Slot& slot = portfolio_.slot(index);
    if (!slot.retired && !slot.looking) enqueue_first(index);
  }
}

void Watchkeeper::adopt(const std::vector<schedule::ZoneIndex>& added,
                        const std::vector<schedule::ZoneIndex>& retired) {
  for (const schedule::ZoneIndex index : retired) {
    queue_.erase(index);
    tools_.outages.forget_zone(portfolio_.slot(index).entry.name);
  }
  for (const schedule::ZoneIndex index : added) enqueue_first(index);
  pump();
}

void Watchkeeper::stop(std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  if (timer_ != 0) engine_.executor().cancel(timer_);
  timer_ = 0;
  if (in_progress_ == 0 && stopped_) engine_.executor().post(std::exchange(stopped_, {}));
}

void Watchkeeper::arm() {
  if (timer_ != 0) engine_.executor().cancel(timer_);
  timer_ = 0;
  if (stopping_) return;
  Duration wait = kLongestSleep;
  if (const auto next = queue_.next()) {
    const UnixSeconds seconds = std::clamp<UnixSeconds>(*next - engine_.clock().now(), 0, 60);
    wait = std::min<Duration>(wait, std::chrono::seconds(seconds));
  }
  if (paused_until_) wait = std::max(wait, *paused_until_ - engine_.clock().mono());
  timer_ = engine_.executor().call_after(std::max(wait, Duration(1000)), [this] {
    timer_ = 0;
    pump();
  });
}

void Watchkeeper::pump() {
  // A look that ends at once calls back in here.
  if (pumping_ || stopping_) return;
  pumping_ = true;
  const UnixSeconds time = engine_.clock().now();
  if (time + kClockSetBack < last_pumped_at_) requeue();
  last_pumped_at_ = time;
  if (paused_until_ && engine_.clock().mono() >= *paused_until_) paused_until_.reset();
  while (!paused_until_ && slots_.available()) {
    const UnixSeconds now = engine_.clock().now();
    const auto due = queue_.next();
    const auto index = queue_.pop(now);
    if (!index) break;
    counters_.lag_seconds = now - *due;
    ++in_progress_;
    portfolio_.slot(*index).looking = true;
    spawn(look_at(*index));
  }
  pumping_ = false;
  // With all hands busy the next free one pumps again.
  if (paused_until_ || slots_.available()) arm();
}

store::DueTimes Watchkeeper::next_due(const Slot& slot, evidence::Depth depth, UnixSeconds now) {
  const std::string& key = slot.entry.name.wire();
  store::DueTimes due = slot.due;
  due.core_at = schedule::next_due_after_failure(key, now, interval_of(slot), slot.failures, engine_.random());
  if (depth == evidence::Depth::kFull || due.full_at == 0) {
    const std::chrono::seconds full = std::max(options_.full_interval, interval_of(slot));
    due.full_at = schedule::next_due(key, now, full, engine_.random());
  }
  return due;
}

Task<void> Watchkeeper::look_at(schedule::ZoneIndex index) {
  LookOrder order;
  {
    const Slot& slot = portfolio_.slot(index);
    const UnixSeconds now = engine_.clock().now();
    order.zone = slot.entry;
    order.summary = slot.summary;
    const bool doubt = !slot.summary.pending.empty();
    const bool full = slot.summary.last_full_at == 0 || slot.due.full_at <= now || doubt;
    order.depth = full ? evidence::Depth::kFull : evidence::Depth::kCore;
    order.interval = interval_of(slot);
    order.due = next_due(slot, order.depth, now);
    order.look_again = kLookAgain + schedule::phase(slot.entry.name.wire(), kLookAgainSpread);
    order.time_limit = std::min<Duration>(std::chrono::seconds(60), std::max<Duration>(order.interval, std::chrono::seconds(15)));
  }
  const LookSlots::Slot slot = slots_.take();
  LookOutcome outcome = co_await looks_.look(order);
  slots_.give_back(slot);
  --in_progress_;
  portfolio_.slot(index).looking = false;
  if (outcome.result == LookResult::kJudged || outcome.result == LookResult::kUnchanged) {
    portfolio_.slot(index).due = outcome.due.value_or(portfolio_.slot(index).due);
  }
  settle(index, outcome);
  if (stopping_) {
    if (in_progress_ == 0 && stopped_) engine_.executor().post(std::exchange(stopped_, {}));
    co_return;
  }
  pump();
}

void Watchkeeper::settle(schedule::ZoneIndex index, const LookOutcome& outcome) {
  Slot& slot = portfolio_.slot(index);
  if (slot.retired) return;
  const UnixSeconds now = engine_.clock().now();
  ++counters_.looks;
  counters_.events += static_cast<std::uint64_t>(outcome.events);
  switch (outcome.result) {
    case LookResult::kBlind:
      ++counters_.blind;
      paused_until_ = engine_.clock().mono() + kBlindPause;
      queue_.set(index, now);
      return;
    case LookResult::kNotStored:
      ++counters_.not_stored;
      if (hooks_.store_failed) hooks_.store_failed(slot.entry.name.to_text() + ": " + outcome.error);
      queue_.set(index, now + kRetryStore);
      return;
    case LookResult::kUnchanged:
      ++counters_.unchanged;
      break;
    case LookResult::kJudged:
      break;
  }
  slot.summary = outcome.summary;
  slot.failures = slot.summary.observation == judge::Observation::kFailed ? slot.failures + 1 : 0;
  UnixSeconds due = std::min(slot.due.core_at, std::max(slot.due.full_at, now + 1));
  // The moment at which the verdict may change by the clock alone, e.g. when a signature ends.
  if (slot.summary.valid_until_at > now) due = std::min(due, slot.summary.valid_until_at);
  queue_.set(index, std::max(due, now + 1));
  if (outcome.events > 0 && hooks_.events_made) hooks_.events_made();
}

}  // namespace anchorwatch::pipeline
