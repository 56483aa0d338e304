// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/control/client.h"

#include <sys/time.h>
#include <unistd.h>

#include <array>

#include "unix_address.h"

namespace anchorwatch::control {
namespace {

class Connection {
 public:
  explicit Connection(int descriptor) : descriptor_(descriptor) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error refused(const std::string& path, int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED: return {ErrorCode::kNotFound, path + ": no daemon listens there"};
    case EACCES:
    case EPERM:
      return {ErrorCode::kRefused, path + ": no permission; root, the daemon's user and the members of the socket's group may ask"};
    case EAGAIN: return {ErrorCode::kTimeout, path + ": the daemon takes no connection"};
    default: return {ErrorCode::kIo, path + ": " + system_words(number)};
  }
}

Error lost(const std::string& path, int number) {
  if (number == EAGAIN || number == EWOULDBLOCK) {
    return {ErrorCode::kTimeout, path + ": the daemon does not answer; what was asked may still be done: look before you ask again"};
  }
  return {ErrorCode::kIo, path + ": " + system_words(number)};
}

Result<std::string> exchange(int descriptor, const std::string& path, const std::string& request) {
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t count = send(descriptor, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE) break;  // It said why before it closed.
    if (count < 0) return lost(path, errno);
    sent += static_cast<std::size_t>(count);
  }
  std::string answer;
  std::array<char, 4096> part{};
  while (answer.find('\n') == std::string::npos) {
    const ssize_t count = recv(descriptor, part.data(), part.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return lost(path, errno);
    if (count == 0) return Error(ErrorCode::kIo, path + ": the daemon closed the connection without an answer");
    answer.append(part.data(), static_cast<std::size_t>(count));
    if (answer.size() > kMostOctets) return Error(ErrorCode::kParse, path + ": the answer is too long");
  }
  return answer;
}

}  // namespace

Result<store::AdminValues> ask(const std::string& path, const Call& call, std::chrono::seconds time_limit) {
  Result<sockaddr_un> address = unix_address(path);
  if (!address) return std::move(address).error();
  const std::string request = encode_call(call);
  if (request.size() > kMostOctets) return Error(ErrorCode::kLimitExceeded, call.kind + ": more than the daemon takes in one request");
  const Connection connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.get() < 0) return Error(ErrorCode::kIo, path + ": " + system_words(errno));
  const timeval limit{time_limit.count(), 0};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    static_cast<void>(setsockopt(connection.get(), SOL_SOCKET, option, &limit, sizeof(limit)));
  }
  if (connect(connection.get(), as_sockaddr(*address), sizeof(*address)) != 0) return refused(path, errno);
  Result<std::string> line = exchange(connection.get(), path, request);
  if (!line) return std::move(line).error();
  return decode_answer(line->substr(0, line->find('\n')));
}

}  // namespace anchorwatch::control
