// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/rrsig_time.h"

namespace anchorwatch::dnssec {
namespace {

// RFC 1982 §3.2: `a` comes before `b` if the way from a to b is the shorter one.
bool serial_before(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}

}  // namespace

RrsigTime check_rrsig_time(const dns::Rrsig& rrsig, UnixSeconds now) {
  const auto now32 = static_cast<std::uint32_t>(now);
  if (serial_before(rrsig.expiration, rrsig.inception)) return RrsigTime::kReversed;
  if (serial_before(rrsig.expiration, now32)) return RrsigTime::kExpired;
  if (serial_before(now32, rrsig.inception)) return RrsigTime::kNotYetValid;
  return RrsigTime::kValid;
}

}  // namespace anchorwatch::dnssec
