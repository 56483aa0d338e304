// SPDX-License-Identifier: Apache-2.0
// What was seen and is new: judged, compared with what was known, stored.
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/judge/facts.h"
#include "zone_looks_work.h"

namespace anchorwatch::pipeline {

namespace {

/// Whether a look changes nothing of what is known and told.
bool is_no_news(const change::ZoneUpdate& update, const change::ZoneSummary& before) {
  const change::ZoneSummary& after = update.state.summary;
  return update.events.empty() && update.opened.empty() && update.updated.empty() && update.closed.empty() &&
         !update.facts_changed && after.pending.empty() && after.verdict == before.verdict &&
         after.status_worst == before.status_worst && after.observation == before.observation &&
         after.delegation == before.delegation;
}

}  // namespace

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
      work->digests = evidence::digests_of(work->evidence);
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
  std::optional<store::ZoneCommit> made = co_await compare(work);
  if (!made) co_return;
  work->outcome.result = LookResult::kJudged;
  store::ZoneCommit all = *std::move(made);
  const bool stored = co_await commit(work, std::move(all));
  if (stored) tools_.outages.note(work->judgement);
}

/// What the judgement changes; nothing when the state before could not be loaded.
Task<std::optional<store::ZoneCommit>> ZoneLooks::compare(Work* work) {
  judge::ZoneFacts facts = judge::extract_facts(work->evidence, work->judgement);
  Result<change::ZoneState> before = co_await load(work);
  if (!before) {
    work->outcome.result = LookResult::kNotStored;
    work->outcome.error = before.error().message();
    work->outcome.summary = work->order.summary;
    co_return std::nullopt;
  }
  const history::Sight sight = history::sight_of(work->evidence, work->judgement);
  const change::Look look{work->judgement,       facts,     work->order.depth,
                          work->evidence_digest, work->now, work->order.interval,
                          tools_.confirmation,   &tools_.judge.policy.severity,
                          &sight,                tools_.judge.policy.validation, work->plans.get()};
  store::ZoneCommit made;
  made.update = change::advance(work->order.zone, *before, look);
  note_evidence(*work, before->summary, made.update.state.summary);
  made.facts = std::move(facts);
  made.servers = work->judgement.servers;
  made.parent_servers = work->judgement.parents;
  keep_evidence(*work, before->summary, made);
  co_return made;
}

/// A core look sees only a part of the zone; it stands by itself where it changes nothing.
Task<bool> ZoneLooks::judge_core_alone(Work* work) {
  co_await judge(work);
  std::optional<store::ZoneCommit> made = co_await compare(work);
  if (!made) co_return true;  // A full look could not be stored either.
  if (!is_no_news(made->update, work->order.summary)) co_return false;
  work->outcome.result = LookResult::kJudged;
  store::ZoneCommit all = *std::move(made);
  const bool stored = co_await commit(work, std::move(all));
  if (stored) tools_.outages.note(work->judgement);
  co_return true;
}

}  // namespace anchorwatch::pipeline
