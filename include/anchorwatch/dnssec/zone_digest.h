// SPDX-License-Identifier: Apache-2.0
// The digest over a whole zone that ZONEMD carries.
//
// Threading: pure function, any thread. Blocking: CPU, in proportion to the zone.
// Standards: RFC 8976 §3.3.1 (scheme SIMPLE), RFC 4034 §6.
#pragma once

#include <cstdint>
#include <vector>

#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dnssec {

/// Whether this build computes the hash: 1 (SHA-384), 2 (SHA-512).
bool can_digest_zone(std::uint8_t hash_algorithm);

/// SIMPLE digest over all records but the apex ZONEMD and its signatures.
/// @param sets  in canonical order of owner and type, all of them in the zone `apex`.
/// @return empty for a hash that we cannot.
Bytes zone_digest(const dns::Name& apex, const std::vector<dns::RRset>& sets,
                  std::uint8_t hash_algorithm);

}  // namespace anchorwatch::dnssec
