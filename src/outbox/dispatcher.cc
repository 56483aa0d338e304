// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/outbox/dispatcher.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "anchorwatch/core/task.h"
#include "backoff.h"

namespace anchorwatch::outbox {

namespace {

constexpr int kInFlight = 16;
constexpr int kRetryStoreSeconds = 5;
/// Keeps last_error readable, whatever a receiver says.
constexpr std::size_t kMostErrorOctets = 300;

struct SinkState {
  std::unique_ptr<Sink> sink;
  bool working = false;
  bool again = false;     ///< wake() came while working.
  bool failing = false;   ///< The last attempt failed: one delivery at a time.
  bool retired = false;
  TimerId timer = 0;
};
using SinkPtr = std::shared_ptr<SinkState>;
using Rows = std::vector<store::PendingDelivery>;
using Outcomes = std::vector<store::DeliveryOutcome>;

}  // namespace

struct Dispatcher::State {
  State(store::OutboxStore& outbox, Executor& loop, const Clock& time, Random& numbers)
      : store(outbox), executor(loop), clock(time), random(numbers) {}

  store::OutboxStore& store;
  Executor& executor;
  const Clock& clock;
  Random& random;
  std::vector<SinkPtr> sinks;
  bool draining = false;
  int working = 0;
  std::function<void()> drained;

  void start(const SinkPtr& sink);
  void wait_until(const SinkPtr& sink, UnixSeconds until);
  void finished();
  Task<void> work_off(SinkPtr sink, bool once);
  Task<std::optional<Rows>> claim(SinkPtr sink, int limit);
  Task<void> deliver(SinkPtr sink, store::PendingDelivery row, Outcomes* outcomes);
  Task<bool> deliver_all(SinkPtr sink, Rows rows);
  Task<void> serve(SinkPtr sink);
};

void Dispatcher::State::finished() {
  if (working == 0 && drained) executor.post(std::exchange(drained, {}));
}

void Dispatcher::State::wait_until(const SinkPtr& sink, UnixSeconds until) {
  if (draining || sink->retired) return;
  if (sink->timer != 0) executor.cancel(sink->timer);
  const UnixSeconds seconds = std::clamp<UnixSeconds>(until - clock.now(), 1, 3600);
  sink->timer = executor.call_after(std::chrono::seconds(seconds), [this, sink] {
    sink->timer = 0;
    start(sink);
  });
}

void Dispatcher::State::start(const SinkPtr& sink) {
  if (draining || sink->retired) return;
  if (sink->working) {
    sink->again = true;
    return;
  }
  // The sleep was for what was known before; serve() finds anew until when to sleep.
  if (sink->timer != 0) executor.cancel(std::exchange(sink->timer, 0));
  sink->working = true;
  ++working;
  spawn(serve(sink), [this, sink] {
    sink->working = false;
    --working;
    finished();
    if (std::exchange(sink->again, false)) start(sink);
  });
}

Task<std::optional<Rows>> Dispatcher::State::claim(SinkPtr sink, int limit) {
  Completion<Result<Rows>> loaded;
  store.pending(sink->sink->name(), clock.now(), limit, [loaded](Result<Rows> rows) { loaded.set(std::move(rows)); });
  Result<Rows> rows = co_await loaded;
  if (!rows) co_return std::nullopt;
  co_return *std::move(rows);
}

Task<void> Dispatcher::State::deliver(SinkPtr sink, store::PendingDelivery row, Outcomes* outcomes) {
  Completion<DeliveryResult> delivered;
  sink->sink->deliver(row, [delivered](DeliveryResult result) { delivered.set(std::move(result)); });
  DeliveryResult result = co_await delivered;
  store::DeliveryOutcome outcome;
  outcome.event_id = row.event_id;
  outcome.sink = sink->sink->name();
  outcome.attempts = row.attempts + 1;
  outcome.at = clock.now();
  outcome.last_error = result.error.substr(0, kMostErrorOctets);
  switch (result.verdict) {
    case DeliveryVerdict::kDelivered:
      outcome.state = store::DeliveryState::kDelivered;
      sink->failing = false;
      break;
    case DeliveryVerdict::kReject:
      outcome.state = store::DeliveryState::kDead;
      break;
    case DeliveryVerdict::kRetry:
      sink->failing = true;
      if (outcome.attempts >= sink->sink->max_attempts()) {
        outcome.state = store::DeliveryState::kDead;
      } else {
        outcome.next_attempt_at = outcome.at + backoff(outcome.attempts, result.retry_after, random).count();
      }
      break;
  }
  outcomes->push_back(std::move(outcome));
}

Task<bool> Dispatcher::State::deliver_all(SinkPtr sink, Rows rows) {
  Outcomes outcomes;
  Outcomes* collected = &outcomes;
  WaitGroup group;
  for (store::PendingDelivery& row : rows) group.spawn(deliver(sink, std::move(row), collected));
  co_await group;
  Completion<Result<void>> recorded;
  store.record(std::move(outcomes), [recorded](Result<void> result) { recorded.set(std::move(result)); });
  Result<void> result = co_await recorded;
  co_return result.has_value();
}

Task<void> Dispatcher::State::work_off(SinkPtr sink, bool once) {
  std::set<std::string> tried;
  while (!draining && !sink->retired) {
    const int limit = (sink->failing && !once ? 1 : kInFlight) + static_cast<int>(tried.size());
    std::optional<Rows> rows = co_await claim(sink, limit);
    if (!rows) {
      wait_until(sink, clock.now() + kRetryStoreSeconds);
      co_return;
    }
    std::erase_if(*rows, [&tried](const auto& row) { return tried.contains(row.event_id); });
    if (rows->empty()) co_return;
    if (once) {
      for (const store::PendingDelivery& row : *rows) tried.insert(row.event_id);
    }
    Rows batch = *std::move(rows);
    const bool recorded = co_await deliver_all(sink, std::move(batch));
    if (!recorded) {
      // Delivered but not recorded: it will be delivered again, with the same id.
      wait_until(sink, clock.now() + kRetryStoreSeconds);
      co_return;
    }
  }
}

Task<void> Dispatcher::State::serve(SinkPtr sink) {
  co_await work_off(sink, false);
  if (draining || sink->retired || sink->timer != 0) co_return;
  Completion<Result<std::optional<UnixSeconds>>> asked;
  store.next_due(sink->sink->name(), [asked](Result<std::optional<UnixSeconds>> due) { asked.set(std::move(due)); });
  Result<std::optional<UnixSeconds>> due = co_await asked;
  if (due && *due) wait_until(sink, **due);
}

Dispatcher::Dispatcher(store::OutboxStore& store, Executor& executor, const Clock& clock, Random& random)
    : state_(std::make_unique<State>(store, executor, clock, random)) {}

Dispatcher::~Dispatcher() {
  for (const SinkPtr& sink : state_->sinks) {
    if (sink->timer != 0) state_->executor.cancel(sink->timer);
  }
}

void Dispatcher::replace_sinks(std::vector<std::unique_ptr<Sink>> sinks) {
  for (const SinkPtr& old : state_->sinks) {
    old->retired = true;
    if (old->timer != 0) state_->executor.cancel(std::exchange(old->timer, 0));
  }
  state_->sinks.clear();
  for (std::unique_ptr<Sink>& sink : sinks) {
    auto state = std::make_shared<SinkState>();
    state->sink = std::move(sink);
    state_->sinks.push_back(std::move(state));
  }
}

void Dispatcher::wake() {
  for (const SinkPtr& sink : state_->sinks) state_->start(sink);
}

void Dispatcher::drain(std::function<void()> done) {
  state_->draining = true;
  for (const SinkPtr& sink : state_->sinks) {
    if (sink->timer != 0) state_->executor.cancel(std::exchange(sink->timer, 0));
  }
  state_->drained = std::move(done);
  state_->finished();
}

void Dispatcher::attempt_due_once(std::function<void()> done) {
  WaitGroup group;
  for (const SinkPtr& sink : state_->sinks) group.spawn(state_->work_off(sink, true));
  spawn([](WaitGroup all) -> Task<void> { co_await all; }(group), std::move(done));
}

}  // namespace anchorwatch::outbox
