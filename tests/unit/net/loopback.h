// SPDX-License-Identifier: Apache-2.0
// Servers on 127.0.0.1 and ::1 for the tests of net; they live on the loop of the test.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/net/fd_watcher.h"
#include "anchorwatch/net/uv_executor.h"

namespace anchorwatch::net::testing {

/// Turns the loop until `stop`, or for 5 s, which is a failure.
inline void run_bounded(UvExecutor& executor) {
  const TimerId guard = executor.call_after(std::chrono::seconds(5), [&executor] {
    ADD_FAILURE() << "the test hangs";
    executor.stop();
  });
  executor.run();
  executor.cancel(guard);
}

/// A bound, non-blocking socket that closes itself.
class TestSocket {
 public:
  TestSocket(int family, int type)
      : family_(family), fd_(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}
  TestSocket(TestSocket&& other) noexcept
      : family_(other.family_), fd_(std::exchange(other.fd_, -1)) {}
  explicit TestSocket(int fd) : family_(AF_UNSPEC), fd_(fd) {}
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;
  TestSocket& operator=(TestSocket&&) = delete;
  ~TestSocket() {
    if (fd_ >= 0) ::close(fd_);
  }

  /// Binds to loopback. Port 0 means any.
  bool bind(std::uint16_t port = 0) const {
    const int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    const int size = 4 << 20;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    sockaddr_storage storage{};
    if (family_ == AF_INET) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      std::memcpy(&storage, &v4, sizeof(v4));
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      v6.sin6_addr = in6addr_loopback;
      std::memcpy(&storage, &v6, sizeof(v6));
    }
    return ::bind(fd_, reinterpret_cast<const sockaddr*>(&storage),
                  family_ == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)) == 0;
  }
  bool bind_path(const std::string& path) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    ::unlink(path.c_str());
    return ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in6 address{};  // The port is at the same place for both families.
    socklen_t size = sizeof(address);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin6_port);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int family_;
  int fd_;
};

struct Peer {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
};

/// Receives datagrams and lets the test say what goes back.
class DatagramServer {
 public:
  using Handler = std::function<void(DatagramServer&, const Bytes&, const Peer&)>;

  DatagramServer(UvExecutor& executor, TestSocket socket, Handler handler)
      : socket_(std::move(socket)),
        handler_(std::move(handler)),
        watcher_(executor, socket_.fd(), [this](FdEvents) { on_readable(); }) {
    EXPECT_TRUE(watcher_.watch({true, false, false}));
  }
  static TestSocket bound(int family = AF_INET, std::uint16_t port = 0) {
    TestSocket socket(family, SOCK_DGRAM);
    EXPECT_TRUE(socket.bind(port));
    return socket;
  }
  void reply(const Bytes& wire, const Peer& to) const {
    ::sendto(socket_.fd(), wire.data(), wire.size(), 0,
             reinterpret_cast<const sockaddr*>(&to.storage), to.size);
  }
  [[nodiscard]] std::uint16_t port() const { return socket_.port(); }
  [[nodiscard]] int received() const { return received_; }

 private:
  void on_readable() {
    std::array<char, 65536> buffer{};
    while (true) {
      Peer from;
      const ssize_t size = ::recvfrom(socket_.fd(), buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from.storage), &from.size);
      if (size < 0) return;
      ++received_;
      handler_(*this, Bytes(buffer.data(), static_cast<std::size_t>(size)), from);
    }
  }

  TestSocket socket_;
  Handler handler_;
  int received_ = 0;
  FdWatcher watcher_;
};

/// Accepts connections and lets the test answer what came.
class StreamServer {
 public:
  /// Told of all that has come on a connection so far, each time that more comes.
  using Handler = std::function<void(StreamServer&, int fd, Bytes& received)>;

  StreamServer(UvExecutor& executor, TestSocket socket, Handler handler)
      : executor_(executor),
        socket_(std::move(socket)),
        handler_(std::move(handler)),
        watcher_(executor, socket_.fd(), [this](FdEvents) { on_accept(); }) {
    EXPECT_EQ(::listen(socket_.fd(), 1024), 0);
    EXPECT_TRUE(watcher_.watch({true, false, false}));
  }
  static TestSocket bound(int family = AF_INET, std::uint16_t port = 0) {
    TestSocket socket(family, SOCK_STREAM);
    EXPECT_TRUE(socket.bind(port));
    return socket;
  }
  void close_connections() { connections_.clear(); }
  [[nodiscard]] std::uint16_t port() const { return socket_.port(); }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  struct Connection {
    TestSocket socket;
    Bytes received;
    std::unique_ptr<FdWatcher> watcher;
  };

  void on_accept() {
    while (true) {
      const int fd = ::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      ++accepted_;
      auto own = std::make_unique<Connection>(Connection{TestSocket(fd), {}, nullptr});
      Connection* connection = own.get();
      connections_.push_back(std::move(own));
      connection->watcher = std::make_unique<FdWatcher>(
          executor_, fd, [this, connection](FdEvents) { on_readable(connection); });
      EXPECT_TRUE(connection->watcher->watch({true, false, false}));
    }
  }
  void on_readable(Connection* connection) {
    std::array<char, 65536> buffer{};
    const int fd = connection->socket.fd();
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size <= 0) {
      std::erase_if(connections_, [&](const auto& each) { return each.get() == connection; });
      return;
    }
    connection->received.append(buffer.data(), static_cast<std::size_t>(size));
    handler_(*this, fd, connection->received);
  }

  UvExecutor& executor_;
  TestSocket socket_;
  Handler handler_;
  int accepted_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;
  FdWatcher watcher_;
};

inline void write_all(int fd, const Bytes& bytes) {
  EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

/// A directory for sockets that goes away at the end.
class TempDir {
 public:
  TempDir() {
    std::string name = ::testing::TempDir() + "netXXXXXX";
    path_ = ::mkdtemp(name.data()) != nullptr ? name : std::string();
    EXPECT_FALSE(path_.empty());
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    for (const std::string& file : files_) ::unlink(file.c_str());
    ::rmdir(path_.c_str());
  }
  std::string file(const std::string& name) { return files_.emplace_back(path_ + "/" + name); }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

}  // namespace anchorwatch::net::testing
