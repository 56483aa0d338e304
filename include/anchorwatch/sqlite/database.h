// SPDX-License-Identifier: Apache-2.0
// Database: one connection to an SQLite file, opened the way this program needs it.
//
// Threading: one thread at a time.
// Blocking:  disk; up to `busy_timeout` on a foreign lock.
// Standards: SQLite 3.40: WAL, STRICT tables, foreign keys, untrusted schema.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "anchorwatch/core/result.h"

struct sqlite3;

namespace anchorwatch::sqlite {

enum class OpenMode : std::uint8_t {
  kReadWrite,  ///< Creates the file where there is none.
  kReadOnly,   ///< For analysts' questions; never creates or changes a file.
};

/// Asked before each step that SQLite would make; an SQLite result code other than 0 is returned
/// instead of making it. For tests of what happens when the disk fails.
using FaultHook = std::function<int(std::string_view sql)>;

struct OpenOptions {
  OpenMode mode = OpenMode::kReadWrite;
  std::chrono::milliseconds busy_timeout{5000};
  int cache_mib = 16;
  bool foreign_keys = true;  ///< Each row that is written is held against the rows that it names.
  int max_pages = 0;  ///< The file may not grow beyond so many pages; 0: no limit.
  FaultHook fault_hook;
};

class Database {
 public:
  /// Opens `path` (":memory:" is a private database in memory).
  /// @errors kNotFound: no such file, read-only. kIo: permissions, disk. kCorrupt: not a database.
  static Result<Database> open(const std::string& path, OpenOptions options = {});

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Write-ahead logging, whose files stay after closing so that readers can open the database, and
  /// free pages that can be given back step by step. Changes the file; migrate() calls it.
  Result<void> use_wal();
  /// Runs one or more statements without parameters and without rows.
  Result<void> exec(std::string_view sql);
  /// The integer that a statement without parameters gives, e.g. "PRAGMA user_version".
  Result<std::int64_t> scalar(std::string_view sql);

  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] sqlite3* handle() const;
  /// Rows changed by the last INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t changes() const;
  /// The row that the last INSERT made. Cheaper than RETURNING, which gathers rows in a table of its own.
  [[nodiscard]] std::int64_t last_insert_rowid() const;
  [[nodiscard]] bool in_transaction() const;
  /// As OpenOptions says.
  [[nodiscard]] int cache_mib() const;
  /// Replaces the hook of OpenOptions; an empty one removes it.
  void set_fault_hook(FaultHook hook);

  /// The Error for an SQLite result code, with the path and SQLite's own words.
  [[nodiscard]] Error error(int code, std::string_view doing) const;
  /// 0, or the code that the fault hook wants for this step.
  [[nodiscard]] int injected_fault(std::string_view sql) const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// While it lives, less of the file stays in memory: for reading much that is not needed again.
class CacheLimit {
 public:
  CacheLimit(Database& database, int mib);
  CacheLimit(const CacheLimit&) = delete;
  CacheLimit& operator=(const CacheLimit&) = delete;
  ~CacheLimit();

 private:
  Database& database_;
};

/// BEGIN IMMEDIATE … COMMIT; rolled back when it goes without a commit.
class Transaction {
 public:
  /// @errors kBusy: another connection writes for longer than the busy timeout.
  static Result<Transaction> begin(Database& database);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// @post on an error the database is as it was before begin().
  Result<void> commit();
  void rollback();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  ///< Null when finished.
};

}  // namespace anchorwatch::sqlite
