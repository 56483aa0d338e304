// SPDX-License-Identifier: Apache-2.0
#include "text_scan.h"

#include <algorithm>
#include <cstring>

namespace anchorwatch::inventory {
namespace {

constexpr std::size_t kShown = 80;

std::uint8_t octet(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

/// Octets of the well-formed sequence at `at` (RFC 3629 §4), or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const std::uint8_t first = octet(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(text, at + i) & 0xc0U) != 0x80) return 0;
  }
  const std::uint8_t second = octet(text, at + 1);
  // Overlong forms, surrogates, and what lies above U+10FFFF.
  if (first == 0xe0 && second < 0xa0) return 0;
  if (first == 0xed && second > 0x9f) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second > 0x8f) return 0;
  return length;
}

}  // namespace

std::size_t invalid_utf8_at(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = 0;
    if (at + sizeof(eight) <= text.size()) {
      std::memcpy(&eight, text.data() + at, sizeof(eight));
      if ((eight & 0x8080808080808080U) == 0) {
        at += sizeof(eight);
        continue;
      }
    }
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

std::uint32_t column_at(std::string_view line, std::size_t offset) {
  const std::string_view before = line.substr(0, offset);
  const auto characters = std::count_if(before.begin(), before.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80;
  });
  return static_cast<std::uint32_t>(characters) + 1;
}

std::string_view trim(std::string_view text) {
  const auto drop = [](char c) { return is_blank(c) || c == '\r'; };
  while (!text.empty() && drop(text.front())) text.remove_prefix(1);
  while (!text.empty() && drop(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, kShown)) shown += (c >= ' ' && c < 0x7f) ? c : '?';
  if (text.size() > kShown) shown += "…";
  return shown + "\"";
}

}  // namespace anchorwatch::inventory
