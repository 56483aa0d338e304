// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/poll_round.h"

#include <algorithm>
#include <utility>

#include "anchorwatch/pipeline/look_slots.h"

#include "look_lanes.h"

namespace anchorwatch::pipeline {

namespace {

/// Looks that work at once. More only fill memory and caches: those that wait for servers or the store hold no place.
constexpr int kWorking = 32;
constexpr Duration kPatienceToKeepPlace = std::chrono::milliseconds(25);
constexpr int kWaitingForEach = 4;

struct Round {
  Portfolio* portfolio = nullptr;
  ZoneLooks* looks = nullptr;
  RoundOrder order;
  change::ConfirmationPolicy confirmation;
  PollSums sums;
  std::vector<schedule::ZoneIndex> zones;  ///< Those that failed the last time from `failed` on.
  std::size_t failed = 0;
  std::size_t begun = 0;  ///< Of `zones`, in lanes at least.
  std::size_t over = 0;
  bool starting = false;
  LookSlots* slots = nullptr;
  schedule::Lanes* lanes = nullptr;
  Executor* executor = nullptr;
  const Clock* clock = nullptr;
  TimerId timer = 0;
  WaitGroup looking;
  Completion<bool> all_over;
};

/// Zones that could not be seen the last time come last: they take the longest, and need not hold up the others.
void put_in_order(Round& round) {
  for (schedule::ZoneIndex index = 0; index < round.portfolio->slots().size(); ++index) {
    if (!round.portfolio->slot(index).retired) round.zones.push_back(index);
  }
  const auto failed = std::stable_partition(round.zones.begin(), round.zones.end(), [&](schedule::ZoneIndex index) {
    return round.portfolio->slot(index).summary.observation != judge::Observation::kFailed;
  });
  round.failed = static_cast<std::size_t>(failed - round.zones.begin());
}

void put_in_lane(Round& round, schedule::ZoneIndex index) {
  round.lanes->push(round.portfolio->slot(index).lane, {index, 0}, round.clock->mono());
}

/// The zones up to `end`.
void put_in_lanes(Round& round, std::size_t end) {
  while (round.begun < end) put_in_lane(round, round.zones[round.begun++]);
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

Task<void> look_at(Round* round, schedule::Lanes::Taken taken) {
  const LookSlots::Slot place = round->slots->take();
  const schedule::ZoneIndex index = taken.zone.zone;
  LookOrder order;
  order.zone = round->portfolio->slot(index).entry;
  order.summary = round->portfolio->slot(index).summary;
  order.depth = round->order.depth;
  order.interval = round->order.interval;
  order.escalate = false;
  order.patience = kPatienceToGoOn;
  bool in_lane = true;
  const auto leave_lane = [round, &in_lane, &taken] {
    if (std::exchange(in_lane, false)) round->lanes->done(taken.lane, round->clock->mono());
  };
  order.on_storing = [round, place, &leave_lane] {
    leave_lane();
    round->slots->release(place);
  };
  LookOutcome outcome = co_await round->looks->look(order);
  add(round->sums, outcome);
  order.patience = Duration::max();
  // What only some servers show is looked at again at once, so that the round tells of it.
  for (int again = 1; again < round->confirmation.of && is_doubtful(outcome); ++again) {
    order.summary = outcome.summary;
    outcome = co_await round->looks->look(order);
    add(round->sums, outcome);
  }
  Slot& slot = round->portfolio->slot(index);
  slot.summary = outcome.summary;
  if (outcome.lane != IpAddress()) slot.lane = outcome.lane;
  round->slots->give_back(place);
  leave_lane();
  if (outcome.result == LookResult::kDeferred) {
    put_in_lane(*round, index);
  } else {
    ++round->sums.zones;
    ++round->over;
  }
  start_looks(round);
  if (round->over == round->zones.size()) round->all_over.set(true);
}

/// Where every lane waits for its server, the first turn starts looks again.
void wait_for_turn(Round* round) {
  if (round->timer != 0) round->executor->cancel(round->timer);
  round->timer = 0;
  const auto turn = round->lanes->next();
  if (!turn || !round->slots->available()) return;
  const Duration wait = std::max<Duration>(*turn - round->clock->mono(), std::chrono::milliseconds(1));
  round->timer = round->executor->call_after(wait, [round] {
    round->timer = 0;
    start_looks(round);
  });
}

void start_looks(Round* round) {
  // A look that ends at once calls back in here.
  if (round->starting) return;
  round->starting = true;
  while (round->slots->available()) {
    if (round->lanes->size() == 0) put_in_lanes(*round, round->zones.size());
    const auto taken = round->lanes->pop(round->clock->mono());
    if (!taken) break;
    round->looking.spawn(look_at(round, *taken));
  }
  round->starting = false;
  wait_for_turn(round);
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void append(store::EventCommit& to, store::EventCommit more) {
  append(to.events, std::move(more.events));
  append(to.facts, std::move(more.facts));
  append(to.incidents.incidents, std::move(more.incidents.incidents));
  append(to.incidents.joined, std::move(more.incidents.joined));
  append(to.incidents.left, std::move(more.incidents.left));
}

}  // namespace

Task<int> commit_incidents(LookTools tools, UnixSeconds now) {
  store::EventCommit commit = tools.outages.flush(now);
  store::EventCommit others = tools.incidents.flush(now);
  const int opened = static_cast<int>(tools.incidents.take_opened());
  if (commit.empty() && others.empty()) co_return opened;
  append(commit, std::move(others));
  const int made = static_cast<int>(commit.events.size());
  commit.outbox = tools.router.rows_for(commit.events);
  Completion<Result<void>> stored;
  tools.store.commit_events(std::move(commit), [stored](Result<void> result) { stored.set(std::move(result)); });
  Result<void> result = co_await stored;
  tools.incidents.flushed(result.has_value());
  co_return result ? opened + made : opened;
}

Task<int> end_mutes(LookTools tools, UnixSeconds now) {
  int made = 0;
  const std::vector<store::Mute> due = tools.silences.due(now);
  for (const store::Mute& mute : due) {
    Completion<Result<store::MuteSummary>> read;
    tools.store.summarize_mute(mute.id, [read](Result<store::MuteSummary> summary) { read.set(std::move(summary)); });
    Result<store::MuteSummary> summary = co_await read;
    if (!summary) continue;
    store::EventCommit commit;
    commit.events.push_back(Silences::ended(mute, *summary, now));
    commit.ended_mutes.emplace_back(mute.id, now);
    commit.outbox = tools.router.rows_for(commit.events);
    Completion<Result<void>> stored;
    tools.store.commit_events(std::move(commit), [stored](Result<void> result) { stored.set(std::move(result)); });
    Result<void> result = co_await stored;
    if (!result) continue;
    tools.silences.forget(mute.id);
    ++made;
  }
  co_return made;
}

Task<PollSums> poll_round(Portfolio* portfolio, ZoneLooks* looks, LookTools tools, const Clock* clock, RoundOrder order) {
  Round round;
  round.portfolio = portfolio;
  round.looks = looks;
  round.order = order;
  round.confirmation = tools.confirmation;
  round.executor = &tools.judge.executor;
  round.clock = &tools.judge.clock;
  Round* shared = &round;
  LookSlotsOptions options;
  options.working = std::min(kWorking, order.parallel);
  options.patience = kPatienceToKeepPlace;
  options.waiting = kWaitingForEach * order.parallel;
  // A round has nothing to be late for. In the daemon zones that cost much must not hold up the others.
  options.judging = [&tools] { return tools.judge.judging; };
  LookSlots slots(tools.judge.executor, options, [shared] { start_looks(shared); });
  schedule::Lanes lanes(lane_rules(tools.collector.asker(), order.parallel));
  round.slots = &slots;
  round.lanes = &lanes;
  put_in_order(round);
  put_in_lanes(round, round.failed);
  start_looks(shared);
  if (!round.zones.empty()) {
    Completion<bool> all_over = round.all_over;
    co_await all_over;
  }
  WaitGroup looking = round.looking;
  co_await looking;
  const int incident_events = co_await commit_incidents(tools, clock->now());
  const int mute_events = co_await end_mutes(tools, clock->now());
  round.sums.events += static_cast<std::uint64_t>(incident_events + mute_events);
  co_return round.sums;
}

}  // namespace anchorwatch::pipeline
