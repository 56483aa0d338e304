// SPDX-License-Identifier: Apache-2.0
// WorkerPool: a bounded number of threads for work that would hold up the loop (signature checks,
// disk).
//
// It is not libuv's own pool, whose four threads serve getaddrinfo.
//
// Threading: `submit` from any thread; construction, `stop` and destruction from one thread.
// Blocking:  `stop` waits for the work that has begun.
// Priority:  its threads are nicer than the one that made the pool, so that the loop comes first.
// Limits:    threads start as work comes, up to the size; the queue is not bounded, callers are.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace anchorwatch::net {

class WorkerPool {
 public:
  /// @param size  threads; 0 means one for each processor.
  explicit WorkerPool(std::size_t size);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work` on some thread. Exceptions end the program. After `stop`, `work` is dropped.
  void submit(std::function<void()> work);
  /// Drops what has not begun and waits for the rest.
  void stop();
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void run();

  const std::size_t size_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;  // Guarded by mutex_, like all below.
  std::size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace anchorwatch::net
