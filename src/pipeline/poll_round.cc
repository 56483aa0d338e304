// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/poll_round.h"

namespace anchorwatch::pipeline {

namespace {

struct Round {
  Portfolio* portfolio;
  ZoneLooks* looks;
  RoundOrder order;
  change::ConfirmationPolicy confirmation;
  PollSums sums;
  schedule::ZoneIndex next = 0;
};

void add(PollSums& sums, const LookOutcome& outcome) {
  sums.events += static_cast<std::uint64_t>(outcome.events);
  sums.queries += static_cast<std::uint64_t>(outcome.queries);
  sums.answers += static_cast<std::uint64_t>(outcome.answers);
  sums.verifications += static_cast<std::uint64_t>(outcome.verifications);
  sums.verifications_reused += static_cast<std::uint64_t>(outcome.verifications_reused);
  sums.verify_cpu_ns += outcome.verify_cpu_ns;
  if (outcome.result == LookResult::kBlind) ++sums.blind;
  if (outcome.result == LookResult::kNotStored) {
    ++sums.not_stored;
    sums.store_error = outcome.error;
  }
}

bool is_doubtful(const LookOutcome& outcome) {
  return outcome.result == LookResult::kJudged && !outcome.summary.pending.empty();
}

/// One of the workers that share the list of zones.
Task<void> work_through(Round* round) {
  while (round->next < round->portfolio->slots().size()) {
    const schedule::ZoneIndex index = round->next++;
    if (round->portfolio->slot(index).retired) continue;
    LookOrder order;
    order.zone = round->portfolio->slot(index).entry;
    order.summary = round->portfolio->slot(index).summary;
    order.depth = round->order.depth;
    order.interval = round->order.interval;
    order.escalate = false;
    LookOutcome outcome = co_await round->looks->look(order);
    ++round->sums.zones;
    add(round->sums, outcome);
    // What only some servers show is looked at again at once, so that the round tells of it.
    for (int again = 1; again < round->confirmation.of && is_doubtful(outcome); ++again) {
      order.summary = outcome.summary;
      outcome = co_await round->looks->look(order);
      add(round->sums, outcome);
    }
    round->portfolio->slot(index).summary = outcome.summary;
  }
}

}  // namespace

Task<int> commit_outages(LookTools tools, UnixSeconds now) {
  store::EventCommit commit = tools.outages.flush(now);
  if (commit.events.empty()) co_return 0;
  const int made = static_cast<int>(commit.events.size());
  commit.outbox = tools.router.rows_for(commit.events);
  Completion<Result<void>> stored;
  tools.store.commit_events(std::move(commit), [stored](Result<void> result) { stored.set(std::move(result)); });
  Result<void> result = co_await stored;
  co_return result ? made : 0;
}

Task<PollSums> poll_round(Portfolio* portfolio, ZoneLooks* looks, LookTools tools, const Clock* clock, RoundOrder order) {
  Round round{portfolio, looks, order, tools.confirmation, {}, 0};
  Round* shared = &round;
  WaitGroup workers;
  for (int i = 0; i < order.parallel; ++i) workers.spawn(work_through(shared));
  co_await workers;
  const int outage_events = co_await commit_outages(tools, clock->now());
  round.sums.events += static_cast<std::uint64_t>(outage_events);
  co_return round.sums;
}

}  // namespace anchorwatch::pipeline
