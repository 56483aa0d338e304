// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "anchorwatch/core/result.h"

namespace anchorwatch::control {

/// @errors kInvalidArgument: the path is longer than the system allows.
inline Result<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return Error(ErrorCode::kInvalidArgument,
                 path + ": the path of a socket has at most " + std::to_string(sizeof(address.sun_path) - 1) +
                     " octets; set daemon.control_socket to a shorter one");
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

inline const sockaddr* as_sockaddr(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

inline std::string system_words(int number) { return std::error_code(number, std::generic_category()).message(); }

}  // namespace anchorwatch::control
