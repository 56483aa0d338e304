// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/sinks/syslog_format.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "anchorwatch/core/severity.h"

namespace anchorwatch::sinks {

namespace {

using nlohmann::json;

/// Private structured data needs an enterprise number; 32473 is the one for documentation (RFC 5612).
constexpr const char* kSdId = "anchorwatch@32473";
constexpr std::size_t kMostValueOctets = 512;

/// RFC 5424 §6.2.1.
int syslog_severity(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return 2;
    case Severity::kError:
      return 3;
    case Severity::kWarning:
      return 4;
    case Severity::kNotice:
      return 5;
    case Severity::kInfo:
      return 6;
  }
  return 6;
}

/// Octets of the UTF-8 character at `at`, 0 if there is no valid one.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const std::uint8_t lead = octet(text, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(text, at + i) & 0xC0U) != 0x80) return 0;
  }
  if (length == 1) return length;
  // Longer forms than needed, surrogates, and what lies above U+10FFFF.
  const std::uint8_t second = octet(text, at + 1);
  const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) ||
                     (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90);
  return wrong ? 0 : length;
}

/// Valid UTF-8 without control characters; anything else becomes '?'.
std::string clean(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const bool control = length == 1 && (octet(text, at) < 0x20 || octet(text, at) == 0x7F);
    // C1 controls are two octets in UTF-8 and still control some terminals.
    const bool c1 = length == 2 && octet(text, at) == 0xC2 && octet(text, at + 1) < 0xA0;
    const std::size_t step = std::max<std::size_t>(length, 1);
    if (out.size() + step > most) break;
    if (length == 0 || control || c1) {
      out += '?';
    } else {
      out.append(text.substr(at, step));
    }
    at += step;
  }
  return out;
}

/// Printable ASCII without spaces, as header fields want it; "-" for nothing.
std::string header_field(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' && c < 0x7F && out.size() < most) out += c;
  }
  return out.empty() ? "-" : out;
}

std::string text_of(const json& event, const char* key) {
  const auto found = event.find(key);
  if (found == event.end() || found->is_null()) return {};
  if (found->is_string()) return found->get<std::string>();
  if (found->is_boolean()) return found->get<bool>() ? "true" : "false";
  return {};
}

/// At most `most` octets; parameters that do not fit are left out whole.
std::string structured_data(const json& event, std::size_t most) {
  std::string out = std::string("[") + kSdId;
  const auto add = [&out, most](const char* name, const std::string& value) {
    if (value.empty()) return;
    const std::string parameter = std::string(" ") + name + "=\"" + syslog_value(value) + "\"";
    if (out.size() + parameter.size() + 1 <= most) out += parameter;
  };
  // Identity first: receivers may cut long messages (RFC 5424 §6.1).
  for (const char* key : {"id", "type", "zone", "severity", "dedup_key", "caused_by", "incident", "expected", "change_id",
                          "confidence", "side", "owner", "contact", "observer", "runbook"}) {
    add(key, text_of(event, key));
  }
  if (const auto finding = event.find("finding"); finding != event.end() && finding->is_object()) {
    add("code", text_of(*finding, "code"));
  }
  if (const auto tags = event.find("tags"); tags != event.end() && tags->is_array()) {
    std::string joined;
    for (const json& tag : *tags) {
      if (tag.is_string()) joined += (joined.empty() ? "" : ",") + tag.get<std::string>();
    }
    add("tags", joined);
  }
  return out + "]";
}

}  // namespace

std::string syslog_value(std::string_view text) {
  std::string out;
  for (const char c : clean(text, kMostValueOctets)) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

Result<Bytes> to_rfc5424(std::string_view payload, const SyslogStyle& style) {
  const json event = json::parse(payload, nullptr, false);
  if (!event.is_object()) return Error(ErrorCode::kParse, "the stored event is not a JSON object");
  const auto severity = parse_severity(text_of(event, "severity"));
  if (!severity) return Error(ErrorCode::kParse, "the stored event has no severity");
  const int priority = style.facility * 8 + syslog_severity(*severity);
  Bytes message = "<" + std::to_string(priority) + ">1 " + header_field(text_of(event, "time"), 32) + " " +
                  header_field(style.hostname, 255) + " anchorwatch " + header_field(style.process_id, 128) + " " +
                  header_field(text_of(event, "type"), 32) + " ";
  message += structured_data(event, style.max_octets - std::min(style.max_octets, message.size()));
  if (message.size() + 1 < style.max_octets) {
    message += " " + clean(text_of(event, "summary"), style.max_octets - message.size() - 1);
  }
  return message;
}

}  // namespace anchorwatch::sinks
