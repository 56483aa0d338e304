// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/ancestors.h"

#include <algorithm>

#include "anchorwatch/core/clock_cpu.h"

namespace anchorwatch::probe {

namespace {

constexpr UnixSeconds kShortestLife = 60;
constexpr UnixSeconds kLongestLife = 3600;
constexpr int kServersAtSecondTry = 8;
constexpr Duration kLookTime = std::chrono::seconds(20);

bool settled(const judge::Judgement& judgement) {
  return judgement.verdict.status == dnssec::SecurityStatus::kSecure ||
         judgement.verdict.status == dnssec::SecurityStatus::kInsecure;
}

/// The lowest TTL among the keys and DS that the verdict rests on.
UnixSeconds lowest_ttl(const evidence::ZoneEvidence& evidence) {
  std::uint32_t lowest = static_cast<std::uint32_t>(kLongestLife);
  for (const evidence::ServerLook& server : evidence.servers) {
    for (const evidence::Answer& answer : server.answers) {
      for (const dns::RRset& set : answer.answer) lowest = std::min(lowest, set.ttl);
    }
  }
  return static_cast<UnixSeconds>(lowest);
}

struct PoolJob {
  JudgeTools* tools;
  evidence::ZoneEvidence* evidence;
  std::vector<judge::ChainLink> ancestors;
  judge::Expectation expectation;
  std::vector<judge::ChainLink> signals;
  UnixSeconds now;
  dnssec::WorkBudget budget;
  judge::Judgement result;
};

}  // namespace

Task<judge::Judgement> judge_on_pool(JudgeTools* tools, evidence::ZoneEvidence* evidence,
                                     std::vector<judge::ChainLink> ancestors,
                                     judge::Expectation expectation,
                                     std::vector<judge::ChainLink> signals) {
  auto job = std::make_shared<PoolJob>();
  job->tools = tools;
  job->evidence = evidence;
  job->ancestors = std::move(ancestors);
  job->expectation = std::move(expectation);
  job->signals = std::move(signals);
  job->now = tools->clock.now();
  job->budget = tools->history.budget_for(*evidence);
  job->budget.cpu_clock = &thread_cpu_ns;
  std::function<void()> work = [job] {
    const judge::JudgeInput input{*job->evidence,   job->ancestors,     job->tools->anchors,
                                  job->expectation, job->tools->policy, job->now,
                                  &job->signals};
    job->result = judge::judge(input, job->tools->memo, job->tools->keys, job->budget);
  };
  ++tools->judging;
  co_await offload(tools->executor, work);
  --tools->judging;
  tools->history.note(job->result);
  co_return std::move(job->result);
}

Task<Ancestors::Entry> Ancestors::look_at(dns::Name zone) {
  Entry entry;
  auto scope = std::make_shared<LookScope>();
  Located located = co_await locator_.locate_parent(zone, scope);
  if (located.parent && located.parent->zone != zone) {
    dns::Name above = located.parent->zone;
    entry.chain = co_await chain_to(above);
  }
  // Not `for (… : {1, 8})`: gcc 12 places the list outside the coroutine frame.
  for (int servers = 1; servers <= kServersAtSecondTry; servers += kServersAtSecondTry - 1) {
    CollectPlan plan;
    plan.zone = zone;
    plan.depth = evidence::Depth::kAncestor;
    plan.ancestor_servers = servers;
    plan.deadline = tools_.clock.mono() + kLookTime;
    evidence::ZoneEvidence evidence = co_await collector_.collect(plan);
    JudgeTools* tools = &tools_;
    evidence::ZoneEvidence* borrowed = &evidence;
    std::vector<judge::ChainLink> above = entry.chain;
    judge::Expectation none;
    std::vector<judge::ChainLink> no_signals;
    const UnixSeconds judged_at = tools_.clock.now();
    judge::Judgement judgement = co_await judge_on_pool(tools, borrowed, above, none, no_signals);
    const UnixSeconds now = tools_.clock.now();
    const bool good = settled(judgement);
    const UnixSeconds life = good ? std::clamp(lowest_ttl(evidence), kShortestLife, kLongestLife) : kShortestLife;
    entry.expires_at = std::max(now + 1, std::min(judgement.valid_until, now + life));
    if (good || servers == kServersAtSecondTry) {
      if (keep_looks_ && looks_.size() < kMostLooks) {
        looks_.push_back({std::move(evidence), judged_at, judgement.link.digest});
      }
      entry.chain.push_back(std::move(judgement.link));
      break;
    }
  }
  co_return entry;
}

Task<std::vector<judge::ChainLink>> Ancestors::signal_links(const evidence::ZoneEvidence* evidence) {
  std::vector<judge::ChainLink> links;
  for (const evidence::SignalLook& signal : evidence->signals) {
    const bool known = std::any_of(links.begin(), links.end(),
                                   [&signal](const auto& link) { return link.zone == signal.zone; });
    if (!signal.failure.empty() || known) continue;
    dns::Name zone = signal.zone;
    std::vector<judge::ChainLink> chain = co_await chain_to(zone);
    links.push_back(std::move(chain.back()));
  }
  co_return links;
}

Task<std::vector<judge::ChainLink>> Ancestors::chain_to(dns::Name parent) {
  while (true) {
    if (const Entry* known = links_.find(parent);
        known != nullptr && known->expires_at > tools_.clock.now()) {
      co_return known->chain;
    }
    const auto flight = looking_.find(parent);
    if (flight == looking_.end()) break;
    // Waiting goes strictly upwards in the tree, so nobody waits in a circle.
    Completion<bool> done;
    flight->second.push_back(done);
    co_await done;
  }
  looking_[parent];
  Entry entry = co_await look_at(parent);
  links_[parent] = entry;
  std::vector<Completion<bool>> waiting = std::move(looking_[parent]);
  looking_.erase(parent);
  for (const Completion<bool>& waiter : waiting) waiter.set(true);
  co_return entry.chain;
}

}  // namespace anchorwatch::probe
