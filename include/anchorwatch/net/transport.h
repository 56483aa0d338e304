// SPDX-License-Identifier: Apache-2.0
// DnsTransport: one question to one address over UDP or TCP, once; and zone transfers. Retries, fallback and rate belong to
// probe; production is net/uv_transport.h, tests script it (tests/support).
//
// Threading: loop thread only. Blocking: never.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/result.h"
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
  kMalformed,      ///< Something came from the right place with the right id that does not parse, or
                   ///< answers another question.
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

/// One query that many messages on one TCP connection answer. The times are the machine's own, also
/// where a judgement is made as of another time: signatures between machines (TSIG) need them.
struct TransferRequest {
  IpAddress address;
  std::uint16_t port = 53;
  /// Makes the message to send.
  std::function<Bytes(UnixSeconds now)> query;
  /// Takes a message; says whether it was the last one. An error ends the transfer.
  std::function<Result<bool>(BytesView message, UnixSeconds now)> on_message;
  Duration idle_timeout = std::chrono::seconds(20);  ///< Between messages.
  Duration timeout = std::chrono::minutes(10);       ///< Of it all.
  std::uint64_t max_octets = std::uint64_t{2} << 30U;
};

class DnsTransport {
 public:
  virtual ~DnsTransport() = default;
  /// Sends a query with a random id from a random port and delivers exactly one reply, never before
  /// this call returns.
  virtual void exchange(const Request& request, std::function<void(Reply)> done) = 0;
  /// Runs `done` once, and nothing of the request afterwards. Transports without streams fail.
  /// @errors kUnreachable, kTimeout, kLimitExceeded, kIo (closed too early), or what `on_message` says.
  virtual void transfer(TransferRequest /*request*/, std::function<void(Result<void>)> done) {
    done(Error(ErrorCode::kUnsupported, "zone transfers are not supported here"));
  }
};

}  // namespace anchorwatch::net
