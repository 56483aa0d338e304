// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/zone_looks.h"

#include <algorithm>

#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/judge/facts.h"
#include "anchorwatch/probe/extra_questions.h"
#include "denial_label.h"

namespace anchorwatch::pipeline {

struct ZoneLooks::Work {
  LookOrder order;
  LookOutcome outcome;
  evidence::ZoneEvidence evidence;
  std::vector<judge::ChainLink> ancestors;
  std::vector<judge::ChainLink> signals;
  Digest evidence_digest;
  Digest ordinary_digest;  ///< Of full looks.
  std::uint64_t ordinary_data = 0;  ///< See change::ZoneSummary.
  Digest ancestors_digest;
  bool thorough = false;   ///< All is asked, whatever is known.
  judge::Judgement judgement;
  UnixSeconds now = 0;
};

namespace {

/// Whether anybody at all, parent or child, answered.
bool saw_something(const evidence::ZoneEvidence& evidence) {
  const auto reachable = [](const evidence::ServerLook& server) { return server.reachable(); };
  return std::any_of(evidence.delegation.parents.begin(), evidence.delegation.parents.end(), reachable) ||
         std::any_of(evidence.servers.begin(), evidence.servers.end(), reachable);
}

bool is_complete(const evidence::ZoneEvidence& evidence) {
  return std::all_of(evidence.servers.begin(), evidence.servers.end(), [](const auto& server) {
    return std::all_of(server.answers.begin(), server.answers.end(), [](const auto& each) { return each.usable(); });
  });
}

std::uint64_t ordinary_data(const evidence::ZoneEvidence& full) {
  using Evidence = evidence::ZoneEvidence;
  const Bytes digest = full.digest(Evidence::Part::kOrdinary, Evidence::Signatures::kRenewed).bytes();
  return std::uint64_t{read_u32(digest, 0)} << 32U | read_u32(digest, 4);
}

/// As long as core looks give the same, they need not become full looks.
Digest core_digest(const evidence::ZoneEvidence& full) { return full.digest(evidence::ZoneEvidence::Part::kCore); }

/// Whether the last look left nothing open.
bool is_settled(const change::ZoneSummary& summary) {
  return summary.baseline && summary.pending.empty() && summary.observation == judge::Observation::kOk;
}

/// Whether what was judged may still hold, if the evidence is the same.
bool holds(const change::ZoneSummary& summary, UnixSeconds now) {
  return is_settled(summary) && now < summary.valid_until_at;
}

void note_times(change::ZoneSummary& summary, evidence::Depth depth, UnixSeconds now) {
  summary.last_checked_at = now;
  summary.last_observed_at = now;
  if (depth == evidence::Depth::kFull) summary.last_full_at = now;
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

/// Of the evidence, and of the zones that vouch for a part of it.
Digest ZoneLooks::digest_of(const Work& work) {
  const Digest digest = work.evidence.digest();
  if (work.signals.empty()) return digest;
  Hasher hasher;
  hasher.raw(digest.bytes());
  for (const judge::ChainLink& link : work.signals) hasher.raw(link.digest.bytes());
  return hasher.finish();
}

/// Of what the verdict rests on besides the evidence: the zones above, and what the operator wants.
Digest ZoneLooks::digest_of(const Work& work, const Digest& above) const {
  const judge::Expectation& expectation = work.order.zone.settings->expectation;
  Hasher hasher;
  hasher.raw(above.bytes());
  hasher.raw(judge::digest_of(tools_.judge.policy, tools_.judge.anchors, expectation).bytes());
  return hasher.finish();
}

bool ZoneLooks::unchanged(const Work& work) const {
  const change::ZoneSummary& summary = work.order.summary;
  if (!holds(summary, work.now) || !is_complete(work.evidence)) return false;
  if (summary.ancestors != work.ancestors_digest) return false;
  if (work.order.depth != evidence::Depth::kFull) return summary.core_evidence == work.evidence_digest;
  // The last full look may have been followed by core looks that were judged, and one with the extra questions by
  // others: what stands now must have been judged by the same answers.
  const bool same = work.evidence.ordinary_only
                        ? summary.ordinary_evidence == work.ordinary_digest
                        : summary.full_evidence == work.evidence_digest &&
                              summary.ordinary_evidence == work.evidence.digest(evidence::ZoneEvidence::Part::kOrdinary);
  return same && summary.core_evidence == core_digest(work.evidence);
}

/// Of a look without the extra questions: what they showed stands, and the rest can be judged by itself.
bool ZoneLooks::only_signatures_are_new(const Work& work) const {
  const change::ZoneSummary& summary = work.order.summary;
  return summary.ordinary_evidence != work.ordinary_digest && summary.ordinary_data == work.ordinary_data &&
         summary.ancestors == work.ancestors_digest;
}

/// What only findings need is asked when something else is new but signatures, and once in a day of the zone.
bool ZoneLooks::ordinary_part_is_known(Work* work, const evidence::ZoneEvidence& evidence) const {
  const change::ZoneSummary& summary = work->order.summary;
  const UnixSeconds now = tools_.judge.clock.now();
  if (work->thorough || !is_settled(summary) || !is_complete(evidence)) return false;
  if (!work->order.zone.settings->source.empty()) return false;
  if (zone_day(evidence.zone, summary.last_full_at) != zone_day(evidence.zone, now)) return false;
  if (!probe::signals_to_ask(evidence).empty()) return false;
  work->ordinary_digest = evidence.digest(evidence::ZoneEvidence::Part::kOrdinary);
  if (summary.ordinary_evidence == work->ordinary_digest) return holds(summary, now);
  work->ordinary_data = ordinary_data(evidence);
  return summary.ordinary_data == work->ordinary_data;
}

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
  work->evidence_digest = digest_of(*work);
  co_return true;
}

Task<bool> ZoneLooks::commit(Work* work, store::ZoneCommit commit) {
  commit.due = work->order.due;
  if (commit.due && !commit.update.state.summary.pending.empty()) {
    commit.due->core_at = std::min(commit.due->core_at, work->now + work->order.look_again.count());
  }
  work->outcome.due = commit.due;
  commit.outbox = tools_.router.rows_for(commit.update.events);
  work->outcome.events += static_cast<int>(commit.update.events.size());
  const change::ZoneSummary after = commit.update.state.summary;
  Completion<Result<void>> stored;
  tools_.store.commit(std::move(commit), [stored](Result<void> result) { stored.set(std::move(result)); });
  Result<void> result = co_await stored;
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
  const std::optional<evidence::WholeZoneLook>& whole = work->evidence.whole_zone;
  if (whole && whole->content != nullptr) {  // Judged before this program began.
    tools_.whole_zones.remember(small.update.zone, *whole, work->order.summary.valid_until_at, {});
  }
  co_await commit(work, small);
}

Task<void> ZoneLooks::judge(Work* work) {
  probe::JudgeTools* tools = &tools_.judge;
  evidence::ZoneEvidence* evidence = &work->evidence;
  std::vector<judge::ChainLink> ancestors = work->ancestors;
  judge::Expectation expectation = work->order.zone.settings->expectation;
  std::vector<judge::ChainLink> signals = work->signals;
  work->judgement = co_await probe::judge_on_pool(tools, evidence, ancestors, expectation, signals);
  work->outcome.verifications += work->judgement.verifications;
  work->outcome.verifications_reused += work->judgement.verifications_reused;
  work->outcome.verify_cpu_ns += work->judgement.verify_cpu_ns;
}

Task<Result<change::ZoneState>> ZoneLooks::load(Work* work) {
  // Of a zone that no look has seen there is nothing: asking would make the writer end its batch.
  if (work->order.summary.last_checked_at == 0) co_return change::ZoneState{};
  Completion<Result<change::ZoneState>> loaded;
  tools_.store.load(work->order.zone.name,
                    [loaded](Result<change::ZoneState> state) { loaded.set(std::move(state)); });
  Result<change::ZoneState> state = co_await loaded;
  co_return state;
}

void ZoneLooks::note_evidence(const Work& work, const change::ZoneSummary& before, change::ZoneSummary& after) const {
  using Part = evidence::ZoneEvidence::Part;
  after.ancestors = work.ancestors_digest;
  if (work.order.depth != evidence::Depth::kFull) {
    after.core_evidence = work.evidence_digest;
    return;
  }
  after.core_evidence = core_digest(work.evidence);
  if (work.evidence.ordinary_only) {
    after.ordinary_evidence = work.ordinary_digest;
    // What the extra questions showed is no more certain than it was.
    if (before.valid_until_at > work.now) after.valid_until_at = std::min(after.valid_until_at, before.valid_until_at);
    return;
  }
  after.full_evidence = work.evidence_digest;
  after.ordinary_evidence = work.evidence.digest(Part::kOrdinary);
  after.ordinary_data = ordinary_data(work.evidence);
}

Task<void> ZoneLooks::judge_and_commit(Work* work) {
  co_await judge(work);
  dns::Name zone = work->order.zone.name;
  std::optional<evidence::WholeZoneLook>& whole = work->evidence.whole_zone;
  if (whole && whole->is_known()) {
    const judge::WholeZoneOutcome* outcome = tools_.whole_zones.outcome_of(zone);
    if (outcome != nullptr && outcome->link == work->judgement.link.digest) {
      judge::restore_whole_zone(work->judgement, *outcome);
    } else {  // The keys or the DS are new: what was found does not hold for them.
      dns::ZoneSource source = work->order.zone.settings->source;
      whole = co_await tools_.whole_zones.get(zone, source);
      work->evidence_digest = digest_of(*work);
      co_await judge(work);
    }
  }
  if (whole && whole->content != nullptr && work->judgement.whole_zone &&
      work->judgement.whole_zone->failure.empty()) {
    tools_.whole_zones.remember(zone, *whole, work->judgement.whole_zone->valid_until,
                                judge::whole_zone_outcome(work->judgement));
    whole->known = whole->content->digest;
    whole->content.reset();  // It may be large, and nobody needs it any more.
  }
  const judge::ZoneFacts facts = judge::extract_facts(work->evidence, work->judgement);

  Result<change::ZoneState> before = co_await load(work);
  if (!before) {
    work->outcome.result = LookResult::kNotStored;
    work->outcome.error = before.error().message();
    work->outcome.summary = work->order.summary;
    co_return;
  }
  const history::Sight sight = history::sight_of(work->evidence, work->judgement);
  const change::Look look{work->judgement,       facts,     work->order.depth,
                          work->evidence_digest, work->now, work->order.interval,
                          tools_.confirmation,   &tools_.judge.policy.severity,
                          &sight,                tools_.judge.policy.validation};
  store::ZoneCommit full;
  full.update = change::advance(work->order.zone, *before, look);
  note_evidence(*work, before->summary, full.update.state.summary);
  full.facts = facts;
  full.servers = work->judgement.servers;
  full.parent_servers = work->judgement.parents;
  work->outcome.result = LookResult::kJudged;
  const bool stored = co_await commit(work, full);
  if (stored) tools_.outages.note(work->judgement);
}

Task<LookOutcome> ZoneLooks::look(LookOrder order) {
  Work work;
  work.order = std::move(order);
  work.outcome.summary = work.order.summary;
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
  // Something is new. A core look sees only a part: the whole zone is looked at before anything is judged.
  const bool core = work.order.depth == evidence::Depth::kCore;
  if (core && work.order.escalate) {
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
