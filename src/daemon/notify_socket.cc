// SPDX-License-Identifier: Apache-2.0
#include "notify_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace anchorwatch::daemon {

namespace {

std::optional<std::int64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string_view view(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (error != std::errc() || end != view.data() + view.size()) return std::nullopt;
  return value;
}

}  // namespace

NotifySocket::NotifySocket() {
  if (const char* path = std::getenv("NOTIFY_SOCKET")) path_ = path;
  const auto period = number_in("WATCHDOG_USEC");
  const auto process = number_in("WATCHDOG_PID");
  const bool ours = !process || *process == getpid();
  if (period && *period > 0 && ours) watchdog_ = std::chrono::microseconds(*period);
}

void NotifySocket::send(const std::string& text) const {
  sockaddr_un address{};
  if (path_.empty() || path_.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::copy(path_.begin(), path_.end(), address.sun_path);
  // "@name" stands for an abstract socket, whose first octet is zero.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
  static_cast<void>(sendto(descriptor, text.data(), text.size(), MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address), length));
  close(descriptor);
}

}  // namespace anchorwatch::daemon
