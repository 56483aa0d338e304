// SPDX-License-Identifier: Apache-2.0
// KeptZone: a zone and what is kept of it, for the commands that look back (replay, export).
//
// Threading: one thread. Blocking: disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/config/config.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/store/reader.h"

namespace CLI {
class App;
}

namespace anchorwatch::cli {

/// What says which zone, and when.
struct LookBackOptions {
  std::string zone, config, at;
};

struct KeptZone {
  config::Config config;
  pipeline::EngineOptions engine;      ///< Anchors and policy, as configured now.
  store::Reader reader;
  inventory::ZoneEntry entry;          ///< With the defaults where the inventory has no such zone.
  bool configured = true;
  UnixSeconds at = 0;
  std::vector<store::KeptLook> looks;  ///< All that are kept, oldest first.

  /// Those up to `at`, oldest first.
  [[nodiscard]] std::vector<store::KeptLook> looks_up_to_then() const;
};

/// Adds ZONE, --at and --config.
void add_look_back(CLI::App& app, LookBackOptions& options);

/// Reads configuration, database and inventory. Problems go to standard error; then there is nothing, and `status` is the
/// exit status.
std::optional<KeptZone> open_kept_zone(const LookBackOptions& options, int* status);

/// Tells that nothing is kept of the moment, and what is.
/// @return the exit status.
int complain_of_nothing_kept(const KeptZone& zone);

}  // namespace anchorwatch::cli
