// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/uv_executor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace anchorwatch::net {

namespace {

/// For failures that leave no way on: no memory, no descriptor for the loop, a handle left open.
[[noreturn]] void give_up(const char* what, int status) {
  std::fprintf(stderr, "event loop: %s: %s\n", what, uv_strerror(status));
  std::abort();
}

void require(int status, const char* what) {
  if (status < 0) give_up(what, status);
}

void ignore_sigpipe() {
  struct sigaction present {};
  if (sigaction(SIGPIPE, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
    std::signal(SIGPIPE, SIG_IGN);
  }
}

}  // namespace

UvExecutor::UvExecutor(std::size_t workers)
    : wake_(this), idle_(this), alarm_(this), workers_(workers) {
  ignore_sigpipe();
  require(uv_loop_init(&loop_), "cannot start");
  open_doorbell();
  require(idle_.open([&](uv_idle_t* handle) { return uv_idle_init(&loop_, handle); }),
          "cannot start");
  require(alarm_.open([&](uv_timer_t* handle) { return uv_timer_init(&loop_, handle); }),
          "cannot start");
}

void UvExecutor::open_doorbell() {
  doorbell_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (doorbell_ < 0) give_up("cannot start", -errno);
  require(wake_.open([&](uv_poll_t* handle) { return uv_poll_init(&loop_, handle, doorbell_); }), "cannot start");
  const auto on_wake = [](uv_poll_t* handle, int, int) {
    UvHandle<uv_poll_t, UvExecutor*>::state_of(handle)->run_foreign_posts();
  };
  require(uv_poll_start(wake_.get(), UV_READABLE, on_wake), "cannot start");
}

UvExecutor::~UvExecutor() {
  workers_.stop();
  closing_ = true;
  // What the dropped work owns may have handles; those must begin to close before the last turns.
  std::exchange(timers_, {});
  std::exchange(posts_, {});
  std::vector<Work> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(foreign_posts_);
  }
  dropped.clear();
  signals_.clear();
  wake_.reset();
  idle_.reset();
  alarm_.reset();

  bool open_handles = false;
  uv_walk(
      &loop_,
      [](uv_handle_t* handle, void* found) {
        if (uv_is_closing(handle) == 0) *static_cast<bool*>(found) = true;
      },
      &open_handles);
  if (open_handles) give_up("destroyed before what uses it", UV_EBUSY);
  while (uv_run(&loop_, UV_RUN_DEFAULT) != 0) {  // A `stop` that nobody waited for ends the first.
  }
  require(uv_loop_close(&loop_), "cannot close");
  close(doorbell_);
}

void UvExecutor::post(std::function<void()> work) {
  if (closing_) return;
  if (posts_.empty()) {
    uv_idle_start(idle_.get(), [](uv_idle_t* handle) {
      UvHandle<uv_idle_t, UvExecutor*>::state_of(handle)->run_posts();
    });
  }
  posts_.push_back(std::move(work));
}

void UvExecutor::run_posts() {
  running_.swap(posts_);
  for (Work& work : running_) {
    const Work own = std::move(work);
    own();
  }
  running_.clear();
  if (posts_.empty()) uv_idle_stop(idle_.get());
}

void UvExecutor::post_from_any_thread(std::function<void()> work) {
  // The destructor has joined the workers before it closes the doorbell, and others must be gone by
  // then.
  {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    foreign_posts_.push_back(std::move(work));
    if (foreign_posts_.size() > 1) return;  // Whoever came first rings.
  }
  // Without the lock: the loop often runs at once, on this processor.
  if (eventfd_write(doorbell_, 1) != 0) give_up("cannot wake", -errno);
}

void UvExecutor::run_foreign_posts() {
  eventfd_t rung = 0;
  // Before the posts are taken: who posts later rings again.
  static_cast<void>(eventfd_read(doorbell_, &rung));
  std::vector<Work> batch;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(foreign_posts_);
  }
  for (Work& work : batch) {
    const Work own = std::move(work);
    own();
  }
}

TimerId UvExecutor::call_after(Duration delay, std::function<void()> work) {
  if (closing_) return UINT64_MAX;
  // mono() is cut to microseconds: one more makes sure that a timer is never early, and that one
  // which a timer creates waits for the next round.
  const Duration bounded =
      std::clamp<Duration>(delay, Duration::zero(), std::chrono::hours(24 * 3650));
  const TimerId timer = timers_.add(mono() + bounded + Duration(1), std::move(work));
  arm();
  return timer;
}

void UvExecutor::cancel(TimerId timer) {
  // The alarm stays as it is; a turn for nothing is cheaper than setting it each time.
  const Work dropped = timers_.remove(timer);
}

void UvExecutor::run_timers() {
  armed_for_ = UINT64_MAX;
  const MonoTime now = mono();
  while (const auto work = timers_.take_due(now)) (*work)();
  arm();
}

void UvExecutor::arm() {
  const auto due = timers_.next_due();
  if (!due || closing_) return;
  const auto at = static_cast<std::uint64_t>((due->count() + 999) / 1000);
  if (at >= armed_for_) return;
  armed_for_ = at;
  // The loop's time is the same clock in milliseconds, but may be behind.
  const std::uint64_t now = uv_now(&loop_);
  uv_timer_start(
      alarm_.get(),
      [](uv_timer_t* handle) { UvHandle<uv_timer_t, UvExecutor*>::state_of(handle)->run_timers(); },
      at > now ? at - now : 0, 0);
}

void UvExecutor::offload(std::function<void()> work, std::function<void()> done) {
  workers_.submit([this, first = std::move(work), then = std::move(done)]() mutable {
    first();
    first = nullptr;
    if (then) post_from_any_thread(std::move(then));
  });
}

void UvExecutor::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

void UvExecutor::stop() { uv_stop(&loop_); }

void UvExecutor::on_signal(int signal_number, std::function<void()> work) {
  UvHandle<uv_signal_t, Work> handle(std::move(work));
  require(handle.open([&](uv_signal_t* raw) { return uv_signal_init(&loop_, raw); }),
          "cannot start");
  require(
      uv_signal_start(
          handle.get(), [](uv_signal_t* raw, int) { UvHandle<uv_signal_t, Work>::state_of(raw)(); },
          signal_number),
      "cannot watch a signal");
  signals_.push_back(std::move(handle));
}

MonoTime UvExecutor::mono() const {
  return MonoTime(static_cast<std::int64_t>(uv_hrtime() / 1000));
}

}  // namespace anchorwatch::net
