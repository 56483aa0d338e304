// SPDX-License-Identifier: Apache-2.0
#include "evidence_queries.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

constexpr UnixSeconds kDay = 86400;
constexpr std::size_t kMarkPart = 8;
/// A zone above that shows the same is kept again after this time, so that its signatures are not older.
constexpr UnixSeconds kAncestorLife = 7 * kDay;
constexpr int kZonesInStep = 2;

/// What looks with nothing to tell may still change; v_evidence does the same sum.
Bytes mark_of(const change::ZoneSummary& summary) {
  Bytes mark;
  if (!summary.core_evidence.empty()) mark += summary.core_evidence.bytes().substr(0, kMarkPart);
  if (!summary.full_evidence.empty() && !summary.ordinary_evidence.empty()) {
    mark += summary.ordinary_evidence.bytes().substr(0, kMarkPart);
  }
  return mark;
}

}  // namespace

EvidenceQueries::EvidenceQueries(sqlite::Database& database, std::int64_t vantage, EvidenceRetention retention)
    : database_(database),
      vantage_(vantage),
      retention_(retention),
      same_(database, "SELECT evidence_id FROM zone_evidence WHERE zone_id = ?1 AND vantage_id = ?2 AND digest = ?3 LIMIT 1"),
      put_(database, "INSERT INTO evidence (body) VALUES (?1)"),
      number_(database, "SELECT coalesce(max(number), 0) FROM zone_evidence WHERE zone_id = ?1 AND vantage_id = ?2"),
      end_(database,
           "UPDATE zone_evidence SET current = 0, last_seen_at = max(first_seen_at, ?3), renewed = mark <> coalesce("
           "(SELECT CAST(coalesce(substr(core_evidence, 1, 8), x'') || coalesce(substr(full_evidence, 33, 8), x'') AS BLOB) "
           "FROM zone_state WHERE zone_id = ?1 AND vantage_id = ?2), mark) "
           "WHERE zone_id = ?1 AND vantage_id = ?2 AND current = 1"),
      begin_(database,
             "INSERT INTO zone_evidence (zone_id, vantage_id, number, first_seen_at, last_seen_at, seen_before_at, "
             "full_before_at, evidence_id, digest, mark, complete, status, status_worst, reason, observation, "
             "delegation, renewed, current) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
             "?15, 0, 1)"),
      // A replay begins with a complete look, so the last one that is old enough stays.
      cut_(database,
           "SELECT max(coalesce((SELECT max(number) FROM zone_evidence WHERE zone_id = ?1 AND vantage_id = ?2 "
           "AND complete = 1 AND (first_seen_at <= ?3 OR number <= l.last - ?4)), 0), l.last - 2 * ?4) "
           "FROM (SELECT max(number) AS last FROM zone_evidence WHERE zone_id = ?1 AND vantage_id = ?2) l "
           "WHERE l.last IS NOT NULL"),
      forget_(database,
              "DELETE FROM zone_evidence WHERE zone_id = ?1 AND vantage_id = ?2 AND number < ?3 RETURNING evidence_id"),
      drop_(database,
            "DELETE FROM evidence WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM zone_evidence WHERE zone_id = ?2 AND "
            "vantage_id = ?3 AND evidence_id = ?1)"),
      next_zones_(database, "SELECT id FROM zone WHERE id > ?1 ORDER BY id LIMIT ?2"),
      ancestor_(database,
                "SELECT link, seen_at FROM ancestor_evidence WHERE zone = ?1 AND vantage_id = ?2 "
                "ORDER BY seen_at DESC, id DESC LIMIT 1"),
      put_ancestor_(database,
                    "INSERT INTO ancestor_evidence (zone, vantage_id, seen_at, link, body) VALUES (?1, ?2, ?3, ?4, ?5)"),
      prune_ancestor_(database,
                      "DELETE FROM ancestor_evidence WHERE zone = ?1 AND vantage_id = ?2 AND seen_at < "
                      "(SELECT max(seen_at) FROM ancestor_evidence WHERE zone = ?1 AND vantage_id = ?2 AND seen_at <= ?3)") {}

Result<std::int64_t> EvidenceQueries::body_of(const ZoneRow& zone, const KeptEvidence& kept) {
  if (!zone.fresh) {
    std::int64_t known = 0;
    const Bytes digest = kept.digest.bytes();
    Result<bool> found = same_.first([&](const sqlite::Row& row) { known = row.integer(0); }, zone.id, vantage_,
                                     sqlite::Blob{digest});
    if (!found) return std::move(found).error();
    if (*found) return known;
  }
  AW_TRY(put_.run(sqlite::Blob{kept.body}));
  return database_.last_insert_rowid();
}

Result<void> EvidenceQueries::save(const ZoneRow& zone, const ZoneCommit& commit) {
  const KeptEvidence& kept = *commit.evidence;
  const change::ZoneSummary& summary = commit.update.state.summary;
  Result<std::int64_t> body = body_of(zone, kept);
  if (!body) return std::move(body).error();
  std::int64_t number = 0;
  if (!zone.fresh) {
    AW_TRY(number_.first([&](const sqlite::Row& row) { number = row.integer(0); }, zone.id, vantage_));
    AW_TRY(end_.run(zone.id, vantage_, zone.prior.observed_at));
  }
  const Bytes digest = kept.digest.bytes();
  const Bytes mark = mark_of(summary);
  AW_TRY(begin_.run(zone.id, vantage_, number + 1, commit.update.at, time_or_null(zone.prior.observed_at),
                    time_or_null(zone.prior.full_at), *body, sqlite::Blob{digest}, sqlite::Blob{mark}, kept.complete,
                    dnssec::to_string(summary.verdict.status), dnssec::to_string(summary.status_worst),
                    dnssec::to_string(summary.verdict.reason), judge::to_string(summary.observation),
                    judge::to_string(summary.delegation)));
  if (zone.fresh) return {};
  AW_TRY(prune(zone.id, commit.update.at));
  return prune_some(commit.update.at);
}

Result<void> EvidenceQueries::prune(std::int64_t zone, UnixSeconds at) {
  std::int64_t first = 0;
  AW_TRY(cut_.first([&](const sqlite::Row& row) { first = row.integer(0); }, zone, vantage_,
                    at - retention_.days * kDay, retention_.looks_per_zone));
  if (first <= 1) return {};
  std::vector<std::int64_t> bodies;
  AW_TRY(forget_.each([&](const sqlite::Row& row) { bodies.push_back(row.integer(0)); }, zone, vantage_, first));
  for (const std::int64_t body : bodies) AW_TRY(drop_.run(body, zone, vantage_));
  return {};
}

Result<void> EvidenceQueries::prune_some(UnixSeconds at) {
  std::vector<std::int64_t> zones;
  AW_TRY(next_zones_.each([&](const sqlite::Row& row) { zones.push_back(row.integer(0)); }, pruned_up_to_, kZonesInStep));
  pruned_up_to_ = zones.empty() ? 0 : zones.back();
  for (const std::int64_t zone : zones) AW_TRY(prune(zone, at));
  return {};
}

Result<void> EvidenceQueries::save(const KeptAncestor& ancestor) {
  const std::string zone = ancestor.zone.to_text();
  const Bytes link = ancestor.link.bytes();
  bool known = false;
  AW_TRY(ancestor_.first(
      [&](const sqlite::Row& row) {
        known = row.blob(0) == link && ancestor.at < row.integer(1) + kAncestorLife && ancestor.at >= row.integer(1);
      },
      zone, vantage_));
  if (known) return {};
  AW_TRY(put_ancestor_.run(zone, vantage_, ancestor.at, sqlite::Blob{link}, sqlite::Blob{ancestor.body}));
  return prune_ancestor_.run(zone, vantage_, ancestor.at - retention_.days * kDay);
}

}  // namespace anchorwatch::store
