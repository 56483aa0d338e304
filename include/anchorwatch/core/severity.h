// SPDX-License-Identifier: Apache-2.0
// Severity: what a finding or event does to resolvers now (docs/findings).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace anchorwatch {

/// Ordered: a larger value is worse.
enum class Severity : std::uint8_t { kInfo, kNotice, kWarning, kError, kCritical };

const char* to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

}  // namespace anchorwatch
