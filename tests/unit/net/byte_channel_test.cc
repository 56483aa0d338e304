// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/net/byte_channel.h"

#include <gtest/gtest.h>

#include <optional>

#include "loopback.h"

namespace anchorwatch::net {
namespace {

using testing::DatagramServer;
using testing::Peer;
using testing::run_bounded;
using testing::StreamServer;
using testing::TempDir;
using testing::TestSocket;

class ByteChannelTest : public ::testing::Test {
 protected:
  std::unique_ptr<ByteChannel> open(const std::string& url, ByteChannelOptions options = {}) {
    auto channel = open_byte_channel(executor_, url, options);
    EXPECT_TRUE(channel) << (channel ? "" : channel.error().message());
    return *std::move(channel);
  }
  /// Sends and turns the loop until `done`.
  Result<void> send(ByteChannel& channel, const Bytes& message) {
    std::optional<Result<void>> result;
    channel.send(message, [&](Result<void> sent) {
      result = std::move(sent);
      executor_.stop();
    });
    EXPECT_FALSE(result) << "done ran before send returned";
    run_bounded(executor_);
    return result.value_or(Error(ErrorCode::kInternal, "no result"));
  }
  /// Turns the loop until `received_` is as expected.
  void expect(const Bytes& expected) {
    expected_ = expected;
    if (received_ != expected_) run_bounded(executor_);
    EXPECT_EQ(received_, expected_);
    received_.clear();
    expected_.reset();
  }
  DatagramServer::Handler on_datagram() {
    return
        [this](const DatagramServer&, const Bytes& message, const Peer&) { take(message + "|"); };
  }
  StreamServer::Handler on_bytes() {
    return [this](const StreamServer&, int, Bytes& bytes) {
      take(bytes);
      bytes.clear();
    };
  }
  void take(const Bytes& bytes) {
    received_ += bytes;
    if (received_ == expected_) executor_.stop();
  }
  static std::string tcp_url(std::uint16_t port) {
    return "tcp://127.0.0.1:" + std::to_string(port);
  }

  UvExecutor executor_{1};
  TempDir dir_;
  Bytes received_;
  std::optional<Bytes> expected_;
};

TEST_F(ByteChannelTest, RefusesBadUrls) {
  for (const char* url : {"", "tcp", "http://a:1", "tcp://", "tcp://a", "tcp://a:", "tcp://a:0",
                          "tcp://a:65536", "tcp://a:1x", "tcp://:1", "tcp://a/b:1", "tcp://u@a:1",
                          "tcp://::1:1", "tcp://[1.2.3.4]:1", "tcp://[::1:1", "unix://relative",
                          "unix:///"
                          "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
                          "ppppppppppppppppppp"
                          "pppppppppppppppp"}) {
    const auto channel = open_byte_channel(executor_, url);
    ASSERT_FALSE(channel) << url;
    EXPECT_EQ(channel.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_NE(channel.error().message().find(url), std::string::npos);
  }
  for (const char* url : {"tcp://[::1]:514", "udp://localhost:514", "unix:///dev/log"}) {
    EXPECT_TRUE(open_byte_channel(executor_, url)) << url;
  }
}

TEST_F(ByteChannelTest, SendsDatagramsToAUnixSocket) {
  const std::string path = dir_.file("log");
  std::optional<DatagramServer> server;
  const auto start = [&] {
    TestSocket socket(AF_UNIX, SOCK_DGRAM);
    EXPECT_TRUE(socket.bind_path(path));
    server.emplace(executor_, std::move(socket), on_datagram());
  };
  start();
  const auto channel = open("unix://" + path, {StreamFraming::kNewline});
  EXPECT_TRUE(send(*channel, "one"));
  EXPECT_TRUE(send(*channel, "two"));
  expect("one|two|");

  server.reset();
  const auto failed = send(*channel, "lost");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kUnreachable);
  start();
  EXPECT_TRUE(send(*channel, "three"));
  expect("three|");
}

TEST_F(ByteChannelTest, ReconnectsToARestartedUnixDatagramSocketWithoutAnError) {
  const std::string path = dir_.file("log");
  std::optional<DatagramServer> server;
  const auto channel = open("unix://" + path);
  for (const char* message : {"one", "two", "three"}) {
    server.reset();
    TestSocket socket(AF_UNIX, SOCK_DGRAM);
    ASSERT_TRUE(socket.bind_path(path));
    server.emplace(executor_, std::move(socket), on_datagram());
    EXPECT_TRUE(send(*channel, message));
    expect(std::string(message) + "|");
  }
}

TEST_F(ByteChannelTest, WaitsForAFullUnixDatagramSocket) {
  const std::string path = dir_.file("log");
  TestSocket socket(AF_UNIX, SOCK_DGRAM);
  ASSERT_TRUE(socket.bind_path(path));
  const auto channel = open("unix://" + path);
  int sent = 0;
  for (int i = 0; i < 2000; ++i) {
    channel->send("message", [&](const Result<void>& result) {
      if (result && ++sent == 2000) executor_.stop();
    });
  }
  EXPECT_GT(channel->queued_bytes(), 0U);
  const DatagramServer server(executor_, std::move(socket), on_datagram());
  run_bounded(executor_);
  EXPECT_EQ(sent, 2000);
  EXPECT_EQ(channel->queued_bytes(), 0U);
}

TEST_F(ByteChannelTest, UsesAStreamWhereTheUnixSocketIsOne) {
  const std::string path = dir_.file("stream");
  TestSocket socket(AF_UNIX, SOCK_STREAM);
  ASSERT_TRUE(socket.bind_path(path));
  const StreamServer server(executor_, std::move(socket), on_bytes());
  const auto channel = open("unix://" + path, {StreamFraming::kNewline});
  EXPECT_TRUE(send(*channel, "one"));
  EXPECT_TRUE(send(*channel, "two"));
  expect("one\ntwo\n");
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(ByteChannelTest, SendsUdpAndNoticesADeadReceiver) {
  std::optional<DatagramServer> server;
  server.emplace(executor_, DatagramServer::bound(), on_datagram());
  const std::uint16_t port = server->port();
  const auto channel = open("udp://127.0.0.1:" + std::to_string(port));
  EXPECT_TRUE(send(*channel, "one"));
  expect("one|");
  EXPECT_FALSE(send(*channel, Bytes(65536, 'x')));  // Too long.

  server.reset();
  EXPECT_TRUE(send(*channel, "lost"));
  const auto failed = send(*channel, "tells");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kIo);
  server.emplace(executor_, DatagramServer::bound(AF_INET, port), on_datagram());
  EXPECT_TRUE(send(*channel, "two"));
  expect("two|");
}

TEST_F(ByteChannelTest, SendsTcpWithOctetCounting) {
  const StreamServer server(executor_, StreamServer::bound(), on_bytes());
  const auto channel = open(tcp_url(server.port()), {StreamFraming::kOctetCounting});
  EXPECT_TRUE(send(*channel, "one"));
  EXPECT_TRUE(send(*channel, ""));
  EXPECT_TRUE(send(*channel, "four"));
  expect("3 one0 4 four");
}

TEST_F(ByteChannelTest, ReconnectsToARestartedTcpServer) {
  std::optional<StreamServer> server;
  server.emplace(executor_, StreamServer::bound(), on_bytes());
  const std::uint16_t port = server->port();
  const auto channel = open(tcp_url(port));
  EXPECT_TRUE(send(*channel, "one"));
  expect("one");

  server.reset();  // The end of the connection has arrived, but no event was taken yet.
  const auto failed = send(*channel, "lost");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kUnreachable);
  EXPECT_NE(failed.error().message().find(tcp_url(port)), std::string::npos);

  server.emplace(executor_, StreamServer::bound(AF_INET, port), on_bytes());
  EXPECT_TRUE(send(*channel, "two"));
  expect("two");
  server->close_connections();
  EXPECT_TRUE(send(*channel, "three"));  // Goes out on a new connection.
  expect("three");
  EXPECT_EQ(server->accepted(), 2);
}

TEST_F(ByteChannelTest, FailsTheMessageThatWasCutAndSendsTheRest) {
  std::optional<StreamServer> server;
  TestSocket socket = StreamServer::bound();
  ASSERT_EQ(::listen(socket.fd(), 8), 0);
  const auto channel = open(tcp_url(socket.port()), {StreamFraming::kNone, 64U << 20U});
  std::optional<bool> big;
  std::optional<bool> small;
  channel->send(Bytes(32U << 20U, 'x'),
                [&](const Result<void>& result) { big = result.has_value(); });
  channel->send("small", [&](const Result<void>& result) {
    small = result.has_value();
    executor_.stop();
  });
  bool cut = false;
  server.emplace(executor_, std::move(socket), [&](StreamServer& self, int, const Bytes&) {
    if (!cut)
      self.close_connections();  // After a first part; what is unread resets the connection.
    cut = true;
  });
  run_bounded(executor_);
  EXPECT_EQ(big, false);
  EXPECT_EQ(small, true);
}

TEST_F(ByteChannelTest, RefusesMoreThanTheQueueHolds) {
  const auto channel = open("udp://127.0.0.1:9", {StreamFraming::kNone, 10});
  const auto result = send(*channel, Bytes(11, 'x'));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kLimitExceeded);
}

TEST_F(ByteChannelTest, GivesUpWithoutProgress) {
  TestSocket socket = StreamServer::bound();
  ASSERT_EQ(::listen(socket.fd(), 8), 0);  // Nobody accepts, nobody reads.
  const auto channel = open(tcp_url(socket.port()),
                            {StreamFraming::kNone, 64U << 20U, std::chrono::milliseconds(30)});
  const auto result = send(*channel, Bytes(32U << 20U, 'x'));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(channel->queued_bytes(), 0U);
}

TEST_F(ByteChannelTest, ResolvesNames) {
  const StreamServer server(executor_, StreamServer::bound(), on_bytes());
  const auto channel = open("tcp://localhost:" + std::to_string(server.port()));
  EXPECT_TRUE(send(*channel, "by name"));
  expect("by name");

  // No name at all, so that nobody outside is asked.
  const auto nowhere = open("tcp://" + std::string(70, 'x') + ".invalid:1");
  const auto failed = send(*nowhere, "x");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kUnreachable);
}

TEST_F(ByteChannelTest, DropsItsQueueAtTheEnd) {
  const StreamServer server(executor_, StreamServer::bound(), on_bytes());
  const auto token = std::make_shared<int>(0);
  {
    const auto named = open("tcp://localhost:" + std::to_string(server.port()));
    const auto numeric = open(tcp_url(server.port()));
    const auto datagram = open("udp://127.0.0.1:" + std::to_string(server.port()));
    for (ByteChannel* channel : {named.get(), numeric.get(), datagram.get()}) {
      channel->send("x", [token](const Result<void>&) { FAIL(); });
    }
  }
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(executor_.pending_timers(), 0U);
  executor_.call_after(std::chrono::milliseconds(1), [&] { executor_.stop(); });
  run_bounded(executor_);
}

TEST_F(ByteChannelTest, MayBeDestroyedByACallback) {
  const DatagramServer server(executor_, DatagramServer::bound(), on_datagram());
  auto channel = open("udp://127.0.0.1:" + std::to_string(server.port()));
  int called = 0;
  for (int i = 0; i < 3; ++i) {
    channel->send("x", [&](const Result<void>&) {
      ++called;
      channel.reset();
      executor_.call_after(std::chrono::milliseconds(1), [&] { executor_.stop(); });
    });
  }
  run_bounded(executor_);
  EXPECT_EQ(called, 1);
}

}  // namespace
}  // namespace anchorwatch::net
