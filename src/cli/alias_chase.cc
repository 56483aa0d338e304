// SPDX-License-Identifier: Apache-2.0
#include "alias_chase.h"

#include <algorithm>
#include <set>

#include "zone_check.h"

namespace anchorwatch::cli {

namespace {

using dnssec::SecurityStatus;

constexpr int kMaxHops = 12;

/// What the look at one name says.
struct Hop {
  dns::Name zone;
  judge::ProbeVerdict probe;
  bool referred = false;  ///< The zone's servers sent us below; the verdict is not about the name.
};

bool is_referral(const evidence::ZoneEvidence& evidence, const dns::Question& question) {
  return std::any_of(evidence.servers.begin(), evidence.servers.end(), [&](const evidence::ServerLook& server) {
    const evidence::Answer* answer = server.find(question);
    if (answer == nullptr || !answer->usable() || answer->aa || !answer->answer.empty()) return false;
    return std::any_of(answer->authority.begin(), answer->authority.end(), [&](const dns::RRset& set) {
      return set.type == dns::RrType::kNs && set.owner.is_below(evidence.zone) &&
             question.name.is_at_or_below(set.owner);
    });
  });
}

Task<Hop> look_at_name(pipeline::Engine* engine, dns::Question question, MonoTime deadline, int* queries) {
  ZoneCheckOrder order;
  auto scope = std::make_shared<probe::LookScope>();
  scope->deadline = deadline;
  scope->goal = question;
  dns::Name name = question.name;
  Hop hop;
  hop.probe.question = question;
  hop.probe.verdict = dnssec::indeterminate(dnssec::Reason::kUnreachable);
  probe::Located located = co_await engine->locator().locate_zone_of(name, scope);
  *queries += scope->queries;
  // Servers that fail on the questions of the walk may well answer this one, and if not, the answer is the evidence.
  const probe::CutPtr cut = located.parent ? located.parent : located.reached;
  if (!cut) co_return hop;
  order.name = cut->zone;
  order.probes = {inventory::ProbeSpec::of(question)};
  order.default_probes = false;
  order.denial_probe = false;
  order.all_parents = false;
  order.time_limit = std::max(Duration(1), deadline - engine->clock().mono());
  report::CheckResult result = co_await look_at_zone(engine, order);
  *queries += result.queries;
  hop.zone = result.judgement.zone;
  for (const judge::ProbeVerdict& probe : result.judgement.probes) {
    if (probe.question == question) hop.probe = probe;
  }
  hop.referred = hop.probe.verdict.reason == dnssec::Reason::kNotJudged || is_referral(result.evidence, question);
  co_return hop;
}

/// The verdict on the name itself, over referrals: `probe.target` is set where it is an alias again.
Task<judge::ProbeVerdict> settle(pipeline::Engine* engine, dns::Question question, MonoTime deadline,
                                  int* queries) {
  dns::Name last_zone;
  Hop hop;
  for (int step = 0; step < kMaxHops; ++step) {
    hop = co_await look_at_name(engine, question, deadline, queries);
    if (!hop.referred || (step > 0 && hop.zone == last_zone)) break;
    last_zone = hop.zone;
  }
  co_return hop.probe;
}

Task<void> chase(pipeline::Engine* engine, judge::ProbeVerdict* probe, bool referred, MonoTime deadline,
                 int* queries) {
  dns::Question question = probe->question;
  if (referred) {
    judge::ProbeVerdict settled = co_await settle(engine, question, deadline, queries);
    *probe = settled;
    if (probe->target_status) co_return;
  }
  std::optional<dns::Name> target = probe->target;
  std::set<dns::Name> seen{question.name};
  while (target) {
    const bool loop = !seen.insert(*target).second || seen.size() > kMaxHops;
    question.name = *target;
    SecurityStatus status = SecurityStatus::kIndeterminate;
    target.reset();
    if (!loop) {
      judge::ProbeVerdict hop = co_await settle(engine, question, deadline, queries);
      status = hop.verdict.status;
      target = hop.target;
      if (hop.target_status && dnssec::weakness(*hop.target_status) > dnssec::weakness(status)) status = *hop.target_status;
      if (hop.target_status) target.reset();
    }
    if (!probe->target_status || dnssec::weakness(status) > dnssec::weakness(*probe->target_status)) probe->target_status = status;
  }
}

}  // namespace

Task<void> chase_aliases(pipeline::Engine* engine, report::CheckResult* result, MonoTime deadline) {
  WaitGroup group;
  int* queries = &result->queries;
  for (judge::ProbeVerdict& probe : result->judgement.probes) {
    // Names below the apex may lie in a zone below, whatever these servers made of the question.
    const bool open = result->judgement.observation != judge::Observation::kFailed &&
                      probe.verdict.reason == dnssec::Reason::kUnreachable &&
                      probe.question.name.is_below(result->evidence.zone);
    const bool referred = open || probe.verdict.reason == dnssec::Reason::kNotJudged ||
                          is_referral(result->evidence, probe.question);
    if (!referred && (!probe.target || probe.target_status)) continue;
    judge::ProbeVerdict* slot = &probe;
    group.spawn(chase(engine, slot, referred, deadline, queries));
  }
  co_await group;
}

}  // namespace anchorwatch::cli
