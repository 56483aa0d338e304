// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/severity.h"

namespace anchorwatch {

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kNotice: return "notice";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
    case Severity::kCritical: return "critical";
  }
  return "unknown";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : {Severity::kInfo, Severity::kNotice, Severity::kWarning,
                                  Severity::kError, Severity::kCritical}) {
    if (text == to_string(severity)) return severity;
  }
  return std::nullopt;
}

}  // namespace anchorwatch
