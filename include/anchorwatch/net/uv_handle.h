// SPDX-License-Identifier: Apache-2.0
// UvHandle: owns one libuv handle together with the state that its callbacks need.
//
// libuv refers to a handle until its close callback has run, so the memory lives on the heap and is
// freed there and nowhere else. An owner that goes away first takes itself out of the state.
//
// Threading: loop thread only. Blocking: never.
#pragma once

#include <uv.h>

#include <memory>
#include <utility>

namespace anchorwatch::net {

template <typename Handle, typename State>
class UvHandle {
 public:
  /// An empty handle.
  UvHandle() = default;
  explicit UvHandle(State state) : box_(new Box{{}, std::move(state), false}) {}

  /// Calls `init(Handle*)`, a uv_*_init function, and remembers whether there is something to
  /// close.
  /// @return  the libuv status.
  template <typename Init>
  int open(Init&& init) {
    const int status = std::forward<Init>(init)(&box_->handle);
    box_->opened = status == 0;
    box_->handle.data = box_.get();
    return status;
  }

  [[nodiscard]] Handle* get() const { return &box_->handle; }
  [[nodiscard]] State& state() const { return box_->state; }
  explicit operator bool() const { return box_ != nullptr; }
  /// Begins to close; no callback but those of requests in flight runs afterwards.
  void reset() { box_.reset(); }

  /// The state of a handle, for use in callbacks.
  static State& state_of(const Handle* handle) { return static_cast<Box*>(handle->data)->state; }

 private:
  struct Box {
    Handle handle;
    State state;
    bool opened;
  };
  struct Close {
    void operator()(Box* box) const {
      if (!box->opened) {
        delete box;
        return;
      }
      uv_close(reinterpret_cast<uv_handle_t*>(&box->handle),
               [](uv_handle_t* handle) { delete static_cast<Box*>(handle->data); });
    }
  };
  std::unique_ptr<Box, Close> box_;
};

}  // namespace anchorwatch::net
