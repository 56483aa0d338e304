// SPDX-License-Identifier: Apache-2.0
// Step: one advance() in progress, passed from one comparison to the next.
//
// The comparisons run in causal order (delegation, DS, keys, name servers, signals, status,
// findings), and each leaves behind which event a later one follows from.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anchorwatch/change/advance.h"

#include "event_maker.h"

namespace anchorwatch::change {

struct Memory;

struct Step {
  const inventory::ZoneEntry& zone;
  const ZoneState& before;
  const Look& look;
  EventMaker maker;
  const Memory& memory;  ///< Of what was trusted before the first step that nobody announced.
  ZoneUpdate update;
  /// The verdict after this look, and the last one that was not indeterminate before it.
  dnssec::Verdict now, was;
  /// Root events of this look's stories: the chain of trust, and who answers for the zone.
  std::optional<std::string> chain_root, ns_root;
  std::optional<std::string> status_event;
  /// Findings of the area `change` that hold after this look, and when the first of them ends.
  std::vector<judge::Finding> change_findings;
  std::optional<UnixSeconds> change_end;
  /// Everything that a resolver may have held since the look before.
  history::ZoneHistory history{};

  [[nodiscard]] bool failed() const {
    return look.judgement.observation == judge::Observation::kFailed;
  }
  [[nodiscard]] bool was_secure() const { return was.status == dnssec::SecurityStatus::kSecure; }
  /// Validated by this very look.
  [[nodiscard]] bool is_secure() const {
    return !failed() && now.status == dnssec::SecurityStatus::kSecure;
  }
  /// When looks before this one saw signatures.
  [[nodiscard]] history::SignatureLooks signature_looks() const {
    return {before.summary.last_observed_at, before.summary.last_full_at};
  }
  /// What a loss of security counts as (contract: security loss is never legal by itself).
  [[nodiscard]] Severity loss() const {
    return zone.settings->expectation.expect == judge::Expect::kSigned ? Severity::kCritical
                                                                       : Severity::kError;
  }
  /// Adds an event to the story of `root`, or begins the story with it.
  void tell(Event event, std::optional<std::string>& root) {
    if (root) {
      event.caused_by = root;
    } else {
      root = event.id;
    }
    update.events.push_back(std::move(event));
  }
};

void compare_delegation(Step& step);
void compare_ds(Step& step);
void compare_keys(Step& step);
void compare_name_servers(Step& step);
void compare_rollovers(Step& step);  ///< Reads the history with this look in it.
void compare_signals(Step& step);  ///< CDS, CDNSKEY, CSYNC, denial of existence.
void compare_status(Step& step);
void note_ends(Step& step);        ///< When the zone turns bogus.
void find_changes(Step& step);     ///< Fills change_findings; see change_findings.h.
void compare_findings(Step& step);

/// Findings that no look shows, only the time since one: ZONE_STALE, MEASUREMENT_STALE.
std::vector<judge::Finding> find_stale(const Step& step);

/// Gives a finding of this module the severity that the operator wants, if there is one.
void apply_severity(const Step& step, judge::Finding& finding);

/// The verdict and the worst status that stand after the look; see status_changes.cc.
void merge_verdict(Step& step);
/// Whether a verdict may no longer be repeated: not seen for three intervals, or no longer certain.
bool is_stale(const ZoneSummary& summary, UnixSeconds now, std::chrono::seconds interval);
/// What it costs to be in a state, entered from `other`.
Severity weight_of_status(dnssec::SecurityStatus status, dnssec::SecurityStatus other, judge::Expect expect);
/// Moves the summary to another status and gives the event that tells of it.
Event change_status(const EventMaker& maker, ZoneSummary& summary, dnssec::Verdict to,
                    judge::Expect expect, UnixSeconds at);

/// Severity of a change that by itself costs nothing: `calm` while the zone stays (or becomes)
/// secure or was not secure anyway, a loss otherwise.
Severity severity_of_change(const Step& step, Severity calm);
Confidence confidence_of(std::size_t witnesses);
std::size_t reachable(const std::vector<judge::ServerVerdict>& servers);
/// When the old state of the parent's or the zone's own data was last seen; empty when never.
std::optional<UnixSeconds> last_seen(UnixSeconds at);

/// Values of `left` that `right` lacks, compared by `same`.
template <typename T, typename Same>
std::vector<T> missing_in(const std::vector<T>& left, const std::vector<T>& right, Same same) {
  std::vector<T> missing;
  for (const T& value : left) {
    const bool found =
        std::any_of(right.begin(), right.end(), [&](const T& other) { return same(value, other); });
    if (!found) missing.push_back(value);
  }
  return missing;
}

}  // namespace anchorwatch::change
