// SPDX-License-Identifier: Apache-2.0
// EcdsaVerifier: one curve of one thread, with the key that it verified with last.
//
// OpenSSL's EVP functions need an EVP_PKEY with a copy of its curve for each key, a copied context for each signature,
// and the signature in DER, which they decode and encode again. A zone's keys are used a dozen times at most: here a
// key is a point, put into the thread's one curve, and a signature is its two numbers. The curve is OpenSSL's; the
// equation around it is written down here, since that lets the signatures of a look share one modular inversion.
//
// Threading: of_thread() belongs to the calling thread.
// Standards: RFC 6605 §2, §4; SEC 1 §2.3.3, §4.1.4; FIPS 186-5 §6.4.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "anchorwatch/core/bytes.h"

#include "openssl_ptr.h"

namespace anchorwatch::dnssec {

class EcdsaVerifier {
 public:
  /// More signatures than these are not expected together: what a look at an ordinary zone has, and no more memory than
  /// 64 KiB for a hostile one.
  static constexpr std::size_t kMostExpected = 256;

  /// The verifier of an algorithm (13 or 14); null for any other.
  static EcdsaVerifier* of_thread(std::uint8_t algorithm);

  EcdsaVerifier(int curve, const EVP_MD* digest, std::size_t size);
  ~EcdsaVerifier();
  EcdsaVerifier(const EcdsaVerifier&) = delete;
  EcdsaVerifier& operator=(const EcdsaVerifier&) = delete;

  /// Octets of a point as in a DNSKEY, and of a signature.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// False without memory, which says nothing of any key.
  [[nodiscard]] bool ready() const { return ready_; }
  /// @return  false if the octets are no point of the curve; then there is no key.
  [[nodiscard]] bool set_key(BytesView point);
  /// Signatures that verify() may be asked for next, by any key: the first that is shares its inversion with all others.
  /// They must live until the next call of expect(). What was expected before is forgotten.
  void expect(std::vector<BytesView> signatures);
  /// With the key that was set last. `signature` has size() octets.
  [[nodiscard]] bool verify(BytesView signature, BytesView message);

 private:
  struct State;
  /// The inverse of the signature's second number, which is in range; null without memory.
  const BIGNUM* inverse_of(BytesView second);
  void invert_expected();

  std::unique_ptr<State> state_;
  std::size_t size_;
  bool ready_ = false;
};

}  // namespace anchorwatch::dnssec
