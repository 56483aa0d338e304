// SPDX-License-Identifier: Apache-2.0
#include "icmp_errors.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <uv.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch::net {

namespace {

/// The libuv status that a control message carries; 0 if it carries none that matters.
int status_of(msghdr& message) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    const bool is_v4 = control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_RECVERR;
    const bool is_v6 = control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_RECVERR;
    if (!is_v4 && !is_v6) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(control), sizeof(error));
    return error.ee_errno == EMSGSIZE ? 0 : -static_cast<int>(error.ee_errno);
  }
  return 0;
}

}  // namespace

std::optional<IcmpError> read_icmp_error(int fd) {
  IcmpError result;
  std::array<char, 2> quoted{};
  alignas(cmsghdr) std::array<char, 512> control{};
  iovec part{quoted.data(), quoted.size()};
  msghdr message{};
  message.msg_name = &result.peer.storage;
  message.msg_namelen = sizeof(result.peer.storage);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = -1;
  do {
    size = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return std::nullopt;
  if (size == 2) {
    result.id = read_u16(BytesView(quoted.data(), quoted.size()), 0);
    result.status = status_of(message);
  }
  return result;
}

}  // namespace anchorwatch::net
