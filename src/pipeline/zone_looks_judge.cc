// SPDX-License-Identifier: Apache-2.0
// What was seen and is new: judged, compared with what was known, stored.
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/judge/facts.h"
#include "zone_looks_work.h"

namespace anchorwatch::pipeline {

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

}  // namespace anchorwatch::pipeline
