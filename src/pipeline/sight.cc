// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/sight.h"

namespace anchorwatch::pipeline {

namespace {

constexpr Duration kTrustSight = std::chrono::seconds(15);
constexpr Duration kTrustBlindness = std::chrono::seconds(5);
constexpr Duration kTrustFamilies = std::chrono::minutes(10);
constexpr int kRootServersToTry = 5;
constexpr const char* kDedupKey = "monitor|sight";

bool clock_is_suspect(const dnssec::Verdict& verdict) {
  return verdict.reason == dnssec::Reason::kSignatureExpired ||
         verdict.reason == dnssec::Reason::kSignatureNotYetValid;
}

}  // namespace

Sight::Sight(probe::Locator& locator, probe::Ancestors& ancestors, probe::JudgeTools& tools, Announce announce)
    : locator_(locator), ancestors_(ancestors), tools_(tools), announce_(std::move(announce)) {}

void Sight::restore(std::uint64_t transition, bool blind, std::string reason) {
  transition_ = transition;
  blind_ = blind;
  reason_ = std::move(reason);
}

Task<bool> Sight::sees() {
  const Duration trust = blind_ ? kTrustBlindness : kTrustSight;
  if (looked_at_ && tools_.clock.mono() - *looked_at_ < trust) co_return !blind_;
  co_return co_await look();
}

Task<bool> Sight::sees_after_doubt() {
  // Many looks fail together when the network goes: one look at the root a second is enough.
  if (looked_at_ && tools_.clock.mono() - *looked_at_ < std::chrono::seconds(1)) co_return !blind_;
  co_return co_await look();
}

Task<bool> Sight::look() {
  if (looking_) {
    Completion<bool> done;
    waiting_.push_back(done);
    co_await done;
    co_return !blind_;
  }
  looking_ = true;
  const bool learn = blind_ || !learnt_families_at_ || tools_.clock.mono() - *learnt_families_at_ > kTrustFamilies;
  if (learn) {
    co_await locator_.learn_families();
    learnt_families_at_ = tools_.clock.mono();
  }
  std::string fault = co_await find_fault();
  looking_ = false;
  looked_at_ = tools_.clock.mono();
  settle(std::move(fault));
  if (!blind_) {
    tell_dead_family(IpFamily::kV4);
    tell_dead_family(IpFamily::kV6);
  }
  std::vector<Completion<bool>> waiting = std::move(waiting_);
  waiting_.clear();
  for (const Completion<bool>& waiter : waiting) waiter.set(true);
  co_return !blind_;
}

Task<std::string> Sight::find_fault() {
  probe::CutPtr root = locator_.cuts().find(dns::Name(), tools_.clock.now());
  if (!root) co_return "no root hints are loaded";
  dns::Question question{dns::Name(), dns::RrType::kSoa};
  auto scope = std::make_shared<probe::LookScope>();
  evidence::Answer answer = co_await locator_.ask_cut(root, question, scope, kRootServersToTry);
  if (!answer.answered()) {
    co_return "no root server answers (" + (answer.detail.empty() ? std::string("no answer") : answer.detail) + ")";
  }
  if (tools_.anchors.at(dns::Name()).empty()) co_return "";  // Nothing to validate the root with.
  dns::Name top;
  // A root that failed before is looked at anew; one that is good is remembered for its TTL.
  if (blind_) ancestors_.forget();
  std::vector<judge::ChainLink> chain = co_await ancestors_.chain_to(top);
  const dnssec::Verdict verdict = chain.back().verdict;
  if (verdict.status == dnssec::SecurityStatus::kSecure) co_return "";
  std::string fault = std::string("the root does not validate: ") + dnssec::describe(verdict.reason);
  if (clock_is_suspect(verdict)) fault += "; check this machine's clock";
  co_return fault;
}

void Sight::tell_dead_family(IpFamily family) {
  bool& told = told_dead_[family == IpFamily::kV4 ? 0 : 1];
  if (told || !locator_.family_dead(family)) return;
  told = true;
  const std::string name = family == IpFamily::kV4 ? "IPv4" : "IPv6";
  change::Event event;
  event.type = change::EventType::kMonitorFamily;
  event.time = tools_.clock.now();
  event.severity = Severity::kNotice;
  event.dedup_key = "monitor|family|" + name;
  event.id = change::make_event_id(event.time, "", event.type, event.dedup_key, ++transition_);
  event.first_after = event.time;
  event.summary = name + " does not work on this machine: servers are asked over the other family only; set dns." +
                  (family == IpFamily::kV4 ? "ipv4" : "ipv6") + " = \"off\" if that is meant";
  event.after = {{"family", name}};
  event.runbook = "docs/findings/FAMILY_DEAD.md";
  announce_(std::move(event));
}

void Sight::settle(std::string fault) {
  const bool was_blind = blind_;
  blind_ = !fault.empty();
  if (blind_ == was_blind) {
    if (blind_) reason_ = std::move(fault);
    return;
  }
  // A link that was judged while blind must not outlive blindness.
  ancestors_.forget();
  change::Event event;
  event.type = blind_ ? change::EventType::kMonitorBlind : change::EventType::kMonitorRecovered;
  event.time = tools_.clock.now();
  event.severity = Severity::kError;  // Recovery is routed like the loss (contract).
  event.dedup_key = kDedupKey;
  event.id = change::make_event_id(event.time, "", event.type, kDedupKey, ++transition_);
  event.first_after = event.time;
  if (blind_) {
    reason_ = std::move(fault);
    blind_event_ = event.id;
    event.summary = "the monitor is blind, no zone is judged: " + reason_;
    event.after = {{"reason", reason_}};
    event.runbook = "docs/findings/MONITOR_BLIND.md";
  } else {
    event.summary = "the monitor sees again";
    event.before = {{"reason", reason_}};
    if (!blind_event_.empty()) event.caused_by = blind_event_;
    reason_.clear();
  }
  announce_(std::move(event));
}

}  // namespace anchorwatch::pipeline
