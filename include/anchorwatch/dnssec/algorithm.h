// SPDX-License-Identifier: Apache-2.0
// DNSSEC algorithm and DS digest numbers: names, what this build can verify, what policy relies on.
//
// "Can verify" and "may rely on" are two questions (RFC 9905 §2): signatures by RSASHA1 verify here,
// yet a zone that has nothing better is insecure unless the operator says otherwise.
//
// Standards: IANA registries after RFC 9904, 9905, 9906, as of 2026-07.
#pragma once

#include <cstdint>
#include <string>

namespace anchorwatch::dnssec {

/// What the operator's validators rely on.
struct ValidationPolicy {
  bool rely_on_sha1 = false;            ///< Algorithms 5 and 7 and DS digest 1 count (pre RFC 9905).
  std::uint16_t max_nsec3_iterations = 50;  ///< Above: insecure, as BIND, PowerDNS and Knot do.
};

/// Registry standing of a number for the *signer* (RFC 9904 "Use for DNSSEC Signing/Delegation").
enum class Standing : std::uint8_t { kRecommended, kMay, kNotRecommended, kMustNot, kUnassigned };

/// Mnemonic, e.g. "ECDSAP256SHA256"; "algorithm 200" for one without.
std::string algorithm_name(std::uint8_t algorithm);
/// Mnemonic, e.g. "SHA-256"; "digest type 9" for one without.
std::string digest_name(std::uint8_t digest_type);
Standing algorithm_standing(std::uint8_t algorithm);
Standing digest_standing(std::uint8_t digest_type);
/// Reserved or private numbers that must not stand in a DNSKEY (0, 2, 252 …) count as illegal.
bool algorithm_is_illegal(std::uint8_t algorithm);
bool digest_is_illegal(std::uint8_t digest_type);

/// Whether this build has the cryptography: 5, 7, 8, 10, 13, 14, 15, 16.
bool can_verify(std::uint8_t algorithm);
/// Whether signatures by `algorithm` make a zone secure under `policy`.
bool relies_on(std::uint8_t algorithm, const ValidationPolicy& policy);
/// Whether this build computes the digest: 1, 2, 4.
bool can_digest(std::uint8_t digest_type);
bool relies_on_digest(std::uint8_t digest_type, const ValidationPolicy& policy);

}  // namespace anchorwatch::dnssec
