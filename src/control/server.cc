// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/control/server.h"

#include <unistd.h>

#include <array>
#include <map>

#include "anchorwatch/control/peer.h"
#include "anchorwatch/net/fd_watcher.h"

#include "listen.h"
#include "unix_address.h"

namespace anchorwatch::control {
namespace {

constexpr Duration kRest = std::chrono::seconds(1);

/// One connection: reads a line, writes a line.
struct Connection {
  int descriptor = -1;
  std::unique_ptr<net::FdWatcher> watcher;
  TimerId timer = 0;
  std::string actor;
  std::string in, out;
  bool asked = false;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    watcher.reset();  // Before its descriptor.
    if (descriptor >= 0) close(descriptor);
  }
};

}  // namespace

struct ControlServer::State : std::enable_shared_from_this<State> {
  State(net::UvExecutor& loop, ServerOptions wanted, Handler does)
      : executor(loop), options(std::move(wanted)), handler(std::move(does)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { stop(); }

  void stop();
  void accept_all();
  void rest();
  void welcome(int descriptor);
  void on_ready(std::uint64_t id, net::FdEvents events);
  void read_some(std::uint64_t id);
  void write_some(std::uint64_t id);
  void on_line(std::uint64_t id, const std::string& line);
  void answer(std::uint64_t id, const Result<store::AdminValues>& result);
  void be_patient(std::uint64_t id);
  void drop(std::uint64_t id);

  net::UvExecutor& executor;
  ServerOptions options;
  Handler handler;
  int listener = -1;
  std::unique_ptr<net::FdWatcher> watcher;
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections;
  std::uint64_t next_id = 1;
  TimerId resting = 0;
};

void ControlServer::State::stop() {
  while (!connections.empty()) drop(connections.begin()->first);
  if (resting != 0) executor.cancel(std::exchange(resting, 0));
  watcher.reset();
  if (listener < 0) return;
  close(std::exchange(listener, -1));
  unlink(options.path.c_str());
}

void ControlServer::State::accept_all() {
  while (true) {
    const int descriptor = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) {
      if (errno == EMFILE || errno == ENFILE) rest();
      return;
    }
    welcome(descriptor);
  }
}

/// Without a free descriptor the listener would wake the loop again and again.
void ControlServer::State::rest() {
  static_cast<void>(watcher->watch({}));
  resting = executor.call_after(kRest, [this] {
    resting = 0;
    static_cast<void>(watcher->watch({.readable = true, .writable = false, .error = false}));
  });
}

void ControlServer::State::welcome(int descriptor) {
  const std::uint64_t id = next_id++;
  auto made = std::make_unique<Connection>();
  made->descriptor = descriptor;
  const bool full = connections.size() >= options.most_connections;
  Connection& connection = *made;
  connections.emplace(id, std::move(made));
  const Result<uid_t> uid = peer_uid(descriptor);
  if (full || !uid) {
    connection.asked = true;
    connection.out = encode_answer(full ? Error(ErrorCode::kBusy, "too many ask at once; try again") : uid.error());
    static_cast<void>(send(descriptor, connection.out.data(), connection.out.size(), MSG_NOSIGNAL));
    return drop(id);
  }
  connection.actor = user_name(*uid);
  connection.watcher = std::make_unique<net::FdWatcher>(executor, descriptor,
                                                        [this, id](net::FdEvents events) { on_ready(id, events); });
  be_patient(id);
  if (!connection.watcher->watch({.readable = true, .writable = false, .error = false})) drop(id);
}

void ControlServer::State::on_ready(std::uint64_t id, net::FdEvents events) {
  if (events.error) return drop(id);
  // One of the two is watched at a time.
  events.readable ? read_some(id) : write_some(id);
}

void ControlServer::State::read_some(std::uint64_t id) {
  Connection& connection = *connections.at(id);
  std::array<char, 4096> part{};
  const ssize_t count = recv(connection.descriptor, part.data(), part.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return drop(id);
  connection.in.append(part.data(), static_cast<std::size_t>(count));
  const std::size_t end = connection.in.find('\n');
  if (end == std::string::npos && connection.in.size() < kMostOctets) return;
  // While the request is done nothing is read: whoever hangs up is noticed when the answer is written.
  if (!connection.watcher->watch({})) return drop(id);
  executor.cancel(std::exchange(connection.timer, 0));
  connection.asked = true;
  if (end == std::string::npos) {
    return answer(id, Error(ErrorCode::kLimitExceeded, "the request is longer than " + std::to_string(kMostOctets) + " octets"));
  }
  on_line(id, connection.in.substr(0, end));
}

void ControlServer::State::on_line(std::uint64_t id, const std::string& line) {
  Result<Call> call = decode_call(line);
  if (!call) return answer(id, std::move(call).error());
  if (call->database != options.database) {
    return answer(id, Error(ErrorCode::kRefused, "this daemon writes to " + options.database + ", not to " + call->database +
                                                     "; daemon.state_dir and daemon.control_socket do not fit together"));
  }
  handler(*std::move(call), connections.at(id)->actor,
          [weak = weak_from_this(), id](const Result<store::AdminValues>& result) {
            if (const std::shared_ptr<State> state = weak.lock()) state->answer(id, result);
          });
}

void ControlServer::State::answer(std::uint64_t id, const Result<store::AdminValues>& result) {
  const auto found = connections.find(id);
  if (found == connections.end()) return;
  Connection& connection = *found->second;
  connection.out = encode_answer(result);
  if (connection.out.size() > kMostOctets) {
    connection.out = encode_answer(Error(ErrorCode::kLimitExceeded, "done, but the answer is too long to be sent"));
  }
  be_patient(id);
  if (!connection.watcher->watch({.readable = false, .writable = true, .error = false})) drop(id);
}

void ControlServer::State::write_some(std::uint64_t id) {
  Connection& connection = *connections.at(id);
  const ssize_t count = send(connection.descriptor, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) return drop(id);
  connection.out.erase(0, static_cast<std::size_t>(count));
  if (connection.out.empty()) drop(id);
}

void ControlServer::State::be_patient(std::uint64_t id) {
  Connection& connection = *connections.at(id);
  if (connection.timer != 0) executor.cancel(connection.timer);
  connection.timer = executor.call_after(options.patience, [this, id] {
    connections.at(id)->timer = 0;
    drop(id);
  });
}

void ControlServer::State::drop(std::uint64_t id) {
  const auto found = connections.find(id);
  if (found == connections.end()) return;
  if (found->second->timer != 0) executor.cancel(found->second->timer);
  connections.erase(found);
}

ControlServer::~ControlServer() { state_->stop(); }

Result<std::unique_ptr<ControlServer>> ControlServer::start(net::UvExecutor& executor, ServerOptions options,
                                                            Handler handler) {
  Result<int> listener = listen_at(options.path, options.group);
  if (!listener) return std::move(listener).error();
  auto state = std::make_shared<State>(executor, std::move(options), std::move(handler));
  state->listener = *listener;
  State* loop = state.get();
  state->watcher = std::make_unique<net::FdWatcher>(executor, *listener, [loop](net::FdEvents) { loop->accept_all(); });
  Result<void> watched = state->watcher->watch({.readable = true, .writable = false, .error = false});
  if (!watched) return std::move(watched).error();
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

}  // namespace anchorwatch::control
