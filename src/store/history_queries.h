// SPDX-License-Identifier: Apache-2.0
// What resolvers may hold of each zone: one row a zone, written when it changes.
#pragma once

#include "anchorwatch/history/zone_history.h"
#include "anchorwatch/sqlite/statement.h"

namespace anchorwatch::store {

class HistoryQueries {
 public:
  HistoryQueries(sqlite::Database& database, std::int64_t vantage) : database_(database), vantage_(vantage) {}

  Result<void> save(std::int64_t zone, const history::ZoneHistory& history);
  /// A zone without a row has an empty history.
  /// @errors kCorrupt: unreadable.
  Result<history::ZoneHistory> load(std::int64_t zone);

 private:
  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement put_{database_,
                         "INSERT OR REPLACE INTO zone_history (zone_id, vantage_id, body) VALUES (?1, ?2, ?3)"};
  sqlite::Statement get_{database_, "SELECT body FROM zone_history WHERE zone_id = ?1 AND vantage_id = ?2"};
};

}  // namespace anchorwatch::store
