// SPDX-License-Identifier: Apache-2.0
#include "behaviour_questions.h"

#include <algorithm>

namespace anchorwatch::probe {

using evidence::AnswerState;
using evidence::BehaviourKind;
using evidence::BehaviourLook;
using evidence::CookieState;

namespace {

/// A flag that nobody has assigned (RFC 6891 §6.1.4).
constexpr std::uint16_t kUnknownFlag = 0x0040;
/// An option for local use, which no server may know (RFC 6891 §9).
constexpr std::uint16_t kUnknownOption = 65500;
constexpr std::size_t kClientCookieSize = 8;
/// RFC 7873 §4: 8 octets of the client, 8 to 32 of the server.
constexpr std::size_t kShortestCookie = 16;
constexpr std::size_t kLongestCookie = 40;
constexpr std::size_t kLongestText = 100;

void add_cookie(BehaviourQuestion& question, Bytes cookie) {
  question.options.edns_options.push_back({dns::EdnsOption::kCookie, std::move(cookie)});
}

/// "Which networks is this answer for", without telling a network (RFC 7871 §7.1.2).
Bytes empty_client_subnet() {
  Bytes data;
  append_u16(data, 1);  // IPv4.
  append_u16(data, 0);  // Source and scope prefix length.
  return data;
}

void set_chaos(BehaviourQuestion& asked, const char* name) {
  asked.question = {*dns::Name::from_text(name), dns::RrType::kTxt};
  asked.options.rr_class = dns::kClassCh;
  asked.options.dnssec_ok = false;
  asked.options.edns = false;
}

void set_edns(BehaviourQuestion& asked, BehaviourKind kind, const BehaviourTarget& target) {
  dns::QueryOptions& options = asked.options;
  const Bytes& client = target.client_cookie;
  if (kind == BehaviourKind::kNsid) options.request_nsid = true;
  if (kind == BehaviourKind::kEdnsVersion) options.edns_version = 1;
  if (kind == BehaviourKind::kEdnsExtras || kind == BehaviourKind::kEdnsFlag)
    options.edns_flags = kUnknownFlag;
  if (kind == BehaviourKind::kEdnsExtras || kind == BehaviourKind::kEdnsOption) {
    options.edns_options.push_back({kUnknownOption, {}});
  }
  if (kind == BehaviourKind::kClientSubnet) {
    options.edns_options.push_back({dns::EdnsOption::kClientSubnet, empty_client_subnet()});
  }
  if (kind == BehaviourKind::kCookie) add_cookie(asked, client);
  if (kind == BehaviourKind::kOwnCookie) add_cookie(asked, client + target.server_cookie);
  // Of the length that servers make (RFC 9018 §4), with a content that none of them made.
  if (kind == BehaviourKind::kForeignCookie) add_cookie(asked, client + Bytes(16, '\x5a'));
  if (kind == BehaviourKind::kMalformedCookie) add_cookie(asked, client + Bytes(1, '\x5a'));
}

void set_header(dns::QueryOptions& options, BehaviourKind kind) {
  const bool all = kind == BehaviourKind::kHeader;
  options.mixed_case = all || kind == BehaviourKind::kMixedCase;
  options.recursion_desired =
      all || kind == BehaviourKind::kRecursionDesired || kind == BehaviourKind::kOutsideName;
  options.authentic_data = all || kind == BehaviourKind::kOtherFlags;
  options.checking_disabled = options.authentic_data;
}

/// All character-strings of all TXT records.
std::string text_of(const dns::Message& message, const dns::Question& question) {
  const dns::RRset* set = dns::find_rrset(message.answer, question.name, question.type);
  std::string text;
  if (set == nullptr) return text;
  for (const Bytes& rdata : set->rdatas) {
    for (std::size_t at = 0; at < rdata.size(); at += octet(rdata, at) + 1U) {
      if (!text.empty()) text += ' ';
      text += rdata.substr(at + 1, octet(rdata, at));
    }
  }
  text.resize(std::min(text.size(), kLongestText));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

CookieState cookie_state(const BehaviourQuestion& asked, const BehaviourTarget& target,
                         const dns::Message& message) {
  const dns::EdnsOption* cookie =
      message.edns ? message.edns->find(dns::EdnsOption::kCookie) : nullptr;
  if (cookie == nullptr) return CookieState::kNone;
  const auto& sent = asked.options.edns_options;
  const bool sent_one = std::any_of(sent.begin(), sent.end(), [](const dns::EdnsOption& option) {
    return option.code == dns::EdnsOption::kCookie;
  });
  if (!sent_one) return CookieState::kUnasked;
  const Bytes& data = cookie->data;
  if (data.substr(0, kClientCookieSize) != target.client_cookie) return CookieState::kWrongClient;
  if (data.size() == kClientCookieSize) return CookieState::kClientOnly;
  return data.size() < kShortestCookie || data.size() > kLongestCookie ? CookieState::kWrongLength
                                                                       : CookieState::kGood;
}

bool has_root_servers(const std::vector<dns::RRset>& section) {
  return dns::find_rrset(section, dns::Name(), dns::RrType::kNs) != nullptr;
}

void read_edns(const dns::Edns& edns, const BehaviourQuestion& asked, BehaviourLook& look) {
  look.edns = true;
  look.edns_version = edns.version;
  look.flag_returned = (edns.flags & asked.options.edns_flags) != 0;
  look.option_returned = edns.find(kUnknownOption) != nullptr;
}

AnswerState state_of(net::ReplyState state) {
  switch (state) {
    case net::ReplyState::kMessage: return AnswerState::kAnswered;
    case net::ReplyState::kTimeout: return AnswerState::kTimeout;
    case net::ReplyState::kNetworkError: return AnswerState::kNetworkError;
    case net::ReplyState::kMalformed: return AnswerState::kMalformed;
  }
  return AnswerState::kMalformed;
}

/// A zone begins with its SOA. How a server refuses one differs from day to day and means nothing.
BehaviourLook read_transfer(const BehaviourQuestion& asked, const net::Reply& reply) {
  BehaviourLook look;
  look.kind = BehaviourKind::kTransfer;
  look.state =
      reply.state == net::ReplyState::kTimeout ? AnswerState::kTimeout : AnswerState::kAnswered;
  const dns::Message& message = reply.message;
  look.has_answer =
      reply.state == net::ReplyState::kMessage && message.rcode == dns::kRcodeNoError &&
      dns::find_rrset(message.answer, asked.question.name, dns::RrType::kSoa) != nullptr;
  return look;
}

}  // namespace

BehaviourQuestion question_for(BehaviourKind kind, const BehaviourTarget& target) {
  BehaviourQuestion asked;
  asked.question = {target.zone, dns::RrType::kSoa};
  asked.options.edns = target.edns;
  switch (kind) {
    case BehaviourKind::kVersionBind: set_chaos(asked, "version.bind."); return asked;
    case BehaviourKind::kVersionServer: set_chaos(asked, "version.server."); return asked;
    case BehaviourKind::kOutsideName: asked.question = {dns::Name(), dns::RrType::kSoa}; break;
    case BehaviourKind::kRootServers: asked.question = {dns::Name(), dns::RrType::kNs}; break;
    case BehaviourKind::kTransfer:
      asked.question.type = dns::RrType::kAxfr;
      asked.options.edns = false;
      asked.protocol = net::Protocol::kTcp;
      return asked;
    case BehaviourKind::kDnskeySmall:
    case BehaviourKind::kDnskeyLarge:
    case BehaviourKind::kDnskeyTcp:
      asked.question.type = dns::RrType::kDnskey;
      asked.options.udp_size = kind == BehaviourKind::kDnskeyLarge ? 4096 : 512;
      if (kind == BehaviourKind::kDnskeyTcp) asked.protocol = net::Protocol::kTcp;
      return asked;
    default: break;
  }
  set_header(asked.options, kind);
  if (target.edns) set_edns(asked, kind, target);
  return asked;
}

BehaviourLook read_reply(BehaviourKind kind, const BehaviourQuestion& asked,
                         const BehaviourTarget& target, const net::Reply& reply) {
  if (kind == BehaviourKind::kTransfer) return read_transfer(asked, reply);
  BehaviourLook look;
  look.kind = kind;
  look.state = state_of(reply.state);
  if (!look.answered()) return look;
  const dns::Message& message = reply.message;
  if (message.tc && asked.question.type != dns::RrType::kDnskey) {
    // A rate limit of the server, or an answer that does not fit: neither is about the question.
    look.state = AnswerState::kNotAsked;
    return look;
  }
  if (kind == BehaviourKind::kVersionBind || kind == BehaviourKind::kVersionServer) {
    look.text = text_of(message, asked.question);
    return look;
  }
  look.rcode = message.rcode;
  look.aa = message.aa;
  look.ra = message.ra;
  look.has_answer =
      dns::find_rrset(message.answer, asked.question.name, asked.question.type) != nullptr;
  look.root_referral = !message.aa && message.rcode == dns::kRcodeNoError &&
                       message.answer.empty() && has_root_servers(message.authority);
  if (message.edns) read_edns(*message.edns, asked, look);
  look.cookie = cookie_state(asked, target, message);
  if (asked.options.mixed_case && !message.written_name.empty()) {
    look.case_kept = message.written_name == dns::with_mixed_case(asked.question.name.wire());
  }
  return look;
}

Bytes server_cookie_in(const net::Reply& reply) {
  if (reply.state != net::ReplyState::kMessage || !reply.message.edns) return {};
  const dns::EdnsOption* cookie = reply.message.edns->find(dns::EdnsOption::kCookie);
  if (cookie == nullptr || cookie->data.size() < kShortestCookie) return {};
  return cookie->data.substr(kClientCookieSize);
}

bool settled(const BehaviourLook& look) {
  switch (look.kind) {
    case BehaviourKind::kTransfer: return true;
    case BehaviourKind::kOutsideName:
    case BehaviourKind::kRootServers:
    case BehaviourKind::kVersionBind:
    case BehaviourKind::kVersionServer:
    case BehaviourKind::kDnskeySmall:
    case BehaviourKind::kDnskeyLarge:
    case BehaviourKind::kDnskeyTcp: return look.answered();
    case BehaviourKind::kEdnsVersion: return look.answered() && look.rcode == dns::kRcodeBadVers;
    case BehaviourKind::kMalformedCookie:
      return look.answered() && look.rcode == dns::kRcodeFormErr;
    case BehaviourKind::kCookie:
    case BehaviourKind::kForeignCookie:
      return look.as_ordinary() || (look.answered() && look.rcode == dns::kRcodeBadCookie);
    default: return look.as_ordinary();
  }
}

}  // namespace anchorwatch::probe
