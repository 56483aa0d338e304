// SPDX-License-Identifier: Apache-2.0
// BatchWriter: a queue of jobs for one database, done in order by one thread, writes in batches.
//
// A batch is one transaction. When it fails because of one job, its jobs are tried one by one, so
// that a bad one harms nobody else; when the disk or the file is at fault, all of them get the
// error.
//
// Threading: add() from one thread; jobs run on the writer's thread (or inside add(), inline).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "anchorwatch/core/executor.h"
#include "anchorwatch/store/instance_lock.h"
#include "anchorwatch/store/sqlite_store.h"

#include "session.h"

namespace anchorwatch::store {

/// How soon and how surely a job must reach the disk.
enum class Urgency : std::uint8_t {
  kWait,     ///< May wait for company.
  kNow,      ///< Somebody waits.
  kDurable,  ///< At once, and synced: events.
};

struct Job {
  /// Runs inside the batch's transaction; null for a job that only reads.
  std::function<Result<void>(Session&)> write;
  /// Runs outside of transactions, after everything before it was committed, as far as it concerns `about`.
  std::function<void(Session&)> read;
  /// Runs on the loop with the outcome.
  std::function<void(Result<void>)> done;
  Urgency urgency = Urgency::kWait;
  /// Wire form of the zone that a write changes, or that alone a read needs; empty: it may be anything.
  Bytes about;
};

/// Whether an error is the fault of the disk or the file, so that trying again is in vain.
bool is_about_the_file(ErrorCode code);

class BatchWriter {
 public:
  BatchWriter(const SqliteStoreOptions& options, Executor& executor,
              std::unique_ptr<Session> session, InstanceLock lock);
  /// Does what is left in the queue.
  ~BatchWriter();
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  void add(Job job);
  void post(std::function<void()> work) { executor_.post_from_any_thread(std::move(work)); }

 private:
  void run();
  void read_ahead(std::unique_lock<std::mutex>& guard);
  void process(std::vector<Job> jobs);
  void write_batch(std::vector<Job> batch);
  Result<void> try_batch(const std::vector<Job>& batch);
  Result<void> choose_synchronous(bool full);
  /// Tells all who wait for jobs of this batch.
  void finish(std::vector<Job>& batch, const Result<void>& result);
  void reach(const char* point) const;

  const std::size_t batch_size_;
  const std::chrono::milliseconds batch_time_;
  const std::function<void(const char*)> crash_hook_;
  Executor& executor_;
  InstanceLock lock_;
  std::unique_ptr<Session> session_;
  bool synchronous_full_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;  // Guarded by mutex_, as the next three.
  std::vector<Job> ahead_;  // Reads that no write in the queue concerns.
  bool urgent_ = false;
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses everything above. Not running when inline.
};

}  // namespace anchorwatch::store
