// SPDX-License-Identifier: Apache-2.0
// Text forms of times and durations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "anchorwatch/core/clock.h"

namespace anchorwatch {

/// RFC 3339 in UTC with seconds, e.g. "2026-11-24T02:00:00Z".
std::string to_rfc3339(UnixSeconds at);
/// Accepts RFC 3339 (any offset, fractions are cut) or decimal Unix seconds.
std::optional<UnixSeconds> parse_time(std::string_view text);
/// Accepts a number with a unit s, m, h, d or w ("15m", "6h", "1h30m"); a bare number is seconds.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);
/// The two largest units, e.g. "4 d 3 h", "12 s", for people.
std::string humanise(std::chrono::seconds duration);

}  // namespace anchorwatch
