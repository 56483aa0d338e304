// SPDX-License-Identifier: Apache-2.0
#include "value.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "anchorwatch/core/time_format.h"
#include "anchorwatch/inventory/suggest.h"

namespace anchorwatch::config {
namespace {

using Fault = std::optional<FieldFault>;

Fault fault(std::string message, std::size_t element = 0) {
  return FieldFault{element, std::move(message)};
}

Fault wrong_type(const OptionInfo& option, const Node& node) {
  std::string wanted = to_string(option.type);
  const bool vowel = std::string_view("aeiou").find(wanted.front()) != std::string_view::npos;
  wanted.insert(0, vowel ? "an " : "a ");
  return fault("must be " + wanted + ", not " + to_string(node.kind));
}

std::string number_text(double number, OptionType type) {
  if (type == OptionType::kDuration) return std::to_string(static_cast<std::int64_t>(number)) + "s";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g", number);
  return text.data();
}

Fault check_range(const OptionInfo& option, double number) {
  if (option.min == option.max || (number >= option.min && number <= option.max)) return {};
  return fault("must be between " + number_text(option.min, option.type) + " and " +
               number_text(option.max, option.type));
}

Fault parse_choice(const OptionInfo& option, const std::string& text, Parsed& parsed) {
  const std::vector<std::string_view> choices = words(option.choices);
  const auto at = std::find(choices.begin(), choices.end(), text);
  if (at != choices.end()) {
    parsed.choice = static_cast<std::size_t>(at - choices.begin());
    parsed.text = text;
    return {};
  }
  std::string all;
  for (const std::string_view choice : choices) {
    if (!all.empty()) all += ", ";
    all += choice;
  }
  return fault(quote_toml(text) + " is none of: " + all + inventory::did_you_mean(text, choices));
}

Fault parse_duration_node(const OptionInfo& option, const Node& node, Parsed& parsed) {
  const std::string text = node.kind == NodeKind::kInteger
                               ? std::to_string(std::get<std::int64_t>(node.value))
                               : node.text();
  const auto duration = parse_duration(text);
  if (!duration) return fault(quote_toml(text) + " is not a duration, e.g. \"15m\"");
  parsed.duration = *duration;
  parsed.text = text;
  return check_range(option, static_cast<double>(duration->count()));
}

Fault parse_text(const OptionInfo& option, const Node& node, const std::string& directory,
                 Parsed& parsed) {
  const std::string& text = node.text();
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (control) return fault("has control characters");
  if (option.type == OptionType::kChoice) return parse_choice(option, text, parsed);
  if (option.type == OptionType::kDuration) return parse_duration_node(option, node, parsed);
  if (text.empty() && option.standard != "\"\"") return fault("must not be empty");
  parsed.raw = text;
  parsed.text = option.type == OptionType::kPath ? resolve_path(directory, text) : text;
  return {};
}

Fault parse_list(const OptionInfo& option, const Node& node, const std::string& directory,
                 Parsed& parsed) {
  const bool integers = option.type == OptionType::kIntegerList;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    if (item.kind != (integers ? NodeKind::kInteger : NodeKind::kText)) {
      return fault(std::string("must hold ") + (integers ? "integers" : "strings") + ", not " +
                       to_string(item.kind),
                   i);
    }
    if (integers) {
      parsed.texts.push_back(std::to_string(std::get<std::int64_t>(item.value)));
    } else if (item.text().empty()) {
      return fault("must not hold empty strings", i);
    } else if (option.type == OptionType::kPathList) {
      parsed.texts.push_back(resolve_path(directory, item.text()));
    } else {
      parsed.texts.push_back(item.text());
    }
  }
  return {};
}

bool is_list(OptionType type) {
  return type == OptionType::kTextList || type == OptionType::kIntegerList ||
         type == OptionType::kPathList;
}

bool takes(OptionType type, NodeKind kind) {
  switch (type) {
    case OptionType::kBoolean: return kind == NodeKind::kBoolean;
    case OptionType::kInteger: return kind == NodeKind::kInteger;
    case OptionType::kNumber: return kind == NodeKind::kInteger || kind == NodeKind::kNumber;
    case OptionType::kDuration: return kind == NodeKind::kInteger || kind == NodeKind::kText;
    case OptionType::kText:
    case OptionType::kChoice:
    case OptionType::kPath: return kind == NodeKind::kText;
    case OptionType::kTextList:
    case OptionType::kIntegerList:
    case OptionType::kPathList: return kind == NodeKind::kList;
    case OptionType::kSeverityTable: return kind == NodeKind::kTable;
  }
  return false;
}

}  // namespace

Fault parse_value(const OptionInfo& option, const Node& node, const std::string& directory,
                  Parsed& parsed) {
  if (!takes(option.type, node.kind)) return wrong_type(option, node);
  if (is_list(option.type)) return parse_list(option, node, directory, parsed);
  switch (node.kind) {
    case NodeKind::kBoolean:
      parsed.flag = std::get<bool>(node.value);
      parsed.text = parsed.flag ? "true" : "false";
      return {};
    case NodeKind::kInteger:
      if (option.type == OptionType::kDuration) return parse_duration_node(option, node, parsed);
      parsed.integer = std::get<std::int64_t>(node.value);
      parsed.number = static_cast<double>(parsed.integer);
      return check_range(option, parsed.number);
    case NodeKind::kNumber:
      parsed.number = std::get<double>(node.value);
      return check_range(option, parsed.number);
    case NodeKind::kText: return parse_text(option, node, directory, parsed);
    case NodeKind::kDate:
    case NodeKind::kList:
    case NodeKind::kTable:
    case NodeKind::kTableList: break;
  }
  return wrong_type(option, node);
}

std::string resolve_path(const std::string& directory, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  return (std::filesystem::path(directory) / path).lexically_normal().string();
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    list.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return list;
}

std::string quote_toml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace anchorwatch::config
