// SPDX-License-Identifier: Apache-2.0
#include "zone_lines.h"

#include <algorithm>

namespace anchorwatch::dns {
namespace {

constexpr std::string_view kStructure = "\n;()";
constexpr std::size_t kMaxEntry = 1U << 20U;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

bool is_control(char c) { return c >= '\0' && c < ' ' && c != '\t' && c != '\n'; }

Error error(int line, const char* what) {
  return {ErrorCode::kParse, "line " + std::to_string(line) + ": " + what};
}

}  // namespace

void ZoneLines::feed(std::string_view piece) {
  std::string rest(text_.substr(at_));
  rest += piece;
  buffer_ = std::move(rest);
  text_ = buffer_;
  at_ = 0;
}

// One character is looked ahead: after a backslash and a carriage return.
bool ZoneLines::can_take() const { return at_ + (finished_ ? 0 : 1) < text_.size(); }

ZoneEntry ZoneLines::take_entry() {
  ZoneEntry done = std::move(entry_);
  entry_.text.clear();
  entry_.line = line_;
  return done;
}

Result<ZoneLines::Step> ZoneLines::take_character() {
  if (comment_) {
    at_ = std::min(text_.find('\n', at_), text_.size());
    comment_ = at_ == text_.size();
    return Step::kMore;
  }
  const char c = text_[at_++];
  const bool more = at_ < text_.size();
  if (c == '\r' && more && text_[at_] == '\n') return Step::kMore;
  if (is_control(c)) return error(line_, "a control character");
  if (c == '\n' && quoted_) return error(line_, "a quoted string does not end on its line");
  if (c == '"') quoted_ = !quoted_;
  if (!quoted_ && kStructure.find(c) != std::string_view::npos) return take_structure(c);
  if (entry_.text.size() >= kMaxEntry) return error(entry_.line, "an entry of more than 1 MiB");
  entry_.text += c;
  if (c == '\\' && more && text_[at_] != '\n' && !is_control(text_[at_])) {
    entry_.text += text_[at_++];  // Whatever an escape protects, it is no structure.
  }
  return Step::kMore;
}

Result<ZoneLines::Step> ZoneLines::take_structure(char c) {
  if (c == ';') {
    comment_ = true;
    return Step::kMore;
  }
  if (c == '\n') ++line_;
  if (c == '\n' && open_parentheses_ == 0) return Step::kEnd;
  if (c == '(') ++open_parentheses_;
  if (c == ')' && --open_parentheses_ < 0) {
    return error(line_, "a parenthesis is closed that was not opened");
  }
  entry_.text += ' ';
  return Step::kMore;
}

Result<std::optional<ZoneEntry>> ZoneLines::next() {
  while (can_take()) {
    const Result<Step> step = take_character();
    if (!step) return step.error();
    if (*step == Step::kMore) continue;
    if (ZoneEntry entry = take_entry(); !is_blank(entry.text)) {
      return std::optional<ZoneEntry>(std::move(entry));
    }
  }
  if (!finished_) return std::optional<ZoneEntry>();
  if (open_parentheses_ > 0) return error(entry_.line, "a parenthesis is not closed");
  if (quoted_) return error(entry_.line, "a quoted string does not end");
  if (ZoneEntry entry = take_entry(); !is_blank(entry.text)) {
    return std::optional<ZoneEntry>(std::move(entry));
  }
  return std::optional<ZoneEntry>();
}

}  // namespace anchorwatch::dns
