// SPDX-License-Identifier: Apache-2.0
// Events as RFC 5424 messages.
//
// Text in events comes from the network: control characters never reach a log line, and the three
// characters that end a structured value are escaped.
//
// Threading: pure functions.
// Standards: RFC 5424 §6 (format), §6.3.3 (escapes), RFC 5612 (enterprise number 32473).
// Limits:    a message has at most `max_octets`; the free text is cut first, at a UTF-8 character.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/result.h"

namespace anchorwatch::sinks {

struct SyslogStyle {
  std::uint8_t facility = 3;
  std::string hostname;
  std::string process_id;          ///< "-" when empty.
  std::size_t max_octets = 8192;
};

/// One message without framing.
/// @param payload  anchorwatch.event/1 JSON.
/// @errors kParse: not such an event.
Result<Bytes> to_rfc5424(std::string_view payload, const SyslogStyle& style);

/// PARAM-VALUE of RFC 5424 §6.3.3: valid UTF-8, no control characters, `"`, `\` and `]` escaped.
std::string syslog_value(std::string_view text);

}  // namespace anchorwatch::sinks
