// SPDX-License-Identifier: Apache-2.0
// The list of configuration keys: the one table that the parser, the documentation and the reload
// logic read.
//
// Threading: constant data and pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anchorwatch/config/config.h"

namespace anchorwatch::config {

enum class OptionType : std::uint8_t {
  kBoolean,
  kInteger,
  kNumber,
  kText,
  kChoice,
  kDuration,
  kPath,
  kTextList,
  kIntegerList,
  kPathList,
  kSeverityTable,
};
/// As the documentation says it, e.g. "list of paths".
const char* to_string(OptionType type);

enum class Reload : std::uint8_t { kYes, kRestart };

struct OptionInfo {
  std::string_view key;  ///< "dns.port"; members of arrays of tables are "zone.expect".
  OptionType type;
  std::string_view
      standard;    ///< Default as TOML; "required" or empty (not set) where there is none.
  double min = 0;  ///< Of numbers and durations (seconds); no limit when min == max.
  double max = 0;
  std::string_view unit{};     ///< For people; empty without one.
  std::string_view choices{};  ///< Of kChoice, separated by blanks.
  Reload reload = Reload::kYes;
  std::string_view only_for{};  ///< The type of sink that has this key; empty: all.
  std::string_view help;        ///< One or two sentences.
};

/// All keys in the order of the documentation. [severity] is one row, "severity.CODE".
const std::vector<OptionInfo>& all_options();

/// The values in force of all keys of plain tables, as TOML, in the order of the options.
std::vector<std::pair<std::string, std::string>> effective_values(const Config& config);

/// Keys whose values differ and that a running daemon cannot change ("dns.port").
std::vector<std::string> restart_needed(const Config& running, const Config& wanted);

/// The option's line in docs/configuration.md.
std::string reference_row(const OptionInfo& option);

}  // namespace anchorwatch::config
