// SPDX-License-Identifier: Apache-2.0
// Whether received octets answer a question, before anything is parsed.
//
// Threading: pure function. Standards: RFC 5452 §9.1, RFC 4343 §3 (case).
#pragma once

#include <cstdint>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/message.h"

namespace anchorwatch::net {

enum class ReplyMatch : std::uint8_t {
  kAnswers,
  kOther,     ///< A query, another opcode or another question.
  kTooShort,  ///< Ends before its question does, and is right until there.
};

/// Compares header and question of `wire` with what was asked; the id was compared before.
///
/// A message without a question answers if it is truncated, FORMERR or NOTIMP: servers that could
/// not read the query send those.
ReplyMatch match_reply(BytesView wire, const dns::Question& question,
                       std::uint16_t rr_class = dns::kClassIn);

}  // namespace anchorwatch::net
