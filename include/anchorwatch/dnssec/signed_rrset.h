// SPDX-License-Identifier: Apache-2.0
// Validates one RRset against the keys of its zone, and says what is wrong with each signature.
//
// Threading: pure (but for the memo and the budget in CryptoContext).
// Standards: RFC 4035 §5.3, RFC 6840 §5.4 (any valid signature is enough).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dns/name.h"
#include "anchorwatch/dns/rrset.h"
#include "anchorwatch/dnssec/algorithm.h"
#include "anchorwatch/dnssec/crypto.h"
#include "anchorwatch/dnssec/security_status.h"

namespace anchorwatch::dnssec {

/// A DNSKEY RRset that was validated (or, for the DNSKEY set itself, is being validated).
struct ZoneKeys {
  dns::Name zone;
  std::vector<Bytes> dnskeys;  ///< DNSKEY RDATAs, as in the RRset.
};

/// What one RRSIG is worth. Ordered from best to worst for choosing the reason of a bogus set.
enum class SignatureState : std::uint8_t {
  kValid,
  kExpired,             ///< The cryptography is right, the time is over.
  kNotYetValid,         ///< The cryptography is right, the time has not come.
  kInvalid,             ///< No candidate key verifies it.
  kUnknownKey,          ///< No key with this tag and algorithm.
  kRevokedKey,          ///< Only a revoked key fits (RFC 5011 §2.1).
  kNotZoneKey,          ///< Only a key without Zone Key flag or with protocol ≠ 3 fits.
  kUnsupported,         ///< The algorithm is unknown to this build.
  kDatesReversed,
  kWrongSigner,         ///< Signer is not the zone (RFC 4035 §5.3.1).
  kTooManyLabels,
  kMalformed,           ///< Key or signature of a length that the algorithm does not allow.
  kNotChecked,          ///< The work budget was spent.
};
const char* to_string(SignatureState state);

struct SignatureVerdict {
  SignatureState state = SignatureState::kNotChecked;
  std::size_t rrsig_index = 0;      ///< In RRset::rrsigs.
  std::optional<std::size_t> key_index;  ///< In ZoneKeys::dnskeys: the key that verified it, or that it names.
};

struct RRsetVerdict {
  Verdict verdict;
  std::vector<SignatureVerdict> signatures;  ///< One for each RRSIG, in order.
  /// Set when the valid signature shows a wildcard expansion: the closest encloser (RFC 4035 §5.3.4);
  /// the answer then needs a proof that no closer name exists.
  std::optional<dns::Name> wildcard_encloser;
  /// The latest expiration among valid signatures, expanded; meaningful for kSecure.
  UnixSeconds valid_until = 0;
};

/// Validates `set`.
///
/// A set whose signatures all have algorithms that policy does not rely on is bogus here: whether the
/// whole zone is insecure for that reason is decided at the DS (ds_chain.h).
/// All signatures are judged, so that each fault can be named; the first valid one decides.
RRsetVerdict validate_rrset(const dns::RRset& set, const ZoneKeys& keys, UnixSeconds now,
                            const ValidationPolicy& policy, CryptoContext& crypto);

}  // namespace anchorwatch::dnssec
