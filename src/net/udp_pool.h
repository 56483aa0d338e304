// SPDX-License-Identifier: Apache-2.0
// UdpPool: the UDP half of UvTransport. For each query it picks a socket at random.
//
// Threading: loop thread only.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "udp_socket.h"

namespace anchorwatch::net {

class UdpPool {
 public:
  explicit UdpPool(TransportCore& core) : core_(core) {}

  void exchange(const Request& request, ReplyCallback done);
  void fail_all(const std::string& detail);
  [[nodiscard]] std::size_t in_flight() const;

 private:
  struct Family {
    std::vector<std::unique_ptr<UdpSocket>> sockets;  ///< Null until first picked.
    std::vector<std::unique_ptr<UdpSocket>> retired;  ///< Wait for their last answers.
  };

  UdpSocket* pick(IpFamily family, int& status);
  std::unique_ptr<UdpSocket> open(IpFamily family, int& status);
  void retire(Family& family, std::unique_ptr<UdpSocket>& socket);

  TransportCore& core_;
  std::array<Family, 2> families_;
};

}  // namespace anchorwatch::net
