// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sqlite/migrate.h"

#include <string>

namespace anchorwatch::sqlite {
namespace {

int newest_version(const SchemaInfo& schema) {
  return schema.migrations.empty() ? 0 : schema.migrations.back().version;
}

/// The version of a file that is ours or new.
Result<int> version_of(Database& database, const SchemaInfo& schema) {
  Result<std::int64_t> version = database.scalar("PRAGMA user_version");
  if (!version) return std::move(version).error();
  Result<std::int64_t> application = database.scalar("PRAGMA application_id");
  if (!application) return std::move(application).error();
  Result<std::int64_t> tables = database.scalar("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::move(tables).error();
  const bool fresh = *version == 0 && *application == 0 && *tables == 0;
  if (!fresh && *application != schema.application_id) {
    return Error(ErrorCode::kUnsupported,
                 "database " + database.path() + ": this is no database of " +
                     std::string(schema.program) + " (application id " +
                     std::to_string(*application) + "); give another path");
  }
  if (*version > newest_version(schema)) {
    return Error(ErrorCode::kUnsupported,
                 "database " + database.path() + ": it has schema version " +
                     std::to_string(*version) + ", this program knows versions up to " +
                     std::to_string(newest_version(schema)) + "; use a newer " +
                     std::string(schema.program) + " or restore a backup from before the upgrade");
  }
  return static_cast<int>(*version);
}

Result<void> apply(Database& database, const SchemaInfo& schema, const Migration& step) {
  Result<Transaction> transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  Result<void> done = database.exec(step.sql);
  if (!done) return done;
  done = database.exec("PRAGMA application_id=" + std::to_string(schema.application_id) +
                       "; PRAGMA user_version=" + std::to_string(step.version));
  if (!done) return done;
  return transaction->commit();
}

}  // namespace

Result<void> migrate(Database& database, const SchemaInfo& schema) {
  Result<int> version = version_of(database, schema);
  if (!version) return std::move(version).error();
  Result<void> wal = database.use_wal();
  if (!wal) return wal;
  for (const Migration& step : schema.migrations) {
    if (step.version <= *version) continue;
    Result<void> done = apply(database, schema, step);
    if (!done) {
      return std::move(done).error().with("migration to schema version " +
                                          std::to_string(step.version));
    }
  }
  return {};
}

Result<void> check_schema(Database& database, const SchemaInfo& schema) {
  Result<int> version = version_of(database, schema);
  if (!version) return std::move(version).error();
  if (*version < newest_version(schema)) {
    return Error(ErrorCode::kUnsupported,
                 "database " + database.path() + ": it has schema version " +
                     std::to_string(*version) + ", this program reads version " +
                     std::to_string(newest_version(schema)) +
                     "; start the daemon once to bring it up");
  }
  return {};
}

}  // namespace anchorwatch::sqlite
