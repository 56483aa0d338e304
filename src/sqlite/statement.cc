// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sqlite/statement.h"

#include <sqlite3.h>

namespace anchorwatch::sqlite {

bool Row::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Row::text(int column) const {
  const void* octets = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (octets == nullptr || size <= 0) return {};
  return {static_cast<const char*>(octets), static_cast<std::size_t>(size)};
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(other.sql_),
      statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Result<void> Statement::prepare() {
  if (statement_ != nullptr) return {};
  const int code =
      sqlite3_prepare_v3(database_->handle(), sql_.data(), static_cast<int>(sql_.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) return database_->error(code, sql_);
  return {};
}

int Statement::bind_null(int index) { return sqlite3_bind_null(statement_, index); }

int Statement::bind_integer(int index, std::int64_t value) {
  return sqlite3_bind_int64(statement_, index, value);
}

// The values live until the call that bound them returns, so SQLite needs no copy of its own. A
// null pointer would bind NULL.
int Statement::bind_text(int index, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  return sqlite3_bind_text64(statement_, index, data, value.size(), nullptr, SQLITE_UTF8);
}

int Statement::bind_blob(int index, BytesView value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  return sqlite3_bind_blob64(statement_, index, data, value.size(), nullptr);
}

Error Statement::bind_error() {
  const int code = sqlite3_extended_errcode(database_->handle());
  reset();
  return database_->error(code, sql_);
}

Result<bool> Statement::step() {
  if (const int fault = database_->injected_fault(sql_)) {
    reset();
    return database_->error(fault, "injected fault");
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = database_->error(code, sql_);
  reset();
  return error;
}

Result<void> Statement::finish() {
  while (true) {
    Result<bool> more = step();
    if (!more) return std::move(more).error();
    if (!*more) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

}  // namespace anchorwatch::sqlite
