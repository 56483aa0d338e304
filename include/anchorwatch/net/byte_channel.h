// SPDX-License-Identifier: Apache-2.0
// ByteChannel: a way out for bytes to a local or remote receiver (syslog, metrics, log shippers).
//
// It connects when the first bytes come and again when the peer has gone; it does not repeat what
// may have arrived already, and it knows no waiting time between attempts: that is the caller's
// business. TLS is not supported.
//
// Threading: loop thread only. Blocking: never; names are resolved by libuv's threads.
// Standards: RFC 6587 §3.4.1 (octet counting).
// Limits:    `ByteChannelOptions`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/net/uv_executor.h"

namespace anchorwatch::net {

/// What goes around each message on a stream. Datagrams are sent as they are.
enum class StreamFraming : std::uint8_t {
  kNone,
  kNewline,        ///< A line feed after it.
  kOctetCounting,  ///< Its size in decimal and a space before it.
};

struct ByteChannelOptions {
  StreamFraming framing = StreamFraming::kNone;
  /// More than this in the queue is refused at once.
  std::size_t max_queued_bytes = 1U << 20U;
  /// Without progress for this long, everything in the queue fails.
  Duration timeout = std::chrono::seconds(10);
};

class ByteChannel {
 public:
  using Done = std::function<void(Result<void>)>;

  /// What is in the queue is dropped: no callback runs any more. Safe inside a callback.
  virtual ~ByteChannel() = default;
  /// Sends one message; `done` runs once, never before this call returns, in the order of sending.
  ///
  /// Success means that the kernel has taken the bytes, *not* that the peer has: what was under way
  /// when a connection breaks is lost without a word. A message that was cut by a broken connection
  /// fails; one of which nothing was written goes out on a new connection.
  /// @errors kUnreachable: no connection, unknown host; kTimeout; kIo: the connection broke;
  ///         kLimitExceeded: the queue is full, or the message is too long for a datagram.
  virtual void send(Bytes message, Done done) = 0;
  /// Bytes that wait, for backpressure.
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
};

/// Makes a channel to `unix:///path` (datagrams, or a stream if the socket wants that),
/// `udp://host:port` or `tcp://host:port`; IPv6 addresses stand in brackets. Nothing is connected
/// yet.
///
/// Host names are looked up for each connection and their addresses tried in order. Over UDP a dead
/// receiver shows, if at all, as an error of the message after.
/// @errors kInvalidArgument: not such a URL.
Result<std::unique_ptr<ByteChannel>> open_byte_channel(UvExecutor& executor, std::string_view url,
                                                       ByteChannelOptions options = {});

}  // namespace anchorwatch::net
