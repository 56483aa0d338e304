// SPDX-License-Identifier: Apache-2.0
// DNSSEC algorithm and DS digest numbers: what this build can verify, and what policy relies on.
//
// "Can verify" and "may rely on" are two questions (RFC 9905 §2): signatures by RSASHA1 verify here,
// yet a zone that has nothing better is insecure unless the operator says otherwise.
//
// Standards: RFC 9904, 9905, 9906.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "anchorwatch/dnssec/algorithm_table.h"

namespace anchorwatch::dnssec {

/// What the operator's validators rely on.
struct ValidationPolicy {
  bool rely_on_sha1 = false;            ///< Algorithms 5 and 7 and DS digest 1 count (pre RFC 9905).
  std::uint16_t max_nsec3_iterations = 50;  ///< Above: insecure, as BIND, PowerDNS and Knot do.
  std::shared_ptr<const AlgorithmTable> algorithms = AlgorithmTable::builtin();  ///< Never null.
};

/// Mnemonic, e.g. "ECDSAP256SHA256"; "algorithm 200" for one without. Of the table that is compiled in:
/// texts call an algorithm the same, whatever the operator relies on.
std::string algorithm_name(std::uint8_t algorithm);
/// Mnemonic, e.g. "SHA-256"; "digest type 9" for one without.
std::string digest_name(std::uint8_t digest_type);

/// Whether this build has the cryptography: 5, 7, 8, 10, 13, 14, 15, 16.
bool can_verify(std::uint8_t algorithm);
/// Whether this build has it, and `policy` wants it used.
bool verifies(std::uint8_t algorithm, const ValidationPolicy& policy);
/// Whether signatures by `algorithm` make a zone secure under `policy`.
bool relies_on(std::uint8_t algorithm, const ValidationPolicy& policy);
/// Whether this build computes the digest: 1, 2, 4.
bool can_digest(std::uint8_t digest_type);
bool computes_digest(std::uint8_t digest_type, const ValidationPolicy& policy);
bool relies_on_digest(std::uint8_t digest_type, const ValidationPolicy& policy);

}  // namespace anchorwatch::dnssec
