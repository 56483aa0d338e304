// SPDX-License-Identifier: Apache-2.0
// Incidents and the zones that they concern.
#pragma once

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/incident.h"

namespace anchorwatch::store {

class IncidentQueries {
 public:
  IncidentQueries(sqlite::Database& database, std::int64_t vantage) : database_(database), vantage_(vantage) {}

  /// Adds an incident, or brings its severity and its end up to date.
  Result<void> put(const change::Incident& incident);
  /// A zone that left and comes back is a member again. Zones without a row are left out.
  Result<void> join(const change::IncidentMember& member);
  Result<void> leave(const change::IncidentLeave& leave);
  Result<StoredIncidents> load();

 private:
  Result<std::vector<StoredMember>> load_members(const std::string& incident);

  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement put_{
      database_,
      "INSERT INTO incident (id, vantage_id, cause, subject, number, severity, confidence, opened_at, closed_at, summary, code) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
      "ON CONFLICT (id) DO UPDATE SET severity = max(severity, ?6), closed_at = coalesce(?9, closed_at)"};
  sqlite::Statement join_{
      database_,
      "INSERT INTO incident_member (incident, zone_id, severity, status_before, status, code, event_id, joined_at, "
      "status_silent) SELECT i.sequence, z.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM incident i, zone z WHERE i.id = ?1 AND z.name = ?2 "
      "ON CONFLICT (incident, zone_id) DO UPDATE SET severity = max(severity, ?3), left_at = NULL, own_story = 0, status_silent = ?9"};
  sqlite::Statement leave_{
      database_,
      "UPDATE incident_member SET left_at = ?3, own_story = ?4 WHERE left_at IS NULL "
      "AND incident = (SELECT sequence FROM incident WHERE id = ?1) AND zone_id = (SELECT id FROM zone WHERE name = ?2)"};
  sqlite::Statement leave_all_{
      database_,
      "UPDATE incident_member SET left_at = ?2 WHERE left_at IS NULL "
      "AND incident = (SELECT sequence FROM incident WHERE id = ?1)"};
  sqlite::Statement open_{
      database_,
      "SELECT id, cause, subject, number, severity, confidence, opened_at, summary, code FROM incident "
      "WHERE vantage_id = ?1 AND closed_at IS NULL ORDER BY sequence"};
  sqlite::Statement members_{
      database_,
      "SELECT z.name, m.status_before, m.left_at IS NOT NULL OR z.retired_at IS NOT NULL, m.status_silent FROM incident_member m "
      "JOIN incident i ON i.sequence = m.incident JOIN zone z ON z.id = m.zone_id WHERE i.id = ?1"};
  sqlite::Statement counts_{
      database_,
      "SELECT cause, subject, max(number) + 1, code FROM incident WHERE vantage_id = ?1 GROUP BY cause, subject, code"};
};

}  // namespace anchorwatch::store
