// SPDX-License-Identifier: Apache-2.0
#include "batch_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "try.h"

namespace anchorwatch::store {

bool is_about_the_file(ErrorCode code) {
  return code == ErrorCode::kIo || code == ErrorCode::kBusy || code == ErrorCode::kCorrupt;
}

BatchWriter::BatchWriter(const SqliteStoreOptions& options, Executor& executor,
                         std::unique_ptr<Session> session, InstanceLock lock)
    : batch_size_(std::max<std::size_t>(options.batch_size, 1)),
      batch_time_(options.batch_time),
      crash_hook_(options.crash_hook),
      executor_(executor),
      lock_(std::move(lock)),
      session_(std::move(session)) {
  if (options.threading == StoreThreading::kWriterThread) thread_ = std::thread([this] { run(); });
}

BatchWriter::~BatchWriter() {
  if (thread_.joinable()) {
    {
      const std::lock_guard guard(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  // Best effort: readers find a short log, and the planner good statistics.
  static_cast<void>(session_->database().exec("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)"));
}

void BatchWriter::add(Job job) {
  if (!thread_.joinable()) {
    std::vector<Job> jobs;
    jobs.push_back(std::move(job));
    process(std::move(jobs));
    return;
  }
  bool wake = false;
  {
    const std::lock_guard guard(mutex_);
    const auto concerns_it = [&job](const Job& other) { return other.about.empty() || other.about == job.about; };
    if (!job.write && !job.about.empty() && std::none_of(queue_.begin(), queue_.end(), concerns_it)) {
      ahead_.push_back(std::move(job));
      wake = true;
    } else {
      urgent_ = urgent_ || job.urgency != Urgency::kWait;
      queue_.push_back(std::move(job));
      wake = urgent_ || queue_.size() == 1 || queue_.size() >= batch_size_;
    }
  }
  if (wake) wake_.notify_one();
}

void BatchWriter::run() {
  while (true) {
    std::vector<Job> jobs;
    {
      std::unique_lock guard(mutex_);
      wake_.wait(guard, [&] {
        read_ahead(guard);
        return stopping_ || !queue_.empty();
      });
      if (queue_.empty()) return;
      // Not alone for long: others may come and share the transaction.
      wake_.wait_for(guard, batch_time_, [&] {
        read_ahead(guard);
        return stopping_ || urgent_ || queue_.size() >= batch_size_;
      });
      jobs.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
      queue_.clear();
      urgent_ = false;
    }
    process(std::move(jobs));
  }
}

/// A zone that is loaded must not end the batch of the others: each would get a transaction of its own.
void BatchWriter::read_ahead(std::unique_lock<std::mutex>& guard) {
  while (!ahead_.empty()) {
    std::vector<Job> jobs = std::exchange(ahead_, {});
    guard.unlock();
    process(std::move(jobs));
    guard.lock();
  }
}

void BatchWriter::process(std::vector<Job> jobs) {
  std::vector<Job> batch;
  for (Job& job : jobs) {
    const bool writes = static_cast<bool>(job.write);
    if (!writes || batch.size() >= batch_size_) {
      write_batch(std::move(batch));
      batch.clear();
    }
    if (writes) {
      batch.push_back(std::move(job));
      continue;
    }
    if (job.read) job.read(*session_);
    if (job.done) post([done = std::move(job.done)] { done({}); });
  }
  write_batch(std::move(batch));
}

void BatchWriter::write_batch(std::vector<Job> batch) {
  if (batch.empty()) return;
  Result<void> result = try_batch(batch);
  if (!result && batch.size() > 1 && !is_about_the_file(result.error().code())) {
    for (Job& job : batch) {
      std::vector<Job> alone;
      alone.push_back(std::move(job));
      write_batch(std::move(alone));
    }
    return;
  }
  finish(batch, result);
}

Result<void> BatchWriter::try_batch(const std::vector<Job>& batch) {
  const bool durable = std::any_of(batch.begin(), batch.end(),
                                   [](const Job& job) { return job.urgency == Urgency::kDurable; });
  AW_TRY(choose_synchronous(durable));
  Result<sqlite::Transaction> transaction = sqlite::Transaction::begin(session_->database());
  if (!transaction) return std::move(transaction).error();
  for (const Job& job : batch) AW_TRY(job.write(*session_));
  reach("after_apply");
  reach("before_commit");
  AW_TRY(transaction->commit());
  reach("after_commit");
  return {};
}

Result<void> BatchWriter::choose_synchronous(bool full) {
  if (full == synchronous_full_) return {};
  AW_TRY(session_->database().exec(full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
  synchronous_full_ = full;
  return {};
}

// One post for all of them: each would wake the loop, which then competes with this thread.
void BatchWriter::finish(std::vector<Job>& batch, const Result<void>& result) {
  std::vector<std::function<void(Result<void>)>> waiting;
  for (Job& job : batch) {
    if (job.done) waiting.push_back(std::move(job.done));
  }
  if (waiting.empty()) return;
  post([waiting = std::move(waiting), result] {
    for (const auto& done : waiting) done(result);
  });
}

void BatchWriter::reach(const char* point) const {
  if (crash_hook_) crash_hook_(point);
}

}  // namespace anchorwatch::store
