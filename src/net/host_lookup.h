// SPDX-License-Identifier: Apache-2.0
// HostLookup: asks the system's resolver for the addresses of a host, on libuv's threads.
//
// For receivers of notifications only, never for the zones that are watched.
//
// Threading: loop thread only. Blocking: never.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/net/uv_executor.h"
#include "socket_address.h"

namespace anchorwatch::net {

class HostLookup {
 public:
  using Done = std::function<void(Result<std::vector<SocketAddress>>)>;

  /// `done` runs once, later, unless this object is destroyed before.
  HostLookup(UvExecutor& executor, const std::string& host, std::uint16_t port, Done done);
  /// The resolver's thread goes on; its answer is dropped.
  ~HostLookup();
  HostLookup(const HostLookup&) = delete;
  HostLookup& operator=(const HostLookup&) = delete;

 private:
  struct Job;
  Job* job_;
};

}  // namespace anchorwatch::net
