// SPDX-License-Identifier: Apache-2.0
// SocketConnector: turns an Endpoint into a connected socket; tries its addresses (of a Unix path:
// its types) in order.
//
// Threading: loop thread only. Blocking: never; the owner sets the time limit by destroying it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "anchorwatch/core/result.h"
#include "anchorwatch/net/fd_watcher.h"
#include "endpoint.h"
#include "host_lookup.h"
#include "socket_address.h"
#include "unique_fd.h"

namespace anchorwatch::net {

struct ConnectedSocket {
  UniqueFd fd;  ///< Non-blocking.
  bool is_stream = false;
};

class SocketConnector {
 public:
  using Done = std::function<void(Result<ConnectedSocket>)>;

  SocketConnector(UvExecutor& executor, Endpoint endpoint, Done done);
  /// Runs `done` once, perhaps before this call returns; `done` may destroy the connector.
  void start();

 private:
  struct Candidate {
    SocketAddress address;
    int type = 0;
  };

  void on_lookup(Result<std::vector<SocketAddress>> found);
  void try_next();
  void on_ready(int type);
  void finish(Result<ConnectedSocket> result);

  UvExecutor& executor_;
  Endpoint endpoint_;
  Done done_;
  std::deque<Candidate> candidates_;
  std::string last_error_ = "no address";
  UniqueFd fd_;
  std::optional<FdWatcher> watcher_;  // After fd_: goes first.
  std::unique_ptr<HostLookup> lookup_;
};

}  // namespace anchorwatch::net
