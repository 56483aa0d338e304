// SPDX-License-Identifier: Apache-2.0
#include "udp_pool.h"

#include <algorithm>
#include <utility>

#include "socket_address.h"

namespace anchorwatch::net {

void UdpPool::exchange(const Request& request, ReplyCallback done) {
  int status = 0;
  UdpSocket* socket = pick(request.address.family(), status);
  if (socket != nullptr) return socket->exchange(request, std::move(done));
  core_.deliver_later(std::move(done), TransportCore::network_error(network_error_text(
                                           request.address, request.port, status)));
}

UdpSocket* UdpPool::pick(IpFamily name, int& status) {
  Family& family = families_[name == IpFamily::kV4 ? 0 : 1];
  family.sockets.resize(core_.options.udp_sockets);
  auto& chosen = family.sockets[core_.random.next() % family.sockets.size()];
  if (chosen && chosen->is_spent()) retire(family, chosen);
  if (!chosen) chosen = open(name, status);
  if (chosen && chosen->in_flight() < UdpSocket::kMaxInFlight) return chosen.get();
  // No descriptor left, or a flood of queries: any socket will do.
  for (const auto& other : family.sockets) {
    if (other && other->in_flight() < UdpSocket::kMaxInFlight) return other.get();
  }
  if (status == 0) status = UV_EAGAIN;
  return nullptr;
}

void UdpPool::retire(Family& family, std::unique_ptr<UdpSocket>& socket) {
  std::erase_if(family.retired, [](const auto& old) { return old->in_flight() == 0; });
  if (socket->in_flight() == 0) {
    socket.reset();
  } else if (family.retired.size() < core_.options.udp_sockets) {
    family.retired.push_back(std::move(socket));
  }  // Otherwise it goes on a while.
}

std::unique_ptr<UdpSocket> UdpPool::open(IpFamily family, int& status) {
  auto socket = std::make_unique<UdpSocket>(core_);
  status = socket->open(family);
  if (status < 0) return nullptr;
  ++core_.counters.sockets_opened;
  return socket;
}

void UdpPool::fail_all(const std::string& detail) {
  for (Family& family : families_) {
    for (const auto& socket : family.sockets) {
      if (socket) socket->fail_all(detail);
    }
    for (const auto& socket : family.retired) socket->fail_all(detail);
  }
}

std::size_t UdpPool::in_flight() const {
  std::size_t sum = 0;
  for (const Family& family : families_) {
    for (const auto& socket : family.sockets) sum += socket ? socket->in_flight() : 0;
    for (const auto& socket : family.retired) sum += socket->in_flight();
  }
  return sum;
}

}  // namespace anchorwatch::net
