// SPDX-License-Identifier: Apache-2.0
#include "node.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

namespace anchorwatch::config {
namespace {

Place to_place(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

Node convert(const toml::node& from);

Node convert_table(const toml::table& table) {
  Node node;
  for (const auto& [key, value] : table) {
    Member member{std::string(key.str()), to_place(key.source()), convert(value)};
    if (member.place.line == 0) member.place = member.node.place;
    if (member.node.place.line == 0) member.node.place = member.place;
    node.members.push_back(std::move(member));
  }
  std::stable_sort(node.members.begin(), node.members.end(),
                   [](const Member& a, const Member& b) { return a.place < b.place; });
  return node;
}

Node convert_list(const toml::array& array) {
  Node node;
  const bool only_tables = !array.empty() && array.is_homogeneous(toml::node_type::table);
  node.kind = only_tables ? NodeKind::kTableList : NodeKind::kList;
  node.items.reserve(array.size());
  for (const toml::node& item : array) node.items.push_back(convert(item));
  return node;
}

Node convert(const toml::node& from) {
  Node node;
  if (const auto* table = from.as_table()) {
    node = convert_table(*table);
  } else if (const auto* array = from.as_array()) {
    node = convert_list(*array);
  } else if (const auto* text = from.as_string()) {
    node.kind = NodeKind::kText;
    node.value = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = NodeKind::kInteger;
    node.value = integer->get();
  } else if (const auto* number = from.as_floating_point()) {
    node.kind = NodeKind::kNumber;
    node.value = number->get();
  } else if (const auto* flag = from.as_boolean()) {
    node.kind = NodeKind::kBoolean;
    node.value = flag->get();
  } else {
    node.kind = NodeKind::kDate;
  }
  node.place = to_place(from.source());
  return node;
}

}  // namespace

const char* to_string(NodeKind kind) {
  switch (kind) {
    case NodeKind::kBoolean: return "a boolean";
    case NodeKind::kInteger: return "an integer";
    case NodeKind::kNumber: return "a number";
    case NodeKind::kText: return "a string";
    case NodeKind::kDate: return "a date or time";
    case NodeKind::kList: return "a list";
    case NodeKind::kTable: return "a table";
    case NodeKind::kTableList: return "a list of tables";
  }
  return "something else";
}

const Member* Node::find(std::string_view key) const {
  const auto at = std::find_if(members.begin(), members.end(),
                               [key](const Member& member) { return member.key == key; });
  return at == members.end() ? nullptr : &*at;
}

ParsedToml parse_toml(const std::string& text) {
  ParsedToml parsed;
  try {
    parsed.root = convert_table(toml::parse(std::string_view(text)));
    parsed.ok = true;
  } catch (const toml::parse_error& error) {
    parsed.message = error.description();
    parsed.place = to_place(error.source());
  }
  return parsed;
}

}  // namespace anchorwatch::config
