// SPDX-License-Identifier: Apache-2.0
// UvExecutor: the loop thread of the program, on one libuv loop.
//
// The first executor makes the process ignore SIGPIPE unless it has a handler: a closed connection
// is an error to be returned. Everything that has a handle on the loop must be destroyed before the
// executor; a handle that is left over is a broken invariant and ends the program.
//
// Threading: all calls from the thread that calls `run`, except `post_from_any_thread`.
// Blocking:  `run` by its nature; the destructor waits for offloaded work that has begun and for
// name
//            lookups of byte channels.
// Limits:    timers have a resolution of 1 ms and never fire early.
#pragma once

#include <uv.h>

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "anchorwatch/core/executor.h"
#include "anchorwatch/net/timer_heap.h"
#include "anchorwatch/net/uv_handle.h"
#include "anchorwatch/net/worker_pool.h"

namespace anchorwatch::net {

class UvExecutor final : public Executor {
 public:
  /// @param workers  threads for `offload`; 0 means one for each processor. They start when needed.
  explicit UvExecutor(std::size_t workers = 0);
  /// Work that is pending is dropped, not run. Not to be called from work of this executor.
  ~UvExecutor() override;
  UvExecutor(const UvExecutor&) = delete;
  UvExecutor& operator=(const UvExecutor&) = delete;

  /// Work posted by posted work runs a turn later, so that I/O is not starved.
  void post(std::function<void()> work) override;
  void post_from_any_thread(std::function<void()> work) override;
  TimerId call_after(Duration delay, std::function<void()> work) override;
  void cancel(TimerId timer) override;
  void offload(std::function<void()> work, std::function<void()> done) override;

  /// Turns the loop until `stop`. May be called again after it returned.
  void run();
  /// Makes `run` return at the end of the turn; before `run`, makes the next one return at once.
  /// From another thread: post_from_any_thread([&] { executor.stop(); }).
  void stop();
  /// Runs `work` on the loop each time that the process gets the signal. Signals that come close
  /// together may count as one.
  void on_signal(int signal_number, std::function<void()> work);

  [[nodiscard]] uv_loop_t* loop() { return &loop_; }
  /// Elapsed time, the same scale as SystemClock::mono.
  [[nodiscard]] MonoTime mono() const;
  [[nodiscard]] std::size_t pending_timers() const { return timers_.size(); }

 private:
  using Work = std::function<void()>;

  void open_doorbell();
  void run_posts();
  void run_foreign_posts();
  void run_timers();
  void arm();

  uv_loop_t loop_{};
  /// Not uv_async_t: where the thread that sends loses the processor to the loop, uv_async_t spins until it has it back.
  int doorbell_ = -1;
  UvHandle<uv_poll_t, UvExecutor*> wake_;
  UvHandle<uv_idle_t, UvExecutor*> idle_;
  UvHandle<uv_timer_t, UvExecutor*> alarm_;
  std::vector<UvHandle<uv_signal_t, Work>> signals_;

  TimerHeap timers_;
  std::uint64_t armed_for_ = UINT64_MAX;  ///< Milliseconds of the alarm.
  std::vector<Work> posts_;
  std::vector<Work> running_;
  bool closing_ = false;

  std::mutex mutex_;
  std::vector<Work> foreign_posts_;  // Guarded by mutex_.
  WorkerPool workers_;
};

}  // namespace anchorwatch::net
