// SPDX-License-Identifier: Apache-2.0
// BehaviourLook: a question put to one server in an unusual way, and what of the reply has a meaning.
//
// Full looks only. What a server says about its zones is in evidence.h; this is how it treats questions.
//
// Threading: value type, any thread.
// Standards: RFC 8906 §8 (which questions), RFC 6891, RFC 7873, RFC 4343, RFC 5001.
#pragma once

#include <cstdint>
#include <string>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/evidence/answer_state.h"

namespace anchorwatch::evidence {

/// How a question is unusual. Where no name and type are told, it is for the SOA of the zone.
enum class BehaviourKind : std::uint8_t {
  kNsid,              ///< Asks for the name of the instance.
  kHeader,            ///< Mixed letter case, RD, AD and CD, all at once; the next three when that fails.
  kMixedCase,
  kRecursionDesired,  ///< RD.
  kOtherFlags,        ///< AD and CD.
  kEdnsExtras,        ///< An unknown EDNS flag and an unknown option; the next two when that fails.
  kEdnsFlag,
  kEdnsOption,
  kEdnsVersion,       ///< EDNS version 1, which does not exist.
  kClientSubnet,      ///< An option that resolvers send; only where other options fail.
  kCookie,            ///< A client cookie.
  kOwnCookie,         ///< With the server cookie that the server gave.
  kForeignCookie,     ///< With a server cookie that the server did not make.
  kMalformedCookie,   ///< A cookie of nine octets, which no cookie has.
  kOutsideName,       ///< The root's SOA with RD.
  kRootServers,       ///< The root's NS.
  kVersionBind,       ///< version.bind TXT in class CH.
  kVersionServer,     ///< version.server TXT in class CH.
  kTransfer,          ///< AXFR over TCP, of which the first message is read.
  kDnskeySmall,       ///< DNSKEY in 512 octets, where the ordinary question got no answer.
  kDnskeyLarge,       ///< DNSKEY in 4096 octets, where 1232 were not enough.
  kDnskeyTcp,         ///< DNSKEY over TCP, where the ordinary question got no answer.
};
const char* to_string(BehaviourKind kind);
/// Whether the answer may differ between zones of one server.
bool is_about_zone(BehaviourKind kind);

/// What is to be said about the cookie in a reply (RFC 7873 §5.2).
enum class CookieState : std::uint8_t {
  kNone,
  kGood,
  kUnasked,      ///< The question had none.
  kClientOnly,   ///< Without the server's part.
  kWrongClient,  ///< The client's part is not the one that was sent.
  kWrongLength,
};

struct BehaviourLook {
  BehaviourKind kind{};
  AnswerState state = AnswerState::kNotAsked;
  /// There was no answer twice, an ordinary question right afterwards got one, and this one still none.
  bool alive_after = false;
  int rcode = 0;
  bool aa = false, ra = false;
  bool has_answer = false;       ///< The record that was asked for is there.
  bool root_referral = false;    ///< No answer, no authority, but the root's NS set.
  bool edns = false;
  std::uint8_t edns_version = 0;
  bool flag_returned = false;    ///< The unknown flag came back.
  bool option_returned = false;  ///< The unknown option came back.
  bool case_kept = true;         ///< The question came back as it was written.
  CookieState cookie = CookieState::kNone;
  std::string text{};            ///< Of version answers: printable, at most 100 octets.

  [[nodiscard]] bool answered() const { return state == AnswerState::kAnswered; }
  /// Whether the reply, or its absence, says anything about the server.
  [[nodiscard]] bool conclusive() const { return answered() || alive_after; }
  /// The ordinary answer came, as if the question were an ordinary one.
  [[nodiscard]] bool as_ordinary() const { return answered() && rcode == 0 && has_answer; }
  bool operator==(const BehaviourLook&) const = default;
};

}  // namespace anchorwatch::evidence
