// SPDX-License-Identifier: Apache-2.0
// Wraps sinks so that a test can kill the process at the boundaries of a delivery.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "anchorwatch/outbox/sink.h"

namespace anchorwatch::daemon {

/// Puts "before_send" and "after_send" around every delivery; "after_send" comes before the outcome is
/// recorded.
void hook_sinks(std::vector<std::unique_ptr<outbox::Sink>>& sinks, const std::function<void(const char*)>& hook);

}  // namespace anchorwatch::daemon
