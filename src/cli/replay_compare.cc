// SPDX-License-Identifier: Apache-2.0
#include "replay_compare.h"

#include <map>
#include <nlohmann/json.hpp>

#include "anchorwatch/change/history_codes.h"

namespace anchorwatch::cli {

namespace {

using Severities = std::map<std::string, std::string>;  ///< By "CODE subject".

std::string label(const std::string& code, const std::string& subject) { return code + " " + subject; }

/// A finding keeps its last severity only; events tell which one it had.
Result<Severities> severities_of_events(store::Reader& reader, const std::string& zone, UnixSeconds at) {
  store::EventFilter filter;
  filter.zone = zone;
  filter.until = at + 1;
  Result<std::vector<store::EventRow>> events = reader.events(filter);
  if (!events) return std::move(events).error();
  Severities severities;
  for (const store::EventRow& event : *events) {
    if (event.type != "finding.opened" && event.type != "finding.severity_changed") continue;
    const nlohmann::json payload = nlohmann::json::parse(event.payload, nullptr, false);
    const std::string pointer = "/finding/severity";
    const nlohmann::json::json_pointer where(pointer);
    if (payload.is_discarded() || !payload.contains(where)) continue;
    // "ZONE|CODE|SUBJECT", as identities of findings are.
    const std::size_t code = event.dedup_key.find('|');
    const std::size_t subject = event.dedup_key.find('|', code + 1);
    if (code == std::string::npos || subject == std::string::npos) continue;
    severities[label(event.dedup_key.substr(code + 1, subject - code - 1), event.dedup_key.substr(subject + 1))] =
        payload[where].get<std::string>();
  }
  return severities;
}

bool was_open(const store::FindingRow& row, UnixSeconds at) {
  return row.first_seen_at <= at && (!row.resolved_at || *row.resolved_at > at);
}

/// See judge::is_about_whole_zone.
bool is_about_whole_zone(const store::FindingRow& row) {
  const nlohmann::json data = nlohmann::json::parse(row.data, nullptr, false);
  return data.is_object() && data.contains("source");
}

std::string words(const std::string& status, const std::string& reason) { return status + " (" + reason + ")"; }

void compare_status(const pipeline::Replayed& replayed, ReplayComparison& comparison) {
  const change::ZoneSummary& now = replayed.state.summary;
  const store::KeptLook& then = replayed.look;
  const auto compare = [&comparison](const char* what, const std::string& told, const std::string& made) {
    if (told != made) comparison.differences.push_back({what, told, made, {}});
  };
  compare("status", words(then.status, then.reason),
          words(dnssec::to_string(now.verdict.status), dnssec::to_string(now.verdict.reason)));
  compare("status_worst", then.status_worst, dnssec::to_string(now.status_worst));
  compare("observation", then.observation, judge::to_string(now.observation));
  compare("delegation", then.delegation, judge::to_string(now.delegation));
}

std::string why_of(const std::string& finding) {
  const std::optional<judge::FindingCode> code = judge::parse_finding_code(finding.substr(0, finding.find(' ')));
  // The rhythm of a signer is learned from many looks.
  const bool rests_on_rhythm = code == judge::FindingCode::SIG_EXPIRES_SOON;
  if (rests_on_rhythm || (code && change::is_from_history(*code))) return "it rests on looks before, of which not all are kept";
  return {};
}

}  // namespace

Result<ReplayComparison> compare_with_told(store::Reader& reader, const pipeline::Replayed& replayed,
                                           const std::string& zone, UnixSeconds at) {
  Result<std::vector<store::FindingRow>> rows = reader.findings(zone, store::FindingStates::kAll);
  if (!rows) return std::move(rows).error();
  Result<Severities> by_events = severities_of_events(reader, zone, at);
  if (!by_events) return std::move(by_events).error();
  ReplayComparison comparison;
  compare_status(replayed, comparison);
  Severities told;
  for (const store::FindingRow& row : *rows) {
    if (!was_open(row, at)) continue;
    const std::string key = label(row.code, row.subject);
    if (is_about_whole_zone(row)) {
      comparison.not_kept.push_back(key);
      continue;
    }
    const auto then = by_events->find(key);
    told[key] = then != by_events->end() ? then->second : to_string(row.severity);
  }
  Severities made;
  for (const change::OpenFinding& open : replayed.state.open_findings) {
    made[label(std::string(judge::info(open.finding.code).name), open.finding.subject.key())] =
        to_string(open.finding.severity);
  }
  for (const auto& [key, severity] : told) {
    const auto again = made.find(key);
    const std::string now = again == made.end() ? std::string() : again->second;
    if (now != severity) comparison.differences.push_back({key, severity, now, why_of(key)});
  }
  for (const auto& [key, severity] : made) {
    if (!told.contains(key)) comparison.differences.push_back({key, {}, severity, why_of(key)});
  }
  return comparison;
}

}  // namespace anchorwatch::cli
