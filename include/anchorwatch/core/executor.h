// SPDX-License-Identifier: Apache-2.0
// Executor: the loop thread as the rest of the program sees it. Production runs on libuv
// (net/uv_executor.h), tests on virtual time (tests/support).
//
// Threading: all calls from the loop thread, except `post_from_any_thread`.
// Blocking:  never.
#pragma once

#include <cstdint>
#include <functional>

#include "anchorwatch/core/clock.h"

namespace anchorwatch {

using TimerId = std::uint64_t;

class Executor {
 public:
  virtual ~Executor() = default;
  /// Runs `work` on the loop soon, never before this call returns.
  virtual void post(std::function<void()> work) = 0;
  /// As `post`, callable from any thread.
  virtual void post_from_any_thread(std::function<void()> work) = 0;
  /// Runs `work` once after `delay`. The id is never 0.
  virtual TimerId call_after(Duration delay, std::function<void()> work) = 0;
  /// Unknown and fired ids are ignored.
  virtual void cancel(TimerId timer) = 0;
  /// Runs `work` on a worker thread, then `done` on the loop. `work` must own what it touches.
  virtual void offload(std::function<void()> work, std::function<void()> done) = 0;
};

}  // namespace anchorwatch
