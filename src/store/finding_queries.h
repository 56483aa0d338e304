// SPDX-License-Identifier: Apache-2.0
// Findings: at most one open row for each identity, and what was resolved.
#pragma once

#include <vector>

#include "anchorwatch/change/advance.h"
#include "anchorwatch/sqlite/statement.h"

namespace anchorwatch::store {

class FindingQueries {
 public:
  FindingQueries(sqlite::Database& database, std::int64_t vantage)
      : database_(database), vantage_(vantage) {}

  /// Adds an open finding, or brings the open row of its identity up to date.
  Result<void> put(std::int64_t zone, const change::OpenFinding& open);
  Result<void> close(std::int64_t zone, const change::ClosedFinding& closed);
  Result<void> close_all(std::int64_t zone, UnixSeconds at);
  Result<std::vector<change::OpenFinding>> load_open(std::int64_t zone);

 private:
  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement put_{
      database_,
      "INSERT INTO finding (zone_id, vantage_id, code, severity, highest, subject, subject_name, "
      "subject_type, subject_key_tag, subject_algorithm, subject_server, servers, message, data, "
      "caused_by, core, event_id, first_seen_at, last_seen_at, incident) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
      "?8, "
      "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) "
      "ON CONFLICT (zone_id, vantage_id, code, subject) WHERE resolved_at IS NULL DO UPDATE SET "
      "severity = ?4, highest = ?5, servers = ?12, message = ?13, data = ?14, caused_by = ?15, "
      "last_seen_at = ?19, incident = ?20"};
  sqlite::Statement close_{database_,
                           "UPDATE finding SET resolved_at = ?5, last_seen_at = ?6 WHERE zone_id = "
                           "?1 AND vantage_id = ?2 "
                           "AND code = ?3 AND subject = ?4 AND resolved_at IS NULL"};
  sqlite::Statement close_all_{database_,
                               "UPDATE finding SET resolved_at = ?3 WHERE zone_id = ?1 AND "
                               "vantage_id = ?2 AND resolved_at IS NULL"};
  sqlite::Statement load_{
      database_,
      "SELECT code, severity, highest, subject_name, subject_type, subject_key_tag, "
      "subject_algorithm, "
      "subject_server, servers, message, data, caused_by, event_id, first_seen_at, last_seen_at, incident "
      "FROM finding WHERE zone_id = ?1 AND vantage_id = ?2 AND resolved_at IS NULL "
      "ORDER BY code, subject"};
};

}  // namespace anchorwatch::store
