// SPDX-License-Identifier: Apache-2.0
// ZoneFacts: what one look learnt about a zone as plain, ordered values. `change` compares them,
// the store keeps them as intervals.
//
// A group that nobody could be asked about is not `known`: its old value stands. The random name
// that should not exist is in none of them.
//
// Threading: value types, any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/digest.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::judge {

/// Facts of one kind, ordered by their value.
template <typename T>
struct FactGroup {
  bool known = false;
  std::vector<T> values;  ///< Meaningful only when known; empty then means "there is none".
  bool operator==(const FactGroup&) const = default;
};

/// One record of DS, CDS, CDNSKEY or CSYNC, over all servers that show it.
struct RecordFact {
  Bytes rdata;
  std::uint32_t ttl = 0;           ///< The lowest seen.
  std::vector<IpAddress> servers;  ///< Ordered. Parent addresses for DS.
  bool operator==(const RecordFact&) const = default;
};

/// One key of the DNSKEY RRset.
struct KeyFact {
  Bytes rdata;
  std::uint32_t ttl = 0;
  std::vector<IpAddress> servers;
  bool signs_dnskey = false;     ///< An RRSIG over the DNSKEY RRset names it.
  bool signs_zone_data = false;  ///< An RRSIG over other data of the zone names it.
  bool operator==(const KeyFact&) const = default;
};

/// One name server of the parent's NS set.
struct NameServerFact {
  dns::Name name;
  std::vector<IpAddress> glue;  ///< Ordered.
  bool operator==(const NameServerFact&) const = default;
};

struct SerialFact {
  IpAddress server;
  std::uint32_t serial = 0;
  bool operator==(const SerialFact&) const = default;
};

enum class DenialKind : std::uint8_t { kNone, kNsec, kNsec3, kCompact };
const char* to_string(DenialKind kind);
std::optional<DenialKind> parse_denial_kind(std::string_view text);

/// How the zone denies; several while it changes, or in a multi-signer zone.
struct DenialFact {
  DenialKind kind = DenialKind::kNone;
  std::uint16_t iterations = 0;  ///< NSEC3 only, as the next two.
  Bytes salt;
  bool opt_out = false;
  auto operator<=>(const DenialFact&) const = default;
};

/// One signature as some servers serve it.
struct RrsigFact {
  dns::Name owner;
  dns::RrType type{};
  std::uint16_t key_tag = 0;
  std::uint8_t algorithm = 0;
  UnixSeconds inception = 0;
  UnixSeconds expiration = 0;
  std::vector<IpAddress> servers;  ///< Parent addresses where type is DS.
  bool operator==(const RrsigFact&) const = default;
};

struct ZoneFacts {
  dns::Name zone;
  FactGroup<RecordFact>
      ds;  ///< Known where an answer of the parent holds (or the parent is insecure).
  FactGroup<KeyFact> dnskeys;
  FactGroup<NameServerFact> parent_ns;
  FactGroup<dns::Name> child_ns;
  FactGroup<RecordFact> cds, cdnskey, csync;
  FactGroup<DenialFact> denial;
  FactGroup<SerialFact> serials;
  /// Over the answers of this look only: a core look says nothing about RRsets that it did not ask
  /// for.
  FactGroup<RrsigFact> rrsigs;

  /// Of the semantic part: DS, keys and what they sign, name servers, glue, CDS, CDNSKEY, CSYNC,
  /// denial. TTLs, signatures, serials and servers do not count.
  [[nodiscard]] Digest digest() const;
  bool operator==(const ZoneFacts&) const = default;
};

/// Draws the facts from a look and its judgement. Servers that disagree give the union.
ZoneFacts extract_facts(const evidence::ZoneEvidence& evidence, const Judgement& judgement);

/// `now`, with the groups that are not known taken from `before`.
ZoneFacts carry_over(ZoneFacts now, const ZoneFacts& before);


/// The DS RRset of `zone` that an answer of its parent shows: in the answer, or along with a referral.
const dns::RRset* shown_ds(const evidence::Answer& answer, const dns::Name& zone);

}  // namespace anchorwatch::judge
