// SPDX-License-Identifier: Apache-2.0
// UvTransport: DnsTransport over real sockets.
//
// UDP goes out on a pool of sockets, each on a port that the kernel picked at random; a socket is
// replaced after some queries or some time. Ids are random and unique on a socket. An answer counts
// only if address, port, id and question are right; everything else is counted as rejected and the
// wait goes on, so that nobody can kill an answer by being faster. The same holds for something
// malformed: it is reported at the time-out, if nothing better came. Without a question an answer
// counts only if it is truncated, FORMERR or NOTIMP (servers that could not read the query).
// ICMP errors that quote the query (port closed, no route) end the exchange as kNetworkError.
// TCP takes one connection per query; a wrong id or question is kMalformed at once there.
//
// Threading: loop thread only. Blocking: never.
// Standards: RFC 5452 §4, §9 (spoofing), RFC 7766 §8 (framing).
// Limits:    `UvTransportOptions`; 65,535 octets a message; one exchange lasts its time-out at
// most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "anchorwatch/core/random.h"
#include "anchorwatch/net/transport.h"
#include "anchorwatch/net/uv_executor.h"

namespace anchorwatch::net {

struct UvTransportOptions {
  /// UDP sockets for each family; 0 means by the limit of open files, at most 64. Twice as many may
  /// be open while old ones wait for their last answers.
  std::size_t udp_sockets = 0;
  /// TCP connections at once, others wait; 0 means by the limit of open files, at most 1,000.
  std::size_t tcp_connections = 0;
  /// A socket is replaced after so many queries or this age.
  std::uint32_t queries_per_socket = 1000;
  Duration socket_age = std::chrono::seconds(60);
};

/// Since the start. queries = messages + timeouts + network_errors + malformed + in flight.
struct TransportCounters {
  std::uint64_t queries = 0;  ///< UDP and TCP.
  std::uint64_t tcp_queries = 0;
  std::uint64_t messages = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t network_errors = 0;
  std::uint64_t malformed = 0;
  std::uint64_t rejected =
      0;  ///< Datagrams that were no answer to anything in flight, late ones too.
  std::uint64_t sockets_opened = 0;  ///< UDP.
};

class UvTransport final : public DnsTransport {
 public:
  UvTransport(UvExecutor& executor, Random& random, UvTransportOptions options = {});
  /// Exchanges in flight are dropped: their callbacks never run. Call `shutdown` and let the loop
  /// turn first if somebody waits for them (coroutines do). Safe inside a callback of an exchange.
  ~UvTransport() override;

  /// rtt counts from sending, over TCP from connecting.
  void exchange(const Request& request, std::function<void(Reply)> done) override;
  void transfer(TransferRequest request, std::function<void(Result<void>)> done) override;
  /// Ends every exchange, also later ones, with kNetworkError "shutting down", on the loop soon.
  void shutdown();

  [[nodiscard]] const TransportCounters& counters() const;
  [[nodiscard]] std::size_t in_flight() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anchorwatch::net
