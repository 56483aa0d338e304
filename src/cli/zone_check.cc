// SPDX-License-Identifier: Apache-2.0
#include "zone_check.h"

#include <algorithm>

namespace anchorwatch::cli {

namespace {

/// The parent's answers say that the name exists in its own zone: no cut, hence no apex.
bool lies_inside_parent(const evidence::ZoneEvidence& evidence) {
  if (evidence.delegation.from_configuration || !evidence.delegation.name_servers.empty()) return false;
  return std::any_of(evidence.delegation.parents.begin(), evidence.delegation.parents.end(), [&](const auto& parent) {
    const evidence::Answer* answer = parent.find(evidence.zone, dns::RrType::kNs);
    return answer != nullptr && answer->usable() && answer->rcode == dns::kRcodeNoError;
  });
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

}  // namespace

Task<report::CheckResult> check_zone(pipeline::Engine* engine, ZoneCheckOrder order) {
  const MonoTime started = engine->clock().mono();
  report::CheckResult result;
  dns::Name zone = order.name;
  while (true) {
    probe::CollectPlan plan;
    plan.zone = zone;
    plan.probes = questions_for(order, zone);
    plan.denial_probe = order.denial_probe;
    plan.all_parents = true;
    plan.deadline = started + order.time_limit;
    result.evidence = co_await engine->collector().collect(plan);
    result.queries += result.evidence.queries;
    if (!lies_inside_parent(result.evidence)) break;
    zone = result.evidence.delegation.parent;
    result.note = order.name.to_text() + " is no zone of its own: its zone is judged and the name is probed";
  }
  std::vector<judge::ChainLink> ancestors;
  if (result.evidence.delegation.parent != zone) {
    dns::Name parent = result.evidence.delegation.parent;
    ancestors = co_await engine->ancestors().chain_to(parent);
  }
  probe::JudgeTools* tools = &engine->judge();
  evidence::ZoneEvidence* evidence = &result.evidence;
  judge::Expectation expectation = order.expectation;
  result.judgement = co_await probe::judge_on_pool(tools, evidence, ancestors, expectation);
  result.at = engine->clock().now();
  result.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(engine->clock().mono() - started).count();
  co_return result;
}

}  // namespace anchorwatch::cli
