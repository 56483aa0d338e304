// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/store/reader.h"

#include "anchorwatch/change/value_json.h"
#include "anchorwatch/sqlite/statement.h"

#include "audit_queries.h"
#include "bindings.h"
#include "change_queries.h"
#include "history_codec.h"
#include "reader_state.h"
#include "schema.h"
#include "try.h"
#include "zone_queries.h"

namespace anchorwatch::store {
namespace {

// Conditions are added one by one, so that the planner sees those that an index serves. The last
// parameter stands in each text, so that all numbers below it exist.
constexpr const char* kZonesSql =
    "SELECT zone, status, status_worst, reason, observation, delegation, status_since_at, "
    "last_checked_at, last_observed_at, earliest_expiration_at, open_findings, r.rank, expect, "
    "owner, tags, "
    "(SELECT min(c.certain_until_at) FROM zone_state c JOIN zone n ON n.id = c.zone_id WHERE n.name = v.zone), "
    "bogus_at, bogus_because, bogus_worst_at FROM v_zone v LEFT JOIN severity r ON r.name = v.worst_severity WHERE 1";
constexpr const char* kZonesEnd = " ORDER BY coalesce(r.rank, -1) DESC, sort_key LIMIT ?7";

constexpr const char* kEventsSql =
    "SELECT * FROM (SELECT e.sequence, e.id, z.name, e.type, e.severity, e.detected_at, e.summary, "
    "e.caused_by, e.dedup_key, e.payload, e.incident, e.silent FROM event e LEFT JOIN zone z ON z.id = e.zone_id "
    "WHERE e.sequence > ?6";
// ?8 and ?9 are in no condition that always stands.
constexpr const char* kEventsEnd = " AND ?8 = ?8 AND ?9 = ?9 ORDER BY e.sequence DESC LIMIT ?7) ORDER BY sequence";

constexpr const char* kFindingsSql =
    "SELECT zone, code, r.rank, subject, state, first_seen_at, last_seen_at, resolved_at, servers, "
    "message, data FROM v_finding v JOIN severity r ON r.name = v.severity "
    "WHERE (?2 = 1 OR resolved_at IS NULL)";
constexpr const char* kFindingsEnd =
    " ORDER BY resolved_at IS NULL DESC, r.rank DESC, zone, code, subject, first_seen_at";

constexpr const char* kDeliveriesSql =
    "SELECT o.sink, sum(o.state = 'pending'), sum(o.state = 'delivered'), sum(o.state = 'dead'), "
    "sum(o.state = 'dropped'), min(CASE WHEN o.state = 'pending' THEN e.detected_at END), "
    "(SELECT l.last_error FROM outbox l WHERE l.sink = o.sink AND l.last_error IS NOT NULL "
    "ORDER BY l.event_sequence DESC LIMIT 1) "
    "FROM outbox o JOIN event e ON e.sequence = o.event_sequence GROUP BY o.sink ORDER BY o.sink";

std::int64_t limit_or_all(int limit) { return limit > 0 ? limit : -1; }

ZoneStatusRow read_zone(const sqlite::Row& row) {
  ZoneStatusRow zone;
  zone.zone = row.text(0);
  zone.status = row.text(1);
  zone.status_worst = row.text(2);
  zone.reason = row.text(3);
  zone.observation = row.text(4);
  zone.delegation = row.text(5);
  zone.status_since_at = row.optional_integer(6);
  zone.last_checked_at = row.optional_integer(7);
  zone.last_observed_at = row.optional_integer(8);
  zone.earliest_expiration_at = row.optional_integer(9);
  zone.open_findings = static_cast<int>(row.integer(10));
  if (!row.is_null(11)) zone.worst_severity = severity_of_rank(row.integer(11));
  zone.expect = row.text(12);
  zone.owner = row.text(13);
  zone.tags = change::parse_texts(row.text(14)).value_or(std::vector<std::string>());
  zone.certain_until_at = row.optional_integer(15);
  zone.bogus_at = row.optional_integer(16);
  if (!row.is_null(17)) zone.bogus_because = row.text(17);
  zone.bogus_worst_at = row.optional_integer(18);
  return zone;
}

EventRow read_event(const sqlite::Row& row) {
  EventRow event;
  event.sequence = row.integer(0);
  event.id = row.text(1);
  event.zone = row.text(2);
  event.type = row.text(3);
  event.severity = severity_of_rank(row.integer(4));
  event.detected_at = row.integer(5);
  event.summary = row.text(6);
  event.caused_by = row.text(7);
  event.dedup_key = row.text(8);
  event.payload = row.text(9);
  event.incident = row.text(10);
  event.silent = row.integer(11) != 0;
  return event;
}

FindingRow read_finding(const sqlite::Row& row) {
  FindingRow finding;
  finding.zone = row.text(0);
  finding.code = row.text(1);
  finding.severity = severity_of_rank(row.integer(2));
  finding.subject = row.text(3);
  finding.state = row.text(4);
  finding.first_seen_at = row.integer(5);
  finding.last_seen_at = row.integer(6);
  finding.resolved_at = row.optional_integer(7);
  finding.servers = change::parse_texts(row.text(8)).value_or(std::vector<std::string>());
  finding.message = row.text(9);
  finding.data = row.text(10);
  return finding;
}

std::vector<std::string> texts_in(const sqlite::Row& row, int column) {
  return change::parse_texts(row.text(column)).value_or(std::vector<std::string>());
}

ChangeRow read_change(const sqlite::Row& row) {
  ChangeRow change;
  change.stored.plan.id = row.text(0);
  change.stored.zone = row.text(1);
  change.stored.tag = row.text(2);
  change.stored.plan.kind = change::parse_plan_kind(row.text(3)).value_or(change::PlanKind::kDs);
  change.stored.state = row.text(4);
  change.stored.plan.from = row.integer(5);
  change.stored.plan.until = row.integer(6);
  change.stored.plan.ds = texts_in(row, 7);
  change.stored.plan.keys = texts_in(row, 8);
  change.stored.plan.ns = texts_in(row, 9);
  change.text = {row.text(10), row.text(11), row.text(12), row.text(13)};
  change.proposed_at = row.integer(14);
  change.approver = row.text(15);
  change.approved_at = row.optional_integer(16);
  change.closed_by = row.text(17);
  change.closed_at = row.optional_integer(18);
  change.outcome = row.text(19);
  change.events = row.integer(20);
  change.zones_changed = row.integer(21);
  change.last_event_at = row.optional_integer(22);
  return change;
}

AuditRow read_audit(const sqlite::Row& row) {
  return {row.integer(0), {row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5)}, row.text(6), row.text(7)};
}

}  // namespace

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::string& path) {
  sqlite::OpenOptions options;
  options.mode = sqlite::OpenMode::kReadOnly;
  Result<sqlite::Database> database = sqlite::Database::open(path, std::move(options));
  if (!database) return std::move(database).error();
  AW_TRY(sqlite::check_schema(*database, schema()));
  return Reader(std::make_unique<State>(*std::move(database)));
}

Result<std::vector<ZoneStatusRow>> Reader::zones(const ZoneFilter& filter) {
  std::optional<std::string> below;
  if (filter.below && !filter.below->is_root()) below = sort_key(*filter.below);
  std::string sql = kZonesSql;
  if (!filter.zone.empty()) sql += " AND zone = ?1";
  if (below) sql += " AND substr(sort_key, 1, length(?2)) = ?2";
  if (!filter.status.empty()) sql += " AND status = ?3";
  if (filter.min_severity) sql += " AND r.rank >= ?4";
  if (!filter.owner.empty()) sql += " AND owner = ?5";
  if (!filter.tag.empty()) sql += " AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?6)";
  sql += kZonesEnd;
  sqlite::Statement statement(state_->database, sql);
  std::vector<ZoneStatusRow> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) { rows.push_back(read_zone(row)); },
                        filter.zone, below, filter.status, filter.min_severity, filter.owner,
                        filter.tag, limit_or_all(filter.limit)));
  return rows;
}

Result<std::optional<history::ZoneHistory>> Reader::history(const std::string& zone) {
  sqlite::Statement statement(state_->database,
                              "SELECT h.body FROM zone_history h JOIN zone z ON z.id = h.zone_id WHERE z.name = ?1 "
                              "ORDER BY h.vantage_id LIMIT 1");
  Bytes body;
  Result<bool> found = statement.first([&](const sqlite::Row& row) { body = row.blob(0); }, zone);
  if (!found) return std::move(found).error();
  std::optional<history::ZoneHistory> history;
  if (!*found) return history;
  Result<history::ZoneHistory> read = decode_history(body);
  if (!read) return std::move(read).error().with("database " + state_->database.path()).with("zone " + zone);
  history = *std::move(read);
  return history;
}

Result<std::vector<EventRow>> Reader::events(const EventFilter& filter) {
  std::string sql = kEventsSql;
  if (!filter.zone.empty()) sql += " AND e.zone_id = (SELECT id FROM zone WHERE name = ?1)";
  if (!filter.type.empty()) sql += " AND e.type = ?2";
  if (filter.min_severity) sql += " AND e.severity >= ?3";
  if (!filter.change.empty()) sql += " AND e.change_id = ?9";
  if (filter.since) sql += " AND e.detected_at >= ?4";
  if (filter.until) sql += " AND e.detected_at < ?5";
  if (!filter.incident.empty()) sql += " AND e.incident = ?8";
  sql += kEventsEnd;
  sqlite::Statement statement(state_->database, sql);
  std::vector<EventRow> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) { rows.push_back(read_event(row)); },
                        filter.zone, filter.type, filter.min_severity, filter.since, filter.until,
                        filter.after_sequence.value_or(0), limit_or_all(filter.limit), filter.incident, filter.change));
  return rows;
}

Result<std::vector<FindingRow>> Reader::findings(const std::string& zone, FindingStates states) {
  std::string sql = kFindingsSql;
  if (!zone.empty()) sql += " AND zone = ?1";
  sql += kFindingsEnd;
  sqlite::Statement statement(state_->database, sql);
  std::vector<FindingRow> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) { rows.push_back(read_finding(row)); }, zone,
                        states == FindingStates::kAll));
  return rows;
}

Result<std::vector<DeliverySummary>> Reader::deliveries() {
  sqlite::Statement statement(state_->database, kDeliveriesSql);
  std::vector<DeliverySummary> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) {
    rows.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4),
                    row.optional_integer(5), row.text(6)});
  }));
  return rows;
}

Result<std::vector<ChangeRow>> Reader::changes(const std::string& id, const std::string& zone) {
  std::string sql =
      "SELECT change_id, zone, tag, kind, state, from_at, until_at, ds, keys, ns, ticket, note, requester, proposed_by, "
      "proposed_at, approver, approved_at, closed_by, closed_at, outcome, events, zones_changed, last_event_at "
      "FROM v_change c WHERE ?1 = ?1 AND ?2 = ?2";
  if (!id.empty()) sql += " AND change_id = ?1";
  if (!zone.empty()) {
    sql += " AND (zone = ?2 OR EXISTS (SELECT 1 FROM zone z, json_each(z.tags) t WHERE z.name = ?2 AND t.value = c.tag))";
  }
  sql += " ORDER BY proposed_at, length(change_id), change_id";
  sqlite::Statement statement(state_->database, sql);
  std::vector<ChangeRow> rows;
  AW_TRY(statement.each([&rows](const sqlite::Row& row) { rows.push_back(read_change(row)); }, id, zone));
  return rows;
}

Result<std::vector<AuditRow>> Reader::audit(const AuditFilter& filter) {
  std::string sql =
      "SELECT * FROM (SELECT sequence, at, actor, action, zone, detail, previous_hash, hash FROM audit WHERE ?5 = ?5";
  if (!filter.zone.empty()) sql += " AND zone = ?1";
  if (!filter.actor.empty()) sql += " AND actor = ?2";
  if (!filter.action.empty()) sql += " AND action = ?3";
  if (filter.since) sql += " AND at >= ?4";
  sql += " ORDER BY sequence DESC LIMIT ?5) ORDER BY sequence";
  sqlite::Statement statement(state_->database, sql);
  std::vector<AuditRow> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) { rows.push_back(read_audit(row)); }, filter.zone, filter.actor,
                        filter.action, filter.since, limit_or_all(filter.limit)));
  return rows;
}

Result<AuditCheck> Reader::check_audit(std::optional<AuditHead> remembered) {
  AuditCheck check(std::move(remembered));
  // One statement sees one moment: the daemon may append meanwhile.
  sqlite::Statement statement(state_->database,
                              "SELECT sequence, at, actor, action, zone, detail, previous_hash, hash, "
                              "(SELECT value FROM fact WHERE key = ?1) FROM audit ORDER BY sequence");
  std::string noted;
  AW_TRY(statement.each([&](const sqlite::Row& row) {
    check.add(read_audit(row));
    if (row.integer(0) <= 1 || noted.empty()) noted = row.text(8);
  }, std::string_view(kAuditHeadFact)));
  if (check.head().sequence == 0) {
    Result<std::string> alone = fact(kAuditHeadFact);
    if (!alone) return std::move(alone).error();
    noted = *alone;
  }
  const Result<AuditHead> head = parse_audit_head(noted);
  check.finish(head ? *head : AuditHead{});
  return check;
}

Result<std::string> Reader::fact(const std::string& key) {
  sqlite::Statement statement(state_->database, "SELECT value FROM fact WHERE key = ?1");
  std::string value;
  AW_TRY(statement.first([&](const sqlite::Row& row) { value = row.text(0); }, key));
  return value;
}

}  // namespace anchorwatch::store
