// SPDX-License-Identifier: Apache-2.0
// DnsTransport: one question to one address over UDP or TCP, once. Retries, fallback and rate belong to
// probe; production is net/uv_transport.h, tests script it (tests/support).
//
// Threading: loop thread only. Blocking: never.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/message.h"

namespace anchorwatch::net {

enum class Protocol : std::uint8_t { kUdp, kTcp };

struct Request {
  IpAddress address;
  std::uint16_t port = 53;
  Protocol protocol = Protocol::kUdp;
  dns::Question question;
  dns::QueryOptions options;
  Duration timeout{};
};

enum class ReplyState : std::uint8_t {
  kMessage,        ///< `message` matches address, port, id and question.
  kTimeout,
  kNetworkError,   ///< `detail` has the system's words.
  kMalformed,      ///< Something came from the right place with the right id that does not parse.
};

struct Reply {
  ReplyState state = ReplyState::kTimeout;
  std::string detail;
  dns::Message message;
  Duration rtt{};
  /// Datagrams for this question that were thrown away: wrong id, source or question (spoofing, or a
  /// server that answers from another address).
  int rejected = 0;
  /// With kTimeout: address and port that a fitting answer came from, though others were asked.
  std::string other_source;
};

class DnsTransport {
 public:
  virtual ~DnsTransport() = default;
  /// Sends a query with a random id from a random port and delivers exactly one reply, never before
  /// this call returns.
  virtual void exchange(const Request& request, std::function<void(Reply)> done) = 0;
};

}  // namespace anchorwatch::net
