// SPDX-License-Identifier: Apache-2.0
// Snapshots: the facts of zones, stored once for each content, and when they held.
#pragma once

#include "anchorwatch/judge/facts.h"
#include "anchorwatch/sqlite/statement.h"

#include "zone_queries.h"

namespace anchorwatch::store {

class SnapshotQueries {
 public:
  SnapshotQueries(sqlite::Database& database, std::int64_t vantage)
      : database_(database), vantage_(vantage) {}

  /// Stores `facts` under `digest` as what holds from `at` on.
  Result<void> save(const ZoneRow& zone, const Digest& digest, const judge::ZoneFacts& facts,
                    UnixSeconds at);
  /// @errors kCorrupt: the snapshot is missing or unreadable.
  Result<judge::ZoneFacts> load(const Digest& digest);

 private:
  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement exists_{database_, "SELECT 1 FROM snapshot WHERE digest = ?1"};
  sqlite::Statement put_{database_, "INSERT INTO snapshot (digest, body) VALUES (?1, ?2) "
                                    "ON CONFLICT (digest) DO NOTHING"};
  sqlite::Statement get_{database_, "SELECT body FROM snapshot WHERE digest = ?1"};
  sqlite::Statement end_{
      database_,
      "UPDATE zone_snapshot SET current = 0, last_seen_at = max(last_seen_at, ?3) "
      "WHERE zone_id = ?1 AND vantage_id = ?2 AND current = 1"};
  sqlite::Statement begin_{
      database_,
      "INSERT OR REPLACE INTO zone_snapshot (zone_id, vantage_id, first_seen_at, "
      "last_seen_at, digest, current) VALUES (?1, ?2, ?3, ?3, ?4, 1)"};
};

}  // namespace anchorwatch::store
