// SPDX-License-Identifier: Apache-2.0
// Task<T>: a lazy coroutine on the loop thread. A walk over the DNS reads from top to bottom instead
// of as a chain of callbacks.
//
// Threading: loop thread only. Blocking: never.
// gcc 12 destroys some temporaries of a co_await expression twice: bind arguments to named locals
// before `co_await f(locals)`, and take coroutine parameters by value.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "anchorwatch/core/executor.h"

namespace anchorwatch {

template <typename T>
class Task;

namespace task_detail {

struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
    std::coroutine_handle<> next = handle.promise().continuation;
    return next ? next : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> continuation;
  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
  // Exceptions do not cross module borders in this program; one that escapes is a broken invariant.
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <typename From = T>
  void return_value(From&& result) {
    value.emplace(std::forward<From>(result));
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
};

}  // namespace task_detail

/// A started task must not be dropped before it ends: what it waits for would resume freed memory.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = task_detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  // Not symmetric transfer: a loop over tasks that end at once would grow the stack wherever gcc does not
  // make it a tail call (-O0, sanitizers).
  bool await_suspend(std::coroutine_handle<> caller) noexcept {
    handle_.resume();
    if (handle_.done()) return false;
    handle_.promise().continuation = caller;
    return true;
  }
  T await_resume() {
    if constexpr (!std::is_void_v<T>) return std::move(*handle_.promise().value);
  }

 private:
  Handle handle_;
};

namespace task_detail {

template <typename T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

/// A coroutine that owns itself: starts at once and frees its frame at the end.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace task_detail

/// Starts a task that nobody awaits; `done` runs at its end. The frame frees itself.
template <typename Done>
void spawn(Task<void> task, Done done) {
  [](Task<void> owned, Done at_end) -> task_detail::Detached {
    co_await owned;
    at_end();
  }(std::move(task), std::move(done));
}
inline void spawn(Task<void> task) {
  spawn(std::move(task), [] {});
}

/// A value that a callback delivers once and one coroutine awaits.
///
/// Copies share the state, so that the callback may hold one copy and the coroutine another. The
/// waiting coroutine goes on inside `set` (no trip through the loop).
template <typename T>
class Completion {
 public:
  Completion() : state_(std::make_shared<State>()) {}
  /// Delivers; a second delivery is ignored.
  void set(T&& value) const {
    if (state_->value) return;
    state_->value.emplace(std::move(value));
    if (auto waiter = std::exchange(state_->waiter, {})) waiter.resume();
  }
  void set(const T& value) const { set(T(value)); }
  [[nodiscard]] bool ready() const { return state_->value.has_value(); }

  [[nodiscard]] bool await_ready() const noexcept { return state_->value.has_value(); }
  void await_suspend(std::coroutine_handle<> waiter) const noexcept { state_->waiter = waiter; }
  T await_resume() const { return std::move(*state_->value); }

 private:
  struct State {
    std::optional<T> value;
    std::coroutine_handle<> waiter;
  };
  std::shared_ptr<State> state_;
};

/// Counts children that were spawned and lets one coroutine wait for the last.
class WaitGroup {
 public:
  WaitGroup() : state_(std::make_shared<State>()) {}
  /// Spawns `task` as a child.
  void spawn(Task<void> task) const {
    ++state_->running;
    anchorwatch::spawn(std::move(task), [state = state_] {
      if (--state->running == 0) {
        if (auto waiter = std::exchange(state->waiter, {})) waiter.resume();
      }
    });
  }
  [[nodiscard]] bool await_ready() const noexcept { return state_->running == 0; }
  void await_suspend(std::coroutine_handle<> waiter) const noexcept { state_->waiter = waiter; }
  void await_resume() const noexcept {}

 private:
  struct State {
    int running = 0;
    std::coroutine_handle<> waiter;
  };
  std::shared_ptr<State> state_;
};

/// Resumes after `delay` on the executor.
inline Task<void> sleep_for(Executor& executor, Duration delay) {
  Completion<bool> fired;
  executor.call_after(delay, [fired] { fired.set(true); });
  co_await fired;
}

/// Runs `work` on a worker thread and resumes on the loop.
inline Task<void> offload(Executor& executor, std::function<void()> work) {
  Completion<bool> done;
  executor.offload(std::move(work), [done] { done.set(true); });
  co_await done;
}

}  // namespace anchorwatch
