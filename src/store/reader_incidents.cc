// SPDX-License-Identifier: Apache-2.0
// What the reader says about incidents and mutes.
#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/reader.h"

#include "bindings.h"
#include "reader_state.h"
#include "try.h"

namespace anchorwatch::store {
namespace {

constexpr const char* kIncidentSql =
    "SELECT id, cause, cause_subject, state, r.rank, confidence, opened_at, closed_at, members, members_open, summary, code "
    "FROM v_incident v JOIN severity r ON r.name = v.severity ";

IncidentRow read_incident(const sqlite::Row& row) {
  IncidentRow incident;
  incident.id = row.text(0);
  incident.cause = row.text(1);
  incident.cause_subject = row.text(2);
  incident.state = row.text(3);
  incident.severity = severity_of_rank(row.integer(4));
  incident.confidence = row.text(5);
  incident.opened_at = row.integer(6);
  incident.closed_at = row.optional_integer(7);
  incident.members = row.integer(8);
  incident.members_open = row.integer(9);
  incident.summary = row.text(10);
  incident.code = row.text(11);
  return incident;
}

IncidentMemberRow read_member(const sqlite::Row& row) {
  IncidentMemberRow member;
  member.incident = row.text(0);
  member.zone = row.text(1);
  member.severity = severity_of_rank(row.integer(2));
  member.status_before = row.text(3);
  member.status = row.text(4);
  member.joined_at = row.integer(5);
  member.left_at = row.optional_integer(6);
  member.own_story = row.integer(7) != 0;
  member.code = row.text(8);
  member.event_id = row.text(9);
  return member;
}

template <typename... Args>
Result<std::vector<IncidentRow>> read_all(sqlite::Database& database, const std::string& rest, const Args&... args) {
  const std::string sql = kIncidentSql + rest;
  sqlite::Statement statement(database, sql);
  std::vector<IncidentRow> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) { rows.push_back(read_incident(row)); }, args...));
  return rows;
}

}  // namespace

Result<std::vector<IncidentRow>> Reader::incidents(IncidentStates states, int limit) {
  return read_all(state_->database,
                  "WHERE (?1 = 1 OR closed_at IS NULL) "
                  "ORDER BY closed_at IS NULL DESC, CASE WHEN closed_at IS NULL THEN r.rank ELSE 0 END DESC, "
                  "opened_at DESC, id DESC LIMIT ?2",
                  states == IncidentStates::kAll, std::int64_t{limit > 0 ? limit : -1});
}

Result<std::optional<IncidentRow>> Reader::incident(const std::string& id) {
  Result<std::vector<IncidentRow>> rows = read_all(state_->database, "WHERE id = ?1", id);
  if (!rows) return std::move(rows).error();
  std::optional<IncidentRow> found;
  if (!rows->empty()) found = std::move(rows->front());
  return found;
}

Result<std::vector<IncidentRow>> Reader::incidents_of(const std::string& zone) {
  return read_all(state_->database,
                  "WHERE id IN (SELECT i.id FROM incident_member m JOIN incident i ON i.sequence = m.incident "
                  "WHERE m.zone_id = (SELECT id FROM zone WHERE name = ?1) AND m.left_at IS NULL "
                  "AND i.closed_at IS NULL) ORDER BY r.rank DESC, opened_at, id",
                  zone);
}

Result<std::vector<MuteRow>> Reader::mutes(bool all) {
  sqlite::Statement statement(state_->database,
                              "SELECT id, zone, tag, code, reason, actor, begins_at, ends_at, state, events FROM v_mute "
                              "WHERE ?1 = 1 OR state = 'open' ORDER BY id");
  std::vector<MuteRow> rows;
  AW_TRY(statement.each(
      [&](const sqlite::Row& row) {
        rows.push_back({{row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6),
                         row.integer(7)},
                        row.text(8),
                        row.integer(9)});
      },
      all));
  return rows;
}

Result<std::vector<IncidentMemberRow>> Reader::incident_members(const std::string& id, int limit) {
  sqlite::Statement statement(state_->database,
                              "SELECT m.incident, m.zone, r.rank, m.status_before, m.status, m.joined_at, m.left_at, "
                              "m.own_story, m.code, m.event_id FROM v_incident_member m "
                              "JOIN severity r ON r.name = m.severity JOIN zone z ON z.name = m.zone "
                              "WHERE m.incident = ?1 ORDER BY z.sort_key LIMIT ?2");
  std::vector<IncidentMemberRow> rows;
  AW_TRY(statement.each([&](const sqlite::Row& row) { rows.push_back(read_member(row)); }, id,
                        std::int64_t{limit > 0 ? limit : -1}));
  return rows;
}

}  // namespace anchorwatch::store
