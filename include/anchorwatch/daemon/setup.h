// SPDX-License-Identifier: Apache-2.0
// From configuration to what the pipeline takes: files are read here, once.
//
// Threading: main thread, before the loop runs or at a reload. Blocking: disk.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/config/config.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/pipeline/event_router.h"
#include "anchorwatch/store/kept_evidence.h"

namespace anchorwatch::daemon {

/// Reads root hints and trust anchors and turns settings into engine options.
/// @errors the file and the key that names it.
Result<pipeline::EngineOptions> engine_options(const config::Config& config);

/// What [history] says.
store::EvidenceRetention evidence_retention(const config::Config& config);

/// One route for each enabled sink.
std::vector<pipeline::EventRoute> event_routes(const config::Config& config);

/// This host's name for events (`observer`), cut at the first dot; "localhost" if there is none.
std::string observer_name();

}  // namespace anchorwatch::daemon
