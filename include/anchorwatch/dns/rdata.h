// SPDX-License-Identifier: Apache-2.0
// Typed views of RDATA. Every decoder checks lengths and gives nothing for malformed octets.
//
// Threading: pure functions, any thread.
// Standards: RFC 4034 (DNSKEY, DS, NSEC), RFC 5155 (NSEC3), RFC 7344 (CDS, CDNSKEY), RFC 8976 (ZONEMD), RFC 1035 (SOA …).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rr_type.h"

namespace anchorwatch::dns {

/// RFC 4034 §2.1; also CDNSKEY (RFC 7344 §3.2).
struct Dnskey {
  static constexpr std::uint16_t kZoneFlag = 0x0100;
  static constexpr std::uint16_t kRevokeFlag = 0x0080;  // RFC 5011 §3
  static constexpr std::uint16_t kSepFlag = 0x0001;

  std::uint16_t flags = 0;
  std::uint8_t protocol = 0;
  std::uint8_t algorithm = 0;
  Bytes public_key;

  [[nodiscard]] bool zone_key() const { return (flags & kZoneFlag) != 0; }
  [[nodiscard]] bool revoked() const { return (flags & kRevokeFlag) != 0; }
  [[nodiscard]] bool sep() const { return (flags & kSepFlag) != 0; }
};
std::optional<Dnskey> decode_dnskey(BytesView rdata);
/// RFC 4034 Appendix B; algorithm 1 is computed as B.1 says.
std::uint16_t key_tag(BytesView dnskey_rdata);

/// RFC 4034 §5.1; also CDS (RFC 7344 §3.1).
struct Ds {
  std::uint16_t key_tag = 0;
  std::uint8_t algorithm = 0;
  std::uint8_t digest_type = 0;
  Bytes digest;
};
std::optional<Ds> decode_ds(BytesView rdata);

/// The set of types in an NSEC or NSEC3 record (RFC 4034 §4.1.2), checked and sorted.
class TypeBitmap {
 public:
  /// Nothing for a malformed bitmap (windows out of order, bad lengths).
  static std::optional<TypeBitmap> decode(BytesView wire);
  [[nodiscard]] bool contains(RrType type) const;
  [[nodiscard]] const std::vector<RrType>& types() const { return types_; }
  [[nodiscard]] std::string to_text() const;

 private:
  std::vector<RrType> types_;
};

/// RFC 4034 §4.1.
struct Nsec {
  Name next;
  TypeBitmap types;
};
std::optional<Nsec> decode_nsec(BytesView rdata);

/// RFC 5155 §3.
struct Nsec3 {
  static constexpr std::uint8_t kOptOutFlag = 0x01;
  std::uint8_t hash_algorithm = 0;
  std::uint8_t flags = 0;
  std::uint16_t iterations = 0;
  Bytes salt;
  Bytes next_hash;
  TypeBitmap types;
  [[nodiscard]] bool opt_out() const { return (flags & kOptOutFlag) != 0; }
};
std::optional<Nsec3> decode_nsec3(BytesView rdata);

/// RFC 5155 §4.
struct Nsec3Param {
  std::uint8_t hash_algorithm = 0;
  std::uint8_t flags = 0;
  std::uint16_t iterations = 0;
  Bytes salt;
};
std::optional<Nsec3Param> decode_nsec3param(BytesView rdata);

/// RFC 1035 §3.3.13.
struct Soa {
  Name mname;
  Name rname;
  std::uint32_t serial = 0;
  std::uint32_t refresh = 0;
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;
  std::uint32_t minimum = 0;
};
std::optional<Soa> decode_soa(BytesView rdata);

/// RFC 7477 §2.1.
struct Csync {
  std::uint32_t serial = 0;
  std::uint16_t flags = 0;
  TypeBitmap types;
};
std::optional<Csync> decode_csync(BytesView rdata);

/// RFC 8976 §2.2.
struct Zonemd {
  static constexpr std::uint8_t kSimple = 1;  ///< The only scheme that is defined.
  static constexpr std::uint8_t kSha384 = 1;
  static constexpr std::uint8_t kSha512 = 2;
  std::uint32_t serial = 0;
  std::uint8_t scheme = 0;
  std::uint8_t hash_algorithm = 0;
  Bytes digest;
};
std::optional<Zonemd> decode_zonemd(BytesView rdata);

/// The one name in NS, CNAME, DNAME or PTR rdata.
std::optional<Name> decode_name(BytesView rdata);
/// The address in A or AAAA rdata.
std::optional<IpAddress> decode_address(RrType type, BytesView rdata);

/// Presentation form of one RDATA for people, one line, printable ASCII; falls back to RFC 3597 form.
std::string rdata_to_text(RrType type, BytesView rdata);

}  // namespace anchorwatch::dns
