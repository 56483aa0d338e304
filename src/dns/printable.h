// SPDX-License-Identifier: Apache-2.0
// Octets from the network as printable ASCII.
#pragma once

#include <string>

#include "anchorwatch/core/bytes.h"

namespace anchorwatch::dns {

/// Control characters and octets outside ASCII become \DDD (RFC 1035 §5.1), and so do the
/// characters in `also_escape`, with a backslash before them.
std::string to_printable(BytesView text, BytesView also_escape = {});

}  // namespace anchorwatch::dns
