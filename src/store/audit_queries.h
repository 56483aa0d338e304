// SPDX-License-Identifier: Apache-2.0
// Writes the audit chain, inside the transaction of what it tells of.
#pragma once

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/audit.h"

namespace anchorwatch::store {

/// Key of the fact that holds the chain's head: rows that are cut off show, unless whoever does it changes this, too.
inline constexpr const char* kAuditHeadFact = "audit_head";

class AuditQueries {
 public:
  explicit AuditQueries(sqlite::Database& database) : database_(database) {}
  Result<void> append(const AuditEntry& entry);

 private:
  sqlite::Database& database_;
  // Read anew for each row: a transaction that was taken back took its rows with it.
  sqlite::Statement last_{database_, "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1"};
  sqlite::Statement add_{database_,
                         "INSERT INTO audit (sequence, at, actor, action, zone, detail, previous_hash, hash) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
  sqlite::Statement note_{database_,
                          "INSERT INTO fact (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"};
};

}  // namespace anchorwatch::store
