// SPDX-License-Identifier: Apache-2.0
// What an incident told of a zone so far, told as the zone's own.
#include "step.h"

namespace anchorwatch::change {
namespace {

std::string text_of(dnssec::Verdict verdict) {
  return std::string(dnssec::to_string(verdict.status)) + " for a reason of its own: " + dnssec::describe(verdict.reason);
}

EventData describe(dnssec::Verdict verdict) {
  return {{"status", std::string(dnssec::to_string(verdict.status))},
          {"reason", std::string(dnssec::to_string(verdict.reason))}};
}

}  // namespace

void restate_status(const inventory::ZoneEntry& zone, ZoneUpdate& update, const ZoneSummary& told,
                    dnssec::SecurityStatus before) {
  ZoneSummary& summary = update.state.summary;
  summary.transition = told.transition + 1;
  const EventMaker maker(zone, update.at, summary.transition);
  Event event = maker.make(EventType::kZoneStatusChanged, "status", "");
  event.severity = weight_of_status(summary.verdict.status, before, zone.settings->expectation.expect);
  event.summary = maker.zone_text() + " stays " + text_of(summary.verdict) + ".";
  event.before = describe(told.verdict);
  event.after = describe(summary.verdict);
  event.last_before = last_seen(told.last_observed_at);
  summary.status_severity = std::max(summary.status_severity, event.severity);
  update.events.push_back(std::move(event));
}

std::size_t restate_findings(const inventory::ZoneEntry& zone, ZoneUpdate& update, const ZoneSummary& told,
                             const std::string& incident) {
  ZoneSummary& summary = update.state.summary;
  std::size_t count = 0;
  for (OpenFinding& open : update.state.open_findings) {
    if (open.incident != incident) continue;
    summary.transition = told.transition + 1;
    const EventMaker maker(zone, update.at, summary.transition);
    const std::string name(judge::info(open.finding.code).name);
    Event event = maker.make(EventType::kFindingOpened, name, open.finding.subject.key());
    event.severity = open.finding.severity;
    event.summary = open.finding.message;
    event.finding = open.finding;
    event.runbook = "docs/findings/" + name + ".md";
    event.first_after = open.first_seen_at;
    if (!open.event_id.empty()) event.caused_by = open.event_id;
    update.events.push_back(std::move(event));
    open.incident.clear();
    update.updated.push_back(open);
    ++count;
  }
  return count;
}

}  // namespace anchorwatch::change
