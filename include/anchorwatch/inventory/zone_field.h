// SPDX-License-Identifier: Apache-2.0
// ZoneField: what can be said about a zone. One table for the keys of [[zone]] and [defaults] and
// the columns of CSV inventories.
//
// Threading: constant data and pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/inventory/zone_entry.h"

namespace anchorwatch::inventory {

enum class ZoneFieldType : std::uint8_t {
  kText,
  kExpect,
  kBoolean,
  kDuration,
  kDsList,
  kNumberList,
  kProbeList,
  kTextList,
  kSeverities,  ///< CODE=SEVERITY; a table in TOML.
  kPath,  ///< Relative to the file that it stands in.
};

/// Why a value does not fit, and which element of a list it was.
struct FieldFault {
  std::size_t element = 0;
  std::string message;
};

struct ZoneField {
  std::string_view name;
  ZoneFieldType type;
  /// Characters between the elements inside a CSV cell; empty: a single value.
  std::string_view separators;
  /// Puts values into settings. `values` has one element unless `separators` is set.
  std::optional<FieldFault> (*set)(ZoneSettings& settings,
                                   std::span<const std::string_view> values);
};

/// All fields but `name`, which every zone has.
std::span<const ZoneField> zone_fields();
/// The field called `name`, or null.
const ZoneField* find_zone_field(std::string_view name);
/// "unknown finding code", with the code that was perhaps meant.
std::string unknown_code(std::string_view name);
/// How the settings contradict themselves, e.g. expect_ds of an unsigned zone; nothing when they do
/// not.
std::optional<std::string> check_settings(const ZoneSettings& settings);
/// The first probe that cannot be asked of this zone: an absolute name outside it, or too long a
/// name.
std::optional<FieldFault> check_probes(const dns::Name& zone, const ZoneSettings& settings);

}  // namespace anchorwatch::inventory
