// SPDX-License-Identifier: Apache-2.0
// SecurityStatus and Reason: the four states of RFC 4035 §4.3, and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace anchorwatch::dnssec {

enum class SecurityStatus : std::uint8_t { kIndeterminate, kSecure, kInsecure, kBogus };

/// "secure", "insecure", "bogus" or "indeterminate".
const char* to_string(SecurityStatus status);
std::optional<SecurityStatus> parse_security_status(std::string_view text);
/// From 0 for secure over insecure and indeterminate to bogus: a chain is as good as its weakest hop, and of several
/// servers the weakest is the worst case.
int weakness(SecurityStatus status);

/// Why a status holds. Names are part of the interface (JSON, database).
enum class Reason : std::uint8_t {
  // secure
  kValidated,  ///< A chain of signatures leads from a trust anchor.
  // insecure
  kNoDs,                   ///< The parent proves that there is no DS (RFC 4035 §5.2).
  kOptOut,                 ///< An opt-out NSEC3 spans the name (RFC 5155 §8.6, §8.9).
  kAncestorInsecure,       ///< The chain ended above the zone.
  kNoTrustAnchor,          ///< No anchor is configured at or above the name.
  kNegativeTrustAnchor,    ///< RFC 7646.
  kUnsupportedAlgorithm,   ///< Only algorithms that we do not know or do not rely on (RFC 6840 §5.2).
  kUnsupportedDigest,      ///< Only DS digest types that we do not know or do not rely on.
  kNsec3Iterations,        ///< More iterations than validators accept (RFC 9276 §3.2).
  // bogus
  kSignatureExpired,
  kSignatureNotYetValid,
  kSignatureInvalid,     ///< The cryptography says no.
  kSignatureMissing,
  kSignatureUnusable,    ///< Wrong signer, too many labels, malformed, reversed dates …
  kSigningKeyMissing,    ///< No key of the zone has the tag and algorithm of any signature.
  kDnskeyMissing,        ///< The parent has a DS, the zone shows no DNSKEY.
  kDsMismatch,           ///< No DS fits a published key (RFC 4035 §5.2).
  kKeyNotZoneKey,        ///< The DS points at a key without Zone Key flag, with REVOKE or another protocol.
  kDenialMissing,        ///< A negative or wildcard answer without NSEC or NSEC3.
  kDenialInvalid,        ///< NSEC or NSEC3 that do not prove what the answer claims.
  kDelegationUnproven,   ///< Neither a DS nor a proof of its absence.
  kAncestorBogus,        ///< The fault lies above the zone.
  kAnswerMalformed,      ///< Two CNAMEs, a DNAME whose CNAME does not follow …
  // indeterminate
  kUnreachable,
  kStale,
  kLimit,
  kMonitorBlind,
  kNotJudged,
};

/// Stable snake_case name, e.g. "signature_expired".
const char* to_string(Reason reason);
std::optional<Reason> parse_reason(std::string_view text);
/// A sentence for people, lower case, no period.
const char* describe(Reason reason);
/// The Extended DNS Error info-code that a validating resolver would send (RFC 8914 §4), −1 if none fits.
int extended_error_code(Reason reason);

struct Verdict {
  SecurityStatus status = SecurityStatus::kIndeterminate;
  Reason reason = Reason::kNotJudged;
  bool operator==(const Verdict&) const = default;
};
inline Verdict secure() { return {SecurityStatus::kSecure, Reason::kValidated}; }
inline Verdict insecure(Reason reason) { return {SecurityStatus::kInsecure, reason}; }
inline Verdict bogus(Reason reason) { return {SecurityStatus::kBogus, reason}; }
inline Verdict indeterminate(Reason reason) { return {SecurityStatus::kIndeterminate, reason}; }

}  // namespace anchorwatch::dnssec
