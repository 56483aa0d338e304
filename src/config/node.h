// SPDX-License-Identifier: Apache-2.0
// Node: a parsed TOML document as plain values with places, so that toml++ stays in one file.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "anchorwatch/core/result.h"
#include "anchorwatch/inventory/problem.h"

namespace anchorwatch::config {

enum class NodeKind : std::uint8_t {
  kBoolean,
  kInteger,
  kNumber,
  kText,
  kDate,
  kList,  ///< Of anything but tables only.
  kTable,
  kTableList,  ///< [[name]], or a list of tables.
};
/// With article, for messages: "a string".
const char* to_string(NodeKind kind);

struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool operator<(const Place& other) const {
    return line != other.line ? line < other.line : column < other.column;
  }
};

struct Member;

struct Node {
  NodeKind kind = NodeKind::kTable;
  Place place;
  std::variant<std::monostate, bool, std::int64_t, double, std::string> value;
  std::vector<Node> items;      ///< Of lists.
  std::vector<Member> members;  ///< Of tables, in the order of the text.

  /// The member called `key`, or null.
  [[nodiscard]] const Member* find(std::string_view key) const;
  [[nodiscard]] const std::string& text() const { return std::get<std::string>(value); }
};

struct Member {
  std::string key;
  Place place;  ///< Of the key.
  Node node;
};

struct ParsedToml {
  Node root;
  bool ok = false;
  std::string message;  ///< Why it is not.
  Place place;          ///< Where.
};
ParsedToml parse_toml(const std::string& text);

}  // namespace anchorwatch::config
