// SPDX-License-Identifier: Apache-2.0
// The command line's end of the control socket.
//
// Threading: one thread. Blocking: up to the time limit.
#pragma once

#include <chrono>
#include <string>

#include "anchorwatch/control/protocol.h"

namespace anchorwatch::control {

/// Asks the daemon behind `path` and waits for its answer.
/// @errors kNotFound: nobody listens there (no socket, or one that a dead daemon left). kRefused: no permission. kTimeout,
///         kIo: the daemon does not answer. All others are the daemon's own answer.
Result<store::AdminValues> ask(const std::string& path, const Call& call, std::chrono::seconds time_limit);

}  // namespace anchorwatch::control
