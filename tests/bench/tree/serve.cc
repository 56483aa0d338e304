// SPDX-License-Identifier: Apache-2.0
#include "serve.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <optional>
#include <queue>
#include <sstream>
#include <vector>

#include "answer.h"

namespace bench {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

sockaddr_in socket_address(const std::string& address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &out.sin_addr);
  return out;
}

const sockaddr* as_sockaddr(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

int open_socket(int kind, const std::string& address, std::uint16_t port) {
  const int fd = socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  const int room = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  }
  const sockaddr_in where = socket_address(address, port);
  if (fd >= 0 && bind(fd, as_sockaddr(where), sizeof where) == 0) return fd;
  std::fprintf(stderr, "benchtree: cannot bind %s port %u\n", address.c_str(), port);
  return -1;
}

class Server {
 public:
  Server(const Spec& spec, const ServeOptions& options)
      : spec_(spec), options_(options), answerer_(spec), poll_(epoll_create1(EPOLL_CLOEXEC)) {}

  bool open() {
    for (const Group group : options_.groups) {
      const std::uint32_t number = spec_.operator_of_group(group);
      for (unsigned server = 0; server < 2; ++server) {
        if (!open_address(group, Spec::server_address(number, server))) return false;
      }
    }
    const sockaddr_in backend = socket_address(Spec::backend_address(), options_.port);
    backend_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const timeval patience{1, 0};
    setsockopt(backend_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return connect(backend_, as_sockaddr(backend), sizeof backend) == 0;
  }

  [[noreturn]] void run() {
    for (;;) {
      std::array<epoll_event, 64> events;
      const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), patience());
      for (int at = 0; at < count; ++at) handle(events[static_cast<std::size_t>(at)].data.fd);
      send_due();
    }
  }

 private:
  struct Socket {
    Group group = Group::kLive;
    bool listens = false, stream = false;
    std::uint64_t id = 0;  ///< A number is used again after close(); this one is not.
    Wire received;
  };
  struct Delayed {
    SteadyTime due;
    int fd = -1;
    std::uint64_t id = 0;
    sockaddr_in client{};
    Wire message;
    bool operator<(const Delayed& other) const { return due > other.due; }  // The first to leave is the greatest.
  };

  bool open_address(Group group, const std::string& address) {
    const int udp = open_socket(SOCK_DGRAM, address, options_.port);
    const int tcp = open_socket(SOCK_STREAM, address, options_.port);
    if (udp < 0 || tcp < 0 || listen(tcp, group == Group::kDead ? 0 : 1024) != 0) return false;
    // The dead take everything and answer nothing.
    if (group == Group::kDead) return true;
    watch(udp, {group, false, false, 0, {}});
    watch(tcp, {group, true, true, 0, {}});
    return true;
  }

  void watch(int fd, Socket socket) {
    socket.id = ++last_id_;
    sockets_[fd] = std::move(socket);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
  }

  void drop(int fd) {
    sockets_.erase(fd);
    close(fd);
  }

  [[nodiscard]] int patience() const {
    if (delayed_.empty()) return -1;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(delayed_.top().due - std::chrono::steady_clock::now());
    return std::max(0, static_cast<int>(left.count()) + 1);
  }

  void handle(int fd) {
    const auto found = sockets_.find(fd);
    if (found == sockets_.end()) return;
    Socket& socket = found->second;
    if (socket.listens) {
      const int client = accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (client >= 0) watch(client, {socket.group, false, true, 0, {}});
    } else if (socket.stream) {
      read_stream(fd, socket);
    } else {
      read_datagrams(fd, socket);
    }
  }

  void read_datagrams(int fd, const Socket& socket) {
    for (unsigned left = 256; left > 0; --left) {
      Delayed out;
      socklen_t length = sizeof out.client;
      const ssize_t size = recvfrom(fd, buffer_.data(), buffer_.size(), 0, reinterpret_cast<sockaddr*>(&out.client), &length);
      if (size <= 0) return;
      std::optional<Wire> reply = reply_to(socket, {buffer_.data(), static_cast<std::size_t>(size)});
      if (!reply) continue;
      out.fd = fd;
      out.id = socket.id;
      out.message = *std::move(reply);
      send_later(socket.group, std::move(out));
    }
  }

  void read_stream(int fd, Socket& socket) {
    const ssize_t size = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (size <= 0) return drop(fd);
    socket.received.append(buffer_.data(), static_cast<std::size_t>(size));
    while (socket.received.size() >= 2 && socket.received.size() >= 2 + get16(socket.received, 0)) {
      const std::size_t length = get16(socket.received, 0);
      const std::optional<Wire> reply = reply_to(socket, std::string_view(socket.received).substr(2, length));
      if (!reply) return drop(fd);
      socket.received.erase(0, 2 + length);
      Delayed out;
      out.fd = fd;
      out.id = socket.id;
      put16(out.message, static_cast<unsigned>(reply->size()));
      out.message += *reply;
      send_later(socket.group, std::move(out));
    }
  }

  std::optional<Wire> reply_to(const Socket& socket, std::string_view message) {
    if (socket.group == Group::kSlow) return relayed(message);
    const std::optional<Query> query = Query::read(message);
    if (!query) return std::nullopt;
    // A live signer keeps no signature: each answer has one of this very second.
    const auto now = static_cast<std::uint32_t>(std::time(nullptr));
    return answerer_.answer(*query, now, socket.stream, socket.group == Group::kHostile);
  }

  /// NSD's own answer, for what is only slow. Over TCP too: what is too large for UDP here does not exist.
  std::optional<Wire> relayed(std::string_view message) {
    if (message.size() < 2 || send(backend_, message.data(), message.size(), 0) < 0) return std::nullopt;
    for (;;) {
      const ssize_t size = recv(backend_, buffer_.data(), buffer_.size(), 0);
      if (size < 2) return std::nullopt;
      Wire reply(buffer_.data(), static_cast<std::size_t>(size));
      if (get16(reply, 0) == get16(message, 0)) return reply;
    }
  }

  void send_later(Group group, Delayed out) {
    if (group != Group::kSlow) return send_now(out);
    out.due = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.delay_ms);
    delayed_.push(std::move(out));
  }

  void send_now(const Delayed& out) {
    const auto found = sockets_.find(out.fd);
    if (found == sockets_.end() || found->second.id != out.id) return;
    const bool stream = found->second.stream;
    const ssize_t sent = sendto(out.fd, out.message.data(), out.message.size(), MSG_NOSIGNAL,
                                stream ? nullptr : as_sockaddr(out.client), stream ? 0 : sizeof out.client);
    if (stream && sent != static_cast<ssize_t>(out.message.size())) drop(out.fd);
  }

  void send_due() {
    while (!delayed_.empty() && delayed_.top().due <= std::chrono::steady_clock::now()) {
      const Delayed out = delayed_.top();
      delayed_.pop();
      send_now(out);
    }
  }

  const Spec& spec_;
  const ServeOptions& options_;
  Answerer answerer_;
  int poll_ = -1, backend_ = -1;
  std::map<int, Socket> sockets_;
  std::uint64_t last_id_ = 0;
  std::priority_queue<Delayed> delayed_;
  std::vector<char> buffer_ = std::vector<char>(65536);
};

}  // namespace

std::set<Group> groups_of(const std::string& text) {
  static const std::map<std::string, Group> kWords{
      {"live", Group::kLive}, {"dead", Group::kDead}, {"slow", Group::kSlow}, {"hostile", Group::kHostile}};
  std::set<Group> groups;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (const auto found = kWords.find(word); found != kWords.end()) groups.insert(found->second);
  }
  return groups;
}

int print_addresses(const Spec& spec, const ServeOptions& options) {
  std::fprintf(stdout, "%s\n", Spec::backend_address().c_str());
  for (std::uint32_t number = 0; number < spec.operators(); ++number) {
    const auto group = number < spec.providers ? Group::kMain : static_cast<Group>(number - spec.providers + 1);
    if (options.groups.contains(group)) continue;
    for (unsigned server = 0; server < 2; ++server) {
      std::fprintf(stdout, "%s\n", Spec::server_address(number, server).c_str());
    }
  }
  return 0;
}

int serve(const Spec& spec, const ServeOptions& options) {
  Server server(spec, options);
  if (!server.open()) return 1;
  std::fputs("ready\n", stdout);
  std::fflush(stdout);
  server.run();
}

}  // namespace bench
