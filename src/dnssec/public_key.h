// SPDX-License-Identifier: Apache-2.0
// PreparedKey: a DNSKEY in the form in which OpenSSL verifies with it, made once and used many
// times. ECDSA keys need none: ecdsa_verifier.h.
//
// Threading: immutable once made; any thread.
// Standards: RFC 3110 §2 and RFC 5702 §2 (RSA), RFC 8080 §3 (EdDSA).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "anchorwatch/core/bytes.h"

#include "openssl_ptr.h"

namespace anchorwatch::dnssec {

struct PreparedKey {
  enum class State : std::uint8_t { kReady, kMalformed, kUnsupported };
  State state = State::kMalformed;
  std::size_t signature_size = 0;  ///< Octets on the wire.
  OpensslPtr<EVP_PKEY> key;
  OpensslPtr<EVP_MD_CTX> verifier;  ///< Initialised; to be copied for each signature.
};

/// @param dnskey_rdata  the complete DNSKEY RDATA; of ECDSA it is kUnsupported.
PreparedKey prepare_key(BytesView dnskey_rdata);

/// Modulus and exponent of an RSA public key (RFC 3110 §2), without leading zeros; nothing when the
/// lengths are wrong.
struct RsaParts {
  BytesView exponent;
  BytesView modulus;
  [[nodiscard]] int modulus_bits() const;
};
std::optional<RsaParts> split_rsa_key(BytesView public_key);

}  // namespace anchorwatch::dnssec
