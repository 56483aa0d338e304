// SPDX-License-Identifier: Apache-2.0
// SigningKey: a key pair of any DNSSEC algorithm, for tests. Never for anything else: its EdDSA
// keys are made from small numbers, so that signatures are the same in every run.
#pragma once

#include <cstdint>
#include <memory>

#include <openssl/evp.h>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/dns/name.h"

namespace anchorwatch {

class SigningKey {
 public:
  static constexpr std::uint16_t kZsk = 256;
  static constexpr std::uint16_t kKsk = 257;
  static constexpr std::uint16_t kRevoke = 128;

  /// @param algorithm  5, 7, 8, 10 (RSA with 1024 bits), 13, 14, 15 or 16.
  /// @param seed       different seeds give different Ed25519 and Ed448 keys; the others are
  /// random.
  explicit SigningKey(std::uint8_t algorithm, std::uint16_t flags = kKsk, std::uint8_t seed = 1);

  /// The same key pair under other flags or another protocol.
  [[nodiscard]] SigningKey with_flags(std::uint16_t flags) const;
  [[nodiscard]] SigningKey with_protocol(std::uint8_t protocol) const;

  [[nodiscard]] std::uint8_t algorithm() const { return algorithm_; }
  [[nodiscard]] std::uint16_t flags() const { return flags_; }
  [[nodiscard]] bool sep() const { return (flags_ & 1U) != 0; }
  /// DNSKEY RDATA.
  [[nodiscard]] Bytes dnskey() const;
  [[nodiscard]] std::uint16_t tag() const;
  /// DS RDATA.
  [[nodiscard]] Bytes ds(const dns::Name& owner, std::uint8_t digest_type = 2) const;
  /// A signature in the form of the RRSIG.
  [[nodiscard]] Bytes sign(BytesView octets) const;

 private:
  std::uint8_t algorithm_;
  std::uint16_t flags_;
  std::uint8_t protocol_ = 3;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace anchorwatch
