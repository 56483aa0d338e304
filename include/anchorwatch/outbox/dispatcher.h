// SPDX-License-Identifier: Apache-2.0
// Dispatcher: takes pending rows of the outbox to their sinks, at least once, in order per zone.
//
// A row counts as delivered only after the sink said so; a crash in between repeats it with the same id.
// Failures back off with jitter (1 s to 1 h) or as the receiver asks; a sink that fails is tried with one
// delivery at a time until it works again. After the last attempt, or a refusal that trying again cannot
// mend, the row is a dead letter.
//
// Threading: loop thread only. Blocking: never.
// Limits:    deliveries in flight for each sink, attempts for each event.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/random.h"
#include "anchorwatch/outbox/sink.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::outbox {

class Dispatcher {
 public:
  Dispatcher(store::OutboxStore& store, Executor& executor, const Clock& clock, Random& random);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Takes over the sinks of a new configuration. Rows of sinks that are gone stay pending in the store
  /// until a sink of that name comes back.
  void replace_sinks(std::vector<std::unique_ptr<Sink>> sinks);
  /// Says that new rows may be there. Cheap; may be called often.
  void wake();
  /// Starts nothing new; `done` runs when no delivery is in flight and all outcomes are recorded.
  void drain(std::function<void()> done);
  /// Makes one attempt at everything that is due now, then runs `done` (`poll`). Rows that become first
  /// of their zone by a delivery are attempted too.
  void attempt_due_once(std::function<void()> done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anchorwatch::outbox
