// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/sight.h"

#include <algorithm>
#include <cstdlib>

#include "anchorwatch/change/monitor_findings.h"
#include "anchorwatch/core/time_format.h"

namespace anchorwatch::pipeline {

namespace {

constexpr Duration kTrustSight = std::chrono::seconds(15);
constexpr Duration kTrustBlindness = std::chrono::seconds(5);
constexpr Duration kTrustFamilies = std::chrono::minutes(10);
constexpr int kRootServersToTry = 5;
constexpr const char* kDedupKey = "monitor|sight";
constexpr const char* kClockKey = "monitor|clock";
/// Time synchronisation slews or steps by less; a scheduler that was late is no jump of the clock.
constexpr UnixSeconds kJump = 60;

std::size_t index_of(IpFamily family) { return family == IpFamily::kV4 ? 0 : 1; }
const char* name_of(IpFamily family) { return family == IpFamily::kV4 ? "IPv4" : "IPv6"; }

bool clock_is_suspect(const dnssec::Verdict& verdict) {
  return verdict.reason == dnssec::Reason::kSignatureExpired ||
         verdict.reason == dnssec::Reason::kSignatureNotYetValid;
}

}  // namespace

Sight::Sight(probe::Locator& locator, probe::Ancestors& ancestors, probe::JudgeTools& tools, Announce announce)
    : locator_(locator), ancestors_(ancestors), tools_(tools), announce_(std::move(announce)) {}

void Sight::restore(std::uint64_t transition, bool blind, std::string reason) {
  transition_ = transition;
  if (blind && !blind_) blind_severity_ = wanted(judge::FindingCode::MONITOR_BLIND).value_or(Severity::kError);
  blind_ = blind;
  reason_ = std::move(reason);
}

Task<bool> Sight::sees() {
  const Duration trust = blind_ ? kTrustBlindness : kTrustSight;
  const bool jumped = notice_jump();
  if (!jumped && looked_at_ && tools_.clock.mono() - *looked_at_ < trust) co_return !blind_;
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
    co_await ask_nobody();
    learnt_families_at_ = tools_.clock.mono();
  }
  SightFault fault = co_await find_fault();
  explain(&fault);
  looking_ = false;
  looked_at_ = tools_.clock.mono();
  const bool was_blind = blind_;
  settle(std::move(fault));
  const UnixSeconds jump = std::exchange(jump_, 0);
  // Where the root does not validate by the new time, or does again, monitor.blind and its end tell it.
  if (jump != 0 && !blind_ && !was_blind) tell_jump(jump);
  if (!blind_) {
    tell_hijack(IpFamily::kV4);
    tell_hijack(IpFamily::kV6);
    tell_dead_family(IpFamily::kV4);
    tell_dead_family(IpFamily::kV6);
  }
  std::vector<Completion<bool>> waiting = std::move(waiting_);
  waiting_.clear();
  for (const Completion<bool>& waiter : waiting) waiter.set(true);
  co_return !blind_;
}

/// A family that is not on, or does not work, is not asked. Nobody intercepts in a laboratory, where the addresses of
/// nobody may be somebody's, nor where resolvers are asked.
Task<void> Sight::ask_nobody() {
  probe::Asker& asker = locator_.asker();
  const probe::AskerOptions& options = asker.options();
  if (options.allow_special_addresses || options.forwarding()) co_return;
  WaitGroup group;
  if (options.ipv4) group.spawn(ask_nobody_over(IpFamily::kV4));
  if (options.ipv6) group.spawn(ask_nobody_over(IpFamily::kV6));
  co_await group;
}

Task<void> Sight::ask_nobody_over(IpFamily family) {
  const bool hijacked = co_await locator_.asker().answers_from_nowhere(family);
  const bool before = locator_.asker().distrusted(family);
  locator_.asker().distrust(family, hijacked);
  // What came that way is worth nothing.
  if (hijacked != before) {
    locator_.forget();
    ancestors_.forget();
  }
}

Task<SightFault> Sight::find_fault() {
  SightFault fault;
  probe::CutPtr root = locator_.cuts().find(dns::Name(), tools_.clock.now());
  if (!root) {
    fault.text = "no root hints are loaded";
    co_return fault;
  }
  dns::Question question{dns::Name(), dns::RrType::kSoa};
  auto scope = std::make_shared<probe::LookScope>();
  evidence::Answer answer = co_await locator_.ask_cut(root, question, scope, kRootServersToTry);
  if (!answer.answered()) {
    fault.text = "no root server answers (" + (answer.detail.empty() ? std::string("no answer") : answer.detail) + ")";
    co_return fault;
  }
  if (tools_.anchors.at(dns::Name()).empty()) co_return fault;  // Nothing to validate the root with.
  dns::Name top;
  // A root that failed before is looked at anew; one that is good is remembered for its TTL.
  if (blind_ || jump_ != 0) ancestors_.forget();
  std::vector<judge::ChainLink> chain = co_await ancestors_.chain_to(top);
  const dnssec::Verdict verdict = chain.back().verdict;
  if (verdict.status == dnssec::SecurityStatus::kSecure) co_return fault;
  fault.text = std::string("the root does not validate: ") + dnssec::describe(verdict.reason);
  if (clock_is_suspect(verdict)) {
    fault.text += "; check this machine's clock";
    fault.finding = change::clock_untrusted(Severity::kError, fault.text);
  } else if (verdict.reason == dnssec::Reason::kDsMismatch) {
    fault.text += "; no trust anchor fits its keys";
    fault.finding = change::anchors_stale(fault.text);
  }
  co_return fault;
}

void Sight::explain(SightFault* fault) const {
  const probe::Asker& asker = locator_.asker();
  const bool hijacked = asker.distrusted(IpFamily::kV4) || asker.distrusted(IpFamily::kV6);
  if (fault->text.empty() || !hijacked) return;
  const IpFamily family = asker.distrusted(IpFamily::kV4) ? IpFamily::kV4 : IpFamily::kV6;
  fault->text = "something on the path answers on port 53 for " + probe::nobody(family).to_text() +
                ", which no server has, so nothing seen that way is the truth";
  fault->finding = change::port53_hijacked(fault->text);
}

/// Both clocks of the machine should tell of the same time. A clock that stands still is a virtual one (--at).
bool Sight::notice_jump() {
  const UnixSeconds now = tools_.clock.now();
  const MonoTime mono = tools_.clock.mono();
  const auto last = std::exchange(clocks_, std::pair(now, mono));
  if (!last || now == last->first) return false;
  const UnixSeconds passed = std::chrono::duration_cast<std::chrono::seconds>(mono - last->second).count();
  const UnixSeconds jump = now - last->first - passed;
  if (std::abs(jump) < kJump) return false;
  jump_ += jump;
  return true;
}

std::optional<Severity> Sight::wanted(judge::FindingCode code) const {
  const auto own = tools_.policy.severity.find(code);
  return own == tools_.policy.severity.end() ? std::nullopt : std::optional(own->second);
}

void Sight::attach(change::Event* event, judge::Finding finding) const {
  if (const auto own = wanted(finding.code)) finding.severity = event->severity = *own;
  change::attach(*event, std::move(finding));
}

void Sight::tell_jump(UnixSeconds jump) {
  change::Event event = make_event(change::EventType::kMonitorClock, Severity::kWarning, kClockKey);
  event.summary = std::string("this machine's clock moved ") + (jump > 0 ? "forward" : "back") + " by " +
                  humanise(std::chrono::seconds(std::abs(jump))) +
                  " beside the time that passed (it was set, or the machine slept); the root validates by the new time";
  event.after = {{"seconds", static_cast<std::int64_t>(jump)}};
  attach(&event, change::clock_untrusted(Severity::kWarning, event.summary));
  announce_(std::move(event));
}

void Sight::tell_hijack(IpFamily family) {
  const bool hijacked = locator_.asker().distrusted(family);
  bool& told = told_hijack_[index_of(family)];
  if (hijacked == told) return;
  told = hijacked;
  // A family that nobody asks any more is no dead one: this tells more.
  told_dead_[index_of(family)] = hijacked;
  const std::string name = name_of(family);
  change::Event event = make_event(hijacked ? change::EventType::kMonitorFamily : change::EventType::kMonitorRecovered,
                                   hijacked ? Severity::kError : hijack_severity_[index_of(family)], "monitor|hijack|" + name);
  event.summary = hijacked ? "something on the path answers on port 53 for " + probe::nobody(family).to_text() +
                                 ", which no server has: over " + name + " no server is asked"
                           : "nobody answers on port 53 for " + probe::nobody(family).to_text() + " any more: servers are "
                                 "asked over " + name + " again";
  (hijacked ? event.after : event.before) = {{"family", name}};
  if (hijacked) attach(&event, change::port53_hijacked(event.summary));
  hijack_severity_[index_of(family)] = event.severity;
  announce_(std::move(event));
}

change::Event Sight::make_event(change::EventType type, Severity severity, const std::string& dedup_key) {
  change::Event event;
  event.type = type;
  event.time = tools_.clock.now();
  event.severity = severity;
  event.dedup_key = dedup_key;
  event.id = change::make_event_id(event.time, "", event.type, event.dedup_key, ++transition_);
  event.first_after = event.time;
  return event;
}

void Sight::tell_dead_family(IpFamily family) {
  bool& told = told_dead_[index_of(family)];
  if (told || !locator_.family_dead(family)) return;
  told = true;
  const std::string name = name_of(family);
  change::Event event = make_event(change::EventType::kMonitorFamily, Severity::kNotice, "monitor|family|" + name);
  event.summary = name + " does not work on this machine: servers are asked over the other family only; set dns." +
                  (family == IpFamily::kV4 ? "ipv4" : "ipv6") + " = \"off\" if that is meant";
  event.after = {{"family", name}};
  attach(&event, change::family_dead(event.summary));
  announce_(std::move(event));
}

void Sight::settle(SightFault fault) {
  const bool was_blind = blind_;
  blind_ = !fault.text.empty();
  if (blind_ == was_blind) {
    if (blind_) reason_ = std::move(fault.text);
    return;
  }
  // A link that was judged while blind must not outlive blindness.
  ancestors_.forget();
  // Recovery is routed like the loss (contract).
  change::Event event = make_event(blind_ ? change::EventType::kMonitorBlind : change::EventType::kMonitorRecovered,
                                   blind_ ? Severity::kError : blind_severity_, kDedupKey);
  if (blind_) {
    reason_ = std::move(fault.text);
    blind_event_ = event.id;
    event.summary = "the monitor is blind, no zone is judged: " + reason_;
    event.after = {{"reason", reason_}};
    attach(&event, fault.finding ? *std::move(fault.finding) : change::monitor_blind(event.summary));
    // Whatever the cause, no zone is judged: who wants to hear less of the cause still hears that.
    blind_severity_ = wanted(judge::FindingCode::MONITOR_BLIND).value_or(Severity::kError);
    blind_severity_ = event.severity = std::max(blind_severity_, event.finding->severity);
  } else {
    event.summary = "the monitor sees again";
    event.before = {{"reason", reason_}};
    if (!blind_event_.empty()) event.caused_by = blind_event_;
    reason_.clear();
  }
  announce_(std::move(event));
}

}  // namespace anchorwatch::pipeline
