// SPDX-License-Identifier: Apache-2.0
// SqliteStore: the store of one daemon in one SQLite file, written by one thread.
//
// Jobs are done in the order in which they come. Commits wait for company: a batch goes to disk
// after 100 ms or 1,000 commits, at once when it holds an event or when somebody reads or flushes.
// A batch with events or outbox rows is synced (synchronous=FULL).
//
// Threading: all calls from the loop thread; `done` callbacks run there through the Executor.
// Blocking:  never, except open() and the destructor (disk).
// Limits:    the queue is not bounded; callers limit what they have in flight.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "anchorwatch/core/executor.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/sqlite/database.h"
#include "anchorwatch/store/admin.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::store {

enum class StoreThreading : std::uint8_t {
  kWriterThread,
  kInline,  ///< Every call does its work at once, one commit a batch; `done` is still posted.
};

/// A file lock beside the database, so that two daemons (or `poll`) cannot write to it.
enum class StoreLock : std::uint8_t { kTake, kNone };

struct SqliteStoreOptions {
  std::string path;               ///< ":memory:" for a store that is forgotten.
  std::string vantage = "local";  ///< Name of this monitor; `observer` of events.
  StoreThreading threading = StoreThreading::kWriterThread;
  StoreLock lock = StoreLock::kTake;
  std::size_t batch_size = 1000;
  std::chrono::milliseconds batch_time{100};
  std::chrono::milliseconds busy_timeout{5000};
  EvidenceRetention evidence;     ///< Whether looks are kept to be judged again.
  sqlite::FaultHook fault_hook;  ///< For tests of a failing disk.
  int max_pages = 0;             ///< For tests of a full disk: size of the file; 0: no limit.
  /// For tests: SQLite looks up what each row refers to. The store itself writes no identifier that
  /// it has not just read or made in the same transaction, and no row goes before those that name it.
  bool check_references = false;
  /// For tests that kill the process: called with "before_commit", "after_apply", "after_commit"
  /// around each batch, on the thread that writes.
  std::function<void(const char* point)> crash_hook;
};

class SqliteStore final : public ZoneStore, public OutboxStore, public AdminStore {
 public:
  /// Takes the lock, opens or creates the database and brings its schema up to date.
  /// @errors kBusy: another process has the lock (the message names it). kUnsupported: a newer or a
  ///         foreign database. kIo, kCorrupt: as SQLite says, with the path.
  static Result<std::unique_ptr<SqliteStore>> open(SqliteStoreOptions options, Executor& executor);
  /// Writes what is still in the queue.
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  // ZoneStore
  void sync_inventory(std::vector<inventory::ZoneEntry> zones, UnixSeconds at,
                      std::function<void(Result<InventoryChange>)> done) override;
  void load_all(std::function<void(std::vector<StoredZone>)> part,
                std::function<void(Result<void>)> done) override;
  void load(dns::Name zone, std::function<void(Result<change::ZoneState>)> done) override;
  /// A commit for a zone that was retired meanwhile is dropped, which counts as done; a zone that
  /// is in no inventory gets a row. Committing the same update twice changes nothing the second
  /// time.
  void commit(ZoneCommit commit, std::function<void(Result<void>)> done) override;
  [[nodiscard]] bool keeps_evidence() const override { return keeps_evidence_; }
  void commit_events(EventCommit commit, std::function<void(Result<void>)> done) override;
  void load_fact(std::string key, std::function<void(Result<std::string>)> done) override;
  void load_silences(UnixSeconds now, std::function<void(Result<Silences>)> done) override;
  void summarize_mute(std::int64_t id, std::function<void(Result<MuteSummary>)> done) override;
  void load_incidents(std::function<void(Result<StoredIncidents>)> done) override;
  void flush(std::function<void(Result<void>)> done) override;

  // OutboxStore
  void pending(std::string sink, UnixSeconds now, int limit,
               std::function<void(Result<std::vector<PendingDelivery>>)> done) override;
  void record(std::vector<DeliveryOutcome> outcomes,
              std::function<void(Result<void>)> done) override;
  void next_due(std::string sink,
                std::function<void(Result<std::optional<UnixSeconds>>)> done) override;

  // AdminStore
  void administer(AdminRequest request, std::function<void(Result<AdminValues>)> done) override;
  void load_plans(UnixSeconds now, std::function<void(Result<std::vector<StoredPlan>>)> done) override;

 private:
  class Writer;
  SqliteStore(std::shared_ptr<Writer> writer, bool keeps_evidence);
  std::shared_ptr<Writer> writer_;
  bool keeps_evidence_;
};

}  // namespace anchorwatch::store
