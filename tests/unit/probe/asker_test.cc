// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/asker.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_transport.h"
#include "support/virtual_executor.h"

namespace anchorwatch::probe {
namespace {

using evidence::AnswerState;
using net::Protocol;
using net::Reply;
using net::Request;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kServer = "9.9.9.10";
constexpr const char* kServer6 = "2620:fe::10";
constexpr const char* kPrivate = "10.1.2.3";

std::optional<Reply> lost(const Request& /*request*/) { return std::nullopt; }
std::optional<Reply> good(const Request& request) {
  dns::Message message;
  message.aa = true;
  return ScriptedTransport::reply_of(request, message);
}
std::optional<Reply> truncated(const Request& request) {
  dns::Message message;
  message.tc = true;
  return ScriptedTransport::reply_of(request, message);
}
/// FORMERR from a server that does not know EDNS.
std::optional<Reply> formerr(const Request& request) {
  std::optional<Reply> reply = good(request);
  reply->message.rcode = dns::kRcodeFormErr;
  reply->message.edns.reset();
  return reply;
}
std::optional<Reply> failure(net::ReplyState state, const std::string& detail) {
  Reply reply;
  reply.state = state;
  reply.detail = detail;
  return reply;
}
std::optional<Reply> unreachable(const Request& /*request*/) {
  return failure(net::ReplyState::kNetworkError, "Network is unreachable");
}
std::optional<Reply> garbage(const Request& /*request*/) {
  return failure(net::ReplyState::kMalformed, "counts that lie");
}

class AskerTest : public ::testing::Test {
 protected:
  AskerTest() {
    transport_.keep_requests();
    executor_.advance(minutes(1));
  }
  Asker& asker() {
    if (!asker_) asker_.emplace(transport_, executor_, executor_, options_);
    return *asker_;
  }
  /// The server replies in this order, then as the last one.
  void script(const char* address, std::deque<ScriptedTransport::Handler> handlers) {
    transport_.script(address, [handlers = std::move(handlers)](const Request& request) mutable {
      const ScriptedTransport::Handler handler = handlers.front();
      if (handlers.size() > 1) handlers.pop_front();
      return handler(request);
    });
  }
  void start(const char* address, std::vector<evidence::Answer>* out, AskMode mode = {}) {
    spawn(run(&asker(), ScriptedTransport::address_of(address), question_, scope_, mode, out));
  }
  evidence::Answer ask(const char* address = kServer, AskMode mode = {}) {
    std::vector<evidence::Answer> out;
    start(address, &out, mode);
    EXPECT_THAT(out, SizeIs(::testing::Le(1U)));
    executor_.run_until_idle();
    EXPECT_THAT(out, SizeIs(1));
    return out.empty() ? evidence::Answer() : out.front();
  }
  [[nodiscard]] std::vector<std::int64_t> timeouts_ms() const {
    std::vector<std::int64_t> out;
    for (const auto& sent : transport_.sent) out.push_back(sent.request.timeout.count() / 1000);
    return out;
  }

  VirtualExecutor executor_;
  ScriptedTransport transport_{executor_, executor_};
  AskerOptions options_;
  dns::Question question_{name_of("example."), dns::RrType::kDnskey};
  LookScopePtr scope_ = std::make_shared<LookScope>();

 private:
  static Task<void> run(Asker* asker, IpAddress address, dns::Question question, LookScopePtr scope,
                        AskMode mode, std::vector<evidence::Answer>* out) {
    evidence::Answer answer = co_await asker->ask(address, question, scope, mode);
    out->push_back(std::move(answer));
  }
  std::optional<Asker> asker_;
};

TEST_F(AskerTest, TellsWhatOneDatagramBrought) {
  script(kServer, {good});
  const evidence::Answer answer = ask();
  EXPECT_EQ(answer.state, AnswerState::kAnswered);
  EXPECT_EQ(answer.question, question_);
  EXPECT_TRUE(answer.usable());
  EXPECT_TRUE(answer.aa);
  EXPECT_TRUE(answer.edns);
  EXPECT_TRUE(answer.do_echoed);
  EXPECT_FALSE(answer.truncated_udp);
  EXPECT_EQ(answer.attempts, 1);
  EXPECT_EQ(answer.rtt_us, 5000U);
  EXPECT_EQ(answer.size, 512U);
  ASSERT_THAT(transport_.sent, SizeIs(1));
  const Request& request = transport_.sent[0].request;
  EXPECT_EQ(request.port, 53);
  EXPECT_EQ(request.protocol, Protocol::kUdp);
  EXPECT_TRUE(request.options.dnssec_ok);
  EXPECT_FALSE(request.options.recursion_desired);
  EXPECT_EQ(request.options.udp_size, 1232);
  EXPECT_EQ(request.timeout, milliseconds(800));
  EXPECT_EQ(scope_->queries, 1);
  EXPECT_EQ(scope_->answers, 1);
  EXPECT_EQ(asker().counters().queries, 1U);
  EXPECT_EQ(asker().counters().answers, 1U);
}

TEST_F(AskerTest, KeepsOnlyAddressesOfTheAdditionalSection) {
  script(kServer, {[](const Request& request) {
           std::optional<Reply> reply = good(request);
           reply->message.additional =
               records_of("ns.example. A 192.0.2.1\nns.example. AAAA 2001:db8::1\nx. TXT \"y\"\n");
           return reply;
         }});
  EXPECT_THAT(ask().additional, SizeIs(2));
}

TEST_F(AskerTest, AsksAgainWithLongerPatience) {
  script(kServer, {lost, lost, good});
  const evidence::Answer answer = ask();
  EXPECT_TRUE(answer.usable());
  EXPECT_EQ(answer.attempts, 3);
  EXPECT_EQ(answer.rtt_us, 5000U) << "of the attempt that answered";
  EXPECT_THAT(timeouts_ms(), ElementsAre(800, 1600, 2500));
  EXPECT_EQ(transport_.sent[2].at - transport_.sent[0].at, milliseconds(2400));
  EXPECT_EQ(scope_->queries, 3);
  EXPECT_EQ(scope_->answers, 1);
  EXPECT_EQ(asker().counters().timeouts, 2U);
}

TEST_F(AskerTest, PatienceFollowsTheRoundTripTime) {
  script(kServer, {good, good, lost});
  transport_.rtt = milliseconds(100);
  ask();
  ask();
  ask();
  EXPECT_THAT(timeouts_ms(), ElementsAre(800, 400, 400, 800, 1600));
}

TEST_F(AskerTest, ANearServerStillGetsTimeToAnswer) {
  script(kServer, {good, good});
  ask();
  ask();
  EXPECT_THAT(timeouts_ms(), ElementsAre(800, 250));
}

TEST_F(AskerTest, AServerThatStaysSilentCostsLess) {
  script(kServer, {lost, lost, lost, lost, lost, lost, lost, good, good, lost});
  const IpAddress address = ScriptedTransport::address_of(kServer);
  const evidence::Answer first = ask();
  EXPECT_EQ(first.state, AnswerState::kTimeout);
  EXPECT_EQ(first.detail, "no answer");
  EXPECT_EQ(first.attempts, 3);
  EXPECT_FALSE(asker().silent(address));
  ask();
  EXPECT_TRUE(asker().silent(address));
  EXPECT_EQ(ask().attempts, 1);
  EXPECT_TRUE(ask().usable());
  EXPECT_FALSE(asker().silent(address));
  ask();
  EXPECT_EQ(ask().attempts, 3);
}

TEST_F(AskerTest, ABriefQuestionIsOneDatagram) {
  script(kServer, {lost});
  AskMode mode;
  mode.brief = true;
  EXPECT_EQ(ask(kServer, mode).attempts, 1);
}

TEST_F(AskerTest, GoesOverToTcpAfterTruncation) {
  script(kServer, {truncated, good});
  const evidence::Answer answer = ask();
  EXPECT_TRUE(answer.usable());
  EXPECT_TRUE(answer.truncated_udp);
  EXPECT_FALSE(answer.tcp_failed);
  EXPECT_EQ(answer.transport, evidence::Transport::kTcp);
  EXPECT_EQ(answer.attempts, 2);
  ASSERT_THAT(transport_.sent, SizeIs(2));
  EXPECT_EQ(transport_.sent[1].request.protocol, Protocol::kTcp);
  EXPECT_EQ(transport_.sent[1].request.timeout, seconds(4));
  EXPECT_EQ(asker().counters().tcp, 1U);
}

TEST_F(AskerTest, TruncatedWithoutTcpIsNotUsable) {
  for (const ScriptedTransport::Handler& second :
       std::vector<ScriptedTransport::Handler>{lost, unreachable}) {
    script(kServer, {truncated, second});
    const evidence::Answer answer = ask();
    EXPECT_TRUE(answer.answered());
    EXPECT_FALSE(answer.usable());
    EXPECT_TRUE(answer.truncated_udp);
    EXPECT_TRUE(answer.tcp_failed);
    EXPECT_EQ(answer.transport, evidence::Transport::kUdp);
    EXPECT_EQ(answer.attempts, 2);
    EXPECT_THAT(answer.detail, HasSubstr("TCP failed: "));
  }
}

TEST_F(AskerTest, JunkOverTcpIsMalformedAndNotSilence) {
  for (const ScriptedTransport::Handler& second :
       std::vector<ScriptedTransport::Handler>{garbage, truncated}) {
    script(kServer, {truncated, second});
    const evidence::Answer answer = ask();
    EXPECT_EQ(answer.state, AnswerState::kMalformed);
    EXPECT_FALSE(answer.usable());
    EXPECT_TRUE(answer.tcp_failed);
    EXPECT_THAT(answer.detail, HasSubstr("over TCP"));
  }
}

TEST_F(AskerTest, TriesWithoutEdnsWhereEdnsIsRefused) {
  for (const int rcode : {dns::kRcodeFormErr, dns::kRcodeNotImp}) {
    const char* server = rcode == dns::kRcodeFormErr ? "9.9.9.1" : "9.9.9.2";
    transport_.sent.clear();
    script(server, {[rcode](const Request& request) {
                      std::optional<Reply> reply = formerr(request);
                      reply->message.rcode = rcode;
                      return reply;
                    },
                    good});
    const evidence::Answer answer = ask(server);
    EXPECT_TRUE(answer.usable());
    EXPECT_TRUE(answer.edns_refused);
    EXPECT_FALSE(answer.edns);
    EXPECT_FALSE(answer.do_echoed);
    EXPECT_EQ(answer.attempts, 2);
    ASSERT_THAT(transport_.sent, SizeIs(2));
    EXPECT_TRUE(transport_.sent[0].request.options.edns);
    EXPECT_FALSE(transport_.sent[1].request.options.edns);
  }
}

TEST_F(AskerTest, RemembersThatEdnsIsRefusedForOneLookOnly) {
  script(kServer, {formerr, good});
  ask();
  const evidence::Answer next = ask();
  EXPECT_TRUE(next.edns_refused) << "the rest of the look is spared the detour";
  EXPECT_EQ(next.attempts, 1);
  EXPECT_FALSE(transport_.sent.back().request.options.edns);
  // Another look, perhaps at another zone of the same server.
  scope_ = std::make_shared<LookScope>();
  const evidence::Answer other = ask();
  EXPECT_TRUE(transport_.sent.back().request.options.edns);
  EXPECT_FALSE(other.edns_refused);
  EXPECT_TRUE(other.do_echoed);
}

TEST_F(AskerTest, AnEdnsRefusalIsNotAnEndlessLoop) {
  script(kServer, {formerr});
  const evidence::Answer answer = ask();
  EXPECT_EQ(answer.attempts, 2);
  EXPECT_EQ(answer.rcode, dns::kRcodeFormErr);
  EXPECT_FALSE(answer.usable());
}

TEST_F(AskerTest, AnErrorFromAServerThatKnowsEdnsIsAnAnswer) {
  script(kServer, {[](const Request& request) {
           std::optional<Reply> reply = good(request);
           reply->message.rcode = dns::kRcodeServFail;
           return reply;
         }});
  const evidence::Answer answer = ask();
  EXPECT_EQ(answer.rcode, dns::kRcodeServFail);
  EXPECT_TRUE(answer.answered());
  EXPECT_FALSE(answer.usable());
  EXPECT_FALSE(answer.edns_refused);
  EXPECT_EQ(answer.attempts, 1);
}

TEST_F(AskerTest, SpecialAddressesAreNeverAskedUnlessAllowed) {
  transport_.script("127.0.0.1", good);
  for (const char* address : {kPrivate, "127.0.0.1", "169.254.1.1", "::1", "fe80::1", "fd00::1",
                              "::ffff:10.0.0.1", "192.0.2.1", "224.0.0.1"}) {
    const evidence::Answer answer = ask(address);
    EXPECT_EQ(answer.state, AnswerState::kAddressRefused) << address;
    EXPECT_THAT(answer.detail, HasSubstr("allow_special_addresses"));
    EXPECT_EQ(answer.attempts, 0);
  }
  EXPECT_THAT(transport_.sent, IsEmpty());
  EXPECT_EQ(scope_->queries, 0);
}

TEST_F(AskerTest, SpecialAddressesAreAskedWhereAllowed) {
  options_.allow_special_addresses = true;
  script(kPrivate, {good});
  EXPECT_TRUE(ask(kPrivate).usable());
}

TEST_F(AskerTest, AForwarderIsAskedWithRecursionWhereverItIs) {
  options_.forwarders = {ScriptedTransport::address_of(kPrivate)};
  script(kPrivate, {good});
  EXPECT_TRUE(ask(kPrivate).usable());
  EXPECT_TRUE(transport_.sent[0].request.options.recursion_desired);
  EXPECT_TRUE(transport_.sent[0].request.options.checking_disabled);
  EXPECT_EQ(ask("10.1.2.4").state, AnswerState::kAddressRefused);
}

TEST_F(AskerTest, ANetworkErrorIsNotRepeated) {
  script(kServer, {unreachable});
  const evidence::Answer answer = ask();
  EXPECT_EQ(answer.state, AnswerState::kNetworkError);
  EXPECT_EQ(answer.detail, "Network is unreachable");
  EXPECT_EQ(answer.attempts, 1);
  EXPECT_EQ(asker().counters().network_errors, 1U);
}

TEST_F(AskerTest, GarbageIsAskedAgainAndReported) {
  script(kServer, {garbage, good});
  EXPECT_TRUE(ask().usable());
  script(kServer, {garbage});
  const evidence::Answer answer = ask();
  EXPECT_EQ(answer.state, AnswerState::kMalformed);
  EXPECT_EQ(answer.detail, "counts that lie");
  EXPECT_EQ(answer.attempts, 3);
  EXPECT_EQ(asker().counters().malformed, 4U);
}

TEST_F(AskerTest, ThrownAwayDatagramsAreMentioned) {
  script(kServer, {[](const Request& /*request*/) {
           std::optional<Reply> reply = failure(net::ReplyState::kTimeout, "");
           reply->rejected = 2;
           return reply;
         }});
  EXPECT_EQ(ask().detail, "no acceptable answer (others were thrown away)");
  EXPECT_EQ(asker().counters().rejected, 6U);
}

TEST_F(AskerTest, AFloodOfForgedDatagramsIsLeftForTcp) {
  script(kServer, {[](const Request& request) {
           if (request.protocol == net::Protocol::kTcp) return good(request);
           std::optional<Reply> reply = failure(net::ReplyState::kTimeout, "");
           reply->rejected = 100;
           return reply;
         }});
  const evidence::Answer answer = ask();
  EXPECT_TRUE(answer.usable());
  EXPECT_EQ(answer.transport, evidence::Transport::kTcp);
  EXPECT_EQ(answer.attempts, 2);
  EXPECT_FALSE(answer.truncated_udp);
}

TEST_F(AskerTest, AFamilyThatIsOffIsNotAsked) {
  options_.ipv6 = false;
  const evidence::Answer answer = ask(kServer6);
  EXPECT_EQ(answer.state, AnswerState::kNotAsked);
  EXPECT_THAT(answer.detail, HasSubstr("IPv6"));
  EXPECT_THAT(transport_.sent, IsEmpty());
  EXPECT_FALSE(asker().family_usable(IpFamily::kV6));
  EXPECT_FALSE(asker().family_dead(IpFamily::kV6)) << "off is not dead";
}

TEST_F(AskerTest, AFamilyThatNeverWorkedIsLeftAloneOnceTheOtherDoes) {
  script(kServer, {good});
  script(kServer6, {unreachable, unreachable, unreachable, good});
  for (int i = 0; i < 3; ++i) ask(kServer6);
  EXPECT_TRUE(asker().family_usable(IpFamily::kV6)) << "the network may be down as a whole";
  ask(kServer);
  EXPECT_TRUE(asker().family_dead(IpFamily::kV6));
  EXPECT_EQ(ask(kServer6).state, AnswerState::kNotAsked);
  AskMode mode;
  mode.even_if_dead = true;
  EXPECT_TRUE(ask(kServer6, mode).usable());
  EXPECT_TRUE(asker().family_usable(IpFamily::kV6));
  EXPECT_FALSE(asker().family_untested(IpFamily::kV6));
}

TEST_F(AskerTest, AFamilyThatWorkedIsNotBlamedForBrokenServers) {
  script(kServer, {good});
  script(kServer6, {good, unreachable});
  ask(kServer);
  for (int i = 0; i < 10; ++i) ask(kServer6);
  EXPECT_TRUE(asker().family_usable(IpFamily::kV6));
}

TEST_F(AskerTest, RespectsTheRateOfAnAddress) {
  options_.rates.per_address = 10;
  script(kServer, {good});
  script("9.9.9.11", {good});
  std::vector<evidence::Answer> answers;
  const MonoTime begin = executor_.mono();
  for (int i = 0; i < 30; ++i) start(kServer, &answers);
  start("9.9.9.11", &answers);
  executor_.run_until_idle();
  ASSERT_THAT(answers, SizeIs(31));
  std::vector<std::int64_t> waits;
  for (const auto& sent : transport_.sent) {
    if (sent.request.address == ScriptedTransport::address_of(kServer)) {
      waits.push_back((sent.at - begin).count() / 1000);
    } else {
      EXPECT_EQ(sent.at, begin) << "another address does not wait";
    }
  }
  ASSERT_THAT(waits, SizeIs(30));
  for (std::size_t i = 0; i < waits.size(); ++i) {
    EXPECT_EQ(waits[i], i < 10 ? 0 : static_cast<std::int64_t>(i - 9) * 100) << i;
  }
  for (const evidence::Answer& answer : answers) {
    EXPECT_EQ(answer.attempts, 1) << "waiting is no time-out";
    EXPECT_EQ(answer.rtt_us, 5000U);
  }
}

TEST_F(AskerTest, LaboratoriesHaveNoRate) {
  options_.rates.per_address = 1;
  options_.allow_special_addresses = true;
  script(kPrivate, {good});
  std::vector<evidence::Answer> answers;
  for (int i = 0; i < 30; ++i) start(kPrivate, &answers);
  EXPECT_EQ(transport_.count, 30U);
  executor_.run_until_idle();
}

TEST_F(AskerTest, WaitingForTheRateIsNoTimeSpent) {
  options_.rates.per_address = 1;
  script(kServer, {good});
  scope_->deadline = executor_.mono() + seconds(2);
  std::vector<evidence::Answer> answers;
  for (int i = 0; i < 10; ++i) start(kServer, &answers);
  executor_.run_until_idle();
  EXPECT_EQ(transport_.count, 10U);
  EXPECT_THAT(scope_->limits, IsEmpty());
  EXPECT_EQ(scope_->deadline, executor_.mono() + seconds(2) - milliseconds(5)) << "once, not ten times";
}

TEST_F(AskerTest, AnOperatorIsAskedAtItsOwnRate) {
  options_.rates.per_prefix = 10;
  for (const char* server : {"9.9.9.10", "9.9.9.11", "9.9.10.10"}) script(server, {good});
  std::vector<evidence::Answer> answers;
  const MonoTime begin = executor_.mono();
  for (int i = 0; i < 10; ++i) start("9.9.9.10", &answers);
  for (int i = 0; i < 10; ++i) start("9.9.9.11", &answers);
  start("9.9.10.10", &answers);
  executor_.run_until_idle();
  EXPECT_EQ(executor_.mono() - begin, seconds(1) + milliseconds(5));
  EXPECT_EQ(transport_.sent[10].request.address, ScriptedTransport::address_of("9.9.10.10"));
}

TEST_F(AskerTest, TheQueryLimitCountsRetriesAndTcp) {
  script(kServer, {lost});
  scope_->query_limit = 2;
  const evidence::Answer answer = ask();
  EXPECT_EQ(answer.state, AnswerState::kTimeout);
  EXPECT_EQ(answer.attempts, 2);
  EXPECT_FALSE(scope_->limits.empty());
  const evidence::Answer none = ask();
  EXPECT_EQ(none.state, AnswerState::kNotAsked);
  EXPECT_THAT(none.detail, HasSubstr("query limit"));

  scope_ = std::make_shared<LookScope>();
  scope_->query_limit = 1;
  script("9.9.9.11", {truncated});
  const evidence::Answer cut = ask("9.9.9.11");
  EXPECT_TRUE(cut.tcp_failed);
  EXPECT_FALSE(cut.usable());
  EXPECT_EQ(scope_->queries, 1);
}

TEST_F(AskerTest, TheQueryLimitHoldsForQuestionsThatWaitTogether) {
  options_.rates.per_address = 5;
  script(kServer, {good});
  scope_->query_limit = 20;
  std::vector<evidence::Answer> answers;
  for (int i = 0; i < 50; ++i) start(kServer, &answers);
  executor_.run_until_idle();
  EXPECT_THAT(answers, SizeIs(50));
  EXPECT_EQ(transport_.count, 20U);
  EXPECT_EQ(scope_->queries, 20);
  EXPECT_FALSE(scope_->limits.empty());
}

TEST_F(AskerTest, TheTimeLimitStopsRetries) {
  script(kServer, {lost});
  scope_->deadline = executor_.mono() + seconds(1);
  EXPECT_EQ(ask().attempts, 2) << "the second began in time";
  EXPECT_FALSE(scope_->limits.empty());
  const evidence::Answer late = ask();
  EXPECT_EQ(late.state, AnswerState::kNotAsked);
  EXPECT_THAT(late.detail, HasSubstr("time limit"));
}

}  // namespace
}  // namespace anchorwatch::probe
