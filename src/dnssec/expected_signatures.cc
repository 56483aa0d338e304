// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/expected_signatures.h"

#include <array>

#include "ecdsa_verifier.h"

namespace anchorwatch::dnssec {

namespace {

constexpr std::array<std::uint8_t, 2> kEcdsa{13, 14};

}  // namespace

ExpectedSignatures::ExpectedSignatures(const std::vector<const dns::Rrsig*>& rrsigs) {
  for (const std::uint8_t algorithm : kEcdsa) {
    std::vector<BytesView> signatures;
    for (const dns::Rrsig* rrsig : rrsigs) {
      if (rrsig->algorithm == algorithm) signatures.emplace_back(rrsig->signature);
    }
    if (!signatures.empty()) EcdsaVerifier::of_thread(algorithm)->expect(std::move(signatures));
  }
}

ExpectedSignatures::~ExpectedSignatures() {
  for (const std::uint8_t algorithm : kEcdsa) EcdsaVerifier::of_thread(algorithm)->expect({});
}

}  // namespace anchorwatch::dnssec
