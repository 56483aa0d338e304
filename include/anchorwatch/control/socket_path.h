// SPDX-License-Identifier: Apache-2.0
// Where the control socket is: the daemon and the command line must come to the same answer.
//
// Threading: any thread. Blocking: disk.
#pragma once

#include <string>

namespace anchorwatch::control {

/// `wanted` if it is set; else /run/anchorwatch/control.sock for the default state directory if that folder exists, and
/// STATE_DIR/control.sock for all others: two monitors on one machine do not meet.
std::string socket_path(const std::string& wanted, const std::string& state_dir);

}  // namespace anchorwatch::control
