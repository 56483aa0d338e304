// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/watchkeeper.h"

#include <algorithm>

#include "anchorwatch/schedule/phase.h"

#include "look_lanes.h"

namespace anchorwatch::pipeline {

namespace {

constexpr Duration kBlindPause = std::chrono::seconds(5);
constexpr UnixSeconds kRetryStore = 30;
/// A clock that goes back by more was set: what is queued by the old time would wait for ages.
constexpr UnixSeconds kClockSetBack = 60;
constexpr int kWaitingForEach = 4;
constexpr Duration kLongestSleep = std::chrono::seconds(60);
/// A zone is late after this part of its interval.
constexpr int kLatePart = 10;
/// For so many full intervals at most a full look is put off.
constexpr int kMostPutOff = 3;

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
      slots_(engine.executor(), slots_for(options.parallel), [this] { pump(); }),
      lanes_(lane_rules(engine.asker(), options.parallel)) {}

Watchkeeper::~Watchkeeper() {
  if (timer_ != 0) engine_.executor().cancel(timer_);
}

std::chrono::seconds Watchkeeper::usual_interval(const Slot& slot) const {
  return slot.entry.settings->interval.value_or(options_.interval);
}

std::chrono::seconds Watchkeeper::interval_of(const Slot& slot) const {
  const schedule::ZoneNews news{slot.changed_at, watching_since_, slot.summary.earliest_expiration_at};
  return schedule::interval_for(usual_interval(slot), options_.rhythm, news, engine_.clock().now());
}

UnixSeconds Watchkeeper::lag_of(UnixSeconds due) const {
  return std::max<UnixSeconds>(0, engine_.clock().now() - std::max(due, watching_since_));
}

WatchkeeperLag Watchkeeper::lag() const {
  WatchkeeperLag lag;
  lag.begun = lag_.summary(engine_.clock().mono());
  lag.waiting = lanes_.size();
  if (const auto oldest = lanes_.oldest()) lag.longest_wait = lag_of(*oldest);
  return lag;
}

void Watchkeeper::enqueue_first(schedule::ZoneIndex index) {
  const Slot& slot = portfolio_.slot(index);
  const UnixSeconds now = engine_.clock().now();
  if (slot.due.core_at != 0) {
    // A clock that was set back, or a shorter interval, must not leave a zone waiting for ages.
    const UnixSeconds latest = now + 8 * usual_interval(slot).count() + 60;
    queue_.set(index, std::min({slot.due.core_at, std::max(slot.due.full_at, slot.due.core_at), latest}));
    return;
  }
  const std::chrono::seconds spread = std::min(usual_interval(slot), kFirstSpread);
  queue_.set(index, now + schedule::phase(slot.entry.name.wire(), spread).count());
}

void Watchkeeper::start() {
  watching_since_ = engine_.clock().now();
  for (schedule::ZoneIndex index = 0; index < portfolio_.slots().size(); ++index) {
    if (!portfolio_.slot(index).retired) enqueue_first(index);
  }
  pump();
}

void Watchkeeper::requeue() {
  for (schedule::ZoneIndex index = 0; index < portfolio_.slots().size(); ++index) {
    // What waits in a lane or is being looked at comes back by itself.
    if (!portfolio_.slot(index).retired && queue_.due(index)) enqueue_first(index);
  }
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
  if (const auto turn = lanes_.next()) wait = std::min(wait, *turn - engine_.clock().mono());
  if (paused_until_) wait = std::max(wait, *paused_until_ - engine_.clock().mono());
  timer_ = engine_.executor().call_after(std::max(wait, Duration(1000)), [this] {
    timer_ = 0;
    pump();
  });
}

/// All that is due goes into its lane, so that no provider's zones stand before those of another.
void Watchkeeper::fill_lanes() {
  const UnixSeconds now = engine_.clock().now();
  while (const auto next = queue_.next()) {
    const auto index = queue_.pop(now);
    if (!index) break;
    lanes_.push(portfolio_.slot(*index).lane, {*index, *next}, engine_.clock().mono());
  }
}

void Watchkeeper::pump() {
  // A look that ends at once calls back in here.
  if (pumping_ || stopping_) return;
  pumping_ = true;
  const UnixSeconds time = engine_.clock().now();
  if (time + kClockSetBack < last_pumped_at_) requeue();
  last_pumped_at_ = time;
  if (paused_until_ && engine_.clock().mono() >= *paused_until_) {
    paused_until_.reset();
    watching_since_ = engine_.clock().now();
  }
  fill_lanes();
  while (!paused_until_ && slots_.available()) {
    const auto taken = lanes_.pop(engine_.clock().mono());
    if (!taken) break;
    portfolio_.slot(taken->zone.zone).lane = taken->lane;
    portfolio_.slot(taken->zone.zone).looking = true;
    ++in_progress_;
    spawn(look_at(taken->zone));
  }
  pumping_ = false;
  // With all hands busy the next free one pumps again.
  if (paused_until_ || slots_.available()) arm();
}

bool Watchkeeper::full_is_due(const Slot& slot) const {
  return slot.summary.last_full_at == 0 || slot.due.full_at <= engine_.clock().now() || !slot.summary.pending.empty();
}

bool Watchkeeper::looks_in_full(const Slot& slot, UnixSeconds due) const {
  if (!full_is_due(slot)) return false;
  const bool late = lag_of(due) * kLatePart > usual_interval(slot).count();
  // What must be seen in full, and what was put off for long enough, is not put off.
  return !late || slot.summary.last_full_at == 0 || !slot.summary.pending.empty() ||
         engine_.clock().now() - slot.due.full_at > kMostPutOff * options_.full_interval.count();
}

store::DueTimes Watchkeeper::next_due(const Slot& slot, evidence::Depth depth, UnixSeconds now) {
  const std::string& key = slot.entry.name.wire();
  store::DueTimes due = slot.due;
  due.core_at = schedule::next_due_after_failure(key, now, interval_of(slot), slot.failures, engine_.random());
  if (depth == evidence::Depth::kFull || due.full_at == 0) {
    const std::chrono::seconds full = std::max(options_.full_interval, usual_interval(slot));
    due.full_at = schedule::next_due(key, now, full, engine_.random());
  }
  return due;
}

LookOrder Watchkeeper::order_for(const Slot& slot, UnixSeconds was_due) {
  const UnixSeconds now = engine_.clock().now();
  LookOrder order;
  order.zone = slot.entry;
  order.summary = slot.summary;
  const bool full = looks_in_full(slot, was_due);
  if (full_is_due(slot) && !full) ++counters_.put_off;
  order.depth = full ? evidence::Depth::kFull : evidence::Depth::kCore;
  order.interval = std::max(usual_interval(slot), interval_of(slot));
  order.due = next_due(slot, order.depth, now);
  order.look_again = kLookAgain + schedule::phase(slot.entry.name.wire(), kLookAgainSpread);
  order.time_limit =
      std::min<Duration>(std::chrono::seconds(60), std::max<Duration>(usual_interval(slot), std::chrono::seconds(15)));
  order.patience = kPatienceToGoOn;
  return order;
}

Task<void> Watchkeeper::look_at(schedule::DueZone zone) {
  const UnixSeconds lag = lag_of(zone.due);
  const IpAddress lane = portfolio_.slot(zone.zone).lane;
  LookOrder order = order_for(portfolio_.slot(zone.zone), zone.due);
  const LookSlots::Slot slot = slots_.take();
  LookOutcome outcome = co_await looks_.look(order);
  slots_.give_back(slot);
  lanes_.done(lane, engine_.clock().mono());
  --in_progress_;
  portfolio_.slot(zone.zone).looking = false;
  if (outcome.result == LookResult::kJudged || outcome.result == LookResult::kUnchanged) {
    portfolio_.slot(zone.zone).due = outcome.due.value_or(portfolio_.slot(zone.zone).due);
  }
  if (outcome.result != LookResult::kBlind && outcome.result != LookResult::kDeferred) {
    lag_.note(engine_.clock().mono(), lag);
  }
  settle(zone, outcome);
  if (stopping_) {
    if (in_progress_ == 0 && stopped_) engine_.executor().post(std::exchange(stopped_, {}));
    co_return;
  }
  pump();
}

void Watchkeeper::settle(schedule::DueZone zone, const LookOutcome& outcome) {
  Slot& slot = portfolio_.slot(zone.zone);
  if (slot.retired) return;
  const UnixSeconds now = engine_.clock().now();
  if (outcome.lane != IpAddress()) slot.lane = outcome.lane;
  ++counters_.looks;
  counters_.events += static_cast<std::uint64_t>(outcome.events);
  switch (outcome.result) {
    case LookResult::kBlind:
      ++counters_.blind;
      paused_until_ = engine_.clock().mono() + kBlindPause;
      queue_.set(zone.zone, zone.due);
      return;
    case LookResult::kDeferred:
      ++counters_.deferred;
      queue_.set(zone.zone, zone.due);
      return;
    case LookResult::kNotStored:
      ++counters_.not_stored;
      if (hooks_.store_failed) hooks_.store_failed(slot.entry.name.to_text() + ": " + outcome.error);
      queue_.set(zone.zone, now + kRetryStore);
      return;
    case LookResult::kUnchanged:
      ++counters_.unchanged;
      break;
    case LookResult::kJudged:
      break;
  }
  if (outcome.events > 0 && slot.summary.baseline) slot.changed_at = now;
  slot.summary = outcome.summary;
  slot.failures = slot.summary.observation == judge::Observation::kFailed ? slot.failures + 1 : 0;
  UnixSeconds due = slot.due.core_at;
  // A full look that was put off comes with the next core look.
  if (slot.due.full_at > now) due = std::min(due, slot.due.full_at);
  // The moment at which the verdict may change by the clock alone, e.g. when a signature ends.
  if (slot.summary.valid_until_at > now) due = std::min(due, slot.summary.valid_until_at);
  queue_.set(zone.zone, std::max(due, now + 1));
  if (outcome.events > 0 && hooks_.events_made) hooks_.events_made();
}

}  // namespace anchorwatch::pipeline
