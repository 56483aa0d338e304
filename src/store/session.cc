// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include "try.h"

namespace anchorwatch::store {
namespace {

Result<std::int64_t> vantage_row(sqlite::Database& database, const std::string& name) {
  sqlite::Statement add(database,
                        "INSERT INTO vantage (name) VALUES (?1) ON CONFLICT (name) DO NOTHING");
  AW_TRY(add.run(name));
  sqlite::Statement find(database, "SELECT id FROM vantage WHERE name = ?1");
  std::int64_t id = 0;
  AW_TRY(find.first([&](const sqlite::Row& row) { id = row.integer(0); }, name));
  return id;
}

std::vector<IpAddress> answering(const std::vector<judge::ServerVerdict>& servers) {
  std::vector<IpAddress> addresses;
  for (const judge::ServerVerdict& server : servers) {
    if (server.reachable) addresses.push_back(server.address);
  }
  return addresses;
}

}  // namespace

Session::Session(sqlite::Database database, const std::string& vantage, std::int64_t vantage_id,
                 EvidenceRetention evidence)
    : database_(std::move(database)),
      zones_(database_, vantage_id),
      snapshots_(database_, vantage_id),
      histories_(database_, vantage_id),
      trust_(database_, vantage_id),
      findings_(database_, vantage_id),
      audit_(database_),
      changes_(database_),
      events_(database_, vantage_id, vantage, audit_),
      outbox_(database_),
      inventory_(database_),
      incidents_(database_, vantage_id),
      mutes_(database_),
      ds_(database_, vantage_id),
      keys_(database_, vantage_id),
      rrsets_(database_, vantage_id),
      rrsigs_(database_, vantage_id),
      servers_(database_, vantage_id),
      evidence_(database_, vantage_id, evidence) {}

Result<std::unique_ptr<Session>> Session::open(sqlite::Database database,
                                               const std::string& vantage, EvidenceRetention evidence) {
  Result<std::int64_t> row = vantage_row(database, vantage);
  if (!row) return std::move(row).error();
  return std::unique_ptr<Session>(new Session(std::move(database), vantage, *row, evidence));
}

Result<void> Session::apply_facts(const ZoneRow& zone, const ZoneCommit& commit) {
  const change::ZoneUpdate& update = commit.update;
  const change::ZoneSummary& summary = update.state.summary;
  if (update.facts_changed) {
    AW_TRY(snapshots_.save(zone, summary.snapshot, update.state.facts, update.at));
  }
  const LookTimes look{zone.id, update.at, summary.last_full_at == update.at, zone.fresh, zone.prior};
  AW_TRY(servers_.save(look, commit));
  if (!commit.facts) return {};
  AW_TRY(ds_.save(look, *commit.facts));
  AW_TRY(keys_.save(look, commit.facts->dnskeys));
  // They hold nothing but what the snapshot's digest covers; a look that is no baseline has no snapshot.
  if (update.facts_changed || !summary.baseline) AW_TRY(rrsets_.save(look, *commit.facts));
  return rrsigs_.save(look, *commit.facts, answering(commit.servers));
}

Result<void> Session::apply_findings(std::int64_t zone, const change::ZoneUpdate& update) {
  for (const change::ClosedFinding& closed : update.closed) AW_TRY(findings_.close(zone, closed));
  for (const change::OpenFinding& open : update.opened) AW_TRY(findings_.put(zone, open));
  for (const change::OpenFinding& open : update.updated) AW_TRY(findings_.put(zone, open));
  return {};
}

Result<void> Session::apply_incidents(const IncidentWrites& writes) {
  AW_TRY(events_.add(writes.events, writes.outbox, std::nullopt));
  for (const change::Incident& incident : writes.incidents) AW_TRY(incidents_.put(incident));
  return {};
}

Result<void> Session::apply_members(const IncidentWrites& writes) {
  for (const change::IncidentMember& member : writes.joined) AW_TRY(incidents_.join(member));
  for (const change::IncidentLeave& leave : writes.left) AW_TRY(incidents_.leave(leave));
  return {};
}

Result<void> Session::apply_evidence(const ZoneRow& zone, const ZoneCommit& commit) {
  if (!evidence_.retention().keep) return {};
  for (const KeptAncestor& ancestor : commit.ancestors) AW_TRY(evidence_.save(ancestor));
  if (commit.evidence && !zone.retired) AW_TRY(evidence_.save(zone, commit));
  return {};
}

Result<void> Session::apply(const ZoneCommit& commit) {
  const change::ZoneUpdate& update = commit.update;
  // An incident is told whatever became of the zone that showed it.
  if (!commit.incidents.empty()) AW_TRY(apply_incidents(commit.incidents));
  Result<ZoneRow> zone = zones_.find_or_add(update.zone, update.at);
  if (!zone) return std::move(zone).error();
  AW_TRY(apply_evidence(*zone, commit));
  if (zone->retired) return {};
  if (!commit.summary_only) {
    AW_TRY(apply_facts(*zone, commit));
    if (update.history_changed) AW_TRY(histories_.save(zone->id, update.state.history));
    if (update.ends_changed) AW_TRY(trust_.save(zone->id, update.state.ends));
    AW_TRY(apply_findings(zone->id, update));
    AW_TRY(apply_members(commit.incidents));
    AW_TRY(events_.add(update.events, commit.outbox, zone->id));
    for (const MutedEvent& event : commit.muted) AW_TRY(mutes_.keep(event));
    if (!update.closed.empty() || !update.updated.empty()) {
      AW_TRY(mutes_.end_acknowledgements(zone->id, update.at));
    }
    AW_TRY(zones_.save_state(zone->id, update.state.summary));
  }
  if (commit.chain_end) AW_TRY(trust_.save_chain(zone->id, *commit.chain_end));
  return zones_.save_times(zone->id, update.state.summary, commit.due);
}

Result<void> Session::apply(const EventCommit& commit) {
  AW_TRY(events_.add(commit.events, commit.outbox, std::nullopt));
  AW_TRY(apply_incidents(commit.incidents));
  AW_TRY(apply_members(commit.incidents));
  for (const auto& [id, at] : commit.ended_mutes) AW_TRY(mutes_.told(id, at));
  for (const auto& [key, value] : commit.facts) AW_TRY(events_.save_fact(key, value));
  return {};
}

Result<void> Session::apply(const std::vector<DeliveryOutcome>& outcomes) {
  for (const DeliveryOutcome& outcome : outcomes) AW_TRY(outbox_.record(outcome));
  return {};
}

Result<change::ZoneState> Session::load(const dns::Name& zone) {
  change::ZoneState state;
  Result<std::optional<std::int64_t>> row = zones_.find(zone.to_text());
  if (!row) return std::move(row).error();
  if (!*row) return state;
  Result<change::ZoneSummary> summary = zones_.load_summary(**row);
  if (!summary) return std::move(summary).error();
  state.summary = *std::move(summary);
  if (!state.summary.snapshot.empty()) {
    Result<judge::ZoneFacts> facts = snapshots_.load(state.summary.snapshot);
    if (!facts) return std::move(facts).error().with("zone " + zone.to_text());
    state.facts = *std::move(facts);
  }
  Result<std::vector<change::OpenFinding>> findings = findings_.load_open(**row);
  if (!findings) return std::move(findings).error();
  state.open_findings = *std::move(findings);
  Result<history::ZoneHistory> history = histories_.load(**row);
  if (!history) return std::move(history).error().with("zone " + zone.to_text());
  state.history = *std::move(history);
  Result<change::KeptEnds> ends = trust_.load(**row);
  if (!ends) return std::move(ends).error();
  state.ends = *std::move(ends);
  return state;
}

}  // namespace anchorwatch::store
