// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/replay.h"

#include <algorithm>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/core/time_format.h"
#include "anchorwatch/evidence/codec.h"
#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/judge/facts.h"

namespace anchorwatch::pipeline {

namespace {

/// Looks that were not kept moved only these times: windows of changes rest on them.
void note_looks_between(change::ZoneSummary& summary, const store::KeptLook& next) {
  if (!next.seen_before_at) return;
  summary.last_observed_at = std::max(summary.last_observed_at, *next.seen_before_at);
  summary.last_checked_at = std::max(summary.last_checked_at, *next.seen_before_at);
  if (next.full_before_at) summary.last_full_at = std::max(summary.last_full_at, *next.full_before_at);
}

/// What was planned and approved at a moment; nothing where nothing was planned.
std::optional<change::Plans> plans_at(const std::vector<store::ChangeRow>& changes, UnixSeconds at) {
  std::optional<change::Plans> plans;
  for (const store::ChangeRow& change : changes) {
    if (change.proposed_at > at || (change.closed_at && *change.closed_at <= at)) continue;
    if (!plans) plans.emplace();
    if (change.approved_at && *change.approved_at <= at) plans->approved.push_back(change.stored.plan);
  }
  return plans;
}

}  // namespace

Result<evidence::ZoneEvidence> Replay::evidence_of(const store::KeptLook& look) {
  const auto named = [&look](Error error) { return std::move(error).with("look of " + to_rfc3339(look.first_seen_at)); };
  Result<Bytes> body = reader_.evidence(look.evidence);
  if (!body) return named(std::move(body).error());
  Result<evidence::ZoneEvidence> evidence = evidence::decode(*body);
  if (!evidence) return named(std::move(evidence).error());
  return evidence;
}

Result<std::optional<SeenAbove>> Replay::above(const dns::Name& zone, UnixSeconds at) {
  Result<std::optional<store::KeptAncestor>> kept = reader_.kept_ancestor(zone, at);
  if (!kept) return std::move(kept).error();
  std::optional<SeenAbove> seen;
  if (!*kept) return seen;
  Result<evidence::ZoneEvidence> evidence = evidence::decode((*kept)->body);
  if (!evidence) return std::move(evidence).error().with(zone.to_text());
  seen = SeenAbove{*std::move(evidence), (*kept)->at};
  return seen;
}

Result<std::vector<judge::ChainLink>> Replay::chain_to(const dns::Name& zone, UnixSeconds seen_at,
                                                       std::optional<UnixSeconds> at) {
  Result<std::optional<store::KeptAncestor>> kept = reader_.kept_ancestor(zone, seen_at);
  if (!kept) return std::move(kept).error();
  if (!*kept) {
    missing_above_.insert(zone.to_text());
    judge::ChainLink unknown;
    unknown.zone = zone;
    return std::vector<judge::ChainLink>{unknown};
  }
  const auto key = std::pair(zone, (*kept)->at);
  if (!at) {
    if (const auto known = chains_.find(key); known != chains_.end()) return known->second;
  }
  Result<evidence::ZoneEvidence> evidence = evidence::decode((*kept)->body);
  if (!evidence) return std::move(evidence).error().with(zone.to_text());
  const dns::Name& parent = evidence->delegation.parent;
  std::vector<judge::ChainLink> links;
  if (parent != zone) {
    if (!zone.is_below(parent)) return Error(ErrorCode::kCorrupt, zone.to_text() + ": its kept parent does not lie above");
    Result<std::vector<judge::ChainLink>> above = chain_to(parent, (*kept)->at, at);
    if (!above) return above;
    links = *std::move(above);
  }
  const judge::Expectation none;
  const judge::JudgeInput input{*evidence, links, options_.anchors, none, options_.policy, at.value_or((*kept)->at)};
  dnssec::WorkBudget budget = judge::budget_for(*evidence);
  judge::Judgement judgement = judge::judge(input, memo_, keys_, budget);
  if (!at && judgement.link.digest != (*kept)->link) other_above_.insert(zone.to_text());
  links.push_back(std::move(judgement.link));
  if (!at) chains_[key] = links;
  return links;
}

Result<judge::Judgement> Replay::judge(const inventory::ZoneEntry& zone, const evidence::ZoneEvidence& evidence,
                                       UnixSeconds seen_at, std::optional<UnixSeconds> at) {
  std::vector<judge::ChainLink> above, signals;
  const dns::Name& parent = evidence.delegation.parent;
  if (parent != evidence.zone) {
    Result<std::vector<judge::ChainLink>> chain = chain_to(parent, seen_at, at);
    if (!chain) return std::move(chain).error();
    above = *std::move(chain);
  }
  for (const evidence::SignalLook& signal : evidence.signals) {
    const auto known = [&signal](const judge::ChainLink& link) { return link.zone == signal.zone; };
    if (!signal.failure.empty() || std::any_of(signals.begin(), signals.end(), known)) continue;
    Result<std::vector<judge::ChainLink>> chain = chain_to(signal.zone, seen_at, at);
    if (!chain) return std::move(chain).error();
    signals.push_back(std::move(chain->back()));
  }
  const judge::JudgeInput input{evidence,        above,
                                options_.anchors, zone.settings->expectation,
                                options_.policy, at.value_or(seen_at),
                                &signals};
  dnssec::WorkBudget budget = judge::budget_for(evidence);
  return judge::judge(input, memo_, keys_, budget);
}

Result<Replayed> Replay::told(const inventory::ZoneEntry& zone, const std::vector<store::KeptLook>& looks) {
  Replayed last;
  const Result<std::vector<store::ChangeRow>> changes = reader_.changes({}, zone.name.to_text());
  if (!changes) return changes.error();
  for (const store::KeptLook& look : looks) {
    Result<evidence::ZoneEvidence> evidence = evidence_of(look);
    if (!evidence) return std::move(evidence).error();
    Result<judge::Judgement> judgement = judge(zone, *evidence, look.first_seen_at, std::nullopt);
    if (!judgement) return std::move(judgement).error();
    note_looks_between(last.state.summary, look);
    const judge::ZoneFacts facts = judge::extract_facts(*evidence, *judgement);
    const history::Sight sight = history::sight_of(*evidence, *judgement);
    const std::optional<change::Plans> plans = plans_at(*changes, look.first_seen_at);
    const change::Look advanced{*judgement,
                                facts,
                                evidence->depth,
                                look.digest,
                                look.first_seen_at,
                                zone.settings->interval.value_or(interval_),
                                options_.confirmation,
                                &options_.policy.severity,
                                &sight,
                                options_.policy.validation,
                                plans ? &*plans : nullptr};
    last.state = change::advance(zone, last.state, advanced).state;
    last.evidence = *std::move(evidence);
    last.judgement = *std::move(judgement);
  }
  last.look = looks.back();
  last.judged_at = last.look.first_seen_at;
  last.missing_above = missing_above_;
  last.other_above = other_above_;
  return last;
}

Result<Replayed> Replay::judged_at(const inventory::ZoneEntry& zone, const store::KeptLook& look, UnixSeconds at) {
  Replayed result;
  result.look = look;
  result.judged_at = at;
  Result<evidence::ZoneEvidence> evidence = evidence_of(look);
  if (!evidence) return std::move(evidence).error();
  Result<judge::Judgement> judgement = judge(zone, *evidence, look.first_seen_at, at);
  if (!judgement) return std::move(judgement).error();
  result.evidence = *std::move(evidence);
  result.judgement = *std::move(judgement);
  result.missing_above = missing_above_;
  return result;
}

}  // namespace anchorwatch::pipeline
