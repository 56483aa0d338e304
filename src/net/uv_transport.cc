// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/uv_transport.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "tcp_client.h"
#include "transfer_exchange.h"
#include "transport_core.h"
#include "udp_pool.h"

namespace anchorwatch::net {

namespace {

constexpr std::size_t kMaxUdpSockets = 64;
constexpr std::size_t kMaxTcpConnections = 1000;

std::size_t open_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return limit.rlim_cur;
}

/// UDP may take a quarter of the open files (two families, old and new sockets), TCP another.
UvTransportOptions with_defaults(UvTransportOptions options) {
  const std::size_t files = open_file_limit();
  if (options.udp_sockets == 0) {
    options.udp_sockets = std::clamp<std::size_t>(files / 16, 1, kMaxUdpSockets);
  }
  if (options.tcp_connections == 0) {
    options.tcp_connections = std::clamp<std::size_t>(files / 4, 1, kMaxTcpConnections);
  }
  return options;
}

}  // namespace

struct UvTransport::State {
  State(UvExecutor& executor, Random& random, UvTransportOptions options)
      : core(executor, random, with_defaults(options)) {}

  TransportCore core;
  UdpPool udp{core};
  TcpClient tcp{core};
  TransferClient transfers{core};
  bool shutting_down = false;
};

UvTransport::UvTransport(UvExecutor& executor, Random& random, UvTransportOptions options)
    : state_(std::make_unique<State>(executor, random, options)) {}

UvTransport::~UvTransport() = default;

void UvTransport::exchange(const Request& request, std::function<void(Reply)> done) {
  ++state_->core.counters.queries;
  if (state_->shutting_down) {
    state_->core.deliver_later(std::move(done), TransportCore::network_error("shutting down"));
  } else if (request.protocol == Protocol::kTcp) {
    state_->tcp.exchange(request, std::move(done));
  } else {
    state_->udp.exchange(request, std::move(done));
  }
}

void UvTransport::transfer(TransferRequest request, std::function<void(Result<void>)> done) {
  if (state_->shutting_down) {
    return state_->core.executor.post(
        [call = std::move(done)] { call(Error(ErrorCode::kIo, "shutting down")); });
  }
  state_->transfers.transfer(std::move(request), std::move(done));
}

void UvTransport::shutdown() {
  state_->shutting_down = true;
  state_->udp.fail_all("shutting down");
  state_->tcp.fail_all("shutting down");
  state_->transfers.fail_all("shutting down");
}

const TransportCounters& UvTransport::counters() const { return state_->core.counters; }

std::size_t UvTransport::in_flight() const {
  return state_->udp.in_flight() + state_->tcp.in_flight() + state_->transfers.in_flight();
}

}  // namespace anchorwatch::net
