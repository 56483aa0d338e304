// SPDX-License-Identifier: Apache-2.0
// VirtualExecutor: the loop and both clocks of a test. Time stands still until the test moves it,
// so that hours pass in microseconds and every run has the same order of events.
//
// Threading: all calls from the test's thread, except `post_from_any_thread`.
// Blocking:  never; `offload` runs its work inline.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/executor.h"

namespace anchorwatch {

/// Posts run in the order in which they were posted; timers in the order of their time, those of
/// equal time in the order of their creation. A due timer runs when no post is left.
///
/// Work that is still pending at the end is dropped unrun.
class VirtualExecutor final : public Executor, public Clock {
 public:
  /// 2026-01-01T00:00:00Z.
  static constexpr UnixSeconds kStart = 1767225600;
  /// So many steps without an end mean a loop in the code under test.
  static constexpr std::uint64_t kStepLimit = 10'000'000;

  explicit VirtualExecutor(UnixSeconds start = kStart) : start_(start) {}
  ~VirtualExecutor() override {
    // What the work owns may call us while it goes.
    while (!timers_.empty()) cancel(timers_.begin()->first.second);
    while (take_post()) {
    }
  }
  VirtualExecutor(const VirtualExecutor&) = delete;
  VirtualExecutor& operator=(const VirtualExecutor&) = delete;

  // Executor
  void post(std::function<void()> work) override { post_from_any_thread(std::move(work)); }
  void post_from_any_thread(std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    posts_.push_back(std::move(work));
  }
  TimerId call_after(Duration delay, std::function<void()> work) override {
    const TimerId timer = ++last_timer_;
    const MonoTime due = mono_ + std::max(delay, Duration::zero());
    timers_.emplace(std::pair(due, timer), std::move(work));
    due_of_.emplace(timer, due);
    return timer;
  }
  void cancel(TimerId timer) override {
    const auto found = due_of_.find(timer);
    if (found == due_of_.end()) return;
    // The work may own what calls us again while it goes: first take it out.
    const auto dropped = timers_.extract({found->second, timer});
    due_of_.erase(found);
  }
  void offload(std::function<void()> work, std::function<void()> done) override {
    post([first = std::move(work), then = std::move(done)] {
      first();
      if (then) then();
    });
  }

  // Clock
  [[nodiscard]] UnixSeconds now() const override {
    return start_ + std::chrono::floor<std::chrono::seconds>(mono_).count();
  }
  [[nodiscard]] MonoTime mono() const override { return mono_; }

  /// Runs posts and the timers that are due. Time stands still.
  void run_ready() { run_steps(mono_); }

  /// Runs until no post and no timer is left; time goes to each timer in turn.
  /// Throws std::runtime_error after kStepLimit steps in one call (a timer that renews itself for
  /// ever).
  void run_until_idle() { run_steps(MonoTime::max()); }

  /// Lets `span` pass: timers run each at its own time; posts that are ready run, too.
  void run_for(Duration span) {
    const MonoTime end = mono_ + span;
    run_steps(end);
    mono_ = end;
  }

  /// Jumps `span` ahead at once, like a machine that was suspended: the timers that fell due
  /// meanwhile run afterwards and all see the later time.
  void advance(Duration span) {
    mono_ += span;
    run_ready();
  }

  /// Sets the time of day; elapsed time and timers do not notice.
  void set_now(UnixSeconds at) { start_ += at - now(); }

  /// For the tests of a load that really needs more steps, or of an endless one.
  void set_step_limit(std::uint64_t steps) { step_limit_ = steps; }

  /// How much waits to run.
  [[nodiscard]] std::size_t pending_timers() const { return timers_.size(); }
  [[nodiscard]] std::size_t pending_posts() const {
    const std::lock_guard lock(mutex_);
    return posts_.size();
  }

 private:
  using Work = std::function<void()>;

  void run_steps(MonoTime until) {
    std::uint64_t steps = 0;
    while (step(until)) {
      if (++steps >= step_limit_) throw std::runtime_error("VirtualExecutor: the work never ends");
    }
  }

  /// Runs one post, or else one timer due at or before `until`; false if there is neither.
  bool step(MonoTime until) {
    if (const auto work = take_post()) {
      (*work)();
      return true;
    }
    if (timers_.empty() || timers_.begin()->first.first > until) return false;
    const auto timer = timers_.extract(timers_.begin());
    due_of_.erase(timer.key().second);
    mono_ = std::max(mono_, timer.key().first);  // After `advance` a timer may be late.
    timer.mapped()();
    return true;
  }

  std::optional<Work> take_post() {
    const std::lock_guard lock(mutex_);
    if (posts_.empty()) return std::nullopt;
    Work work = std::move(posts_.front());
    posts_.pop_front();
    return work;
  }

  UnixSeconds start_;
  std::uint64_t step_limit_ = kStepLimit;
  MonoTime mono_{0};
  TimerId last_timer_ = 0;
  std::map<std::pair<MonoTime, TimerId>, Work> timers_;
  std::unordered_map<TimerId, MonoTime> due_of_;
  mutable std::mutex mutex_;
  std::deque<Work> posts_;  // Guarded by mutex_.
};

}  // namespace anchorwatch
