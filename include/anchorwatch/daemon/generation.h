// SPDX-License-Identifier: Apache-2.0
// From a configuration file to a Generation that an App can run.
//
// Threading: loop thread, between turns. Blocking: disk.
#pragma once

#include <string>

#include "anchorwatch/config/config.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/daemon/app.h"
#include "anchorwatch/sinks/make_sink.h"

namespace anchorwatch::daemon {

/// Reads the configuration and everything it names.
/// @errors every problem on a line of its own, with file, line, column and key.
Result<config::Config> load_everything(const std::string& path, inventory::Inventory* inventory);

/// Builds what runs.
Result<Generation> make_generation(const config::Config& config, inventory::Inventory inventory,
                                   const sinks::SinkContext& context);

}  // namespace anchorwatch::daemon
