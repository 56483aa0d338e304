// SPDX-License-Identifier: Apache-2.0
#include "zone_lines.h"

#include <algorithm>

namespace anchorwatch::dns {
namespace {

constexpr std::string_view kStructure = "\n;()";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

bool is_control(char c) { return c >= '\0' && c < ' ' && c != '\t' && c != '\n'; }

Error error(int line, const char* what) {
  return {ErrorCode::kParse, "line " + std::to_string(line) + ": " + what};
}

}  // namespace

Result<ZoneLines::Step> ZoneLines::take_character(ZoneEntry& entry) {
  const char c = text_[at_++];
  const bool more = at_ < text_.size();
  if (c == '\r' && more && text_[at_] == '\n') return Step::kMore;
  if (is_control(c)) return error(line_, "a control character");
  if (c == '\n' && quoted_) return error(line_, "a quoted string does not end on its line");
  if (c == '"') quoted_ = !quoted_;
  if (!quoted_ && kStructure.find(c) != std::string_view::npos) return take_structure(c, entry);
  entry.text += c;
  if (c == '\\' && more && text_[at_] != '\n' && !is_control(text_[at_])) {
    entry.text += text_[at_++];  // Whatever an escape protects, it is no structure.
  }
  return Step::kMore;
}

Result<ZoneLines::Step> ZoneLines::take_structure(char c, ZoneEntry& entry) {
  if (c == ';') {
    at_ = std::min(text_.find('\n', at_), text_.size());
    return Step::kMore;
  }
  if (c == '\n') ++line_;
  if (c == '\n' && open_parentheses_ == 0) return Step::kEnd;
  if (c == '(') ++open_parentheses_;
  if (c == ')' && --open_parentheses_ < 0) {
    return error(line_, "a parenthesis is closed that was not opened");
  }
  entry.text += ' ';
  return Step::kMore;
}

Result<std::optional<ZoneEntry>> ZoneLines::next() {
  while (at_ < text_.size()) {
    ZoneEntry entry;
    entry.line = line_;
    while (at_ < text_.size()) {
      const Result<Step> step = take_character(entry);
      if (!step) return step.error();
      if (*step == Step::kEnd) break;
    }
    if (at_ == text_.size() && open_parentheses_ > 0) {
      return error(entry.line, "a parenthesis is not closed");
    }
    if (at_ == text_.size() && quoted_) return error(entry.line, "a quoted string does not end");
    if (!is_blank(entry.text)) return std::optional<ZoneEntry>(std::move(entry));
  }
  return std::optional<ZoneEntry>();
}

}  // namespace anchorwatch::dns
