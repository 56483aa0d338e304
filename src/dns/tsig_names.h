// SPDX-License-Identifier: Apache-2.0
// Names of TSIG algorithms (RFC 8945 §6).
//
// Threading: pure functions, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "anchorwatch/core/hmac.h"
#include "anchorwatch/dns/name.h"

namespace anchorwatch::dns {

/// "hmac-sha256." as a name.
const Name& hmac_name(HmacHash hash);
/// Reads "hmac-sha256" in any case, with or without the final dot.
std::optional<HmacHash> parse_hmac_name(std::string_view text);

}  // namespace anchorwatch::dns
