// SPDX-License-Identifier: Apache-2.0
// From a [[sink]] table to a Sink.
//
// Threading: loop thread only. Blocking: disk (secrets), once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "anchorwatch/config/sink_config.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/net/uv_executor.h"
#include "anchorwatch/outbox/sink.h"

namespace anchorwatch::sinks {

/// What sinks share.
struct SinkContext {
  net::UvExecutor& executor;
  const Clock& clock;
  std::string observer;   ///< Host name in syslog headers.
};

/// Makes the enabled sinks of a configuration.
/// @errors a secret that cannot be read or has a wrong form, a bad CA file; names the sink and key.
Result<std::vector<std::unique_ptr<outbox::Sink>>> make_sinks(const std::vector<config::SinkConfig>& configs,
                                                              const SinkContext& context);

}  // namespace anchorwatch::sinks
