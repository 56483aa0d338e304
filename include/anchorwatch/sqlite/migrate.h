// SPDX-License-Identifier: Apache-2.0
// Migrations: numbered, forward only; PRAGMA user_version tells how far a file has come.
//
// Threading: as the Database. Blocking: disk.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "anchorwatch/core/result.h"
#include "anchorwatch/sqlite/database.h"

namespace anchorwatch::sqlite {

/// The step from version − 1 to `version`.
struct Migration {
  int version;
  std::string_view sql;
};

/// What a file must be to be ours.
struct SchemaInfo {
  std::int32_t application_id;
  std::string_view program;               ///< For messages.
  std::span<const Migration> migrations;  ///< Versions 1, 2, 3 … without gaps.
};

/// Brings the schema to the last version, each step in its own transaction.
///
/// @errors kUnsupported: the file has a newer version (the message names both) or belongs to
/// another
///         program. Nothing is changed then.
Result<void> migrate(Database& database, const SchemaInfo& schema);

/// Checks that a file can be read by this program without changing it.
/// @errors as migrate(); kUnsupported also where the file is older and has to be migrated first.
Result<void> check_schema(Database& database, const SchemaInfo& schema);

}  // namespace anchorwatch::sqlite
