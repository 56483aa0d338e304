// SPDX-License-Identifier: Apache-2.0
// Kept evidence: bodies, and from when to when they held; what is too old goes in small steps.
#pragma once

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/store.h"

#include "zone_queries.h"

namespace anchorwatch::store {

class EvidenceQueries {
 public:
  EvidenceQueries(sqlite::Database& database, std::int64_t vantage, EvidenceRetention retention);

  [[nodiscard]] const EvidenceRetention& retention() const { return retention_; }
  /// The look in `commit`. @pre the zone's state is still that before the commit.
  Result<void> save(const ZoneRow& zone, const ZoneCommit& commit);
  Result<void> save(const KeptAncestor& ancestor);

 private:
  Result<std::int64_t> body_of(const ZoneRow& zone, const KeptEvidence& kept);
  /// Removes what is too old of one zone, down to the last complete look before that.
  Result<void> prune(std::int64_t zone, UnixSeconds at);
  /// The same of the next few zones, so that all come in turn.
  Result<void> prune_some(UnixSeconds at);

  sqlite::Database& database_;
  std::int64_t vantage_;
  EvidenceRetention retention_;
  std::int64_t pruned_up_to_ = 0;  ///< The row of a zone.
  sqlite::Statement same_, put_, number_, end_, begin_, cut_, forget_, drop_, next_zones_;
  sqlite::Statement ancestor_, put_ancestor_, prune_ancestor_;
};

}  // namespace anchorwatch::store
