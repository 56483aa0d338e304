// SPDX-License-Identifier: Apache-2.0
// Planned changes as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/plans.h"

#include "audit_queries.h"

namespace anchorwatch::store {

/// What the state of one change depends on.
struct ChangeHead {
  std::int64_t number = 0;
  std::string zone, tag, state, requester, proposed_by;
  UnixSeconds until_at = 0;
};

class ChangeQueries {
 public:
  explicit ChangeQueries(sqlite::Database& database) : database_(database) {}

  /// Closes windows that are over, each with an audit row by `actor`; then all changes.
  Result<std::vector<StoredPlan>> load(UnixSeconds now, const std::string& actor, AuditQueries& audit);
  /// @return nothing: no such change.
  Result<std::optional<ChangeHead>> find(const std::string& id);
  Result<std::int64_t> add(const StoredPlan& plan, const ChangeText& text, UnixSeconds at);
  Result<void> approve(std::int64_t number, const std::string& who, UnixSeconds at);
  Result<void> close(std::int64_t number, const std::string& who, UnixSeconds at, const std::string& outcome);
  /// Zones of the inventory with a name, or with a tag.
  Result<std::int64_t> count_zones(const std::string& zone, const std::string& tag);

 private:
  Result<void> expire(UnixSeconds now, const std::string& actor, AuditQueries& audit);
  sqlite::Database& database_;
};

/// The number in "C12" or "12"; nothing: another form.
std::optional<std::int64_t> change_number(const std::string& id);
std::string change_id(std::int64_t number);

}  // namespace anchorwatch::store
