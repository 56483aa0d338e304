// SPDX-License-Identifier: Apache-2.0
// KeyFacts: what selects a DNSKEY, read once for a whole set instead of once for each signature or
// DS.
#pragma once

#include <cstdint>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/rdata.h"

namespace anchorwatch::dnssec {

struct KeyFacts {
  bool readable = false;
  std::uint16_t flags = 0;
  std::uint8_t protocol = 0;
  std::uint8_t algorithm = 0;
  std::uint16_t tag = 0;

  [[nodiscard]] bool fits(std::uint8_t of_algorithm, std::uint16_t of_tag) const {
    return readable && algorithm == of_algorithm && tag == of_tag;
  }
  [[nodiscard]] bool revoked() const { return (flags & dns::Dnskey::kRevokeFlag) != 0; }
  /// RFC 4034 §2.1.1 and §2.1.2.
  [[nodiscard]] bool zone_key() const {
    return (flags & dns::Dnskey::kZoneFlag) != 0 && protocol == 3;
  }
};

/// One for each RDATA, in order.
inline std::vector<KeyFacts> read_key_facts(const std::vector<Bytes>& dnskeys) {
  std::vector<KeyFacts> facts(dnskeys.size());
  for (std::size_t i = 0; i < dnskeys.size(); ++i) {
    const Bytes& rdata = dnskeys[i];
    if (rdata.size() < 5) continue;
    facts[i] = {true, read_u16(rdata, 0), octet(rdata, 2), octet(rdata, 3), dns::key_tag(rdata)};
  }
  return facts;
}

}  // namespace anchorwatch::dnssec
