// SPDX-License-Identifier: Apache-2.0
// The stored inventory, made equal to a loaded one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::store {

class InventoryQueries {
 public:
  explicit InventoryQueries(sqlite::Database& database) : database_(database) {}

  Result<InventoryChange> sync(const std::vector<inventory::ZoneEntry>& zones, UnixSeconds at);

 private:
  struct Stored {
    std::int64_t id = 0;
    bool retired = false;
    bool same = false;  ///< Its settings are those that are wanted.
  };
  /// What many zones share: computed once.
  struct Settings {
    Bytes digest;
    std::string tags;
  };
  const Settings& settings_of(const std::shared_ptr<const inventory::ZoneSettings>& settings);
  Result<std::optional<Stored>> find(const std::string& name, const Bytes& settings);
  /// Remembers that the zone of this row is in the inventory.
  void want(std::int64_t id);
  Result<void> put(const inventory::ZoneEntry& zone, UnixSeconds at, InventoryChange& change);
  Result<void> retire_others(UnixSeconds at, InventoryChange& change);

  sqlite::Database& database_;
  std::vector<bool> wanted_;  ///< By row.
  std::map<const inventory::ZoneSettings*, Settings> settings_;
  sqlite::Statement find_{
      database_, "SELECT id, retired_at IS NOT NULL, settings IS ?2 FROM zone WHERE name = ?1"};
  sqlite::Statement active_{database_, "SELECT id, name FROM zone WHERE retired_at IS NULL"};
  sqlite::Statement add_{database_,
                         "INSERT INTO zone (name, sort_key, expect, owner, contact, registrar, "
                         "criticality, tags, settings, "
                         "added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"};
  sqlite::Statement change_{
      database_,
      "UPDATE zone SET expect = ?2, owner = ?3, contact = ?4, registrar = ?5, criticality = ?6, "
      "tags = ?7, settings = ?8, retired_at = NULL WHERE id = ?1"};
  sqlite::Statement retire_{database_, "UPDATE zone SET retired_at = ?2 WHERE id = ?1"};
  sqlite::Statement resolve_{
      database_, "UPDATE finding SET resolved_at = ?2 WHERE zone_id = ?1 AND resolved_at IS NULL"};
};

}  // namespace anchorwatch::store
