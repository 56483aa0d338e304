// SPDX-License-Identifier: Apache-2.0
// What the two readers of inventory texts have in common: where zones and problems go.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anchorwatch/inventory/problem.h"
#include "anchorwatch/inventory/zone_entry.h"

#include "csv_reader.h"

namespace anchorwatch::inventory {

using SharedSettings = std::shared_ptr<const ZoneSettings>;

/// One file's view of the inventory that is being built.
struct ZoneSink {
  std::vector<ZoneEntry>& zones;
  ProblemList& problems;
  SharedSettings defaults;
  std::uint16_t file = 0;
  std::string file_name;

  void add(dns::Name name, SharedSettings settings, TextPosition at) const;
  void problem(TextPosition at, std::string_view key, std::string message) const {
    problems.add({file_name, at.line, at.column, std::string(key), std::move(message)});
  }
};

/// One name a line.
void read_zone_list(std::string_view text, const ZoneSink& sink);
/// The rows behind the header, which is the record that `reader` has just read.
void read_zone_csv(CsvReader& reader, const ZoneSink& sink);
/// Whether a record is a CSV header: a cell says "name".
bool is_zone_header(const CsvReader& reader);

}  // namespace anchorwatch::inventory
