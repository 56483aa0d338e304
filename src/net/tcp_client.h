// SPDX-License-Identifier: Apache-2.0
// TcpClient: the TCP half of UvTransport. It bounds the number of connections; the rest waits in
// line within its own time-out.
//
// Threading: loop thread only.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "tcp_exchange.h"

namespace anchorwatch::net {

class TcpClient {
 public:
  explicit TcpClient(TransportCore& core) : core_(core) {}
  ~TcpClient();
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  void exchange(const Request& request, ReplyCallback done);
  void fail_all(const std::string& detail);
  [[nodiscard]] std::size_t in_flight() const { return exchanges_.size(); }

 private:
  void start_waiting();
  void on_timeout(TcpExchange* exchange);
  std::unique_ptr<TcpExchange> take(TcpExchange* exchange);

  TransportCore& core_;
  std::unordered_map<TcpExchange*, std::unique_ptr<TcpExchange>> exchanges_;
  std::deque<TcpExchange*> waiting_;
  std::size_t connections_ = 0;
};

}  // namespace anchorwatch::net
