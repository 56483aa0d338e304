// SPDX-License-Identifier: Apache-2.0
// TrustEnd: the moment at which something turns bogus if nobody signs anew, and the signature that runs out then.
//
// Made of signatures that were found good, and of nothing else: the longest-lived of those that would do, the
// shortest-lived of those that are needed. A signature that begins later is not counted on.
//
// Threading: value types, any thread.
// Standards: RFC 4035 §5.3.1 (a signature is good up to its expiration, inclusive), §5.3.3.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::judge {

struct TrustEnd {
  UnixSeconds at = 0;  ///< The first moment at which it is bogus.
  dns::Name owner;
  dns::RrType type{};
  std::uint16_t key_tag = 0;
  std::vector<IpAddress> servers;  ///< That give the signature, ordered. Of the parent for DS and its denial.
  bool operator==(const TrustEnd&) const = default;
};

/// "example.com./SOA, signed by key 12345, at 192.0.2.1".
std::string describe(const TrustEnd& end);

/// Null: nothing ends it.
using TrustEndPtr = std::shared_ptr<const TrustEnd>;

inline TrustEndPtr earlier(TrustEndPtr left, TrustEndPtr right) {
  if (left == nullptr) return right;
  return right == nullptr || left->at <= right->at ? left : right;
}

/// When a zone turns bogus, by part: what a look did not see keeps its end.
struct TrustEnds {
  TrustEndPtr chain;  ///< Of the zones above, down to the parent's keys.
  TrustEndPtr core;   ///< DS (or its denial), DNSKEY, SOA.
  TrustEndPtr rest;   ///< Everything else that was asked of the zone; only full looks see it.
  /// The first moment at which some server, or some way through the chain, turns bogus; 0: none does.
  UnixSeconds worst_at = 0;

  [[nodiscard]] TrustEndPtr first() const { return earlier(chain, earlier(core, rest)); }
};

}  // namespace anchorwatch::judge
