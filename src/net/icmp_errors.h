// SPDX-License-Identifier: Apache-2.0
// Reads what ICMP said about datagrams that a socket sent (Linux error queue, ip(7) IP_RECVERR).
//
// Threading: loop thread. Blocking: never.
#pragma once

#include <cstdint>
#include <optional>

#include "socket_address.h"

namespace anchorwatch::net {

struct IcmpError {
  SocketAddress peer;    ///< Where the datagram went.
  std::uint16_t id = 0;  ///< The first two octets that ICMP quoted: the query's id.
  int status = 0;        ///< As a libuv status, e.g. UV_ECONNREFUSED.
};

/// Takes the next error; none when the queue is empty. Errors that tell of no lost query (path MTU)
/// come with status 0.
std::optional<IcmpError> read_icmp_error(int fd);

}  // namespace anchorwatch::net
