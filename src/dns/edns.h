// SPDX-License-Identifier: Apache-2.0
// The OPT record (RFC 6891 §6.1). Its options are cut by hand: ldns parses some as C strings.
#pragma once

#include <optional>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/message.h"

namespace anchorwatch::dns {

/// Empty when an option is cut off.
/// @param rr_class  the CLASS field: the sender's payload size.
/// @param ttl       the TTL field: extended RCODE, version and flags.
std::optional<Edns> decode_edns(std::uint16_t rr_class, std::uint32_t ttl, BytesView rdata);

}  // namespace anchorwatch::dns
