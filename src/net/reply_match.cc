// SPDX-License-Identifier: Apache-2.0
#include "reply_match.h"

#include <algorithm>

namespace anchorwatch::net {

namespace {

constexpr std::size_t kHeaderSize = 12;
constexpr std::uint16_t kQr = 0x8000;
constexpr std::uint16_t kOpcode = 0x7800;
constexpr std::uint16_t kTc = 0x0200;
constexpr std::uint16_t kRcode = 0x000f;

char to_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

ReplyMatch match_reply(BytesView wire, const dns::Question& question, std::uint16_t rr_class) {
  if (wire.size() < kHeaderSize) return ReplyMatch::kTooShort;
  const std::uint16_t flags = read_u16(wire, 2);
  if ((flags & (kQr | kOpcode)) != kQr) return ReplyMatch::kOther;

  const std::uint16_t questions = read_u16(wire, 4);
  if (questions == 0) {
    const int rcode = flags & kRcode;
    const bool could_not_read = rcode == dns::kRcodeFormErr || rcode == dns::kRcodeNotImp;
    return could_not_read || (flags & kTc) != 0 ? ReplyMatch::kAnswers : ReplyMatch::kOther;
  }
  if (questions != 1) return ReplyMatch::kOther;

  Bytes asked = question.name.wire();
  append_u16(asked, static_cast<std::uint16_t>(question.type));
  append_u16(asked, rr_class);
  const std::size_t name_size = asked.size() - 4;
  const BytesView body = wire.substr(kHeaderSize, asked.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    // Label lengths are below the letters, so that they may go through to_lower, too.
    if ((i < name_size ? to_lower(body[i]) : body[i]) != asked[i]) return ReplyMatch::kOther;
  }
  return body.size() < asked.size() ? ReplyMatch::kTooShort : ReplyMatch::kAnswers;
}

}  // namespace anchorwatch::net
