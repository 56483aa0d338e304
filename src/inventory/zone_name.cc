// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/inventory/zone_name.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include <idn2.h>

#include "text_scan.h"

namespace anchorwatch::inventory {
namespace {

constexpr std::string_view kPunctuation = "-._/\\*+~=";

struct FreeIdn {
  void operator()(char* text) const { idn2_free(text); }
};

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool may_stand_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         !is_ascii(c) || kPunctuation.find(c) != std::string_view::npos;
}

Error bad_name(std::string_view text, const std::string& why) {
  return {ErrorCode::kParse, quoted(text) + " is not a domain name: " + why};
}

/// The first character that must not stand there unescaped, or 0.
char misplaced(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && !is_control(text[i + 1])) {
      ++i;
    } else if (!may_stand_in_name(text[i])) {
      return text[i] == '\0' ? '\x01' : text[i];
    }
  }
  return 0;
}

Result<dns::Name> from_unicode(std::string_view text) {
  if (invalid_utf8_at(text) != std::string_view::npos) return bad_name(text, "it is not UTF-8");
  if (text.find('\\') != std::string_view::npos) {
    return bad_name(text, "escapes and letters outside ASCII do not go together");
  }
  const std::string terminated(text);
  char* ascii = nullptr;
  const int code =
      idn2_to_ascii_8z(terminated.c_str(), &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, FreeIdn> owned(ascii);
  if (code != IDN2_OK)
    return Error(
        ErrorCode::kParse,
        "\"" + terminated + "\" is not an internationalized domain name: " + idn2_strerror(code));
  return dns::Name::from_text(ascii);
}

}  // namespace

Result<dns::Name> parse_zone_name(std::string_view text) {
  if (const char c = misplaced(text); c != 0) {
    if (is_control(c) || c == ' ') return bad_name(text, "white space cannot stand in it");
    return bad_name(text, std::string("\"") + c + "\" cannot stand in it");
  }
  if (std::all_of(text.begin(), text.end(), is_ascii)) return dns::Name::from_text(text);
  return from_unicode(text);
}

}  // namespace anchorwatch::inventory
