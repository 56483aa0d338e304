// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <map>
#include <utility>

#include "anchorwatch/core/time_format.h"

#include "change_findings.h"
#include "finding_scope.h"
#include "plan_match.h"
#include "step.h"

namespace anchorwatch::change {
namespace {

using judge::Finding;

/// A finding's identity within its zone, in the order of the catalogue's names.
using Identity = std::pair<std::string_view, std::string>;

Identity identity_of(const Finding& finding) {
  return {judge::info(finding.code).name, finding.subject.key()};
}

std::string label(const Finding& finding) {
  return std::string(judge::info(finding.code).name) + " at " + finding.subject.key();
}

bool same_content(const Finding& left, const Finding& right) {
  return left.severity == right.severity && left.servers == right.servers &&
         left.message == right.message && left.data == right.data &&
         left.caused_by == right.caused_by;
}

class FindingComparison {
 public:
  explicit FindingComparison(Step& step) : step_(step), stale_(find_stale(step)) {
    for (Finding& finding : stale_) apply_severity(step, finding);
    for (const OpenFinding& open : step.before.open_findings) {
      old_.emplace(identity_of(open.finding), &open);
    }
    // What history adds to a finding of the look comes first, and stays.
    for (const std::vector<Finding>* findings :
         {&std::as_const(step.change_findings), &step.look.judgement.findings, &std::as_const(stale_)}) {
      for (const Finding& found : *findings) {
        if (is_usual(step, found)) continue;
        const Finding& finding = as_planned(found);
        const auto [at, fresh] = seen_.emplace(identity_of(finding), &finding);
        if (!fresh && finding.severity > at->second->severity) at->second = &finding;
      }
    }
  }

  void run() {
    step_.update.state.open_findings.clear();
    review_looks();
    // Causes before what follows from them, so that their event ids are known.
    for (const bool follows : {false, true}) {
      for (const auto& [identity, finding] : seen_) {
        if (finding->caused_by.has_value() == follows) see(identity, *finding);
      }
    }
    for (const auto& [identity, open] : old_) {
      if (seen_.find(identity) == seen_.end()) miss(*open);
    }
    sort_open();
  }

 private:
  const Finding& as_planned(const Finding& finding) {
    std::optional<Finding> calm = calmed_by_plan(step_, finding);
    return calm ? calmed_.emplace_back(*std::move(calm)) : finding;
  }

  void review_looks() {
    const Look& look = step_.look;
    const auto is_open = [&](const Finding& finding) { return old_.contains(identity_of(finding)); };
    review_ = review(step_.before.summary.pending, is_open, look.judgement, look.at, look.confirmation);
    for (const Finding& finding : look.judgement.findings) {
      if (!is_usual(step_, finding)) continue;
      std::erase_if(review_.pending, [&](const PendingFinding& pending) { return pending.is(finding); });
    }
    for (PendingFinding& pending : review_.pending) {
      if (pending.last_before != 0 || pending.looks > 1) continue;
      pending.last_before = step_.before.summary.last_full_at;
      for (const auto& [identity, finding] : seen_) {
        if (pending.is(*finding)) pending.last_before = sight_before(*finding);
      }
    }
    step_.update.state.summary.pending = review_.pending;
  }

  void see(const Identity& identity, const Finding& finding) {
    const auto old = old_.find(identity);
    if (old == old_.end() && review_.withholds(finding)) return;
    if (old == old_.end()) {
      open(finding);
    } else {
      go_on(*old->second, finding);
    }
  }

  void open(const Finding& finding) {
    OpenFinding opened{finding, finding.severity, step_.look.at, step_.look.at, {}};
    const PendingFinding* history = review_.confirmation_of(finding);
    if (history != nullptr) opened.first_seen_at = history->since;
    if (makes_events(finding.code)) {
      Event event = finding_event(EventType::kFindingOpened, finding);
      event.severity = finding.severity;
      event.summary = finding.message.empty() ? label(finding) + " was found." : finding.message;
      event.caused_by = cause_of(finding);
      if (history != nullptr) {
        event.confidence = Confidence::kConfirmed;
        event.last_before = last_seen(history->last_before);
        event.first_after = history->since;
      }
      opened.event_id = event.id;
      step_.update.events.push_back(std::move(event));
    }
    note_event(finding, opened.event_id);
    step_.update.opened.push_back(opened);
    step_.update.state.open_findings.push_back(std::move(opened));
  }

  void go_on(const OpenFinding& old, const Finding& finding) {
    OpenFinding now = old;
    now.finding = finding;
    now.highest = std::max(old.highest, finding.severity);
    now.last_seen_at = step_.look.at;
    if (finding.severity != old.finding.severity && makes_events(finding.code) && !is_signer(finding)) {
      Event event = finding_event(EventType::kFindingSeverityChanged, finding);
      // Whoever heard of the old severity hears of the new one.
      event.severity = std::max(old.finding.severity, finding.severity);
      event.summary = label(finding) + " went from " + to_string(old.finding.severity) + " to " +
                      to_string(finding.severity) + ".";
      event.before = {{"severity", std::string(to_string(old.finding.severity))}};
      event.after = {{"severity", std::string(to_string(finding.severity))}};
      event.caused_by = old.event_id.empty() ? cause_of(finding) : old.event_id;
      event.last_before = last_seen(last_seen_of(old));
      step_.update.events.push_back(std::move(event));
    }
    note_event(finding, old.event_id);
    if (!same_content(old.finding, finding)) step_.update.updated.push_back(now);
    step_.update.state.open_findings.push_back(std::move(now));
  }

  void miss(const OpenFinding& old) {
    if (!is_from_history(old.finding.code) && !may_close(old, step_.look)) {
      step_.update.state.open_findings.push_back(old);
      return;
    }
    ClosedFinding closed{old, step_.look.at};
    closed.open.last_seen_at = last_seen_of(old);
    if (makes_events(old.finding.code)) {
      Event event = finding_event(EventType::kFindingResolved, old.finding);
      event.severity = std::max(old.highest, old.finding.severity);
      event.summary = label(old.finding) + " is resolved after " +
                      humanise(std::chrono::seconds(step_.look.at - old.first_seen_at)) + ".";
      if (is_signer(old.finding)) event.summary = signer_recovered(step_, old.finding);
      event.before["severity"] = std::string(to_string(old.finding.severity));
      event.last_before = last_seen(closed.open.last_seen_at);
      if (is_about_security(old.finding)) event.caused_by = root_of_security();
      step_.update.events.push_back(std::move(event));
    }
    step_.update.closed.push_back(std::move(closed));
  }

  Event finding_event(EventType type, const Finding& finding) const {
    const std::string name(judge::info(finding.code).name);
    if (is_signer(finding)) type = type == EventType::kFindingOpened ? EventType::kSignerLate : EventType::kSignerRecovered;
    Event event = is_signer(finding) ? step_.maker.make(type, "signer", {})
                                     : step_.maker.make(type, name, finding.subject.key());
    if (type == EventType::kSignerLate) event.after = finding.data;
    if (type == EventType::kSignerRecovered) event.before = finding.data;
    if (!is_signer(finding)) event.finding = finding;
    event.runbook = "docs/findings/" + name + ".md";
    event.last_before = last_seen(sight_before(finding));
    if (finding.servers.size() == 1) event.confidence = Confidence::kSingleSource;
    return event;
  }

  /// The last look before this one that could have seen the finding.
  [[nodiscard]] UnixSeconds sight_before(const Finding& finding) const {
    const ZoneSummary& summary = step_.before.summary;
    return visible_to_core(finding.code, finding.subject) ? summary.last_observed_at
                                                          : summary.last_full_at;
  }
  /// Looks with nothing new move only the zone's times.
  [[nodiscard]] UnixSeconds last_seen_of(const OpenFinding& old) const {
    return std::max(old.last_seen_at, sight_before(old.finding));
  }

  /// Incidents tell of dead servers, and the event of a change tells of the change.
  static bool makes_events(judge::FindingCode code) {
    return !is_server_outage(code) && !is_told_by_its_event(code);
  }

  /// It has events of its own in place of finding.opened and finding.resolved.
  static bool is_signer(const Finding& finding) { return finding.code == judge::FindingCode::SIGNER_LATE; }
  /// What becomes of a signature that nobody makes anew.
  static bool is_old_age(judge::FindingCode code) {
    return code == judge::FindingCode::SIG_EXPIRES_SOON || code == judge::FindingCode::SIG_NEAR_EXPIRY_SKEW ||
           code == judge::FindingCode::SIG_EXPIRED || code == judge::FindingCode::SIG_TTL_BEYOND_EXPIRY;
  }

  static bool is_about_security(const Finding& finding) {
    const std::string_view area = judge::info(finding.code).area;
    return area == "chain" || area == "dnskey" || area == "signature" || area == "denial" ||
           area == "change";
  }
  [[nodiscard]] std::optional<std::string> root_of_security() const {
    return step_.status_event ? step_.status_event : step_.chain_root;
  }

  [[nodiscard]] std::optional<std::string> cause_of(const Finding& finding) const {
    if (finding.caused_by) {
      const auto event = event_of_.find(*finding.caused_by);
      if (event != event_of_.end() && !event->second.empty()) return event->second;
    }
    if (is_from_history(finding.code)) return cause_of_change(step_, finding.code);
    const auto late = event_of_.find(judge::FindingCode::SIGNER_LATE);
    if (late != event_of_.end() && is_old_age(finding.code) && !root_of_security()) return late->second;
    if (is_about_security(finding)) return root_of_security();
    if (finding.code == judge::FindingCode::ZONE_STALE) return step_.status_event;
    if (judge::info(finding.code).area == "delegation") return step_.ns_root;
    return std::nullopt;
  }

  void note_event(const Finding& finding, const std::string& event_id) {
    if (!event_id.empty()) event_of_.emplace(finding.code, event_id);
  }

  void sort_open() {
    auto& open = step_.update.state.open_findings;
    std::sort(open.begin(), open.end(), [](const OpenFinding& a, const OpenFinding& b) {
      return identity_of(a.finding) < identity_of(b.finding);
    });
  }

  Step& step_;
  std::vector<Finding> stale_;
  std::deque<Finding> calmed_;  // Keeps its places.
  Review review_;
  std::map<Identity, const OpenFinding*> old_;
  std::map<Identity, const Finding*> seen_;
  std::map<judge::FindingCode, std::string> event_of_;  ///< The finding.opened of each code.
};

}  // namespace

void compare_findings(Step& step) { FindingComparison(step).run(); }

}  // namespace anchorwatch::change
