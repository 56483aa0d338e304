// SPDX-License-Identifier: Apache-2.0
// Makes the file of the control socket.
#pragma once

#include <string>

#include "anchorwatch/core/result.h"

namespace anchorwatch::control {

/// @return the descriptor of a listening socket.
/// @errors as ControlServer::start.
Result<int> listen_at(const std::string& path, const std::string& group);

}  // namespace anchorwatch::control
