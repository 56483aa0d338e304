// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <utility>

#include "anchorwatch/inventory/zone_name.h"

#include "option_table.h"

namespace anchorwatch::config {
namespace {

using Fault = std::optional<FieldFault>;

template <typename List, typename Show>
std::string print_list(const List& list, Show show) {
  std::string text = "[";
  for (const auto& item : list) {
    if (text.size() > 1) text += ", ";
    text += quote_toml(show(item));
  }
  return text + "]";
}

}  // namespace

Fault store(const Parsed& parsed, bool& to) {
  to = parsed.flag;
  return {};
}
// The option's range keeps integers inside their types.
Fault store(const Parsed& parsed, std::uint16_t& to) {
  to = static_cast<std::uint16_t>(parsed.integer);
  return {};
}
Fault store(const Parsed& parsed, std::uint32_t& to) {
  to = static_cast<std::uint32_t>(parsed.integer);
  return {};
}
Fault store(const Parsed& parsed, double& to) {
  to = parsed.number;
  return {};
}
Fault store(const Parsed& parsed, std::string& to) {
  to = parsed.text;
  return {};
}
Fault store(const Parsed& parsed, std::chrono::seconds& to) {
  to = parsed.duration;
  return {};
}
Fault store(const Parsed& parsed, std::vector<std::string>& to) {
  to = parsed.texts;
  return {};
}

Fault store(const Parsed& parsed, std::vector<IpAddress>& to) {
  std::vector<IpAddress> list;
  for (std::size_t i = 0; i < parsed.texts.size(); ++i) {
    const auto address = IpAddress::from_text(parsed.texts[i]);
    if (!address) return FieldFault{i, quote_toml(parsed.texts[i]) + " is not an IP address"};
    list.push_back(*address);
  }
  to = std::move(list);
  return {};
}

Fault store(const Parsed& parsed, std::vector<IpPrefix>& to) {
  std::vector<IpPrefix> list;
  for (std::size_t i = 0; i < parsed.texts.size(); ++i) {
    const auto prefix = IpPrefix::from_text(parsed.texts[i]);
    if (!prefix) {
      return FieldFault{i, quote_toml(parsed.texts[i]) + " is not a block of addresses, e.g. \"192.0.2.0/24\""};
    }
    list.push_back(*prefix);
  }
  to = std::move(list);
  return {};
}

Fault store(const Parsed& parsed, std::vector<dns::Name>& to) {
  std::vector<dns::Name> list;
  for (std::size_t i = 0; i < parsed.texts.size(); ++i) {
    auto name = inventory::parse_zone_name(parsed.texts[i]);
    if (!name) return FieldFault{i, name.error().message()};
    list.push_back(*std::move(name));
  }
  to = std::move(list);
  return {};
}

Fault store(const Parsed& parsed, dns::Name& to) {
  auto name = inventory::parse_zone_name(parsed.text);
  if (!name) return FieldFault{0, name.error().message()};
  to = *std::move(name);
  return {};
}

std::string print(bool value) { return value ? "true" : "false"; }
std::string print(std::uint16_t value) { return std::to_string(value); }
std::string print(std::uint32_t value) { return std::to_string(value); }

std::string print(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

std::string print(const std::string& value) { return quote_toml(value); }

std::string print(std::chrono::seconds value) {
  const std::int64_t count = value.count();
  struct Unit {
    std::int64_t length;
    const char* letter;
  };
  for (const Unit unit : {Unit{86400, "d"}, Unit{3600, "h"}, Unit{60, "m"}}) {
    if (count >= unit.length && count % unit.length == 0) {
      return quote_toml(std::to_string(count / unit.length) + unit.letter);
    }
  }
  return quote_toml(std::to_string(count) + "s");
}

std::string print(const std::vector<std::string>& value) {
  return print_list(value, [](const std::string& text) { return text; });
}
std::string print(const std::vector<IpAddress>& value) {
  return print_list(value, [](const IpAddress& address) { return address.to_text(); });
}
std::string print(const std::vector<IpPrefix>& value) {
  return print_list(value, [](const IpPrefix& prefix) { return prefix.to_text(); });
}
std::string print(const std::vector<dns::Name>& value) {
  return print_list(value, [](const dns::Name& name) { return name.to_text(); });
}
std::string print(const dns::Name& value) { return quote_toml(value.to_text()); }

}  // namespace anchorwatch::config
