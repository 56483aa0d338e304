// SPDX-License-Identifier: Apache-2.0
// RDATA from a message to canonical octets.
//
// ldns supplies the table of RDATA fields per type. Its packet reader is not used: ldns_wire2pkt
// (1.8.3) goes on behind the fields of a record instead of behind its RDLENGTH, so that over-long
// RDATA smuggles records in, and it follows up to 65,535 compression pointers a name.
//
// Threading: pure functions, any thread.
// Standards: RFC 1035 §4.1.4, RFC 3597 §4, RFC 4034 §6.2, RFC 6840 §5.1.
#pragma once

#include <cstddef>
#include <optional>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/rr_type.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dns {

/// Checks the RDATA at [begin, end) of `message` against its type, decompresses its names and
/// lower-cases those of the types that RFC 6840 §5.1 lists. Types without a known format are
/// copied.
/// @return empty when the fields do not fill the RDATA exactly.
std::optional<Bytes> canonical_rdata(RrType type, BytesView message, std::size_t begin,
                                     std::size_t end);

/// Splits canonical RRSIG RDATA. Empty when it is malformed or has no signature.
std::optional<Rrsig> decode_rrsig(Bytes rdata, std::uint32_t ttl);

}  // namespace anchorwatch::dns
