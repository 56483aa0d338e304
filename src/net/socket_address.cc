// SPDX-License-Identifier: Apache-2.0
#include "socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <uv.h>

#include <cstring>

namespace anchorwatch::net {

socklen_t SocketAddress::size() const {
  switch (storage.ss_family) {
    case AF_INET:
      return sizeof(sockaddr_in);
    case AF_INET6:
      return sizeof(sockaddr_in6);
    default:
      return sizeof(sockaddr_un);
  }
}

SocketAddress make_socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress result;
  if (address.family() == IpFamily::kV4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes().data(), sizeof(v4.sin_addr));
    std::memcpy(&result.storage, &v4, sizeof(v4));
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof(v6.sin6_addr));
    std::memcpy(&result.storage, &v6, sizeof(v6));
  }
  return result;
}

bool is_peer(const sockaddr* from, const IpAddress& address, std::uint16_t port) {
  const bool is_v4 = address.family() == IpFamily::kV4;
  if (from->sa_family != (is_v4 ? AF_INET : AF_INET6)) return false;
  const BytesView octets = address.bytes();
  if (is_v4) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(from);
    return v4->sin_port == htons(port) && std::memcmp(&v4->sin_addr, octets.data(), 4) == 0;
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(from);
  return v6->sin6_port == htons(port) && std::memcmp(&v6->sin6_addr, octets.data(), 16) == 0;
}

std::string source_text(const sockaddr* from) {
  if (from->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(from);
    const BytesView octets(reinterpret_cast<const char*>(&v4->sin_addr), 4);
    return peer_text(*IpAddress::from_bytes(octets), ntohs(v4->sin_port));
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(from);
  const BytesView octets(reinterpret_cast<const char*>(&v6->sin6_addr), 16);
  return peer_text(*IpAddress::from_bytes(octets), ntohs(v6->sin6_port));
}

std::string peer_text(const IpAddress& address, std::uint16_t port) {
  return address.to_text() + " port " + std::to_string(port);
}

std::string network_error_text(const IpAddress& address, std::uint16_t port, int status) {
  std::string text = peer_text(address, port) + ": " + uv_strerror(status);
  const bool no_family =
      status == UV_EAFNOSUPPORT || status == UV_EADDRNOTAVAIL || status == UV_ENETUNREACH;
  if (no_family && address.family() == IpFamily::kV6) text += " (has this machine IPv6?)";
  return text;
}

}  // namespace anchorwatch::net
