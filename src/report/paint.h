// SPDX-License-Identifier: Apache-2.0
// Colours for terminals; without colour the text is the same.
#pragma once

#include <string>
#include <string_view>

#include "anchorwatch/core/severity.h"
#include "anchorwatch/dnssec/security_status.h"
#include "anchorwatch/report/check_report.h"

namespace anchorwatch::report {

class Paint {
 public:
  explicit Paint(Colour colour) : on_(colour == Colour::kOn) {}
  [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string status(dnssec::SecurityStatus status) const {
    switch (status) {
      case dnssec::SecurityStatus::kSecure:
        return wrap("32", dnssec::to_string(status));
      case dnssec::SecurityStatus::kInsecure:
        return wrap("33", dnssec::to_string(status));
      case dnssec::SecurityStatus::kBogus:
        return wrap("1;31", dnssec::to_string(status));
      case dnssec::SecurityStatus::kIndeterminate:
        return wrap("35", dnssec::to_string(status));
    }
    return {};
  }
  [[nodiscard]] std::string severity(Severity severity) const {
    switch (severity) {
      case Severity::kCritical:
        return wrap("1;31", to_string(severity));
      case Severity::kError:
        return wrap("31", to_string(severity));
      case Severity::kWarning:
        return wrap("33", to_string(severity));
      case Severity::kNotice:
        return wrap("36", to_string(severity));
      case Severity::kInfo:
        return wrap("2", to_string(severity));
    }
    return {};
  }

 private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const {
    if (!on_) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
  bool on_;
};

/// `text` on one line, without characters that control a terminal: parts of it may come from the network.
inline std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return out;
}

/// `text` with spaces up to `width` characters (ASCII), so that colours do not disturb columns.
inline std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

}  // namespace anchorwatch::report
