// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "step.h"

namespace anchorwatch::change {
namespace {

using dnssec::Reason;
using dnssec::SecurityStatus;
using dnssec::Verdict;

Severity loss_of(judge::Expect expect) {
  return expect == judge::Expect::kSigned ? Severity::kCritical : Severity::kError;
}

/// Entering a state costs what the state costs; coming back from one carries what it cost to be
/// there, so that whoever heard of the fault hears of its end.
Severity severity_of(const ZoneSummary& before, Verdict to, judge::Expect expect) {
  const SecurityStatus from = before.verdict.status;
  // What an indeterminate time hid counts as if it had happened at once.
  const SecurityStatus judged = before.last_judged.status;
  const SecurityStatus origin = judged != SecurityStatus::kIndeterminate ? judged : from;
  const Severity entered = weight_of_status(to.status, origin, expect);
  const bool recovered = dnssec::weakness(to.status) < dnssec::weakness(from);
  if (!recovered || to.status == SecurityStatus::kIndeterminate) return entered;
  return std::max({entered, weight_of_status(from, from, expect), before.status_severity});
}

bool says_nothing(Verdict verdict) {
  return verdict.status == SecurityStatus::kIndeterminate && verdict.reason != Reason::kLimit;
}

/// The verdict aged while nobody looked (see age()), and nobody was told: no ZONE_STALE is open.
bool aged_untold(const ZoneState& state) {
  if (state.summary.verdict != dnssec::indeterminate(Reason::kStale)) return false;
  return std::none_of(state.open_findings.begin(), state.open_findings.end(), [](const OpenFinding& open) {
    return open.finding.code == judge::FindingCode::ZONE_STALE;
  });
}

EventData describe(Verdict verdict) {
  return {{"status", std::string(dnssec::to_string(verdict.status))},
          {"reason", std::string(dnssec::to_string(verdict.reason))}};
}

}  // namespace

Severity weight_of_status(SecurityStatus status, SecurityStatus other, judge::Expect expect) {
  switch (status) {
    case SecurityStatus::kBogus: return Severity::kCritical;
    case SecurityStatus::kInsecure:
      if (other == SecurityStatus::kSecure || other == SecurityStatus::kBogus)
        return loss_of(expect);
      return expect == judge::Expect::kSigned ? Severity::kCritical : Severity::kNotice;
    case SecurityStatus::kIndeterminate: return Severity::kWarning;
    case SecurityStatus::kSecure: return Severity::kNotice;
  }
  return Severity::kNotice;
}

bool is_stale(const ZoneSummary& summary, UnixSeconds now, std::chrono::seconds interval) {
  const std::optional<UnixSeconds> at = stale_at(summary, interval);
  return at && now >= *at;
}

Event change_status(const EventMaker& maker, ZoneSummary& summary, Verdict to, judge::Expect expect,
                    UnixSeconds at) {
  const Verdict from = summary.verdict;
  Event event = maker.make(EventType::kZoneStatusChanged, "status", "");
  event.severity = severity_of(summary, to, expect);
  event.summary = maker.zone_text() + " went from " + dnssec::to_string(from.status) + " to " +
                  dnssec::to_string(to.status) + ": " + dnssec::describe(to.reason) + ".";
  event.before = describe(from);
  event.after = describe(to);
  event.last_before = last_seen(summary.last_observed_at);
  switch (to.status) {
    case SecurityStatus::kSecure: summary.status_severity = Severity::kInfo; break;
    case SecurityStatus::kIndeterminate:
      summary.status_severity = std::max(summary.status_severity, event.severity);
      break;
    case SecurityStatus::kInsecure:
    case SecurityStatus::kBogus: summary.status_severity = event.severity; break;
  }
  summary.verdict = to;
  if (to.status != SecurityStatus::kIndeterminate) summary.last_judged = to;
  summary.status_since_at = at;
  return event;
}

void merge_verdict(Step& step) {
  const ZoneSummary& old = step.before.summary;
  const judge::Judgement& judgement = step.look.judgement;
  ZoneSummary& summary = step.update.state.summary;
  step.was = old.last_judged;
  step.now = judgement.verdict;
  summary.status_worst = judgement.status_worst;
  if (step.failed() || says_nothing(judgement.verdict)) {
    if (old.baseline) step.now = old.verdict;
    summary.status_worst = old.status_worst;
    if (is_stale(old, step.look.at, step.look.interval)) {
      step.now = dnssec::indeterminate(Reason::kStale);
      summary.status_worst = SecurityStatus::kIndeterminate;
    }
  } else if (step.look.depth == evidence::Depth::kFull) {
    summary.full_verdict = judgement.verdict;
    summary.full_worst = judgement.status_worst;
    summary.full_snapshot = summary.snapshot;
  } else if (old.full_snapshot == summary.snapshot && !summary.snapshot.empty()) {
    // What the probes of the last full look showed stands until a full look shows otherwise.
    if (old.full_verdict.status == SecurityStatus::kBogus &&
        dnssec::weakness(step.now.status) < dnssec::weakness(SecurityStatus::kBogus)) {
      step.now = old.full_verdict;
    }
    if (dnssec::weakness(old.full_worst) > dnssec::weakness(summary.status_worst))
      summary.status_worst = old.full_worst;
  }
}

void compare_status(Step& step) {
  ZoneSummary& summary = step.update.state.summary;
  const bool untold = aged_untold(step.before);
  if (untold) summary.verdict = summary.last_judged;
  if (step.before.summary.baseline && summary.verdict.status != step.now.status) {
    Event event = change_status(step.maker, summary, step.now,
                                step.zone.settings->expectation.expect, step.look.at);
    event.confidence = step.now.reason == Reason::kStale
                           ? Confidence::kInferred
                           : confidence_of(reachable(step.look.judgement.servers));
    event.caused_by = step.chain_root ? step.chain_root : step.ns_root;
    step.status_event = event.id;
    step.update.events.push_back(std::move(event));
    return;
  }
  if (untold || summary.verdict.status != step.now.status || summary.status_since_at == 0) {
    summary.status_since_at = step.look.at;
  }
  summary.verdict = step.now;
  if (step.now.status != SecurityStatus::kIndeterminate) summary.last_judged = step.now;
}

}  // namespace anchorwatch::change
