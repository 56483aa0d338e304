// SPDX-License-Identifier: Apache-2.0
// Times of one signature against the thresholds of the expiry rules.
//
// A share of the validity is used, not a number of days: signers refresh 14-day signatures with
// days left, and live signers make one-day signatures (standards A5).
//
// Threading: pure, any thread.
// Standards: RFC 4034 §3.1.5, RFC 6781 §4.4.
#pragma once

#include <algorithm>
#include <cmath>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dnssec/rrsig_time.h"

namespace anchorwatch::judge {

inline constexpr UnixSeconds kDay = 86400;
/// Resolvers whose clock is off by less should not notice.
inline constexpr UnixSeconds kSkew = 300;
/// Longer validity lets old data be replayed for half a year.
inline constexpr UnixSeconds kLongValidity = 180 * kDay;
/// Validity of signatures that only a live signer makes.
inline constexpr UnixSeconds kLiveValidity = 3 * kDay;

struct SignatureTimes {
  SignatureTimes(const dns::Rrsig& rrsig, UnixSeconds now)
      : inception(dnssec::expand_rrsig_time(rrsig.inception, now)),
        expiration(dnssec::expand_rrsig_time(rrsig.expiration, now)) {}

  UnixSeconds inception;
  UnixSeconds expiration;

  [[nodiscard]] UnixSeconds validity() const {
    return std::max<UnixSeconds>(expiration - inception, 0);
  }
  /// The first moment at which less than `share` of the validity is left.
  [[nodiscard]] UnixSeconds share_left_at(double share) const {
    return expiration -
           static_cast<UnixSeconds>(std::ceil(share * static_cast<double>(validity()))) + 1;
  }
  [[nodiscard]] bool below_share(double share, UnixSeconds now) const {
    return now >= share_left_at(share);
  }
};

}  // namespace anchorwatch::judge
