// SPDX-License-Identifier: Apache-2.0
// FdWatcher: tells when a file descriptor of somebody else (curl, libmicrohttpd, a socket) is
// ready.
//
// Threading: loop thread only. Blocking: never.
#pragma once

#include <uv.h>

#include <functional>

#include "anchorwatch/core/result.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/net/uv_handle.h"

namespace anchorwatch::net {

struct FdEvents {
  bool readable = false;
  bool writable = false;
  /// Only in what is delivered: the descriptor has an error (SO_ERROR) and is not watched any more.
  bool error = false;
};

/// Does not own the descriptor: destroy the watcher first, then close the descriptor. The callback
/// may destroy the watcher. Level-triggered. At most one watcher for a descriptor.
class FdWatcher {
 public:
  using Callback = std::function<void(FdEvents)>;

  /// Sets the descriptor to non-blocking. Nothing is watched before `watch`.
  FdWatcher(UvExecutor& executor, int fd, Callback ready);
  /// Changes what is watched; {} stops.
  /// @errors kIo: the descriptor cannot be watched (a plain file, closed).
  Result<void> watch(FdEvents events);

 private:
  struct State {
    Callback ready;
    int mask;
  };
  using Handle = UvHandle<uv_poll_t, State>;

  static void on_ready(uv_poll_t* handle, int status, int events);

  Handle handle_;
  int init_status_;
};

}  // namespace anchorwatch::net
