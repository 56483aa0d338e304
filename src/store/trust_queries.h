// SPDX-License-Identifier: Apache-2.0
// When each zone turns bogus: one row a zone, written when it changes.
#pragma once

#include "anchorwatch/change/zone_state.h"
#include "anchorwatch/sqlite/statement.h"

namespace anchorwatch::store {

class TrustQueries {
 public:
  TrustQueries(sqlite::Database& database, std::int64_t vantage) : database_(database), vantage_(vantage) {}

  Result<void> save(std::int64_t zone, const change::KeptEnds& ends);
  /// The zones above were signed anew; the zone's own part stays.
  Result<void> save_chain(std::int64_t zone, const change::KeptEnd& chain);
  /// A zone without a row has no end.
  Result<change::KeptEnds> load(std::int64_t zone);

 private:
  sqlite::Database& database_;
  std::int64_t vantage_;
  sqlite::Statement put_{database_,
                         "INSERT OR REPLACE INTO zone_trust (zone_id, vantage_id, chain_at, chain_because, core_at, "
                         "core_because, rest_at, rest_because, worst_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
  sqlite::Statement put_chain_{database_,
                               "INSERT INTO zone_trust (zone_id, vantage_id, chain_at, chain_because) VALUES (?1, ?2, ?3, ?4) "
                               "ON CONFLICT (zone_id, vantage_id) DO UPDATE SET chain_at = excluded.chain_at, "
                               "chain_because = excluded.chain_because"};
  sqlite::Statement get_{database_,
                         "SELECT chain_at, chain_because, core_at, core_because, rest_at, rest_because, worst_at "
                         "FROM zone_trust WHERE zone_id = ?1 AND vantage_id = ?2"};
};

}  // namespace anchorwatch::store
