// SPDX-License-Identifier: Apache-2.0
// Answers of servers as other tools read them: one JSON object a line (anchorwatch.answer/1), or text as dig prints it.
//
// Threading: pure functions, any thread.
#pragma once

#include <string>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::report {

/// Who gave an answer.
enum class AnswerRole : std::uint8_t {
  kParent,  ///< A server of the zone that delegates.
  kServer,  ///< A server of the zone.
  kExtra,   ///< The same, asked for what only findings need.
  kSignal,  ///< A server of a signalling name (RFC 9615).
};
const char* to_string(AnswerRole role);

struct ShownAnswer {
  dns::Name zone;              ///< Whose look it is of: the zone, or one above.
  UnixSeconds seen_at = 0;
  AnswerRole role{};
  const evidence::ServerLook* server = nullptr;  ///< Null for kSignal.
  const evidence::Answer* answer = nullptr;      ///< Never null.
};

/// All answers of a look, in its order. They live as long as `look`.
std::vector<ShownAnswer> answers_of(const evidence::ZoneEvidence& look, UnixSeconds seen_at);

/// The message again in wire form, from what was kept of it: without compression, with ID 0, records of a set together.
Bytes rebuilt_message(const evidence::Answer& answer);

/// Without line feed.
std::string answer_json(const ShownAnswer& shown);
/// Ends with an empty line.
std::string answer_text(const ShownAnswer& shown);

}  // namespace anchorwatch::report
