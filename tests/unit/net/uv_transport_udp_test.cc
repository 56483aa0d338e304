// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "transport_fixture.h"

namespace anchorwatch::net {
namespace {

using testing::DatagramServer;
using testing::empty_answer;
using testing::kAmple;
using testing::loopback_address;
using testing::Peer;
using testing::run_bounded;
using testing::TestSocket;

using UvTransportUdp = testing::TransportTest;

TEST_F(UvTransportUdp, DeliversTheAnswer) {
  const Reply reply = ask_udp([](const DatagramServer& server, const Bytes& query,
                                 const Peer& from) { server.reply(empty_answer(query), from); },
                              kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMessage);
  EXPECT_TRUE(reply.message.qr);
  EXPECT_TRUE(reply.message.aa);
  EXPECT_EQ(reply.message.question, request(1).question);
  EXPECT_TRUE(reply.message.edns.has_value());
  EXPECT_EQ(reply.rejected, 0);
  EXPECT_GT(reply.rtt, Duration::zero());
  EXPECT_EQ(transport_->counters().messages, 1U);
  EXPECT_EQ(transport_->in_flight(), 0U);
  EXPECT_EQ(executor_.pending_timers(), 0U);
}

TEST_F(UvTransportUdp, SpeaksIpv6) {
  const TestSocket probe(AF_INET6, SOCK_DGRAM);
  ASSERT_TRUE(probe.bind()) << "needs ::1";
  DatagramServer server(executor_, DatagramServer::bound(AF_INET6),
                        [](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          self.reply(empty_answer(query), from);
                        });
  Request asked = request(server.port());
  asked.address = loopback_address(IpFamily::kV6);
  asked.timeout = kAmple;
  EXPECT_EQ(ask(asked).state, ReplyState::kMessage);
}

TEST_F(UvTransportUdp, TimesOut) {
  const MonoTime start = executor_.mono();
  const Reply reply = ask_udp([](const DatagramServer&, const Bytes&, const Peer&) {});
  EXPECT_EQ(reply.state, ReplyState::kTimeout);
  EXPECT_GE(executor_.mono() - start, std::chrono::milliseconds(30));
  EXPECT_NE(reply.detail.find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(transport_->counters().timeouts, 1U);
}

TEST_F(UvTransportUdp, IgnoresAWrongIdAndCountsIt) {
  const auto answer = [](const DatagramServer& server, const Bytes& query, const Peer& from) {
    Bytes wrong = empty_answer(query);
    wrong[0] = static_cast<char>(wrong[0] ^ 1);
    server.reply(wrong, from);
    server.reply(wrong, from);
    server.reply(empty_answer(query), from);
  };
  const Reply reply = ask_udp(answer, kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMessage);
  EXPECT_EQ(reply.rejected, 2);
  EXPECT_EQ(transport_->counters().rejected, 2U);
}

TEST_F(UvTransportUdp, DoesNotSuspectALateAnswer) {
  transport_.emplace(executor_, random_, UvTransportOptions{1, 0, 1000, kAmple});
  std::vector<Bytes> held;
  DatagramServer server(executor_, DatagramServer::bound(),
                        [&](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          held.push_back(query);
                          if (held.size() < 2) return;
                          for (const Bytes& old : held) self.reply(empty_answer(old), from);
                        });
  Request asked = request(server.port());
  EXPECT_EQ(ask(asked).state, ReplyState::kTimeout);
  asked.timeout = kAmple;
  const Reply second = ask(asked);
  EXPECT_EQ(second.state, ReplyState::kMessage);
  EXPECT_EQ(second.rejected, 0);
  EXPECT_EQ(transport_->counters().rejected, 1U);
}

TEST_F(UvTransportUdp, IgnoresAnotherSource) {
  const TestSocket other = DatagramServer::bound();
  const Reply reply = ask_udp([&](const DatagramServer&, const Bytes& query, const Peer& from) {
    const Bytes answer = empty_answer(query);
    ::sendto(other.fd(), answer.data(), answer.size(), 0,
             reinterpret_cast<const sockaddr*>(&from.storage), from.size);
  });
  EXPECT_EQ(reply.state, ReplyState::kTimeout);
  EXPECT_EQ(reply.rejected, 1);
  EXPECT_EQ(reply.other_source, "127.0.0.1 port " + std::to_string(other.port()));
}

TEST_F(UvTransportUdp, AForeignAnswerToAnotherQuestionIsNoSource) {
  const TestSocket other = DatagramServer::bound();
  const Reply reply = ask_udp([&](const DatagramServer&, const Bytes& query, const Peer& from) {
    Bytes answer = empty_answer(query);
    answer[13] = 'x';
    ::sendto(other.fd(), answer.data(), answer.size(), 0,
             reinterpret_cast<const sockaddr*>(&from.storage), from.size);
  });
  EXPECT_EQ(reply.rejected, 1);
  EXPECT_EQ(reply.other_source, "");
}

TEST_F(UvTransportUdp, AsksInAnotherClass) {
  DatagramServer server(executor_, DatagramServer::bound(),
                        [](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          self.reply(empty_answer(query), from);
                        });
  Request asked = request(server.port());
  asked.timeout = kAmple;
  asked.options.rr_class = dns::kClassCh;
  asked.options.mixed_case = true;
  const Reply reply = ask(asked);
  ASSERT_EQ(reply.state, ReplyState::kMessage);
  EXPECT_EQ(reply.message.question, asked.question);
  EXPECT_EQ(reply.message.written_name, dns::with_mixed_case(asked.question.name.wire()));
}

TEST_F(UvTransportUdp, IgnoresAnotherQuestionAndEchoes) {
  const Reply reply =
      ask_udp([](const DatagramServer& server, const Bytes& query, const Peer& from) {
        Bytes other = empty_answer(query);
        other[13] = 'x';
        server.reply(other, from);
        server.reply(query, from);  // QR is not set.
      });
  // It came from the right place with the right id: no silence.
  EXPECT_EQ(reply.state, ReplyState::kMalformed);
  EXPECT_EQ(reply.detail, "the message is no answer to the question");
  EXPECT_EQ(reply.rejected, 2);
}

TEST_F(UvTransportUdp, AnEchoIsSilence) {
  const Reply reply = ask_udp([](const DatagramServer& server, const Bytes& query, const Peer& from) {
    server.reply(query, from);
  });
  EXPECT_EQ(reply.state, ReplyState::kTimeout);
  EXPECT_EQ(reply.rejected, 1);
}

TEST_F(UvTransportUdp, ReportsMalformedOnlyAtTheEnd) {
  const Reply reply =
      ask_udp([](const DatagramServer& server, const Bytes& query, const Peer& from) {
        server.reply(empty_answer(query) + "trailing", from);
      });
  EXPECT_EQ(reply.state, ReplyState::kMalformed);
  EXPECT_FALSE(reply.detail.empty());
  EXPECT_EQ(reply.rejected, 0);
  EXPECT_EQ(transport_->counters().malformed, 1U);
}

TEST_F(UvTransportUdp, TakesTheAnswerAfterSomethingMalformed) {
  const auto answer = [](const DatagramServer& server, const Bytes& query, const Peer& from) {
    server.reply(query.substr(0, 5), from);
    server.reply(empty_answer(query).substr(0, 20), from);
    server.reply(empty_answer(query), from);
  };
  EXPECT_EQ(ask_udp(answer, kAmple).state, ReplyState::kMessage);
}

TEST_F(UvTransportUdp, SurvivesDatagramsOfEverySize) {
  const auto answer = [](const DatagramServer& server, const Bytes& query, const Peer& from) {
    for (std::size_t size = 0; size < query.size(); ++size) {
      server.reply(query.substr(0, size), from);
    }
    server.reply(Bytes(65507, '\xff'), from);
    server.reply(query.substr(0, 2) + Bytes(65505, '\xff'), from);
    server.reply(empty_answer(query), from);
  };
  EXPECT_EQ(ask_udp(answer, kAmple).state, ReplyState::kMessage);
}

TEST_F(UvTransportUdp, PassesTruncatedAnswersOn) {
  const auto answer = [](const DatagramServer& server, const Bytes& query, const Peer& from) {
    Bytes wire = empty_answer(query);
    wire[2] = static_cast<char>(octet(wire, 2) | 2U);
    server.reply(wire, from);
  };
  const Reply reply = ask_udp(answer, kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMessage);
  EXPECT_TRUE(reply.message.tc);
}

TEST_F(UvTransportUdp, TakesFormErrWithoutAQuestion) {
  const auto answer = [](const DatagramServer& server, const Bytes& query, const Peer& from) {
    server.reply(query.substr(0, 2) + Bytes("\x80\x01\0\0\0\0\0\0\0\0", 10), from);
  };
  const Reply reply = ask_udp(answer, kAmple);
  EXPECT_EQ(reply.state, ReplyState::kMessage);
  EXPECT_EQ(reply.message.rcode, dns::kRcodeFormErr);
  EXPECT_FALSE(reply.message.question);
}

TEST_F(UvTransportUdp, SaysAtOnceThatAPortIsClosed) {
  const std::uint16_t closed = DatagramServer::bound().port();
  for (int i = 0; i < 3; ++i) {
    Request asked = request(closed);
    asked.timeout = kAmple;
    const Reply reply = ask(asked);
    EXPECT_EQ(reply.state, ReplyState::kNetworkError);
    EXPECT_NE(reply.detail.find("refused"), std::string::npos) << reply.detail;
  }
}

TEST_F(UvTransportUdp, AClosedPortHurtsNobodyElse) {
  transport_.emplace(executor_, random_, UvTransportOptions{1, 0, 1000, kAmple});
  const std::uint16_t closed = DatagramServer::bound().port();
  DatagramServer server(executor_, DatagramServer::bound(),
                        [](const DatagramServer& self, const Bytes& query, const Peer& from) {
                          self.reply(empty_answer(query), from);
                        });
  std::map<ReplyState, int> states;
  for (int i = 0; i < 200; ++i) {
    Request asked = request(i % 2 == 0 ? closed : server.port());
    asked.timeout = kAmple;
    transport_->exchange(asked, [&](const Reply& reply) {
      ++states[reply.state];
      if (transport_->in_flight() == 0) executor_.stop();
    });
  }
  run_bounded(executor_);
  executor_.post([&] { executor_.stop(); });
  run_bounded(executor_);
  EXPECT_EQ(states[ReplyState::kMessage], 100);
  EXPECT_EQ(states[ReplyState::kNetworkError], 100);
}

TEST_F(UvTransportUdp, ReportsAnImpossibleDestination) {
  const Reply reply = ask(request(0));
  EXPECT_EQ(reply.state, ReplyState::kNetworkError);
  EXPECT_FALSE(reply.detail.empty());

  Request mapped = request(53);
  mapped.address = *IpAddress::from_text("::ffff:127.0.0.1");
  const Reply other = ask(mapped);
  EXPECT_EQ(other.state, ReplyState::kNetworkError);
  EXPECT_FALSE(other.detail.empty());
  EXPECT_EQ(transport_->counters().network_errors, 2U);
}

}  // namespace
}  // namespace anchorwatch::net
