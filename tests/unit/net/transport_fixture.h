// SPDX-License-Identifier: Apache-2.0
// A transport, one server and one question for the tests of UvTransport.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "anchorwatch/core/random.h"
#include "anchorwatch/net/uv_transport.h"
#include "loopback.h"

namespace anchorwatch::net::testing {

inline IpAddress loopback_address(IpFamily family = IpFamily::kV4) {
  return *IpAddress::from_text(family == IpFamily::kV4 ? "127.0.0.1" : "::1");
}

/// The answer of a server that has nothing to say: the query with QR and AA.
inline Bytes empty_answer(const Bytes& query) {
  Bytes wire = query;
  wire[2] = static_cast<char>(octet(wire, 2) | 0x84U);
  return wire;
}

inline Bytes with_length(const Bytes& wire) {
  Bytes framed;
  append_u16(framed, static_cast<std::uint16_t>(wire.size()));
  return framed + wire;
}

class TransportTest : public ::testing::Test {
 protected:
  explicit TransportTest(UvTransportOptions options = {}) {
    transport_.emplace(executor_, random_, options);
  }

  [[nodiscard]] Request request(std::uint16_t port, Protocol protocol = Protocol::kUdp) const {
    Request result;
    result.address = loopback_address();
    result.port = port;
    result.protocol = protocol;
    result.question = {*dns::Name::from_text("www.example."), dns::RrType::kDnskey};
    result.timeout = std::chrono::milliseconds(30);
    return result;
  }
  /// Turns the loop until the reply.
  Reply ask(const Request& asked) {
    std::optional<Reply> result;
    transport_->exchange(asked, [&](Reply reply) {
      EXPECT_FALSE(result) << "two replies";
      result = std::move(reply);
      executor_.stop();
    });
    EXPECT_FALSE(result) << "a reply before exchange returned";
    run_bounded(executor_);
    return result.value_or(Reply{});
  }
  /// Starts a datagram server and asks it.
  Reply ask_udp(DatagramServer::Handler handler, Duration timeout = std::chrono::milliseconds(30)) {
    DatagramServer server(executor_, DatagramServer::bound(), std::move(handler));
    Request asked = request(server.port());
    asked.timeout = timeout;
    return ask(asked);
  }
  Reply ask_tcp(StreamServer::Handler handler, Duration timeout = std::chrono::milliseconds(30)) {
    StreamServer server(executor_, StreamServer::bound(), std::move(handler));
    Request asked = request(server.port(), Protocol::kTcp);
    asked.timeout = timeout;
    return ask(asked);
  }

  UvExecutor executor_{1};
  SystemRandom random_;
  std::optional<UvTransport> transport_;
};

/// Long enough for anything that does not wait for it.
inline constexpr Duration kAmple = std::chrono::seconds(4);

}  // namespace anchorwatch::net::testing
