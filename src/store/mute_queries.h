// SPDX-License-Identifier: Apache-2.0
// Mutes and acknowledged findings.
#pragma once

#include "anchorwatch/core/result.h"
#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/mute.h"

namespace anchorwatch::store {

class MuteQueries {
 public:
  explicit MuteQueries(sqlite::Database& database) : database_(database) {}

  /// Returns its id.
  Result<std::int64_t> add(const Mute& mute);
  /// It ends at `at`. @return what ended; nothing: there is no such mute, or it had ended.
  Result<std::optional<Mute>> end(std::int64_t id, UnixSeconds at);
  /// mute.ended was made.
  Result<void> told(std::int64_t id, UnixSeconds at);
  Result<void> keep(const MutedEvent& event);

  /// The open findings of a zone with this code and subject (empty: all); returns how many.
  Result<std::int64_t> acknowledge(const Acknowledgement& what, const std::string& note, const std::string& actor,
                                   UnixSeconds at);
  /// Findings that were resolved or became worse are acknowledged no longer, and neither those whose time is over.
  Result<void> end_acknowledgements(std::int64_t zone, UnixSeconds at);

  Result<Silences> load(UnixSeconds now);
  Result<MuteSummary> summarize(std::int64_t id);

 private:
  sqlite::Database& database_;
  sqlite::Statement add_{database_,
                         "INSERT INTO mute (zone, tag, code, reason, actor, begins_at, ends_at) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id"};
  sqlite::Statement end_{database_,
                         "UPDATE mute SET ends_at = ?2 WHERE id = ?1 AND told_at IS NULL AND ends_at > ?2 "
                         "RETURNING id, zone, tag, code, reason, actor, begins_at, ends_at"};
  sqlite::Statement told_{database_, "UPDATE mute SET told_at = ?2 WHERE id = ?1 AND told_at IS NULL"};
  sqlite::Statement keep_{database_, "UPDATE event SET mute = ?2 WHERE id = ?1"};
  sqlite::Statement acknowledge_{
      database_,
      "INSERT INTO acknowledgement (finding_id, severity, note, actor, begins_at, ends_at) "
      "SELECT f.id, f.severity, ?4, ?5, ?6, ?7 FROM finding f JOIN zone z ON z.id = f.zone_id "
      "WHERE z.name = ?1 AND (?2 = '' OR f.code = ?2) AND (?3 = '' OR f.subject = ?3) AND f.resolved_at IS NULL "
      "AND NOT EXISTS (SELECT 1 FROM acknowledgement a WHERE a.finding_id = f.id AND a.ended_at IS NULL)"};
  sqlite::Statement end_acknowledgements_{
      database_,
      "UPDATE acknowledgement SET ended_at = ?2 WHERE ended_at IS NULL AND finding_id IN "
      "(SELECT f.id FROM finding f WHERE f.zone_id = ?1 AND (f.resolved_at IS NOT NULL OR f.severity > acknowledgement.severity))"};
  sqlite::Statement mutes_{database_,
                           "SELECT id, zone, tag, code, reason, actor, begins_at, ends_at FROM mute "
                           "WHERE told_at IS NULL ORDER BY id"};
  sqlite::Statement acknowledged_{
      database_,
      "SELECT z.name, f.code, f.subject, a.severity, coalesce(a.ends_at, 0) FROM acknowledgement a "
      "JOIN finding f ON f.id = a.finding_id JOIN zone z ON z.id = f.zone_id WHERE a.ended_at IS NULL"};
};

}  // namespace anchorwatch::store
