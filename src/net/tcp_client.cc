// SPDX-License-Identifier: Apache-2.0
#include "tcp_client.h"

#include <algorithm>
#include <utility>

#include "socket_address.h"

namespace anchorwatch::net {

TcpClient::~TcpClient() {
  for (const auto& [raw, exchange] : exchanges_) core_.executor.cancel(exchange->timer);
}

void TcpClient::exchange(const Request& request, ReplyCallback done) {
  ++core_.counters.tcp_queries;
  auto own = std::make_unique<TcpExchange>(core_, request, std::move(done),
                                           [this](TcpExchange& finished, Reply reply) {
                                             const auto taken = take(&finished);
                                             start_waiting();
                                             const ReplyCallback call = std::move(taken->done());
                                             core_.deliver(call, std::move(reply));
                                           });
  TcpExchange* exchange = own.get();
  exchange->timer =
      core_.executor.call_after(request.timeout, [this, exchange] { on_timeout(exchange); });
  exchanges_.emplace(exchange, std::move(own));
  waiting_.push_back(exchange);
  start_waiting();
}

void TcpClient::start_waiting() {
  while (!waiting_.empty() && connections_ < core_.options.tcp_connections) {
    TcpExchange* next = waiting_.front();
    waiting_.pop_front();
    ++connections_;
    const int status = next->connect();
    if (status == 0) continue;
    const auto taken = take(next);
    const Request& request = next->request();
    core_.deliver_later(std::move(taken->done()), TransportCore::network_error(network_error_text(
                                                      request.address, request.port, status)));
  }
}

void TcpClient::on_timeout(TcpExchange* exchange) {
  const auto taken = take(exchange);
  Reply reply;
  reply.detail = taken->waiting_for();
  reply.rtt = taken->elapsed();
  if (!taken->has_begun()) {  // The server is not to blame.
    reply.state = ReplyState::kNetworkError;
    reply.detail = "too many TCP connections at once";
  }
  start_waiting();
  const ReplyCallback call = std::move(taken->done());
  core_.deliver(call, std::move(reply));
}

void TcpClient::fail_all(const std::string& detail) {
  waiting_.clear();
  connections_ = 0;
  for (const auto& [raw, exchange] : std::exchange(exchanges_, {})) {
    core_.executor.cancel(exchange->timer);
    core_.deliver_later(std::move(exchange->done()), TransportCore::network_error(detail));
  }
}

std::unique_ptr<TcpExchange> TcpClient::take(TcpExchange* exchange) {
  core_.executor.cancel(exchange->timer);
  if (exchange->has_begun()) {
    --connections_;
  } else {
    std::erase(waiting_, exchange);
  }
  auto node = exchanges_.extract(exchange);
  return std::move(node.mapped());
}

}  // namespace anchorwatch::net
