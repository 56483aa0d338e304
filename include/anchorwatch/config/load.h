// SPDX-License-Identifier: Apache-2.0
// Reading the configuration: TOML text to Config, all mistakes at once with file, line and column.
//
// Tables merge, a key that is set in two files has the value of the later one, arrays of tables
// append.
//
// Threading: any thread.
// Blocking:  disk, except parse_config and default_config.
// Limits:    4 MiB a file, 1,000 files in conf.d, kMaxProblems.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/config/config.h"
#include "anchorwatch/inventory/inventory_builder.h"
#include "anchorwatch/inventory/problem.h"

namespace anchorwatch::config {

struct ConfigLoad {
  Config config;  ///< Usable only when there are no errors.
  inventory::ProblemList errors;
  [[nodiscard]] bool ok() const { return errors.empty(); }
};

/// The configuration of a run without any file (`anchorwatch check` on a fresh install).
Config default_config();

/// Reads `path` and `conf.d/*.toml` beside it, in the order of names. Files that values name
/// (root hints, inventories …) are not touched: see `check_files` and `load_inventory`.
ConfigLoad load_config(const std::string& path);

/// One configuration file as text; `file` gives the directory for relative paths.
struct ConfigText {
  std::string file;
  std::string text;
};
/// As load_config, from memory.
ConfigLoad parse_config(const std::vector<ConfigText>& texts);

/// Tells which files that the configuration names cannot be read, key by key: root hints, trust
/// anchors, CA files and secrets. Inventories are left to `load_inventory`.
inventory::ProblemList check_files(const Config& config);

/// Reads the inventory files, adds the [[zone]] tables and applies the defaults. A zone that is
/// written twice is an error with both places.
inventory::InventoryLoad load_inventory(const Config& config);

}  // namespace anchorwatch::config
