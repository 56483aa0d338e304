// SPDX-License-Identifier: Apache-2.0
// Zone transfers: one query, many messages on one connection.
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "transport_fixture.h"

namespace anchorwatch::net {
namespace {

using testing::kAmple;
using testing::run_bounded;
using testing::StreamServer;
using testing::with_length;
using testing::write_all;

class UvTransportTransfer : public testing::TransportTest {
 protected:
  /// Asks "query" of a server; messages are collected, "end" is the last one.
  std::string transfer(StreamServer::Handler handler) {
    StreamServer server(executor_, StreamServer::bound(), std::move(handler));
    return transfer_from(server.port());
  }
  std::string transfer_from(std::uint16_t port) {
    TransferRequest request;
    request.address = testing::loopback_address();
    request.port = port;
    request.query = [](UnixSeconds) { return Bytes("query"); };
    request.on_message = [this](BytesView message, UnixSeconds) -> Result<bool> {
      messages_.emplace_back(message);
      if (message == "bad") return Error(ErrorCode::kParse, "bad message");
      return message == "end";
    };
    request.idle_timeout = idle_;
    request.timeout = whole_;
    request.max_octets = max_octets_;
    std::optional<std::string> result;
    transport_->transfer(std::move(request), [&](Result<void> done) {
      EXPECT_FALSE(result) << "told twice";
      result = done ? "done" : done.error().message();
      executor_.stop();
    });
    EXPECT_FALSE(result) << "told before transfer returned";
    run_bounded(executor_);
    EXPECT_EQ(transport_->in_flight(), 0U);
    EXPECT_EQ(executor_.pending_timers(), 0U);
    return result.value_or("nothing");
  }
  static StreamServer::Handler says(const Bytes& text) {
    return [text](const StreamServer&, int fd, const Bytes& received) {
      if (received == with_length("query")) write_all(fd, text);
    };
  }

  std::vector<std::string> messages_;
  Duration idle_ = kAmple;
  Duration whole_ = kAmple;
  std::uint64_t max_octets_ = 1000;
};

TEST_F(UvTransportTransfer, HandsOverEachMessage) {
  EXPECT_EQ(transfer(says(with_length("one") + with_length("two") + with_length("end"))), "done");
  EXPECT_EQ(messages_, (std::vector<std::string>{"one", "two", "end"}));
}

TEST_F(UvTransportTransfer, PutsPiecesTogether) {
  const auto drip = [this](const StreamServer&, int fd, const Bytes& received) {
    if (received != with_length("query")) return;
    const Bytes wire = with_length("one") + with_length("end");
    for (std::size_t i = 0; i < wire.size(); ++i) {
      executor_.call_after(Duration(static_cast<std::int64_t>(i) * 200),
                           [fd, octet = wire.substr(i, 1)] { write_all(fd, octet); });
    }
  };
  EXPECT_EQ(transfer(drip), "done");
  EXPECT_EQ(messages_, (std::vector<std::string>{"one", "end"}));
}

TEST_F(UvTransportTransfer, AnErrorOfTheReaderEndsIt) {
  EXPECT_EQ(transfer(says(with_length("one") + with_length("bad") + with_length("end"))),
            "bad message");
  EXPECT_EQ(messages_.size(), 2U);
}

TEST_F(UvTransportTransfer, ClosingEarlyIsNamed) {
  EXPECT_EQ(transfer([](const StreamServer&, int fd, const Bytes& received) {
              if (received != with_length("query")) return;
              write_all(fd, with_length("one"));
              ::shutdown(fd, SHUT_WR);
            }),
            "the connection was closed in the middle");
  messages_.clear();
  EXPECT_EQ(transfer([](const StreamServer&, int fd, const Bytes&) { ::shutdown(fd, SHUT_WR); }),
            "the connection was closed without an answer");
}

TEST_F(UvTransportTransfer, NobodyThereIsNamed) {
  std::uint16_t port = 0;
  { port = StreamServer(executor_, StreamServer::bound(), says("")).port(); }
  EXPECT_EQ(transfer_from(port), "connection refused");
}

TEST_F(UvTransportTransfer, SilenceEndsAtTheIdleTimeOut) {
  idle_ = std::chrono::milliseconds(20);
  EXPECT_EQ(transfer(says("")), "no answer");
  // A message that never ends is no progress.
  EXPECT_EQ(transfer(says(with_length("one") + "\x01")), "it stopped in the middle");
}

TEST_F(UvTransportTransfer, TheWholeIsBounded) {
  whole_ = std::chrono::milliseconds(30);
  EXPECT_EQ(transfer(says(with_length("one"))), "the transfer takes too long");
  whole_ = kAmple;
  max_octets_ = 10;
  EXPECT_EQ(transfer(says(with_length("one") + with_length("two") + with_length("end"))),
            "the transfer is longer than 10 octets");
}

TEST_F(UvTransportTransfer, ShutdownEndsIt) {
  executor_.call_after(std::chrono::milliseconds(10), [this] { transport_->shutdown(); });
  EXPECT_EQ(transfer(says(with_length("one"))), "shutting down");
}

}  // namespace
}  // namespace anchorwatch::net
