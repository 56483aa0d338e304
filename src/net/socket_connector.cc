// SPDX-License-Identifier: Apache-2.0
#include "socket_connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <uv.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace anchorwatch::net {

namespace {

SocketAddress unix_address(const std::string& path) {
  SocketAddress result;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  std::memcpy(&result.storage, &address, sizeof(address));
  return result;
}

/// A peer that vanished without a word shows after half a minute.
void watch_over(int fd) {
  const int on = 1;
  const int unanswered_ms = 30'000;
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof(unanswered_ms));
}

int pending_error(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

SocketConnector::SocketConnector(UvExecutor& executor, Endpoint endpoint, Done done)
    : executor_(executor), endpoint_(std::move(endpoint)), done_(std::move(done)) {}

void SocketConnector::start() {
  if (endpoint_.kind == Endpoint::Kind::kUnix) {
    const SocketAddress address = unix_address(endpoint_.path);
    candidates_ = {{address, SOCK_DGRAM}, {address, SOCK_STREAM}};
    return try_next();
  }
  if (const auto address = IpAddress::from_text(endpoint_.host)) {
    return on_lookup(std::vector{make_socket_address(*address, endpoint_.port)});
  }
  lookup_ = std::make_unique<HostLookup>(
      executor_, endpoint_.host, endpoint_.port,
      [this](Result<std::vector<SocketAddress>> found) { on_lookup(std::move(found)); });
}

void SocketConnector::on_lookup(Result<std::vector<SocketAddress>> found) {
  if (!found) return finish(std::move(found).error().with(endpoint_.url));
  const int type = endpoint_.kind == Endpoint::Kind::kUdp ? SOCK_DGRAM : SOCK_STREAM;
  for (const SocketAddress& address : *found) candidates_.push_back({address, type});
  try_next();
}

void SocketConnector::try_next() {
  watcher_.reset();
  while (!candidates_.empty()) {
    const Candidate candidate = candidates_.front();
    candidates_.pop_front();
    const int family = candidate.address.get()->sa_family;
    fd_ = UniqueFd(::socket(family, candidate.type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd_.is_open()) {
      if (endpoint_.kind == Endpoint::Kind::kTcp) watch_over(fd_.get());
      if (::connect(fd_.get(), candidate.address.get(), candidate.address.size()) == 0) {
        return finish(ConnectedSocket{std::move(fd_), candidate.type == SOCK_STREAM});
      }
      if (errno == EINPROGRESS) {
        watcher_.emplace(executor_, fd_.get(),
                         [this, type = candidate.type](FdEvents) { on_ready(type); });
        if (watcher_->watch({false, true, false})) return;
        watcher_.reset();
      }
    }
    // A Unix socket of the other type says nothing about why the one of this type failed.
    if (errno != EPROTOTYPE) last_error_ = uv_strerror(-errno);
  }
  finish(Error(ErrorCode::kUnreachable, endpoint_.url + ": " + last_error_));
}

void SocketConnector::on_ready(int type) {
  watcher_.reset();
  const int error = pending_error(fd_.get());
  if (error == 0) return finish(ConnectedSocket{std::move(fd_), type == SOCK_STREAM});
  last_error_ = uv_strerror(-error);
  try_next();
}

void SocketConnector::finish(Result<ConnectedSocket> result) {
  const Done done = std::move(done_);
  done(std::move(result));
}

}  // namespace anchorwatch::net
