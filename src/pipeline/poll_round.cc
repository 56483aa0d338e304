// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/poll_round.h"

#include <algorithm>

#include "anchorwatch/pipeline/look_slots.h"

namespace anchorwatch::pipeline {

namespace {

constexpr int kWaitingForEach = 4;

struct Round {
  Portfolio* portfolio = nullptr;
  ZoneLooks* looks = nullptr;
  RoundOrder order;
  change::ConfirmationPolicy confirmation;
  PollSums sums;
  std::vector<schedule::ZoneIndex> zones;
  std::size_t next = 0;
  bool starting = false;
  LookSlots* slots = nullptr;
  WaitGroup looking;
};

/// Zones that could not be seen the last time come last: they take the longest, and need not hold up the others.
std::vector<schedule::ZoneIndex> in_order(Portfolio& portfolio) {
  std::vector<schedule::ZoneIndex> zones;
  for (schedule::ZoneIndex index = 0; index < portfolio.slots().size(); ++index) {
    if (!portfolio.slot(index).retired) zones.push_back(index);
  }
  std::stable_partition(zones.begin(), zones.end(), [&portfolio](schedule::ZoneIndex index) {
    return portfolio.slot(index).summary.observation != judge::Observation::kFailed;
  });
  return zones;
}

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

void start_looks(Round* round);

Task<void> look_at(Round* round, schedule::ZoneIndex index) {
  const LookSlots::Slot slot = round->slots->take();
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
  round->slots->give_back(slot);
  start_looks(round);
}

void start_looks(Round* round) {
  // A look that ends at once calls back in here.
  if (round->starting) return;
  round->starting = true;
  while (round->next < round->zones.size() && round->slots->available()) {
    round->looking.spawn(look_at(round, round->zones[round->next++]));
  }
  round->starting = false;
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
  Round round;
  round.portfolio = portfolio;
  round.looks = looks;
  round.order = order;
  round.confirmation = tools.confirmation;
  round.zones = in_order(*portfolio);
  Round* shared = &round;
  LookSlotsOptions options;
  options.working = order.parallel;
  options.waiting = kWaitingForEach * order.parallel;
  LookSlots slots(tools.judge.executor, options, [shared] { start_looks(shared); });
  round.slots = &slots;
  start_looks(shared);
  WaitGroup looking = round.looking;
  co_await looking;
  const int outage_events = co_await commit_outages(tools, clock->now());
  round.sums.events += static_cast<std::uint64_t>(outage_events);
  co_return round.sums;
}

}  // namespace anchorwatch::pipeline
