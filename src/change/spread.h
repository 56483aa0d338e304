// SPDX-License-Identifier: Apache-2.0
// Which servers show a new state, and whether it is still spreading.
#pragma once

#include "step.h"

namespace anchorwatch::change {

/// Adds to `after`: `servers` (that show it), `servers_asked` (that told something), and while they are not the same,
/// `spreading` ("3 of 8 servers"), which the summary then has, too.
/// @param whom  "servers" or "parent servers".
void add_spread(Event& event, const std::vector<IpAddress>& servers, std::size_t asked, const std::string& whom);

/// The parent servers that told of the DS set in a way that holds.
std::size_t parents_that_told(const Step& step);

}  // namespace anchorwatch::change
