// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "transport_fixture.h"

namespace anchorwatch::net {
namespace {

using testing::empty_answer;
using testing::kAmple;
using testing::run_bounded;
using testing::StreamServer;
using testing::with_length;
using testing::write_all;

using UvTransportTcp = testing::TransportTest;

/// The query without its length, once it is complete.
Bytes query_of(const Bytes& received) {
  if (received.size() < 2 || received.size() < 2U + read_u16(received, 0)) return {};
  return received.substr(2);
}

TEST_F(UvTransportTcp, DeliversTheAnswer) {
  const auto answer = [](const StreamServer&, int fd, const Bytes& received) {
    const Bytes query = query_of(received);
    if (!query.empty()) write_all(fd, with_length(empty_answer(query)));
  };
  const Reply reply = ask_tcp(answer, kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMessage);
  EXPECT_EQ(reply.message.question, request(1).question);
  EXPECT_EQ(transport_->counters().tcp_queries, 1U);
  EXPECT_EQ(transport_->in_flight(), 0U);
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(UvTransportTcp, OfATransferOnlyTheBeginningIsRead) {
  // More records than a message may have, as large zones send them; what follows the first is noise.
  const auto answer = [](const StreamServer&, int fd, const Bytes& received) {
    const Bytes query = query_of(received);
    if (query.empty()) return;
    Bytes wire = empty_answer(query);
    wire[6] = '\x0f';
    wire[10] = wire[11] = '\0';
    Bytes soa("\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16", 12);
    soa += Bytes(2, '\0');
    soa += Bytes(20, '\1');
    write_all(fd, with_length(wire + soa + Bytes(1000, '\xff')));
  };
  StreamServer server(executor_, StreamServer::bound(), answer);
  Request asked = request(server.port(), Protocol::kTcp);
  asked.question.type = dns::RrType::kAxfr;
  asked.options.edns = false;
  asked.timeout = kAmple;
  const Reply reply = ask(asked);
  ASSERT_EQ(reply.state, ReplyState::kMessage) << reply.detail;
  ASSERT_EQ(reply.message.answer.size(), 1U);
  EXPECT_EQ(reply.message.answer[0].type, dns::RrType::kSoa);
}

TEST_F(UvTransportTcp, PutsPiecesTogether) {
  const auto answer = [this](const StreamServer&, int fd, const Bytes& received) {
    const Bytes query = query_of(received);
    if (query.empty()) return;
    const Bytes wire = with_length(empty_answer(query));
    for (std::size_t i = 0; i < wire.size(); ++i) {
      executor_.call_after(Duration(static_cast<std::int64_t>(i) * 200),
                           [fd, octet = wire.substr(i, 1)] { write_all(fd, octet); });
    }
  };
  EXPECT_EQ(ask_tcp(answer, kAmple).state, ReplyState::kMessage);
}

TEST_F(UvTransportTcp, ASlowDripEndsAtTheTotalTimeOut) {
  std::function<void(int)> drip;
  const auto answer = [&](const StreamServer&, int fd, const Bytes& received) {
    if (query_of(received).empty()) return;
    write_all(fd, Bytes("\xff\xff", 2));
    drip = [&, fd](int) {
      if (::send(fd, "x", 1, MSG_NOSIGNAL) == 1) {
        executor_.call_after(std::chrono::milliseconds(2), [&] { drip(0); });
      }
    };
    drip(0);
  };
  const MonoTime start = executor_.mono();
  const Reply reply = ask_tcp(answer);
  EXPECT_EQ(reply.state, ReplyState::kTimeout);
  EXPECT_NE(reply.detail.find("slow"), std::string::npos);
  EXPECT_LT(executor_.mono() - start, std::chrono::seconds(2));
}

TEST_F(UvTransportTcp, TakesTheLargestMessage) {
  const auto answer = [](const StreamServer&, int fd, const Bytes& received) {
    const Bytes query = query_of(received);
    if (query.empty()) return;
    Bytes wire = query.substr(0, 12);
    wire[2] = '\x84';
    wire[7] = 1;   // One answer,
    wire[11] = 0;  // no OPT.
    wire += query.substr(12, query.size() - 12 - 11);
    wire +=
        Bytes("\xc0\x0c\x00\x30\x00\x01\x00\x00\x00\x3c", 10);  // DNSKEY of the question's name.
    const std::size_t rest = 65535 - wire.size() - 2;
    append_u16(wire, static_cast<std::uint16_t>(rest));
    wire += Bytes("\x01\x01\x03\x08", 4) + Bytes(rest - 4, '\x01');
    write_all(fd, with_length(wire) + "beyond the end");
  };
  const Reply reply = ask_tcp(answer, kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMessage) << reply.detail;
  EXPECT_EQ(reply.message.wire_size, 65535U);
}

TEST_F(UvTransportTcp, ReportsAConnectionClosedEarly) {
  const auto refuse = [](StreamServer& server, int, const Bytes&) { server.close_connections(); };
  const Reply none = ask_tcp(refuse, kAmple);
  EXPECT_EQ(none.state, ReplyState::kNetworkError);
  EXPECT_NE(none.detail.find("closed"), std::string::npos) << none.detail;

  const auto cut = [](StreamServer& server, int fd, const Bytes& received) {
    const Bytes query = query_of(received);
    write_all(fd, with_length(empty_answer(query)).substr(0, 20));
    server.close_connections();
  };
  const Reply half = ask_tcp(cut, kAmple);
  EXPECT_EQ(half.state, ReplyState::kNetworkError);
  EXPECT_NE(half.detail.find("middle"), std::string::npos) << half.detail;
}

TEST_F(UvTransportTcp, ReportsAClosedPort) {
  Request asked = request(StreamServer::bound().port(), Protocol::kTcp);
  asked.timeout = kAmple;
  const Reply reply = ask(asked);
  EXPECT_EQ(reply.state, ReplyState::kNetworkError);
  EXPECT_NE(reply.detail.find("refused"), std::string::npos) << reply.detail;
}

TEST_F(UvTransportTcp, ReportsNonsenseAsMalformed) {
  const auto empty = [](const StreamServer&, int fd, const Bytes&) {
    write_all(fd, Bytes(2, '\0'));
  };
  EXPECT_EQ(ask_tcp(empty, kAmple).state, ReplyState::kMalformed);

  const auto other = [](const StreamServer&, int fd, const Bytes& received) {
    Bytes wire = empty_answer(query_of(received));
    wire[0] = static_cast<char>(wire[0] ^ 1);
    write_all(fd, with_length(wire));
  };
  const Reply reply = ask_tcp(other, kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMalformed);
  EXPECT_EQ(reply.rejected, 1);
}

TEST_F(UvTransportTcp, TimesOutWithoutAnAnswer) {
  EXPECT_EQ(ask_tcp([](const StreamServer&, int, const Bytes&) {}).state, ReplyState::kTimeout);
}

TEST_F(UvTransportTcp, BoundsConnectionsAndLetsTheRestWait) {
  transport_.emplace(executor_, random_, UvTransportOptions{0, 4, 1000, kAmple});
  StreamServer server(executor_, StreamServer::bound(),
                      [](const StreamServer&, int fd, const Bytes& received) {
                        write_all(fd, with_length(empty_answer(query_of(received))));
                      });
  int answered = 0;
  for (int i = 0; i < 100; ++i) {
    Request asked = request(server.port(), Protocol::kTcp);
    asked.timeout = kAmple;
    transport_->exchange(asked, [&](const Reply& reply) {
      if (reply.state == ReplyState::kMessage && ++answered == 100) executor_.stop();
    });
  }
  EXPECT_EQ(transport_->in_flight(), 100U);
  run_bounded(executor_);
  EXPECT_EQ(answered, 100);
}

TEST_F(UvTransportTcp, DoesNotBlameTheServerForAFullLine) {
  transport_.emplace(executor_, random_, UvTransportOptions{0, 1, 1000, kAmple});
  StreamServer server(executor_, StreamServer::bound(),
                      [](const StreamServer&, int, const Bytes&) {});
  Request asked = request(server.port(), Protocol::kTcp);
  asked.timeout = kAmple;
  transport_->exchange(asked, [](const Reply&) { FAIL(); });
  const Reply reply = ask(request(server.port(), Protocol::kTcp));
  EXPECT_EQ(reply.state, ReplyState::kNetworkError);
  EXPECT_NE(reply.detail.find("too many"), std::string::npos);
}

TEST_F(UvTransportTcp, DestructionDropsWhatIsInFlight) {
  int seen = 0;
  StreamServer server(executor_, StreamServer::bound(),
                      [&](const StreamServer&, int, const Bytes&) {
                        if (++seen == 3) executor_.stop();
                      });
  for (int i = 0; i < 3; ++i) {
    Request asked = request(server.port(), Protocol::kTcp);
    asked.timeout = kAmple;
    transport_->exchange(asked, [](const Reply&) { FAIL(); });
  }
  run_bounded(executor_);  // All wait for answers.
  transport_->exchange(request(server.port(), Protocol::kTcp), [](const Reply&) { FAIL(); });
  transport_.reset();
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(UvTransportTcp, MayBeDestroyedByACallback) {
  StreamServer server(executor_, StreamServer::bound(),
                      [](const StreamServer&, int fd, const Bytes& received) {
                        write_all(fd, with_length(empty_answer(query_of(received))));
                      });
  int replies = 0;
  for (int i = 0; i < 5; ++i) {
    Request asked = request(server.port(), Protocol::kTcp);
    asked.timeout = kAmple;
    transport_->exchange(asked, [&](const Reply&) {
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
