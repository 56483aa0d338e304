// SPDX-License-Identifier: Apache-2.0
// ControlServer: the daemon's end of the control socket. One connection, one request, one answer.
//
// Who may ask is the mode of the socket's file (0660: its owner, its group, root); who did ask is what the operating
// system says of the other end.
//
// Threading: loop thread only. Blocking: never, except start() and the look-up of a user's name (disk).
// Limits:    16 connections at once, 64 KiB a request, 5 seconds to send it and 5 to take the answer.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "anchorwatch/control/protocol.h"
#include "anchorwatch/net/uv_executor.h"

namespace anchorwatch::control {

struct ServerOptions {
  std::string path;
  std::string group;     ///< Of the socket's file; empty: the process's own.
  std::string database;  ///< What this daemon writes to.
  std::size_t most_connections = 16;
  Duration patience = std::chrono::seconds(5);
};

using Answer = std::function<void(Result<store::AdminValues>)>;
/// Does a request and answers once, then or later, on the loop.
using Handler = std::function<void(Call call, std::string actor, Answer answer)>;

class ControlServer {
 public:
  /// Listens; a socket that a dead daemon left is replaced.
  /// @errors kBusy: somebody answers there. kNotFound: no such group. kIo, kInvalidArgument: the path cannot be used.
  static Result<std::unique_ptr<ControlServer>> start(net::UvExecutor& executor, ServerOptions options, Handler handler);
  /// Closes all connections and removes the socket. Answers that come later go nowhere.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  struct State;
  explicit ControlServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace anchorwatch::control
