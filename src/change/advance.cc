// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/change/advance.h"

#include "change_findings.h"
#include "plan_match.h"
#include "trust.h"

namespace anchorwatch::change {
namespace {

/// What a key signs beyond the DNSKEY RRset is seen in full by full looks only.
void keep_signing_roles(judge::ZoneFacts& facts, const judge::ZoneFacts& before) {
  for (judge::KeyFact& key : facts.dnskeys.values) {
    for (const judge::KeyFact& old : before.dnskeys.values) {
      if (old.rdata == key.rdata) key.signs_zone_data |= old.signs_zone_data;
    }
  }
}

void merge_facts(Step& step) {
  ZoneState& state = step.update.state;
  // A first look that failed is no baseline: the look that makes one must find nothing to compare
  // with.
  if (step.failed() && !step.before.summary.baseline) {
    state.facts = step.before.facts;
    return;
  }
  judge::ZoneFacts now = step.look.facts;
  if (step.look.depth != evidence::Depth::kFull) keep_signing_roles(now, step.before.facts);
  state.facts = judge::carry_over(std::move(now), step.before.facts);
  state.summary.snapshot = state.facts.digest();
  step.update.facts_changed = state.summary.snapshot != step.before.summary.snapshot;
}

/// Windows are as narrow as looks allow: one with nothing new saw what the look before saw. A zone whose SOA and its
/// signature are the same was not signed anew, so core looks count for its signatures too.
history::LastLooks last_looks(const ZoneSummary& before) {
  const bool complete = before.observation == judge::Observation::kOk;
  const auto last = [&](UnixSeconds seen) { return complete ? before.last_observed_at : seen; };
  return {last(before.parent_seen_at), last(before.child_seen_at), last(before.last_full_at)};
}

/// Where nobody validates, signatures may come and go as they like.
void note_signing(Step& step) {
  const dnssec::SecurityStatus status = step.now.status;
  if (status == dnssec::SecurityStatus::kInsecure) step.history.signing = {};
  if (status != dnssec::SecurityStatus::kSecure) return;
  const bool complete = step.look.depth == evidence::Depth::kFull &&
                        step.look.judgement.observation == judge::Observation::kOk;
  history::observe(step.history.signing, step.look.facts, step.signature_looks(), complete, step.look.at);
}

void note_history(Step& step) {
  step.history = step.before.history;
  if (step.look.sight == nullptr || step.failed()) return;
  history::observe(step.history, *step.look.sight, last_looks(step.before.summary), step.look.at);
  note_signing(step);
}

void keep_history(Step& step) {
  history::ZoneHistory& kept = step.update.state.history;
  kept = std::move(step.history);
  history::forget(kept, step.look.at);
  step.update.history_changed = kept != step.before.history;
}

void note_look(Step& step) {
  ZoneSummary& summary = step.update.state.summary;
  const judge::Judgement& judgement = step.look.judgement;
  // After a complete look every later one that moved only the times saw both sides too.
  if (summary.observation == judge::Observation::kOk) {
    summary.parent_seen_at = summary.child_seen_at = summary.last_observed_at;
  }
  summary.last_checked_at = step.look.at;
  summary.observation = judgement.observation;
  if (step.look.facts.ds.known) summary.parent_seen_at = step.look.at;
  if (step.look.facts.dnskeys.known) summary.child_seen_at = step.look.at;
  summary.valid_until_at = judgement.valid_until;
  if (step.change_end) {
    summary.valid_until_at = std::min(summary.valid_until_at, *step.change_end);
  }
  if (step.failed()) {
    if (step.now.reason == dnssec::Reason::kStale) summary.observation = judge::Observation::kStale;
    return;
  }
  summary.last_observed_at = step.look.at;
  if (step.look.depth == evidence::Depth::kFull) summary.last_full_at = step.look.at;
  if (judgement.delegation != judge::DelegationState::kUnknown) {
    summary.delegation = judgement.delegation;
  }
  summary.earliest_expiration_at = judgement.earliest_expiration;
  summary.certain_until_at = judgement.link.valid_until;
  // What nobody was asked for may expire without a change of the verdict.
  const std::optional<UnixSeconds> expiration = judgement.whole_zone
                                                    ? judgement.whole_zone->answers_expiration
                                                    : judgement.earliest_expiration;
  const bool secure = step.now.status == dnssec::SecurityStatus::kSecure;
  if (secure && expiration) {
    summary.certain_until_at = summary.certain_until_at == 0
                                   ? *expiration
                                   : std::min(summary.certain_until_at, *expiration);
  }
  summary.baseline = true;
}

void count_transition(ZoneUpdate& update, std::uint64_t number) {
  if (!update.events.empty()) update.state.summary.transition = number;
}

}  // namespace

Severity severity_of_change(const Step& step, Severity calm) {
  if (!step.was_secure() || step.is_secure()) return calm;
  // A look without a verdict leaves open whether the chain still holds.
  const bool open = step.failed() || step.now.status == dnssec::SecurityStatus::kIndeterminate;
  return open ? std::max(calm, Severity::kWarning) : step.loss();
}

void apply_severity(const Step& step, judge::Finding& finding) {
  for (const judge::SeverityMap* wanted :
       {step.look.severity, &step.zone.settings->expectation.severity}) {
    if (wanted == nullptr) continue;
    const auto own = wanted->find(finding.code);
    if (own != wanted->end()) finding.severity = own->second;
  }
}

Confidence confidence_of(std::size_t witnesses) {
  return witnesses > 1 ? Confidence::kConfirmed : Confidence::kSingleSource;
}

std::size_t reachable(const std::vector<judge::ServerVerdict>& servers) {
  return static_cast<std::size_t>(std::count_if(
      servers.begin(), servers.end(), [](const auto& server) { return server.reachable; }));
}

std::optional<UnixSeconds> last_seen(UnixSeconds at) {
  if (at == 0) return std::nullopt;
  return at;
}

ZoneUpdate advance(const inventory::ZoneEntry& zone, const ZoneState& before, const Look& look) {
  const std::uint64_t number = before.summary.transition + 1;
  const Memory memory = memory_of(before);
  Step step{zone, before, look, EventMaker(zone, look.at, number), memory, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  step.update.zone = zone.name;
  step.update.at = look.at;
  step.update.state.summary = before.summary;  // The rest is made anew below.
  merge_facts(step);
  merge_verdict(step);
  note_history(step);
  if (before.summary.baseline) {
    compare_delegation(step);
    compare_ds(step);
    compare_keys(step);
    compare_name_servers(step);
    compare_signals(step);
    compare_rollovers(step);
  }
  compare_status(step);
  if (before.summary.baseline) find_changes(step);
  compare_findings(step);
  apply_plans(step);
  note_look(step);
  note_ends(step);
  keep_history(step);
  count_transition(step.update, number);
  return std::move(step.update);
}

std::optional<UnixSeconds> stale_at(const ZoneSummary& summary, std::chrono::seconds interval) {
  if (!summary.baseline) return std::nullopt;
  const UnixSeconds unseen = summary.last_observed_at + 3 * interval.count();
  return summary.certain_until_at == 0 ? unseen : std::min(unseen, summary.certain_until_at);
}

std::optional<ZoneSummary> age(const ZoneSummary& before, UnixSeconds now, std::chrono::seconds interval) {
  if (!is_stale(before, now, interval) || before.observation == judge::Observation::kStale) return std::nullopt;
  ZoneSummary after = before;
  after.observation = judge::Observation::kStale;
  if (before.verdict.status == dnssec::SecurityStatus::kIndeterminate) return after;
  after.verdict = dnssec::indeterminate(dnssec::Reason::kStale);
  after.status_worst = after.verdict.status;
  after.status_since_at = now;
  return after;
}

}  // namespace anchorwatch::change
