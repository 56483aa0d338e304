// SPDX-License-Identifier: Apache-2.0
// From a DS set (or trust anchors) to the validated keys of a zone.
//
// Standards: RFC 4034 §5, RFC 4035 §5.2, RFC 4509 §3, RFC 6840 §5.2, §5.11.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/dns/rrset.h"
#include "anchorwatch/dnssec/signed_rrset.h"

namespace anchorwatch::dnssec {

/// What one DS leads to.
enum class DsState : std::uint8_t {
  kSigns,              ///< It fits a key that validly signs the DNSKEY RRset: an entry to the zone.
  kKeyNotSigning,      ///< It fits a key, and that key makes no signature over the DNSKEY RRset.
  kKeySignatureBad,    ///< It fits a key whose signature over the DNSKEY RRset fails or is out of time.
  kNoKey,              ///< No key has its tag and algorithm.
  kDigestMismatch,     ///< A key has its tag, but digest or algorithm do not fit.
  kNotZoneKey,         ///< Fits a key without Zone Key flag or with protocol ≠ 3.
  kRevoked,            ///< Fits a revoked key.
  kUnsupportedAlgorithm,
  kUnsupportedDigest,
  kIgnoredDigest,      ///< A SHA-1 DS beside a stronger one (RFC 4509 §3).
  kMalformed,
  kNotChecked,         ///< The work budget was spent.
};
const char* to_string(DsState state);

struct DsVerdict {
  DsState state = DsState::kNotChecked;
  std::size_t ds_index = 0;
  std::optional<std::size_t> key_index;  ///< The key that fits, or has the tag.
};

struct KeysVerdict {
  /// kSecure: `set` is authentic. kInsecure: no DS that policy can use. kBogus: else.
  Verdict verdict;
  std::vector<DsVerdict> ds;               ///< One for each DS, in order.
  std::vector<SignatureVerdict> signatures;  ///< One for each RRSIG over the DNSKEY RRset.
  UnixSeconds valid_until = 0;
};

/// Judges a DNSKEY RRset against a DS RRset that is itself authentic.
///
/// @param ds_rdatas  RDATAs in DS form; must not be empty.
/// @param dnskeys    owner is the zone; an empty set gives bogus, kDnskeyMissing, unless every DS is
///                   unsupported (then insecure).
/// @errors none; a spent budget gives indeterminate, kLimit.
KeysVerdict validate_dnskeys(const std::vector<Bytes>& ds_rdatas, const dns::RRset& dnskeys,
                             UnixSeconds now, const ValidationPolicy& policy, CryptoContext& crypto);

/// Whether a DS set has an entry that policy can use (algorithm and digest); if not, the zone is insecure,
/// for the reason in `why_not` (which may be null). A DS that cannot be decoded counts as usable.
bool has_usable_ds(const std::vector<Bytes>& ds_rdatas, const ValidationPolicy& policy, Reason* why_not);

}  // namespace anchorwatch::dnssec
