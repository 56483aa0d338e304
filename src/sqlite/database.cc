// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sqlite/database.h"

#include <sys/stat.h>

#include <utility>

#include <sqlite3.h>

#include "anchorwatch/sqlite/statement.h"

namespace anchorwatch::sqlite {

struct Database::State {
  std::string path;
  sqlite3* handle = nullptr;
  FaultHook fault_hook;
  int cache_mib = 0;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { sqlite3_close_v2(handle); }
};

namespace {

ErrorCode code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::kBusy;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY: return ErrorCode::kIo;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::kCorrupt;
    case SQLITE_TOOBIG: return ErrorCode::kLimitExceeded;
    default: return ErrorCode::kInternal;
  }
}

/// What helps a person on the spot.
std::string_view advice(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL: return "; free space on that file system";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "; restore it from a backup, or move it away to start anew";
    case SQLITE_BUSY: return "; another process is writing to it";
    default: return "";
  }
}

constexpr std::string_view kPragmas =
    "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;";
constexpr std::string_view kWalPragmas =
    "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    "PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=67108864; PRAGMA "
    "analysis_limit=400;";

/// Each allocation would take a mutex to count what nobody asks for. Has to come before the first
/// connection of the process; refused, and harmless, where somebody else was earlier.
void forgo_memory_statistics() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);
}

std::string cache_pragma(int mib) { return "PRAGMA cache_size=-" + std::to_string(mib * 1024); }

Result<void> configure(Database& database, const OpenOptions& options) {
  sqlite3* handle = database.handle();
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  Result<void> done = database.exec(kPragmas);
  if (!done) return done;
  done = database.exec(options.foreign_keys ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
  if (!done) return done;
  done = database.exec(cache_pragma(options.cache_mib));
  if (!done || options.max_pages == 0) return done;
  return database.exec("PRAGMA max_page_count=" + std::to_string(options.max_pages));
}

}  // namespace

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, OpenOptions options) {
  forgo_memory_statistics();
  auto state = std::make_unique<State>();
  state->path = path;
  state->cache_mib = options.cache_mib;
  const bool read_only = options.mode == OpenMode::kReadOnly;
  struct stat info {};
  if (read_only && ::stat(path.c_str(), &info) != 0 && errno == ENOENT) {
    return Error(ErrorCode::kNotFound, "database " + path + ": there is no such file");
  }
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &state->handle, flags, nullptr);
  Database database(std::move(state));
  if (code != SQLITE_OK) return database.error(code, "cannot open it");
  Result<void> done = configure(database, options);
  if (!done) return std::move(done).error();
  database.state_->fault_hook = std::move(options.fault_hook);
  return database;
}

Result<void> Database::use_wal() {
  Result<void> done = exec(kWalPragmas);
  if (!done) return done;
  int keep_wal = 1;
  sqlite3_file_control(state_->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_wal);
  return {};
}

Result<void> Database::exec(std::string_view sql) {
  if (const int fault = injected_fault(sql)) return error(fault, "injected fault");
  const std::string text(sql);
  const int code = sqlite3_exec(state_->handle, text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code, text.substr(0, text.find_first_of(";\n")));
  return {};
}

Result<std::int64_t> Database::scalar(std::string_view sql) {
  Statement statement(*this, sql);
  std::int64_t value = 0;
  Result<bool> found = statement.first([&](const Row& row) { value = row.integer(0); });
  if (!found) return std::move(found).error();
  return value;
}

const std::string& Database::path() const { return state_->path; }
sqlite3* Database::handle() const { return state_->handle; }
std::int64_t Database::changes() const { return sqlite3_changes64(state_->handle); }
std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(state_->handle);
}
int Database::cache_mib() const { return state_->cache_mib; }
bool Database::in_transaction() const { return sqlite3_get_autocommit(state_->handle) == 0; }
void Database::set_fault_hook(FaultHook hook) { state_->fault_hook = std::move(hook); }

int Database::injected_fault(std::string_view sql) const {
  return state_->fault_hook ? state_->fault_hook(sql) : 0;
}

Error Database::error(int code, std::string_view doing) const {
  std::string message = "database " + state_->path + ": " + sqlite3_errstr(code);
  const bool own_words =
      state_->handle != nullptr && sqlite3_extended_errcode(state_->handle) == code;
  const std::string words = own_words ? sqlite3_errmsg(state_->handle) : "";
  if (!words.empty() && words != sqlite3_errstr(code)) message += ": " + words;
  if (!doing.empty()) message.append(" (").append(doing.substr(0, 80)).append(")");
  message += advice(code);
  return {code_of(code), std::move(message)};
}

// A limit that cannot be set is no reason to fail: everything works, with more or less memory.
CacheLimit::CacheLimit(Database& database, int mib) : database_(database) {
  static_cast<void>(database_.exec(cache_pragma(mib)));
}
CacheLimit::~CacheLimit() { static_cast<void>(database_.exec(cache_pragma(database_.cache_mib()))); }

Result<Transaction> Transaction::begin(Database& database) {
  Result<void> begun = database.exec("BEGIN IMMEDIATE");
  if (!begun) return std::move(begun).error();
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() { rollback(); }

Result<void> Transaction::commit() {
  Result<void> done = database_->exec("COMMIT");
  if (!done) {
    rollback();
    return done;
  }
  database_ = nullptr;
  return done;
}

void Transaction::rollback() {
  if (database_ == nullptr) return;
  // SQLite may have rolled back by itself after an I/O error; then there is nothing to undo.
  if (database_->in_transaction()) {
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  database_ = nullptr;
}

}  // namespace anchorwatch::sqlite
