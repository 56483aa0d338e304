// SPDX-License-Identifier: Apache-2.0
// Parsed: a value that has the type and range of its option, not yet at its place in the Config.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/config/options.h"
#include "anchorwatch/inventory/zone_field.h"

#include "node.h"

namespace anchorwatch::config {

using inventory::FieldFault;

/// One of these is set, after the type of the option. Texts and paths stand in `text` or `texts`.
struct Parsed {
  bool flag = false;
  std::int64_t integer = 0;
  double number = 0;
  std::chrono::seconds duration{};
  std::size_t choice = 0;
  std::string text;
  std::string raw;  ///< A path as it is written.
  std::vector<std::string> texts;
};

/// Checks type and range. Paths become relative to `directory` (which ends with a slash or is
/// empty).
std::optional<FieldFault> parse_value(const OptionInfo& option, const Node& node,
                                      const std::string& directory, Parsed& parsed);

/// What a path in a file of `directory` means.
std::string resolve_path(const std::string& directory, const std::string& path);
/// The words of OptionInfo::choices.
std::vector<std::string_view> words(std::string_view text);

/// As TOML.
std::string quote_toml(std::string_view text);

}  // namespace anchorwatch::config
