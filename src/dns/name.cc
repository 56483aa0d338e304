// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/name.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstring>

#include "wire_name.h"

namespace anchorwatch::dns {
namespace {

constexpr std::string_view kEscapedCharacters = R"(".;\@$())";

/// Where the labels of a name start; the root label is left out.
struct LabelStarts {
  std::array<std::uint8_t, kMaxLabels> at{};
  int count = 0;

  explicit LabelStarts(const Bytes& wire) {
    for (std::size_t i = 0; octet(wire, i) != 0; i += octet(wire, i) + 1U) {
      at[static_cast<std::size_t>(count++)] = static_cast<std::uint8_t>(i);
    }
  }
  /// The start of the label that has `n` labels to its right, not counting the root.
  [[nodiscard]] std::size_t from_right(int n) const {
    return at[static_cast<std::size_t>(count - 1 - n)];
  }
};

BytesView label_at(const Bytes& wire, std::size_t at) {
  return BytesView(wire).substr(at + 1, octet(wire, at));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads the octet that starts at text[i] (which is a backslash) and moves i past it; -1 when it is
/// no escape.
int read_escape(std::string_view text, std::size_t& i) {
  if (i + 1 >= text.size()) return -1;
  const char next = text[i + 1];
  if (!is_digit(next)) {
    i += 2;
    return static_cast<std::uint8_t>(next);
  }
  if (i + 3 >= text.size() || !is_digit(text[i + 2]) || !is_digit(text[i + 3])) return -1;
  const int value = (next - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
  i += 4;
  return value <= 255 ? value : -1;
}

Error bad_name(std::string_view text, const char* why) {
  // The text may come from outside: no control characters, and not the whole of a long line.
  std::string shown;
  for (const char c : text.substr(0, 80)) shown += (c > ' ' && c < 0x7f) ? c : '?';
  return {ErrorCode::kParse, "\"" + shown + "\" is not a domain name: " + why};
}

}  // namespace

Result<Name> Name::from_text(std::string_view text) {
  if (text.empty()) return bad_name(text, "it is empty");
  if (text == ".") return Name();
  Bytes wire;
  wire.reserve(text.size() + 2);
  std::size_t label_start = 0;
  wire.push_back('\0');
  std::size_t i = 0;
  const auto close_label = [&]() -> const char* {
    const std::size_t size = wire.size() - label_start - 1;
    if (size == 0) return "a label is empty";
    if (size > kMaxLabelSize) return "a label is longer than 63 octets";
    wire[label_start] = static_cast<char>(size);
    return nullptr;
  };
  while (i < text.size()) {
    const char c = text[i];
    if (c == '.') {
      if (const char* why = close_label()) return bad_name(text, why);
      label_start = wire.size();
      wire.push_back('\0');
      ++i;
    } else if (c == '\\') {
      const int value = read_escape(text, i);
      if (value < 0) return bad_name(text, "an escape is neither \\. nor \\DDD");
      wire.push_back(to_lower(static_cast<char>(value)));
    } else if (c <= ' ' || c >= 0x7f) {
      return bad_name(text, "white space and octets outside ASCII must be escaped");
    } else {
      wire.push_back(to_lower(c));
      ++i;
    }
  }
  if (label_start != wire.size() - 1) {  // There was no final dot.
    if (const char* why = close_label()) return bad_name(text, why);
    wire.push_back('\0');
  }
  if (wire.size() > kMaxNameSize) return bad_name(text, "it is longer than 255 octets");
  return Name(std::move(wire));
}

std::optional<Name> Name::from_wire(BytesView wire) {
  if (wire_name_size(wire) != wire.size()) return std::nullopt;
  Bytes lower(wire);
  // Length octets are at most 63, below the letters, so they can be passed through to_lower too.
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return Name(std::move(lower));
}

std::string Name::to_text() const {
  if (is_root()) return ".";
  std::string text;
  text.reserve(wire_.size());
  for (std::size_t at = 0; octet(wire_, at) != 0; at += octet(wire_, at) + 1U) {
    for (const char c : label_at(wire_, at)) {
      const auto value = static_cast<std::uint8_t>(c);
      if (value <= ' ' || value >= 0x7f) {
        text += '\\';
        text += static_cast<char>('0' + value / 100);
        text += static_cast<char>('0' + value / 10 % 10);
        text += static_cast<char>('0' + value % 10);
      } else {
        if (kEscapedCharacters.find(c) != std::string_view::npos) text += '\\';
        text += c;
      }
    }
    text += '.';
  }
  return text;
}

int Name::label_count() const {
  int count = 0;
  for (std::size_t at = 0; octet(wire_, at) != 0; at += octet(wire_, at) + 1U) ++count;
  return count;
}

BytesView Name::first_label() const { return label_at(wire_, 0); }

Name Name::parent() const {
  if (is_root()) return *this;
  return Name(wire_.substr(octet(wire_, 0) + 1U));
}

Name Name::suffix(int labels) const {
  if (labels == 0) return {};
  return Name(wire_.substr(LabelStarts(wire_).from_right(labels - 1)));
}

std::optional<Name> Name::prepend(BytesView label) const {
  if (label.empty() || label.size() > kMaxLabelSize) return std::nullopt;
  if (wire_.size() + label.size() + 1 > kMaxNameSize) return std::nullopt;
  Bytes wire;
  wire.reserve(wire_.size() + label.size() + 1);
  wire.push_back(static_cast<char>(label.size()));
  for (const char c : label) wire.push_back(to_lower(c));
  wire += wire_;
  return Name(std::move(wire));
}

bool Name::is_at_or_below(const Name& ancestor) const {
  if (wire_.size() < ancestor.wire_.size()) return false;
  const std::size_t border = wire_.size() - ancestor.wire_.size();
  if (std::memcmp(wire_.data() + border, ancestor.wire_.data(), ancestor.wire_.size()) != 0) {
    return false;
  }
  // Equal octets are not enough: they must start at a label, not inside one.
  std::size_t at = 0;
  while (at < border) at += octet(wire_, at) + 1U;
  return at == border;
}

Name Name::common_ancestor(const Name& other) const {
  const LabelStarts mine(wire_);
  const LabelStarts theirs(other.wire_);
  const int most = std::min(mine.count, theirs.count);
  int same = 0;
  while (same < most &&
         label_at(wire_, mine.from_right(same)) == label_at(other.wire_, theirs.from_right(same))) {
    ++same;
  }
  return suffix(same);
}

std::strong_ordering Name::operator<=>(const Name& other) const {
  if (wire_ == other.wire_) return std::strong_ordering::equal;  // Most that are compared.
  const LabelStarts mine(wire_);
  const LabelStarts theirs(other.wire_);
  const int most = std::min(mine.count, theirs.count);
  for (int i = 0; i < most; ++i) {
    // string_view compares as unsigned octets, and a prefix sorts first: just what §6.1 asks for.
    const auto order =
        label_at(wire_, mine.from_right(i)) <=> label_at(other.wire_, theirs.from_right(i));
    if (std::is_neq(order)) return order;
  }
  return mine.count <=> theirs.count;
}

}  // namespace anchorwatch::dns
