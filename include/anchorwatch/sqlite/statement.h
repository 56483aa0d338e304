// SPDX-License-Identifier: Apache-2.0
// Statement: one SQL statement, prepared at its first use and kept.
//
// Threading: as its Database, which must outlive it and must not move.
// Blocking:  disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/sqlite/database.h"

struct sqlite3_stmt;

namespace anchorwatch::sqlite {

/// Marks octets that are bound as a BLOB; plain strings are bound as TEXT.
struct Blob {
  BytesView octets;
};

/// One row of a result; its columns count from 0. Valid inside the callback only.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] bool is_null(int column) const;
  /// 0 for NULL.
  [[nodiscard]] std::int64_t integer(int column) const;
  /// Empty for NULL; also reads BLOBs.
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const { return text(column); }
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
  }

 private:
  sqlite3_stmt* statement_;
};

class Statement {
 public:
  /// @param sql  text that lives as long as the statement, e.g. a literal.
  Statement(Database& database, std::string_view sql) : database_(&database), sql_(sql) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Prepares now instead of at the first use.
  Result<void> prepare();

  /// Runs a statement that gives no rows (rows are ignored). Parameters count from 1.
  template <typename... Args>
  Result<void> run(const Args&... args) {
    Result<void> bound = bind_all(args...);
    if (!bound) return bound;
    return finish();
  }

  /// Calls `on_row(const Row&)` for each row.
  template <typename OnRow, typename... Args>
  Result<void> each(OnRow&& on_row, const Args&... args) {
    Result<void> bound = bind_all(args...);
    if (!bound) return bound;
    while (true) {
      Result<bool> more = step();
      if (!more) return std::move(more).error();
      if (!*more) return {};
      on_row(Row(statement_));
    }
  }

  /// Calls `on_row` for the first row only.
  /// @return whether there was a row.
  template <typename OnRow, typename... Args>
  Result<bool> first(OnRow&& on_row, const Args&... args) {
    Result<void> bound = bind_all(args...);
    if (!bound) return std::move(bound).error();
    Result<bool> more = step();
    if (more && *more) {
      on_row(Row(statement_));
      reset();
    }
    return more;
  }

 private:
  template <typename... Args>
  Result<void> bind_all(const Args&... args) {
    Result<void> ready = prepare();
    if (!ready) return ready;
    int index = 0;
    int worst = 0;
    ((worst |= bind_any(++index, args)), ...);
    if (worst != 0) return bind_error();
    return {};
  }

  template <typename T>
  int bind_any(int index, const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<T, Blob>) {
      return bind_blob(index, value.octets);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      return bind_text(index, value);
    } else if constexpr (std::is_same_v<T, std::nullopt_t>) {
      return bind_null(index);
    } else {
      return value ? bind_any(index, *value) : bind_null(index);
    }
  }

  int bind_null(int index);
  int bind_integer(int index, std::int64_t value);
  int bind_text(int index, std::string_view value);
  int bind_blob(int index, BytesView value);
  Error bind_error();
  /// True: a row is there. False: the end; the statement is ready for the next use, as after
  /// errors.
  Result<bool> step();
  Result<void> finish();
  void reset();

  Database* database_;
  std::string_view sql_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace anchorwatch::sqlite
