// SPDX-License-Identifier: Apache-2.0
// Zones, their times and states, and their snapshots.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::store {

/// When a zone was last looked at, before the commit in hand.
struct PriorTimes {
  UnixSeconds observed_at = 0;
  UnixSeconds full_at = 0;
};

/// What a commit must know about a zone first.
struct ZoneRow {
  std::int64_t id = 0;
  bool retired = false;
  bool fresh = true;  ///< Nothing was ever committed for it: no table but `zone` has a row of it.
  PriorTimes prior;
};

/// Some zones, in the order of their rows.
struct ZonesPart {
  std::vector<StoredZone> zones;
  std::int64_t last = 0;  ///< The row of the last one.
  bool more = false;
};

class ZoneQueries {
 public:
  ZoneQueries(sqlite::Database& database, std::int64_t vantage)
      : database_(database), vantage_(vantage) {}

  /// The zone's row; a zone that has none gets one.
  Result<ZoneRow> find_or_add(const dns::Name& name, UnixSeconds at);
  /// Empty when there is no such zone.
  Result<std::optional<std::int64_t>> find(const std::string& name);

  Result<void> save_times(std::int64_t zone, const change::ZoneSummary& summary,
                          const std::optional<DueTimes>& due);
  Result<void> save_state(std::int64_t zone, const change::ZoneSummary& summary);
  /// An empty summary where nothing was saved.
  Result<change::ZoneSummary> load_summary(std::int64_t zone);
  /// The next few thousand zones that are not retired, after the row `after`.
  Result<ZonesPart> load_part(std::int64_t after);

 private:
  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement find_{
      database_,
      "SELECT z.id, z.retired_at IS NOT NULL, t.zone_id IS NULL, t.last_observed_at, t.last_full_at "
      "FROM zone z LEFT JOIN zone_times t ON t.zone_id = z.id AND t.vantage_id = ?2 "
      "WHERE z.name = ?1"};
  sqlite::Statement add_{
      database_, "INSERT INTO zone (name, sort_key, added_at) VALUES (?1, ?2, ?3)"};
  sqlite::Statement save_times_{database_,
                                "INSERT INTO zone_times (zone_id, vantage_id, last_checked_at, "
                                "last_observed_at, last_full_at, "
                                "core_due_at, full_due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                                "ON CONFLICT (zone_id, vantage_id) DO UPDATE SET last_checked_at = "
                                "?3, last_observed_at = ?4, "
                                "last_full_at = ?5, core_due_at = coalesce(?6, core_due_at), "
                                "full_due_at = coalesce(?7, full_due_at)"};
  sqlite::Statement save_state_{
      database_,
      "INSERT OR REPLACE INTO zone_state (zone_id, vantage_id, status, reason, status_worst, "
      "status_severity, judged_status, judged_reason, full_status, full_reason, full_worst, "
      "observation, "
      "delegation, status_since_at, parent_seen_at, child_seen_at, certain_until_at, "
      "earliest_expiration_at, valid_until_at, transition_number, baseline, core_evidence, "
      "full_evidence, ancestors, snapshot, full_snapshot, pending, evidence_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
      "?9, "
      "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)"};
  sqlite::Statement load_{database_, kLoadSql};
  sqlite::Statement load_part_{database_, kLoadPartSql};

  static const char* const kLoadSql;
  static const char* const kLoadPartSql;
};

/// "com.example." for example.com.: names below one name stand together.
std::string sort_key(const dns::Name& name);

}  // namespace anchorwatch::store
