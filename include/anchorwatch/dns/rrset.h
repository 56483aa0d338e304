// SPDX-License-Identifier: Apache-2.0
// RRset: records of one owner and type, class IN, with the RRSIGs that cover them.
//
// Threading: value type, any thread.
// Standards: RFC 2181 §5, RFC 4034 §3.1 and §6.
#pragma once

#include <cstdint>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::dns {

/// One RRSIG record (RFC 4034 §3.1). Times are the 32-bit wire values: compare them only with
/// serial arithmetic (dnssec/rrsig_time.h).
struct Rrsig {
  RrType type_covered{};
  std::uint8_t algorithm = 0;
  std::uint8_t labels = 0;
  std::uint32_t original_ttl = 0;
  std::uint32_t expiration = 0;
  std::uint32_t inception = 0;
  std::uint16_t key_tag = 0;
  Name signer;
  Bytes signature;
  std::uint32_t ttl = 0;  ///< TTL of the RRSIG record itself.

  /// RDATA in canonical form without the signature: the first part of the signed octets.
  [[nodiscard]] Bytes rdata_without_signature() const;
  bool operator==(const Rrsig&) const = default;
};

/// Records of one owner and type. `rdatas` are in canonical form (names in the RDATA of the types of
/// RFC 6840 §5.1 in lower case), sorted as octets, without duplicates. May be empty when a server sent
/// RRSIGs for a set that it did not send; `ttl` is theirs then. `rrsigs` have a fixed order and no
/// duplicates either.
struct RRset {
  Name owner;
  RrType type{};
  std::uint32_t ttl = 0;         ///< The lowest TTL that was received (RFC 2181 §5.2).
  bool ttls_differ = false;      ///< The server sent different TTLs within the set.
  bool had_duplicates = false;   ///< The server sent a record or an RRSIG twice.
  std::vector<Bytes> rdatas;
  std::vector<Rrsig> rrsigs;

  /// Same owner, type and rdatas; TTLs and RRSIGs do not count.
  [[nodiscard]] bool same_data(const RRset& other) const {
    return type == other.type && owner == other.owner && rdatas == other.rdatas;
  }
};

/// The first set with this owner and type that has records, or null. The pointer lives as long as
/// `sets` is not changed.
const RRset* find_rrset(const std::vector<RRset>& sets, const Name& owner, RrType type);

}  // namespace anchorwatch::dns
