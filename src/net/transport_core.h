// SPDX-License-Identifier: Apache-2.0
// What the UDP and the TCP half of UvTransport share.
//
// Threading: loop thread only.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "anchorwatch/core/random.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/net/uv_transport.h"

namespace anchorwatch::net {

using ReplyCallback = std::function<void(Reply)>;

struct TransportCore {
  /// What one recvmmsg may fill: 20 datagrams of 64 KiB (libuv's own maximum).
  static constexpr std::size_t kBufferSize = 20 * 64 * 1024;

  TransportCore(UvExecutor& loop, Random& source, const UvTransportOptions& limits)
      : executor(loop), random(source), options(limits) {}

  UvExecutor& executor;
  Random& random;
  UvTransportOptions options;
  TransportCounters counters;
  /// For all sockets: libuv fills and hands over a buffer within one callback. Pages that no
  /// datagram reaches are never touched.
  std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(kBufferSize);

  /// Counts and delivers. The callback may destroy the transport: nothing may be touched
  /// afterwards.
  void deliver(const ReplyCallback& done, Reply&& reply) {
    count(reply);
    done(std::move(reply));
  }
  /// Counts and delivers on a later turn of the loop, with or without the transport.
  void deliver_later(ReplyCallback done, Reply reply) {
    count(reply);
    executor.post([call = std::move(done), what = std::move(reply)] { call(what); });
  }

  static Reply network_error(std::string detail, Duration rtt = {}) {
    return {ReplyState::kNetworkError, std::move(detail), {}, rtt, 0, {}};
  }

 private:
  void count(const Reply& reply) {
    switch (reply.state) {
      case ReplyState::kMessage:
        ++counters.messages;
        break;
      case ReplyState::kTimeout:
        ++counters.timeouts;
        break;
      case ReplyState::kNetworkError:
        ++counters.network_errors;
        break;
      case ReplyState::kMalformed:
        ++counters.malformed;
        break;
    }
  }
};

}  // namespace anchorwatch::net
