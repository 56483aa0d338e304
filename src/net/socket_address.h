// SPDX-License-Identifier: Apache-2.0
// Between IpAddress and sockaddr, and words for libuv's errors.
//
// Threading: pure functions.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "anchorwatch/core/ip_address.h"

namespace anchorwatch::net {

/// A socket address by value.
struct SocketAddress {
  sockaddr_storage storage{};
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] socklen_t size() const;
};

SocketAddress make_socket_address(const IpAddress& address, std::uint16_t port);
/// Whether `from` is this address and port. Scope ids do not count.
bool is_peer(const sockaddr* from, const IpAddress& address, std::uint16_t port);
/// "192.0.2.1 port 53" for messages.
/// Where a datagram came from, for people: "192.0.2.1 port 53".
std::string source_text(const sockaddr* from);
std::string peer_text(const IpAddress& address, std::uint16_t port);
/// "192.0.2.1 port 53: network is unreachable"; says so when the machine has no IPv6 at all.
/// @param status  negative, a libuv status.
std::string network_error_text(const IpAddress& address, std::uint16_t port, int status);

}  // namespace anchorwatch::net
