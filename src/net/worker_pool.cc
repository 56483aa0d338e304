// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/worker_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace anchorwatch::net {

namespace {

/// A third of the loop's share where both want a processor.
constexpr int kNicer = 5;

/// The loop comes first: an answer that waits for it is a server that seems slow, and a zone that is held up by the
/// work for another. Where this is not allowed, everything works as before. Linux gives each thread a priority of its own.
void yield_to_loop() {
  const auto thread = static_cast<id_t>(gettid());
  setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + kNicer);
}

}  // namespace

WorkerPool::WorkerPool(std::size_t size)
    : size_(size > 0 ? size : std::max(1U, std::thread::hardware_concurrency())) {}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::submit(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    queue_.push_back(std::move(work));
    if (queue_.size() > idle_ && threads_.size() < size_) {
      threads_.emplace_back([this] { run(); });
    }
  }
  wake_.notify_one();
}

void WorkerPool::stop() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::run() {
  yield_to_loop();
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (stopping_) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace anchorwatch::net
