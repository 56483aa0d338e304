// SPDX-License-Identifier: Apache-2.0
// What servers make of unusual questions: each fault named, each legal answer silent, and nothing
// said where nothing was seen.
#include <functional>

#include "judge_lab.h"

namespace anchorwatch::judge {
namespace {

using evidence::AnswerState;
using evidence::BehaviourKind;
using evidence::BehaviourLook;
using evidence::CookieState;
using evidence::ServerLook;

constexpr const char* kAtFirst = "example.com.@192.0.2.1";

/// The answers of a server that does everything right.
std::vector<BehaviourLook> good_manners() {
  std::vector<BehaviourLook> looks;
  for (const BehaviourKind kind :
       {BehaviourKind::kNsid, BehaviourKind::kHeader, BehaviourKind::kEdnsExtras,
        BehaviourKind::kCookie, BehaviourKind::kOwnCookie, BehaviourKind::kForeignCookie}) {
    looks.push_back({.kind = kind,
                     .state = AnswerState::kAnswered,
                     .aa = true,
                     .has_answer = true,
                     .edns = true});
  }
  looks[3].cookie = looks[4].cookie = CookieState::kGood;
  const auto add = [&looks](BehaviourKind kind, int rcode) {
    looks.push_back({.kind = kind, .state = AnswerState::kAnswered, .rcode = rcode, .edns = true});
  };
  add(BehaviourKind::kEdnsVersion, dns::kRcodeBadVers);
  add(BehaviourKind::kMalformedCookie, dns::kRcodeFormErr);
  add(BehaviourKind::kOutsideName, dns::kRcodeRefused);
  add(BehaviourKind::kRootServers, dns::kRcodeRefused);
  add(BehaviourKind::kVersionBind, 0);
  add(BehaviourKind::kVersionServer, 0);
  add(BehaviourKind::kTransfer, 0);
  return looks;
}

/// The look of this kind; it is added where it is not there.
BehaviourLook& at(ServerLook& server, BehaviourKind kind) {
  for (BehaviourLook& look : server.behaviour) {
    if (look.kind == kind) return look;
  }
  server.behaviour.push_back({.kind = kind,
                              .state = AnswerState::kAnswered,
                              .aa = true,
                              .has_answer = true,
                              .edns = true});
  return server.behaviour.back();
}
void fail(ServerLook& server, BehaviourKind kind, int rcode) {
  BehaviourLook& look = at(server, kind);
  look.rcode = rcode;
  look.has_answer = false;
}
void silence(ServerLook& server, BehaviourKind kind, bool alive_after = true) {
  at(server, kind) = {.kind = kind, .state = AnswerState::kTimeout, .alive_after = alive_after};
}
void drop(ServerLook& server, BehaviourKind kind) {
  std::erase_if(server.behaviour, [kind](const BehaviourLook& look) { return look.kind == kind; });
}

class BehaviourRules : public ::testing::Test {
 protected:
  BehaviourRules() {
    lab_.sign();
    look_ = lab_.look();
    for (ServerLook& server : look_.servers) server.behaviour = good_manners();
  }
  ServerLook& server() { return look_.servers[0]; }  // 192.0.2.1
  std::string found() { return summary(lab_.run(look_)); }
  static std::string one(const char* code, const char* severity) {
    return std::string(code) + " " + severity + " " + kAtFirst;
  }

  JudgeLab lab_;
  evidence::ZoneEvidence look_;
};

TEST_F(BehaviourRules, GoodMannersAreSilent) { EXPECT_EQ(found(), ""); }

TEST_F(BehaviourRules, SilenceCountsOnlyWhenTheServerAnswersOrdinaryQuestions) {
  for (BehaviourLook& look : server().behaviour) {
    look = {.kind = look.kind, .state = AnswerState::kTimeout, .alive_after = false};
  }
  EXPECT_EQ(found(), "");
  for (BehaviourLook& look : server().behaviour) look = {.kind = look.kind};
  EXPECT_EQ(found(), "") << "not asked";
  server().behaviour.clear();
  EXPECT_EQ(found(), "");
}

TEST_F(BehaviourRules, EdnsVersion) {
  const std::string wanted = one("EDNS_VERSION", "warning");
  silence(server(), BehaviourKind::kEdnsVersion);
  EXPECT_EQ(found(), wanted);
  fail(server(), BehaviourKind::kEdnsVersion, dns::kRcodeFormErr);
  at(server(), BehaviourKind::kEdnsVersion).state = AnswerState::kAnswered;
  EXPECT_EQ(found(), wanted);
  at(server(), BehaviourKind::kEdnsVersion) = {.kind = BehaviourKind::kEdnsVersion,
                                               .state = AnswerState::kAnswered,
                                               .has_answer = true,
                                               .edns = true};
  EXPECT_EQ(found(), wanted) << "as if it knew version 1";
  at(server(), BehaviourKind::kEdnsVersion) = {.kind = BehaviourKind::kEdnsVersion,
                                               .state = AnswerState::kAnswered,
                                               .rcode = dns::kRcodeBadVers,
                                               .edns = true,
                                               .edns_version = 1};
  EXPECT_EQ(found(), wanted) << "BADVERS names the version that the server knows";
}

TEST_F(BehaviourRules, EdnsVersionOfAServerInOtherHands) {
  silence(server(), BehaviourKind::kEdnsVersion);
  server().name = name_of("ns1.provider.test.");
  EXPECT_EQ(find(lab_.run(look_), FindingCode::EDNS_VERSION)->severity, Severity::kNotice);
}

TEST_F(BehaviourRules, EdnsFlags) {
  const std::string wanted = one("EDNS_FLAGS", "warning");
  at(server(), BehaviourKind::kEdnsExtras).flag_returned = true;
  EXPECT_EQ(found(), wanted);
  drop(server(), BehaviourKind::kEdnsExtras);
  at(server(), BehaviourKind::kEdnsOption);
  at(server(), BehaviourKind::kEdnsFlag);
  EXPECT_EQ(found(), "");
  fail(server(), BehaviourKind::kEdnsFlag, dns::kRcodeFormErr);
  EXPECT_EQ(found(), wanted);
  silence(server(), BehaviourKind::kEdnsFlag);
  EXPECT_EQ(found(), wanted);
}

TEST_F(BehaviourRules, EdnsOption) {
  at(server(), BehaviourKind::kEdnsExtras).option_returned = true;
  EXPECT_EQ(found(), one("EDNS_OPTION", "warning"));
  drop(server(), BehaviourKind::kEdnsExtras);
  at(server(), BehaviourKind::kEdnsFlag);
  fail(server(), BehaviourKind::kEdnsOption, dns::kRcodeFormErr);
  EXPECT_EQ(found(), one("EDNS_OPTION", "warning"));
  silence(server(), BehaviourKind::kNsid);
  EXPECT_EQ(found(), one("EDNS_OPTION", "warning")) << "resolvers do not ask for NSID";
  silence(server(), BehaviourKind::kClientSubnet);
  EXPECT_EQ(found(), one("EDNS_OPTION", "error"));
  drop(server(), BehaviourKind::kClientSubnet);
  for (const BehaviourKind kind : {BehaviourKind::kOwnCookie, BehaviourKind::kForeignCookie,
                                   BehaviourKind::kMalformedCookie}) {
    drop(server(), kind);
  }
  silence(server(), BehaviourKind::kCookie);
  EXPECT_EQ(found(), one("EDNS_OPTION", "error"));
}

TEST_F(BehaviourRules, CookiesThatBreakTheRules) {
  const std::string wanted = one("COOKIE_FAULTS", "warning");
  for (const CookieState state :
       {CookieState::kClientOnly, CookieState::kWrongClient, CookieState::kWrongLength}) {
    at(server(), BehaviourKind::kCookie).cookie = state;
    EXPECT_EQ(found(), wanted) << static_cast<int>(state);
  }
  at(server(), BehaviourKind::kCookie).cookie = CookieState::kGood;
  at(server(), BehaviourKind::kHeader).cookie = CookieState::kUnasked;
  EXPECT_EQ(found(), wanted);
  at(server(), BehaviourKind::kHeader).cookie = CookieState::kNone;
  fail(server(), BehaviourKind::kOwnCookie, dns::kRcodeBadCookie);
  EXPECT_EQ(found(), wanted) << "it was tried again before";
  at(server(), BehaviourKind::kOwnCookie).rcode = 0;
  at(server(), BehaviourKind::kOwnCookie).has_answer = true;
  fail(server(), BehaviourKind::kForeignCookie, dns::kRcodeServFail);
  EXPECT_EQ(found(), wanted);
  fail(server(), BehaviourKind::kForeignCookie, dns::kRcodeBadCookie);
  EXPECT_EQ(found(), "") << "a bad cookie may be called one";
  at(server(), BehaviourKind::kMalformedCookie).rcode = 0;
  at(server(), BehaviourKind::kMalformedCookie).has_answer = true;
  EXPECT_EQ(found(), wanted);
}

TEST_F(BehaviourRules, NoCookiesAreLegal) {
  for (const BehaviourKind kind : {BehaviourKind::kOwnCookie, BehaviourKind::kForeignCookie,
                                   BehaviourKind::kMalformedCookie}) {
    drop(server(), kind);
  }
  at(server(), BehaviourKind::kCookie).cookie = CookieState::kNone;
  EXPECT_EQ(found(), "");
  fail(server(), BehaviourKind::kCookie, dns::kRcodeBadCookie);
  EXPECT_EQ(found(), "") << "a server may insist on cookies";
}

TEST_F(BehaviourRules, LetterCase) {
  at(server(), BehaviourKind::kHeader).case_kept = false;
  EXPECT_EQ(found(), one("QNAME_CASE", "notice"));
  drop(server(), BehaviourKind::kHeader);
  at(server(), BehaviourKind::kRecursionDesired);
  at(server(), BehaviourKind::kOtherFlags);
  at(server(), BehaviourKind::kMixedCase);
  EXPECT_EQ(found(), "");
  fail(server(), BehaviourKind::kMixedCase, dns::kRcodeNxDomain);
  EXPECT_EQ(found(), one("QNAME_CASE", "warning"));
  fail(server(), BehaviourKind::kMixedCase, dns::kRcodeNoError);
  EXPECT_EQ(found(), one("QNAME_CASE", "warning")) << "no record of that name";
}

TEST_F(BehaviourRules, HeaderFlags) {
  const std::string wanted = one("REQUEST_FLAG_SENSITIVE", "warning");
  drop(server(), BehaviourKind::kHeader);
  at(server(), BehaviourKind::kMixedCase);
  at(server(), BehaviourKind::kOtherFlags);
  fail(server(), BehaviourKind::kRecursionDesired, dns::kRcodeRefused);
  EXPECT_EQ(found(), "") << "a policy, and resolvers ask without RD";
  fail(server(), BehaviourKind::kRecursionDesired, dns::kRcodeServFail);
  EXPECT_EQ(found(), wanted);
  silence(server(), BehaviourKind::kRecursionDesired);
  EXPECT_EQ(found(), wanted);
  drop(server(), BehaviourKind::kRecursionDesired);
  fail(server(), BehaviourKind::kOtherFlags, dns::kRcodeRefused);
  EXPECT_EQ(found(), wanted);
}

TEST_F(BehaviourRules, AFlagIsNotToBlameForWhatFailsWithoutIt) {
  drop(server(), BehaviourKind::kHeader);
  for (const BehaviourKind kind : {BehaviourKind::kRecursionDesired, BehaviourKind::kOtherFlags,
                                   BehaviourKind::kMixedCase}) {
    fail(server(), kind, dns::kRcodeNxDomain);
  }
  evidence::Answer& soa = answer_of(look_, 0, dns::RrType::kSoa);
  soa.rcode = dns::kRcodeNxDomain;
  soa.answer.clear();
  const Judgement judgement = lab_.run(look_);
  EXPECT_EQ(find(judgement, FindingCode::REQUEST_FLAG_SENSITIVE), nullptr) << summary(judgement);
  EXPECT_EQ(find(judgement, FindingCode::QNAME_CASE), nullptr) << summary(judgement);
}

TEST_F(BehaviourRules, AnswersOnlyWithAFlag) {
  for (evidence::Answer& answer : server().answers) {
    answer.rcode = dns::kRcodeRefused;
    answer.aa = false;
    answer.answer.clear();
    answer.authority.clear();
  }
  server().behaviour.clear();
  fail(server(), BehaviourKind::kOtherFlags, dns::kRcodeRefused);
  fail(server(), BehaviourKind::kRecursionDesired, dns::kRcodeRefused);
  EXPECT_EQ(find(lab_.run(look_), FindingCode::REQUEST_FLAG_SENSITIVE), nullptr) << "just lame";
  server().behaviour.clear();
  at(server(), BehaviourKind::kRecursionDesired);
  const Judgement judgement = lab_.run(look_);
  ASSERT_NE(find(judgement, FindingCode::REQUEST_FLAG_SENSITIVE), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::SERVER_LAME)->caused_by,
            FindingCode::REQUEST_FLAG_SENSITIVE);
}

TEST_F(BehaviourRules, OpenRecursor) {
  lab_.policy.allow_special_addresses = false;
  const IpAddress address = IpAddress::from_text("9.9.9.9").value();
  server().address = address;
  BehaviourLook& look = at(server(), BehaviourKind::kOutsideName);
  look.rcode = 0;
  look.has_answer = true;
  const auto open = [&] { return find(lab_.run(look_), FindingCode::OPEN_RECURSOR); };
  EXPECT_EQ(open(), nullptr) << "without RA the answer comes from somewhere else";
  look.ra = true;
  const Judgement judgement = lab_.run(look_);
  ASSERT_NE(find(judgement, FindingCode::OPEN_RECURSOR), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::OPEN_RECURSOR)->subject.server, address);
  look.aa = true;
  EXPECT_EQ(open(), nullptr) << "it serves the root";
  look.aa = false;
  look.has_answer = false;
  EXPECT_EQ(open(), nullptr) << "RA alone is not enough";
  look.has_answer = true;
  server().address = IpAddress::from_text("10.0.0.53").value();
  EXPECT_EQ(open(), nullptr) << "a private network";
  server().address = address;
  lab_.policy.allow_special_addresses = true;
  EXPECT_EQ(open(), nullptr) << "a laboratory";
}

TEST_F(BehaviourRules, UpwardReferral) {
  at(server(), BehaviourKind::kRootServers) = {
      .kind = BehaviourKind::kRootServers, .state = AnswerState::kAnswered, .root_referral = true};
  EXPECT_EQ(found(), one("UPWARD_REFERRAL", "notice"));
}

TEST_F(BehaviourRules, VersionOfTheSoftware) {
  at(server(), BehaviourKind::kVersionServer).text = "none of your business";
  EXPECT_EQ(found(), "");
  at(server(), BehaviourKind::kVersionServer).text = "LabDNS 1.2";
  const Judgement judgement = lab_.run(look_);
  EXPECT_EQ(summary(judgement), one("VERSION_LEAK", "info"));
  EXPECT_EQ(std::get<std::string>(judgement.findings[0].data.at("version")), "LabDNS 1.2");
}

TEST_F(BehaviourRules, OpenTransfer) {
  at(server(), BehaviourKind::kTransfer).has_answer = true;
  EXPECT_EQ(found(), one("AXFR_OPEN", "notice"));
}

TEST_F(BehaviourRules, ForeignClass) {
  answer_of(look_, 0, dns::RrType::kMx).foreign_class = true;
  EXPECT_EQ(found(), one("FOREIGN_CLASS", "warning"));
}

TEST_F(BehaviourRules, AnswersFromAnotherAddress) {
  for (evidence::Answer& answer : server().answers) answer = anchorwatch::silence(answer.question);
  server().behaviour.clear();
  server().answers[0].other_source = "192.0.2.99 port 53";
  EXPECT_EQ(find(lab_.run(look_), FindingCode::SOURCE_ADDRESS), nullptr) << "one may be forged";
  server().answers[1].other_source = "192.0.2.99 port 53";
  const Judgement judgement = lab_.run(look_);
  const Finding* finding = find(judgement, FindingCode::SOURCE_ADDRESS);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(std::get<std::vector<std::string>>(finding->data.at("sources")),
            std::vector<std::string>{"192.0.2.99"});
  EXPECT_EQ(find(judgement, FindingCode::TRANSPORT_UDP_DEAD)->caused_by,
            FindingCode::SOURCE_ADDRESS);
}

TEST_F(BehaviourRules, AServerThatAnswersHasTheRightAddress) {
  for (evidence::Answer& answer : server().answers) answer.other_source = "192.0.2.99 port 53";
  EXPECT_EQ(found(), "");
}

TEST_F(BehaviourRules, AnswersWithin1232OctetsGetLost) {
  evidence::Answer& keys = answer_of(look_, 0, dns::RrType::kDnskey);
  keys = anchorwatch::silence(keys.question);
  EXPECT_EQ(find(lab_.run(look_), FindingCode::PMTU), nullptr);
  silence(server(), BehaviourKind::kDnskeySmall);
  silence(server(), BehaviourKind::kDnskeyTcp);
  EXPECT_EQ(find(lab_.run(look_), FindingCode::PMTU), nullptr) << "it is not the size";
  at(server(), BehaviourKind::kDnskeySmall).state = AnswerState::kAnswered;
  const Judgement judgement = lab_.run(look_);
  ASSERT_NE(find(judgement, FindingCode::PMTU), nullptr);
  EXPECT_EQ(find(judgement, FindingCode::PMTU)->severity, Severity::kError);
  EXPECT_EQ(find(judgement, FindingCode::DNSKEY_FETCH_FAILED)->caused_by, FindingCode::PMTU);
}

TEST_F(BehaviourRules, OnlyLargerAnswersGetLost) {
  at(server(), BehaviourKind::kDnskeyLarge);
  EXPECT_EQ(found(), "");
  silence(server(), BehaviourKind::kDnskeyLarge);
  EXPECT_EQ(found(), "PMTU notice example.com./DNSKEY@192.0.2.1");
  for (ServerLook& each : look_.servers) silence(each, BehaviourKind::kDnskeyLarge);
  EXPECT_EQ(found(), "") << "at every server: it is our own path";
}

TEST_F(BehaviourRules, WhatWasNotSeenIsLeftOpen) {
  const auto open = [&](FindingCode code) {
    const std::vector<FindingCode> codes = lab_.run(look_).servers.at(0).open_questions;
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  EXPECT_FALSE(open(FindingCode::EDNS_VERSION));
  EXPECT_FALSE(open(FindingCode::REQUEST_FLAG_SENSITIVE));
  silence(server(), BehaviourKind::kEdnsVersion, false);
  EXPECT_TRUE(open(FindingCode::EDNS_VERSION));
  drop(server(), BehaviourKind::kHeader);
  at(server(), BehaviourKind::kMixedCase);
  EXPECT_TRUE(open(FindingCode::REQUEST_FLAG_SENSITIVE));
  EXPECT_FALSE(open(FindingCode::QNAME_CASE));
  silence(server(), BehaviourKind::kDnskeyLarge, false);
  EXPECT_TRUE(open(FindingCode::PMTU));
}

TEST_F(BehaviourRules, TheInstanceIsNamed) {
  server().nsid = "fra1";
  look_.servers[1].nsid = Bytes("\x01\xff", 2);
  const Judgement judgement = lab_.run(look_);
  EXPECT_EQ(judgement.servers[0].nsid, "fra1");
  EXPECT_EQ(judgement.servers[1].nsid, "01ff");
  EXPECT_EQ(judgement.servers[2].nsid, "");
}

}  // namespace
}  // namespace anchorwatch::judge
