// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/behaviour.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/evidence_builder.h"
#include "support/scripted_transport.h"
#include "support/virtual_executor.h"

namespace anchorwatch::probe {
namespace {

using evidence::AnswerState;
using evidence::BehaviourKind;
using evidence::BehaviourLook;
using evidence::CookieState;
using net::Protocol;
using net::Reply;
using net::Request;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kServer = "9.9.9.10";
constexpr const char* kPrivate = "10.1.2.3";
const Bytes kServerCookie(16, '\x33');

bool has_option(const Request& request, std::uint16_t code) {
  const auto& options = request.options.edns_options;
  return std::any_of(options.begin(), options.end(),
                     [code](const auto& option) { return option.code == code; });
}
const Bytes& cookie_of(const Request& request) {
  static const Bytes kNone;
  for (const dns::EdnsOption& option : request.options.edns_options) {
    if (option.code == dns::EdnsOption::kCookie) return option.data;
  }
  return kNone;
}
/// Just the zone's SOA, with everything else as ordinary as can be.
bool is_ordinary(const Request& request) {
  const dns::QueryOptions& options = request.options;
  return request.question.type == dns::RrType::kSoa && !request.question.name.is_root() &&
         options.edns && options.edns_version == 0 && options.edns_flags == 0 &&
         options.edns_options.empty() && !options.request_nsid && !options.mixed_case &&
         !options.recursion_desired && !options.authentic_data && !options.checking_disabled;
}

class BehaviourTest : public ::testing::Test {
 protected:
  BehaviourTest() {
    zone_.add("@ NS ns1\nns1 A 9.9.9.10\n");
    zone_.sign();
    transport_.keep_requests();
    executor_.advance(std::chrono::minutes(1));
    options_.allow_special_addresses = true;
    serve(kServer);
  }
  /// The address behaves well, with cookies, but for what `odd` makes of a question.
  void serve(const char* address, ScriptedTransport::Handler odd = {}) {
    transport_.script(address, [this, odd](const Request& request) -> std::optional<Reply> {
      if (odd) {
        const std::optional<Reply> reply = odd(request);
        if (!reply || reply->state != net::ReplyState::kNetworkError) return reply;
      }
      return good(request);
    });
  }
  /// What an odd handler gives when it has nothing to say.
  static std::optional<Reply> pass() {
    Reply reply;
    reply.state = net::ReplyState::kNetworkError;
    return reply;
  }
  std::optional<Reply> good(const Request& request) const {
    dns::Message message;
    const bool ours =
        request.question.name == zone_.apex() && request.question.type != dns::RrType::kAxfr;
    if (ours) message = zone_.answer(request.question.name.to_text(), request.question.type);
    if (!ours) message.rcode = dns::kRcodeRefused;
    Bytes cookie = cookie_of(request);
    if (request.options.edns_version > 0) {
      message = {};
      message.rcode = dns::kRcodeBadVers;
    } else if (cookie.size() == 9) {
      message = {};
      message.rcode = dns::kRcodeFormErr;
      cookie.clear();
    } else if (cookie.size() > 8 && cookie.substr(8) != kServerCookie) {
      message = {};
      message.rcode = dns::kRcodeBadCookie;
    }
    Reply reply = ScriptedTransport::reply_of(request, message);
    reply.message.written_name = request.options.mixed_case
                                     ? dns::with_mixed_case(request.question.name.wire())
                                     : request.question.name.wire();
    if (!cookie.empty() && reply.message.edns) {
      reply.message.edns->options.push_back(
          {dns::EdnsOption::kCookie, cookie.substr(0, 8) + kServerCookie});
    }
    if (request.options.request_nsid) {
      reply.message.edns->options.push_back({dns::EdnsOption::kNsid, "fra1"});
    }
    return reply;
  }
  static std::optional<Reply> error(const Request& request, int rcode) {
    dns::Message message;
    message.rcode = rcode;
    return ScriptedTransport::reply_of(request, message);
  }

  evidence::ServerLook server(const char* address = kServer) const {
    evidence::ServerLook look;
    look.address = ScriptedTransport::address_of(address);
    look.name = name_of("ns1.example.");
    for (const dns::RrType type : {dns::RrType::kDnskey, dns::RrType::kSoa}) {
      look.answers.push_back(answer_from(zone_, {zone_.apex(), type}));
    }
    return look;
  }
  void start(evidence::ServerLook* look) {
    spawn([](Behaviour* behaviour, evidence::ServerLook* slot, dns::Name apex,
             LookScopePtr scope) -> Task<void> {
      co_await behaviour->ask(slot, apex, scope);
      co_await behaviour->ask_for_zone(slot, apex, scope);
    }(&behaviour(), look, zone_.apex(), scope_));
  }
  evidence::ServerLook ask(const char* address = kServer) {
    evidence::ServerLook look = server(address);
    start(&look);
    executor_.run_until_idle();
    return look;
  }
  Behaviour& behaviour() {
    if (!asker_) {
      asker_.emplace(transport_, executor_, executor_, options_);
      behaviour_.emplace(*asker_, executor_, random_, std::chrono::hours(6));
    }
    return *behaviour_;
  }
  static const BehaviourLook& at(const evidence::ServerLook& look, BehaviourKind kind) {
    static const BehaviourLook kNever;
    const BehaviourLook* found = look.find(kind);
    EXPECT_NE(found, nullptr) << to_string(kind);
    return found == nullptr ? kNever : *found;
  }

  VirtualExecutor executor_;
  ScriptedTransport transport_{executor_, executor_};
  SeededRandom random_{7};
  AskerOptions options_;
  ZoneSigner zone_{"example.", ZoneSigner::Options{.denial = ZoneSigner::Denial::kNone}};
  LookScopePtr scope_ = std::make_shared<LookScope>();

 private:
  std::optional<Asker> asker_;
  std::optional<Behaviour> behaviour_;
};

TEST_F(BehaviourTest, AServerThatBehavesWellGetsFewQuestions) {
  const evidence::ServerLook look = ask();
  EXPECT_EQ(transport_.count, 13U) << "both version names, as neither is told";
  EXPECT_TRUE(at(look, BehaviourKind::kHeader).as_ordinary());
  EXPECT_TRUE(at(look, BehaviourKind::kHeader).case_kept);
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsExtras).as_ordinary());
  EXPECT_EQ(at(look, BehaviourKind::kEdnsVersion).rcode, dns::kRcodeBadVers);
  EXPECT_EQ(at(look, BehaviourKind::kCookie).cookie, CookieState::kGood);
  EXPECT_TRUE(at(look, BehaviourKind::kOwnCookie).as_ordinary());
  EXPECT_EQ(at(look, BehaviourKind::kForeignCookie).rcode, dns::kRcodeBadCookie);
  EXPECT_EQ(at(look, BehaviourKind::kMalformedCookie).rcode, dns::kRcodeFormErr);
  EXPECT_EQ(at(look, BehaviourKind::kOutsideName).rcode, dns::kRcodeRefused);
  EXPECT_FALSE(at(look, BehaviourKind::kTransfer).has_answer);
  EXPECT_EQ(look.find(BehaviourKind::kMixedCase), nullptr);
  EXPECT_EQ(look.find(BehaviourKind::kEdnsFlag), nullptr);
  EXPECT_EQ(look.nsid, "fra1");
  for (const BehaviourLook& each : look.behaviour)
    EXPECT_TRUE(each.conclusive()) << to_string(each.kind);
}

TEST_F(BehaviourTest, QuestionsAreWhatTheyClaimToBe) {
  ask();
  int ordinary = 0;
  int transfers = 0;
  for (const auto& sent : transport_.sent) {
    ordinary += is_ordinary(sent.request) ? 1 : 0;
    if (sent.request.question.type == dns::RrType::kAxfr) {
      ++transfers;
      EXPECT_EQ(sent.request.protocol, Protocol::kTcp);
    }
    EXPECT_EQ(sent.request.options.rr_class == dns::kClassCh,
              sent.request.question.type == dns::RrType::kTxt);
  }
  EXPECT_EQ(ordinary, 0);
  EXPECT_EQ(transfers, 1);
}

TEST_F(BehaviourTest, FurtherZonesUseWhatIsKnown) {
  const evidence::ServerLook first = ask();
  const std::uint64_t before = transport_.count;
  const evidence::ServerLook second = ask();
  EXPECT_EQ(transport_.count - before, 2U) << "NSID and the transfer";
  EXPECT_EQ(second.behaviour, first.behaviour);
  executor_.run_for(std::chrono::hours(7));
  ask();
  EXPECT_EQ(transport_.count - before, 15U) << "once more when the facts are old";
}

TEST_F(BehaviourTest, ZonesThatComeTogetherShareOneTurn) {
  evidence::ServerLook first = server();
  evidence::ServerLook second = server();
  start(&first);
  start(&second);
  executor_.run_until_idle();
  EXPECT_EQ(transport_.count, 15U);
  EXPECT_EQ(second.behaviour, first.behaviour);
  EXPECT_THAT(first.behaviour, SizeIs(::testing::Gt(10U)));
}

TEST_F(BehaviourTest, APrivateServerIsNotAskedForNamesOutside) {
  serve(kPrivate);
  const evidence::ServerLook look = ask(kPrivate);
  EXPECT_EQ(look.find(BehaviourKind::kOutsideName), nullptr);
  EXPECT_NE(look.find(BehaviourKind::kRootServers), nullptr);
}

TEST_F(BehaviourTest, SilenceIsConfirmedByAnOrdinaryQuestion) {
  serve(kServer, [](const Request& request) {
    return request.options.edns_version > 0 ? std::nullopt : pass();
  });
  const evidence::ServerLook look = ask();
  EXPECT_EQ(at(look, BehaviourKind::kEdnsVersion).state, AnswerState::kTimeout);
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsVersion).alive_after);
  std::vector<bool> order;
  for (const auto& sent : transport_.sent) {
    if (sent.request.options.edns_version > 0) order.push_back(true);
    if (is_ordinary(sent.request)) order.push_back(false);
  }
  EXPECT_EQ(order, (std::vector<bool>{true, true, false, true})) << "twice, an ordinary one, and once more";
}

TEST_F(BehaviourTest, AServerThatWasBusyForAMomentIsNotBlamed) {
  int lost = 0;
  serve(kServer, [&lost](const Request& request) {
    return request.options.edns_version > 0 && lost++ < 2 ? std::nullopt : pass();
  });
  const evidence::ServerLook look = ask();
  EXPECT_EQ(lost, 3) << "asked once more after the ordinary question";
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsVersion).answered());
  EXPECT_FALSE(at(look, BehaviourKind::kEdnsVersion).alive_after);
}

TEST_F(BehaviourTest, AServerThatWentAwayIsNotBlamed) {
  transport_.silence(kServer);
  const evidence::ServerLook look = ask();
  for (const BehaviourLook& each : look.behaviour) {
    EXPECT_TRUE(!each.conclusive() || each.kind == BehaviourKind::kTransfer)
        << to_string(each.kind);
  }
  transport_.speak(kServer);
  const evidence::ServerLook later = ask();
  EXPECT_TRUE(at(later, BehaviourKind::kHeader).as_ordinary())
      << "what is not known is not remembered";
}

TEST_F(BehaviourTest, ALostPacketIsNoFault) {
  int lost = 0;
  serve(kServer, [&lost](const Request& request) {
    return request.options.mixed_case && lost++ == 0 ? std::nullopt : pass();
  });
  EXPECT_TRUE(at(ask(), BehaviourKind::kHeader).as_ordinary());
}

TEST_F(BehaviourTest, ARateLimitIsNoFault) {
  // Such servers drop some answers and truncate the others; TCP works.
  int answers = 0;
  serve(kServer, [&answers](const Request& request) -> std::optional<Reply> {
    if (request.protocol == Protocol::kTcp || request.question.name.is_root()) return pass();
    if (++answers % 2 == 0) return std::nullopt;
    dns::Message message;
    message.tc = true;
    return ScriptedTransport::reply_of(request, message);
  });
  const evidence::ServerLook look = ask();
  for (const BehaviourLook& each : look.behaviour) {
    if (each.kind == BehaviourKind::kRootServers || each.kind == BehaviourKind::kOutsideName ||
        each.kind == BehaviourKind::kTransfer) {
      continue;
    }
    EXPECT_FALSE(each.conclusive()) << to_string(each.kind);
  }
}

TEST_F(BehaviourTest, WhatWasNotAskedAgainSaysNothing) {
  serve(kServer, [](const Request& request) {
    return request.question.type == dns::RrType::kAxfr ? pass()
                                                       : error(request, dns::kRcodeServFail);
  });
  scope_->query_limit = 1;
  for (const BehaviourLook& each : ask().behaviour) {
    EXPECT_TRUE(each.state == AnswerState::kNotAsked || each.kind == BehaviourKind::kTransfer);
  }
}

TEST_F(BehaviourTest, OneErrorIsAskedAgain) {
  int errors = 0;
  serve(kServer, [&errors](const Request& request) {
    return request.options.edns_flags != 0 && errors++ == 0 ? error(request, dns::kRcodeFormErr)
                                                            : pass();
  });
  EXPECT_TRUE(at(ask(), BehaviourKind::kEdnsExtras).as_ordinary());
}

TEST_F(BehaviourTest, WhatFailsTogetherIsAskedApart) {
  serve(kServer, [](const Request& request) {
    return request.options.edns_flags != 0 ? error(request, dns::kRcodeFormErr) : pass();
  });
  const evidence::ServerLook look = ask();
  EXPECT_EQ(look.find(BehaviourKind::kEdnsExtras), nullptr);
  EXPECT_EQ(at(look, BehaviourKind::kEdnsFlag).rcode, dns::kRcodeFormErr);
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsOption).as_ordinary());
}

TEST_F(BehaviourTest, HeaderFlagsAndCaseAreToldApart) {
  serve(kServer, [](const Request& request) {
    return request.options.recursion_desired ? error(request, dns::kRcodeRefused) : pass();
  });
  const evidence::ServerLook look = ask();
  EXPECT_EQ(look.find(BehaviourKind::kHeader), nullptr);
  EXPECT_EQ(at(look, BehaviourKind::kRecursionDesired).rcode, dns::kRcodeRefused);
  EXPECT_TRUE(at(look, BehaviourKind::kOtherFlags).as_ordinary());
  EXPECT_TRUE(at(look, BehaviourKind::kMixedCase).as_ordinary());
}

TEST_F(BehaviourTest, WhatComesBackIsSeen) {
  serve(kServer, [this](const Request& request) {
    std::optional<Reply> reply = good(request);
    reply->message.written_name = request.question.name.wire();
    if (!reply->message.edns) return reply;
    reply->message.edns->flags = request.options.edns_flags;
    for (const dns::EdnsOption& option : request.options.edns_options) {
      reply->message.edns->options.push_back(option);
    }
    return reply;
  });
  const evidence::ServerLook look = ask();
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsExtras).flag_returned);
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsExtras).option_returned);
  EXPECT_FALSE(at(look, BehaviourKind::kHeader).case_kept);
}

TEST_F(BehaviourTest, CookiesAreJudgedByTheirOctets) {
  const auto with = [this](Bytes cookie, bool always) {
    behaviour().forget();
    serve(kServer, [this, cookie, always](const Request& request) {
      std::optional<Reply> reply = good(request);
      if (reply->message.edns && (always || has_option(request, dns::EdnsOption::kCookie))) {
        reply->message.edns->options = {{dns::EdnsOption::kCookie, cookie}};
      }
      return reply;
    });
    return ask();
  };
  EXPECT_EQ(at(with(Bytes(24, 'x'), false), BehaviourKind::kCookie).cookie,
            CookieState::kWrongClient);
  EXPECT_EQ(at(with(Bytes(24, 'x'), true), BehaviourKind::kEdnsExtras).cookie,
            CookieState::kUnasked);
}

TEST_F(BehaviourTest, AServerWithoutCookiesIsNotAskedForMore) {
  serve(kServer, [this](const Request& request) {
    std::optional<Reply> reply = good(request);
    if (has_option(request, dns::EdnsOption::kCookie)) reply->message.edns->options.clear();
    return reply;
  });
  const evidence::ServerLook look = ask();
  EXPECT_EQ(at(look, BehaviourKind::kCookie).cookie, CookieState::kNone);
  EXPECT_EQ(look.find(BehaviourKind::kOwnCookie), nullptr);
}

TEST_F(BehaviourTest, InstancesWithOtherSecretsGetASecondTry) {
  // The instance behind the address changes: each has a secret of its own, and then stays.
  const Bytes other(16, '\x77');
  serve(kServer, [other](const Request& request) -> std::optional<Reply> {
    const Bytes& cookie = cookie_of(request);
    if (cookie.size() != 24 || cookie.substr(8) == other || cookie.substr(8) != kServerCookie)
      return pass();
    std::optional<Reply> reply = error(request, dns::kRcodeBadCookie);
    reply->message.edns->options.push_back({dns::EdnsOption::kCookie, cookie.substr(0, 8) + other});
    return reply;
  });
  const evidence::ServerLook look = ask();
  std::vector<Bytes> tried;
  for (const auto& sent : transport_.sent) {
    const Bytes& cookie = cookie_of(sent.request);
    if (cookie.size() == 24 && cookie.substr(8) != Bytes(16, '\x5a'))
      tried.push_back(cookie.substr(8));
  }
  EXPECT_EQ(tried, (std::vector<Bytes>{kServerCookie, other}));
}

TEST_F(BehaviourTest, ClientSubnetIsTriedOnlyWhereOptionsFail) {
  EXPECT_EQ(ask().find(BehaviourKind::kClientSubnet), nullptr);
  behaviour().forget();
  serve(kServer, [](const Request& request) {
    return request.options.edns_options.empty() ? pass() : std::nullopt;
  });
  const evidence::ServerLook look = ask();
  EXPECT_TRUE(at(look, BehaviourKind::kEdnsOption).alive_after);
  EXPECT_TRUE(at(look, BehaviourKind::kCookie).alive_after);
  EXPECT_TRUE(at(look, BehaviourKind::kClientSubnet).alive_after);
}

TEST_F(BehaviourTest, AServerWithoutEdnsIsNotAskedAboutIt) {
  evidence::ServerLook look = server();
  for (evidence::Answer& answer : look.answers) answer.edns = false;
  start(&look);
  executor_.run_until_idle();
  EXPECT_EQ(look.find(BehaviourKind::kEdnsVersion), nullptr);
  EXPECT_EQ(look.find(BehaviourKind::kCookie), nullptr);
  EXPECT_TRUE(at(look, BehaviourKind::kHeader).as_ordinary());
  for (const auto& sent : transport_.sent) EXPECT_FALSE(sent.request.options.edns);
}

TEST_F(BehaviourTest, ASilentServerIsLeftAlone) {
  evidence::ServerLook look = server();
  for (evidence::Answer& answer : look.answers) answer = silence(answer.question);
  start(&look);
  executor_.run_until_idle();
  EXPECT_EQ(transport_.count, 0U);
  EXPECT_THAT(look.behaviour, IsEmpty());
}

TEST_F(BehaviourTest, AServerThatRefusesIsAskedWithFlagsOnly) {
  evidence::ServerLook look = server();
  for (evidence::Answer& answer : look.answers) {
    answer.rcode = dns::kRcodeRefused;
    answer.answer.clear();
  }
  serve(kServer, [](const Request& request) {
    return request.options.recursion_desired ? pass() : error(request, dns::kRcodeRefused);
  });
  start(&look);
  executor_.run_until_idle();
  EXPECT_THAT(look.behaviour, SizeIs(2));
  EXPECT_TRUE(at(look, BehaviourKind::kRecursionDesired).as_ordinary());
  EXPECT_EQ(at(look, BehaviourKind::kOtherFlags).rcode, dns::kRcodeRefused);
}

TEST_F(BehaviourTest, LargeAnswersAreTriedWhereTheyAreLarge) {
  evidence::ServerLook look = server();
  look.answers[0].truncated_udp = true;
  look.answers[0].size = 1800;
  serve(kServer, [](const Request& request) {
    return request.question.type == dns::RrType::kDnskey && request.options.udp_size > 1232
               ? std::nullopt
               : pass();
  });
  start(&look);
  executor_.run_until_idle();
  EXPECT_TRUE(at(look, BehaviourKind::kDnskeyLarge).alive_after);
  EXPECT_EQ(look.find(BehaviourKind::kDnskeySmall), nullptr);
}

TEST_F(BehaviourTest, LostKeysAreAskedForInOtherWays) {
  evidence::ServerLook look = server();
  look.answers[0] = silence(look.answers[0].question);
  start(&look);
  executor_.run_until_idle();
  EXPECT_TRUE(at(look, BehaviourKind::kDnskeySmall).answered());
  EXPECT_TRUE(at(look, BehaviourKind::kDnskeyTcp).answered());
  const auto tcp =
      std::count_if(transport_.sent.begin(), transport_.sent.end(),
                    [](const auto& sent) { return sent.request.protocol == Protocol::kTcp; });
  EXPECT_EQ(tcp, 2) << "the transfer and the keys";
}

TEST_F(BehaviourTest, TheWholeZoneIsSeenByItsFirstRecord) {
  serve(kServer, [this](const Request& request) {
    if (request.question.type != dns::RrType::kAxfr) return pass();
    return std::optional(
        ScriptedTransport::reply_of(request, zone_.answer("example.", dns::RrType::kSoa)));
  });
  EXPECT_TRUE(at(ask(), BehaviourKind::kTransfer).has_answer);
}

TEST_F(BehaviourTest, VersionsAreReadAsPrintableText) {
  serve(kServer, [](const Request& request) {
    if (request.options.rr_class != dns::kClassCh) return pass();
    dns::RRset set;
    set.owner = request.question.name;
    set.type = dns::RrType::kTxt;
    set.rdatas = {Bytes("\x05Lab\x1b") + "1" + Bytes("\x02") + "2!"};
    dns::Message message;
    message.answer = {set};
    return std::optional(ScriptedTransport::reply_of(request, message));
  });
  const evidence::ServerLook look = ask();
  EXPECT_EQ(at(look, BehaviourKind::kVersionBind).text, "Lab?1 2!");
  EXPECT_EQ(look.find(BehaviourKind::kVersionServer), nullptr) << "told once is enough";
}

TEST_F(BehaviourTest, TheLimitHoldsWhateverTheServerDoes) {
  scope_->query_limit = Behaviour::kMostQueries;
  serve(kServer,
        [](const Request& request) { return is_ordinary(request) ? pass() : std::nullopt; });
  const evidence::ServerLook look = ask();
  EXPECT_LE(transport_.count, static_cast<std::uint64_t>(Behaviour::kMostQueries));
  EXPECT_FALSE(look.behaviour.empty());
}

}  // namespace
}  // namespace anchorwatch::probe
