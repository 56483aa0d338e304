// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/zone_looks.h"

#include <algorithm>

#include "denial_label.h"
#include "zone_looks_work.h"

namespace anchorwatch::pipeline {

namespace {

/// Whether anybody at all, parent or child, answered.
bool saw_something(const evidence::ZoneEvidence& evidence) {
  const auto reachable = [](const evidence::ServerLook& server) { return server.reachable(); };
  return std::any_of(evidence.delegation.parents.begin(), evidence.delegation.parents.end(), reachable) ||
         std::any_of(evidence.servers.begin(), evidence.servers.end(), reachable);
}

void note_times(change::ZoneSummary& summary, evidence::Depth depth, UnixSeconds now) {
  summary.last_checked_at = now;
  summary.last_observed_at = now;
  if (depth == evidence::Depth::kFull) summary.last_full_at = now;
}

/// The zones above are signed anew without a word to their children.
void note_chain_end(const std::vector<judge::ChainLink>& ancestors, store::ZoneCommit& small) {
  change::ZoneSummary& summary = small.update.state.summary;
  const dnssec::SecurityStatus status = summary.verdict.status;
  const bool holds = status == dnssec::SecurityStatus::kSecure || status == dnssec::SecurityStatus::kInsecure;
  if (!holds || ancestors.empty()) return;
  const judge::TrustEndPtr& end = ancestors.back().end;
  const UnixSeconds at = end == nullptr ? 0 : end->at;
  if (at == summary.chain_end_at) return;
  summary.chain_end_at = at;
  small.chain_end = change::keep(end);
}

probe::CollectPlan plan_for(const LookOrder& order, const Clock& clock) {
  probe::CollectPlan plan;
  plan.zone = order.zone.name;
  plan.depth = order.depth;
  plan.probes = order.zone.questions();
  plan.denial_probe = order.zone.settings->denial_probe;
  if (plan.denial_probe) plan.denial_label = denial_label(order.zone.name, clock.now());
  plan.deadline = clock.mono() + order.time_limit;
  plan.patience = order.patience;
  return plan;
}

}  // namespace

Task<bool> ZoneLooks::collect(Work* work) {
  probe::CollectPlan plan = plan_for(work->order, tools_.judge.clock);
  plan.is_known = [this, work](const evidence::ZoneEvidence& evidence) {
    return ordinary_part_is_known(work, evidence);
  };
  std::optional<IpAddress> held_up_by;
  plan.held_up_by = &held_up_by;
  work->evidence = co_await tools_.collector.collect(plan);
  work->outcome.queries += work->evidence.queries;
  work->outcome.answers += work->evidence.answers;
  if (held_up_by) {
    work->outcome.result = LookResult::kDeferred;
    work->outcome.lane = *held_up_by;
    co_return false;
  }
  work->outcome.lane = tools_.collector.bottleneck(work->evidence);
  if (!saw_something(work->evidence)) {
    const bool sees = co_await tools_.sight.sees_after_doubt();
    if (!sees) co_return false;
  }
  const dns::Name& parent = work->evidence.delegation.parent;
  Digest above_digest;
  if (parent != work->order.zone.name) {
    dns::Name above = parent;
    work->ancestors = co_await tools_.ancestors.chain_to(above);
    above_digest = work->ancestors.back().digest;
  }
  work->ancestors_digest = digest_of(*work, above_digest);
  const evidence::ZoneEvidence* evidence = &work->evidence;
  work->signals = co_await tools_.ancestors.signal_links(evidence);
  work->now = tools_.judge.clock.now();
  const dns::ZoneSource& source = work->order.zone.settings->source;
  if (work->order.depth == evidence::Depth::kFull && !source.empty()) {
    dns::Name zone = work->order.zone.name;
    dns::ZoneSource from = source;
    work->evidence.whole_zone = co_await tools_.whole_zones.get_if_new(zone, from, work->now);
    work->now = tools_.judge.clock.now();
  }
  if (work->evidence.ordinary_only) co_return true;
  work->digests = evidence::digests_of(work->evidence);
  work->evidence_digest = digest_of(*work);
  co_return true;
}

Task<Result<change::ZoneState>> ZoneLooks::load(Work* work) {
  // Of a zone that no look has seen there is nothing.
  if (work->order.summary.last_checked_at == 0) co_return change::ZoneState{};
  Completion<Result<change::ZoneState>> loaded;
  tools_.store.load(work->order.zone.name,
                    [loaded](Result<change::ZoneState> state) { loaded.set(std::move(state)); });
  Result<change::ZoneState> state = co_await loaded;
  co_return state;
}

Task<bool> ZoneLooks::commit(Work* work, store::ZoneCommit commit) {
  work->evidence = {};  // Large, and not needed while others of the same transaction are waited for.
  commit.due = work->order.due;
  if (commit.due && !commit.update.state.summary.pending.empty()) {
    commit.due->core_at = std::min(commit.due->core_at, work->now + work->order.look_again.count());
  }
  work->outcome.due = commit.due;
  std::optional<Incidents::Plan> incident;
  if (!commit.summary_only) {
    std::string outage;
    if (!commit.update.events.empty()) outage = tools_.outages.incident_behind(work->judgement);
    incident = tools_.incidents.attribute(work->order.zone, work->order.summary, work->judgement, outage, &commit);
    commit.muted = tools_.silences.apply(work->order.zone, &commit.update, work->now);
    commit.incidents.outbox = tools_.router.rows_for(commit.incidents.events);
  }
  keep_ancestors(commit);
  commit.outbox = tools_.router.rows_for(commit.update.events);
  work->outcome.events += static_cast<int>(commit.update.events.size());
  const change::ZoneSummary after = commit.update.state.summary;
  if (work->order.on_storing) work->order.on_storing();
  Completion<Result<void>> stored;
  tools_.store.commit(std::move(commit), [stored](Result<void> result) { stored.set(std::move(result)); });
  Result<void> result = co_await stored;
  if (incident) tools_.incidents.settle(*incident, result.has_value());
  if (!result) {
    work->outcome.result = LookResult::kNotStored;
    work->outcome.error = result.error().message();
    work->outcome.summary = work->order.summary;
    co_return false;
  }
  work->outcome.summary = after;
  co_return true;
}

Task<void> ZoneLooks::commit_unchanged(Work* work) {
  work->outcome.result = LookResult::kUnchanged;
  store::ZoneCommit small;
  small.update.zone = work->order.zone.name;
  small.update.at = work->now;
  small.update.state.summary = work->order.summary;
  small.summary_only = true;
  note_times(small.update.state.summary, work->order.depth, work->now);
  note_chain_end(work->ancestors, small);
  const std::optional<evidence::WholeZoneLook>& whole = work->evidence.whole_zone;
  if (whole && whole->content != nullptr) {  // Judged before this program began.
    tools_.whole_zones.remember(small.update.zone, *whole, work->order.summary.valid_until_at, {});
  }
  co_await commit(work, small);
}

Task<LookOutcome> ZoneLooks::look(LookOrder order) {
  Work work;
  work.order = std::move(order);
  work.outcome.summary = work.order.summary;
  if (tools_.plans != nullptr) work.plans = tools_.plans->plans_of(work.order.zone);
  Work* shared = &work;
  const bool sees = co_await tools_.sight.sees();
  if (!sees) co_return work.outcome;
  const bool collected = co_await collect(shared);
  if (!collected) co_return work.outcome;
  if (unchanged(work)) {
    co_await commit_unchanged(shared);
    work.outcome.depth = work.order.depth;
    co_return work.outcome;
  }
  // Something is new. A core look sees only a part: the whole zone is looked at before anything is told.
  const bool core = work.order.depth == evidence::Depth::kCore;
  if (core && work.order.escalate) {
    if (only_core_signatures_are_new(work)) {
      const bool stands = co_await judge_core_alone(shared);
      work.outcome.depth = work.order.depth;
      if (stands) co_return work.outcome;
    }
    work.order.depth = evidence::Depth::kFull;
    work.order.patience = Duration::max();
    const bool again = co_await collect(shared);
    if (!again) co_return work.outcome;
    if (unchanged(work)) {
      co_await commit_unchanged(shared);
      work.outcome.depth = work.order.depth;
      co_return work.outcome;
    }
  }
  // Other anchors, policy or zones above: all is judged anew.
  if (work.evidence.ordinary_only && !only_signatures_are_new(work)) {
    work.thorough = true;
    const bool again = co_await collect(shared);
    if (!again) co_return work.outcome;
  }
  co_await judge_and_commit(shared);
  work.outcome.depth = work.order.depth;
  co_return work.outcome;
}

}  // namespace anchorwatch::pipeline
