// SPDX-License-Identifier: Apache-2.0
#include "zone_check.h"

#include <algorithm>

#include "anchorwatch/change/confirmation.h"

#include "alias_chase.h"

namespace anchorwatch::cli {

namespace {

constexpr int kServersToTry = 4;
/// With less time left a second look would fail for that alone.
constexpr Duration kLeastForALook = std::chrono::seconds(3);

/// The parent's answers say that the name exists in its own zone: no cut, hence no apex.
bool lies_inside_parent(const evidence::ZoneEvidence& evidence) {
  if (evidence.delegation.from_configuration || !evidence.delegation.name_servers.empty()) return false;
  return std::any_of(evidence.delegation.parents.begin(), evidence.delegation.parents.end(), [&](const auto& parent) {
    const evidence::Answer* answer = parent.find(evidence.zone, dns::RrType::kNs);
    return answer != nullptr && answer->usable() && answer->rcode == dns::kRcodeNoError;
  });
}

/// The parent was asked and says nothing about NS at the name.
bool parent_is_mute(const evidence::ZoneEvidence& evidence) {
  if (evidence.delegation.from_configuration || !evidence.delegation.name_servers.empty()) return false;
  const auto mute = [&](const evidence::ServerLook& parent) {
    const evidence::Answer* answer = parent.find(evidence.zone, dns::RrType::kNs);
    return answer == nullptr || !answer->usable();
  };
  return !evidence.delegation.parents.empty() &&
         std::all_of(evidence.delegation.parents.begin(), evidence.delegation.parents.end(), mute);
}

/// Whether the servers of the parent answer the question itself with authority. Some fail on NS and DS
/// for names that are no cut.
Task<bool> parent_answers(pipeline::Engine* engine, dns::Name parent, std::optional<dns::Question> goal,
                          MonoTime deadline) {
  probe::Locator& locator = engine->locator();
  probe::CutPtr cut = locator.cuts().find(parent, engine->clock().now());
  if (!goal || !cut) co_return false;
  auto scope = std::make_shared<probe::LookScope>();
  scope->deadline = deadline;
  dns::Question question = *goal;
  evidence::Answer answer = co_await locator.ask_cut(cut, question, scope, kServersToTry);
  // A message that does not parse is an answer too, if a broken one.
  co_return answer.state == evidence::AnswerState::kMalformed || (answer.usable() && probe::is_authoritative(answer));
}

std::vector<dns::Question> questions_for(const ZoneCheckOrder& order, const dns::Name& zone) {
  std::vector<dns::Question> questions;
  const auto add = [&questions](const dns::Question& question) {
    if (std::find(questions.begin(), questions.end(), question) == questions.end()) questions.push_back(question);
  };
  for (const inventory::ProbeSpec& probe : order.probes) {
    Result<dns::Question> question = probe.resolve(zone);
    if (question) add(*question);
  }
  if (order.default_probes && order.name != zone) {
    for (const dns::RrType type : {dns::RrType::kA, dns::RrType::kAaaa, dns::RrType::kMx, dns::RrType::kTxt}) {
      add({order.name, type});
    }
  }
  return questions;
}

/// The first probe that the user named for this name or one below it.
std::optional<dns::Question> goal_of(const ZoneCheckOrder& order) {
  if (order.default_probes) return std::nullopt;
  for (const dns::Question& question : questions_for(order, order.name)) {
    if (question.name.is_at_or_below(order.name)) return question;
  }
  return std::nullopt;
}

}  // namespace

Task<report::CheckResult> look_at_zone(pipeline::Engine* engine, ZoneCheckOrder order) {
  const MonoTime started = engine->clock().mono();
  const MonoTime deadline = started + order.time_limit;
  report::CheckResult result;
  dns::Name zone = order.name;
  while (true) {
    probe::CollectPlan plan;
    plan.zone = zone;
    plan.probes = questions_for(order, zone);
    plan.denial_probe = order.denial_probe;
    plan.all_parents = order.all_parents;
    plan.deadline = deadline;
    plan.goal = goal_of(order);
    std::optional<dns::Question> goal = plan.goal;
    result.evidence = co_await engine->collector().collect(plan);
    result.queries += result.evidence.queries;
    bool inside = lies_inside_parent(result.evidence);
    const bool anchored = engine->locator().cuts().is_apex(zone);
    if (!inside && !anchored && parent_is_mute(result.evidence)) {
      dns::Name parent = result.evidence.delegation.parent;
      inside = co_await parent_answers(engine, parent, goal, deadline);
    }
    if (!inside) break;
    zone = result.evidence.delegation.parent;
    result.note = order.name.to_text() + " is no zone of its own: its zone is judged and the name is probed";
  }
  std::vector<judge::ChainLink> ancestors;
  if (result.evidence.delegation.parent != zone) {
    dns::Name parent = result.evidence.delegation.parent;
    ancestors = co_await engine->ancestors().chain_to(parent);
  }
  if (order.whole_zone) {
    result.evidence.whole_zone = order.whole_zone;
  } else if (!order.source.empty()) {
    dns::ZoneSource source = order.source;
    result.evidence.whole_zone = co_await engine->whole_zones().get(zone, source);
  }
  probe::JudgeTools* tools = &engine->judge();
  evidence::ZoneEvidence* evidence = &result.evidence;
  judge::Expectation expectation = order.expectation;
  std::vector<judge::ChainLink> signals = co_await engine->ancestors().signal_links(evidence);
  result.judgement = co_await probe::judge_on_pool(tools, evidence, ancestors, expectation, signals);
  result.at = engine->clock().now();
  result.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(engine->clock().mono() - started).count();
  co_return result;
}

namespace {

/// The findings of one zone over several looks at it.
class Doubts {
 public:
  explicit Doubts(const change::ConfirmationPolicy& policy) : policy_(policy) {}

  /// Counts a look; true while something must be seen again.
  bool note(const report::CheckResult& result) {
    const auto known = [this](const judge::Finding& finding) {
      return std::any_of(confirmed_.begin(), confirmed_.end(), [&](const auto& each) { return each.is(finding); });
    };
    change::Review review = change::review(pending_, known, result.judgement, result.at, policy_);
    pending_ = std::move(review.pending);
    for (change::PendingFinding& each : review.confirmed) confirmed_.push_back(std::move(each));
    return !pending_.empty();
  }
  /// Leaves out what was not seen often enough.
  void drop_unconfirmed(judge::Judgement& judgement) const {
    std::erase_if(judgement.findings, [this](const judge::Finding& finding) {
      return std::any_of(pending_.begin(), pending_.end(), [&](const auto& each) { return each.is(finding); });
    });
  }

 private:
  const change::ConfirmationPolicy& policy_;
  std::vector<change::PendingFinding> pending_, confirmed_;
};

}  // namespace

Task<report::CheckResult> check_zone(pipeline::Engine* engine, ZoneCheckOrder order) {
  const MonoTime started = engine->clock().mono();
  const MonoTime deadline = started + order.time_limit;
  report::CheckResult result = co_await look_at_zone(engine, order);
  Doubts doubts(engine->confirmation());
  bool look_again = doubts.note(result);
  for (int looks = 1; looks < engine->confirmation().of && look_again; ++looks) {
    const Duration rest = deadline - engine->clock().mono();
    if (rest < kLeastForALook) break;
    ZoneCheckOrder again = order;
    again.time_limit = rest;
    again.whole_zone = result.evidence.whole_zone;
    report::CheckResult next = co_await look_at_zone(engine, again);
    next.queries += result.queries;
    look_again = doubts.note(next);
    result = std::move(next);
  }
  doubts.drop_unconfirmed(result.judgement);
  report::CheckResult* shared = &result;
  co_await chase_aliases(engine, shared, deadline);
  result.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(engine->clock().mono() - started).count();
  co_return result;
}

}  // namespace anchorwatch::cli
