// SPDX-License-Identifier: Apache-2.0
// Times of RRSIGs: 32-bit seconds that wrap in 2106, compared by serial number arithmetic.
// Standards: RFC 4034 §3.1.5, RFC 1982.
#pragma once

#include <cstdint>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dns/rrset.h"

namespace anchorwatch::dnssec {

/// The 64-bit time nearest to `now` that has these low 32 bits.
inline UnixSeconds expand_rrsig_time(std::uint32_t wire, UnixSeconds now) {
  return now + static_cast<std::int32_t>(wire - static_cast<std::uint32_t>(now));
}

enum class RrsigTime : std::uint8_t { kValid, kExpired, kNotYetValid, kReversed };

/// Both bounds are inclusive. kReversed: expiration before inception.
RrsigTime check_rrsig_time(const dns::Rrsig& rrsig, UnixSeconds now);

}  // namespace anchorwatch::dnssec
