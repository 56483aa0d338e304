// SPDX-License-Identifier: Apache-2.0
// The pool of sockets of UvTransport: many queries, replacement, the end.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "transport_fixture.h"

namespace anchorwatch::net {
namespace {

using testing::DatagramServer;
using testing::empty_answer;
using testing::kAmple;
using testing::Peer;
using testing::run_bounded;

using UvTransportPool = testing::TransportTest;

TEST_F(UvTransportPool, Runs2000ExchangesAtOnceOnManyPorts) {
  std::set<std::uint16_t> ports;
  DatagramServer server(executor_, DatagramServer::bound(),
                        [&](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          sockaddr_in address{};
                          std::memcpy(&address, &from.storage, sizeof(address));
                          ports.insert(ntohs(address.sin_port));
                          self.reply(empty_answer(query), from);
                        });
  int answered = 0;
  int replies = 0;
  for (int i = 0; i < 2000; ++i) {
    Request asked = request(server.port());
    asked.question.name = *dns::Name::from_text("zone" + std::to_string(i) + ".example.");
    asked.timeout = kAmple;
    transport_->exchange(asked, [&, name = asked.question.name](const Reply& reply) {
      if (reply.state == ReplyState::kMessage && reply.message.question->name == name) ++answered;
      if (++replies == 2000) executor_.stop();
    });
  }
  EXPECT_EQ(transport_->in_flight(), 2000U);
  run_bounded(executor_);
  EXPECT_EQ(answered, 2000);
  EXPECT_GT(ports.size(), 8U);
  EXPECT_EQ(ports.size(), transport_->counters().sockets_opened);
}

TEST_F(UvTransportPool, ReplacesSocketsAfterSomeQueries) {
  transport_.emplace(executor_, random_, UvTransportOptions{1, 0, 5, kAmple});
  std::vector<std::pair<Bytes, Peer>> held;
  DatagramServer server(executor_, DatagramServer::bound(),
                        [&](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          held.emplace_back(query, from);
                          if (held.size() < 12) return;
                          for (const auto& [old, to] : held) self.reply(empty_answer(old), to);
                        });
  int answered = 0;
  for (int i = 0; i < 12; ++i) {
    Request asked = request(server.port());
    asked.timeout = kAmple;
    transport_->exchange(asked, [&](const Reply& reply) {
      if (reply.state == ReplyState::kMessage && ++answered == 12) executor_.stop();
    });
  }
  run_bounded(executor_);
  // The old one waits for its answers; a second old one would be too many.
  EXPECT_EQ(answered, 12);
  EXPECT_EQ(transport_->counters().sockets_opened, 2U);
}

TEST_F(UvTransportPool, ReplacesSocketsAfterSomeTime) {
  transport_.emplace(executor_, random_, UvTransportOptions{1, 0, 1000, Duration(1)});
  DatagramServer server(executor_, DatagramServer::bound(),
                        [](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          self.reply(empty_answer(query), from);
                        });
  Request asked = request(server.port());
  asked.timeout = kAmple;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(asked).state, ReplyState::kMessage);
  EXPECT_EQ(transport_->counters().sockets_opened, 3U);
}

TEST_F(UvTransportPool, ShutdownEndsWhatIsInFlightAndWhatComesLater) {
  DatagramServer server(executor_, DatagramServer::bound(),
                        [](const DatagramServer&, const Bytes&, const Peer&) {});
  std::vector<Reply> replies;
  const auto done = [&](Reply reply) {
    replies.push_back(std::move(reply));
    if (replies.size() == 3) executor_.stop();
  };
  transport_->exchange(request(server.port()), done);
  transport_->exchange(request(server.port(), Protocol::kTcp), done);
  transport_->shutdown();
  transport_->exchange(request(server.port()), done);
  transport_.reset();
  EXPECT_TRUE(replies.empty());
  run_bounded(executor_);
  for (const Reply& reply : replies) {
    EXPECT_EQ(reply.state, ReplyState::kNetworkError);
    EXPECT_EQ(reply.detail, "shutting down");
  }
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(UvTransportPool, DestructionDropsWhatIsInFlight) {
  DatagramServer server(executor_, DatagramServer::bound(),
                        [](const DatagramServer&, const Bytes&, const Peer&) {});
  const auto token = std::make_shared<int>(0);
  for (int i = 0; i < 100; ++i) {
    transport_->exchange(request(server.port()), [token](const Reply&) { FAIL(); });
  }
  transport_.reset();
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(UvTransportPool, MayBeDestroyedByACallbackAmongManyAnswers) {
  transport_.emplace(executor_, random_, UvTransportOptions{1, 0, 1000, kAmple});
  std::vector<std::pair<Bytes, Peer>> held;
  DatagramServer server(executor_, DatagramServer::bound(),
                        [&](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          held.emplace_back(query, from);
                          if (held.size() < 50) return;
                          for (const auto& [old, to] : held) self.reply(empty_answer(old), to);
                        });
  int replies = 0;
  for (int i = 0; i < 50; ++i) {
    transport_->exchange(request(server.port()), [&](const Reply&) {
      ++replies;
      transport_.reset();
      executor_.stop();
    });
  }
  run_bounded(executor_);
  EXPECT_EQ(replies, 1);
}

}  // namespace
}  // namespace anchorwatch::net
