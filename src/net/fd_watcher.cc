// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/fd_watcher.h"

#include <utility>

namespace anchorwatch::net {

FdWatcher::FdWatcher(UvExecutor& executor, int fd, Callback ready)
    : handle_(State{std::move(ready), 0}), init_status_(handle_.open([&](uv_poll_t* handle) {
        return uv_poll_init(executor.loop(), handle, fd);
      })) {}

Result<void> FdWatcher::watch(FdEvents events) {
  const int mask = (events.readable ? UV_READABLE : 0) | (events.writable ? UV_WRITABLE : 0);
  int status = init_status_;
  if (status == 0) {
    if (mask == handle_.state().mask) return {};  // libuv would ask the kernel twice.
    status = mask == 0 ? uv_poll_stop(handle_.get()) : uv_poll_start(handle_.get(), mask, on_ready);
  }
  if (status < 0) {
    return Error(ErrorCode::kIo, std::string("cannot watch a descriptor: ") + uv_strerror(status));
  }
  handle_.state().mask = mask;
  return {};
}

void FdWatcher::on_ready(uv_poll_t* handle, int status, int events) {
  // The state is part of the handle's memory and survives if the callback destroys the watcher.
  State& state = Handle::state_of(handle);
  if (status < 0) state.mask = 0;  // libuv has stopped it.
  state.ready({(events & UV_READABLE) != 0, (events & UV_WRITABLE) != 0, status < 0});
}

}  // namespace anchorwatch::net
