// SPDX-License-Identifier: Apache-2.0
// The rows behind config/options.h: each option with the place that it sets and prints. The place
// is a template argument, so that name, range and member of an option stand in one line.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "anchorwatch/config/config.h"
#include "anchorwatch/config/options.h"

#include "value.h"

namespace anchorwatch::config {

template <typename Target>
struct Row {
  OptionInfo info;
  std::optional<FieldFault> (*set)(Target& target, const Parsed& parsed);
  std::string (*print)(const Target& target);
};

/// A sink while it is read: what `format` means depends on `type`.
struct SinkDraft {
  SinkConfig sink;
  std::string format;  ///< As written; empty: the type's default.
};

// Conversions from a checked value to a member, and back to TOML.
std::optional<FieldFault> store(const Parsed& parsed, bool& to);
std::optional<FieldFault> store(const Parsed& parsed, std::uint16_t& to);
std::optional<FieldFault> store(const Parsed& parsed, std::uint32_t& to);
std::optional<FieldFault> store(const Parsed& parsed, double& to);
std::optional<FieldFault> store(const Parsed& parsed, std::string& to);
std::optional<FieldFault> store(const Parsed& parsed, std::chrono::seconds& to);
std::optional<FieldFault> store(const Parsed& parsed, std::vector<std::string>& to);
std::optional<FieldFault> store(const Parsed& parsed, std::vector<IpAddress>& to);
std::optional<FieldFault> store(const Parsed& parsed, std::vector<IpPrefix>& to);
std::optional<FieldFault> store(const Parsed& parsed, std::vector<dns::Name>& to);
std::optional<FieldFault> store(const Parsed& parsed, dns::Name& to);
/// The choices stand in the order of the enumerators.
template <typename Enum>
requires std::is_enum_v<Enum> std::optional<FieldFault> store(const Parsed& parsed, Enum& to) {
  to = static_cast<Enum>(parsed.choice);
  return std::nullopt;
}

std::string print(bool value);
std::string print(std::uint16_t value);
std::string print(std::uint32_t value);
std::string print(double value);
std::string print(const std::string& value);
std::string print(std::chrono::seconds value);
std::string print(const std::vector<std::string>& value);
std::string print(const std::vector<IpAddress>& value);
std::string print(const std::vector<IpPrefix>& value);
std::string print(const std::vector<dns::Name>& value);
std::string print(const dns::Name& value);
template <typename Enum>
requires std::is_enum_v<Enum> std::string print(Enum value) {
  return print(std::string(to_string(value)));
}

/// A row for the member that kPath leads to, e.g. <Config, &Config::dns, &DnsConfig::port>.
template <typename Target, auto... kPath>
constexpr Row<Target> row(const OptionInfo& info) {
  return {info,
          [](Target& target, const Parsed& parsed) { return store(parsed, (target.*....*kPath)); },
          [](const Target& target) { return print((target.*....*kPath)); }};
}

/// Keys of the plain tables: daemon, dns, scheduler, validation, expiry, inventory.
std::span<const Row<Config>> plain_rows();
/// Keys of [[stub]].
std::span<const Row<StubConfig>> stub_rows();
/// Keys of [[operator]].
std::span<const Row<OperatorConfig>> operator_rows();
/// Keys of [[sink]].
std::span<const Row<SinkDraft>> sink_rows();
/// Keys of [defaults] and [[zone]]; "defaults.expect" and "zone.expect" set the same zone field.
std::span<const OptionInfo> defaults_options();
std::span<const OptionInfo> zone_options();
/// "severity.CODE".
const OptionInfo& severity_option();
/// "tag.NAME.severity.CODE".
const OptionInfo& tag_severity_option();

/// What stands behind the last dot.
std::string_view last_part(std::string_view key);

}  // namespace anchorwatch::config
