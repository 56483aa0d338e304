// SPDX-License-Identifier: Apache-2.0
// The EC_KEY functions are deprecated since OpenSSL 3.0, and remain: nothing newer verifies with another point of a
// curve that is set up already.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "ecdsa_verifier.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include <array>

namespace anchorwatch::dnssec {
namespace {

constexpr std::uint8_t kP256 = 13;
constexpr std::uint8_t kP384 = 14;

struct Delete {
  void operator()(EC_KEY* key) const { EC_KEY_free(key); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

const unsigned char* octets(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

struct EcdsaVerifier::State {
  std::unique_ptr<EC_KEY, Delete> key;
  std::unique_ptr<ECDSA_SIG, Delete> signature;
  BIGNUM* r = nullptr;  // Both belong to `signature`.
  BIGNUM* s = nullptr;
  OpensslPtr<EVP_MD_CTX> hash;
  const EVP_MD* digest = nullptr;
  Bytes point;  ///< Of `key`; empty if it has none.
};

EcdsaVerifier::EcdsaVerifier(int curve, const EVP_MD* digest, std::size_t size)
    : state_(std::make_unique<State>()), size_(size) {
  State& state = *state_;
  state.key.reset(EC_KEY_new_by_curve_name(curve));
  state.signature.reset(ECDSA_SIG_new());
  state.hash.reset(EVP_MD_CTX_new());
  state.digest = digest;
  OpensslPtr<BIGNUM> r(BN_new());
  OpensslPtr<BIGNUM> s(BN_new());
  if (!state.key || !state.signature || !state.hash || digest == nullptr || !r || !s) return;
  if (ECDSA_SIG_set0(state.signature.get(), r.get(), s.get()) != 1) return;
  state.r = r.release();
  state.s = s.release();
  ready_ = true;
}

EcdsaVerifier::~EcdsaVerifier() = default;

EcdsaVerifier* EcdsaVerifier::of_thread(std::uint8_t algorithm) {
  // Fetched once: each use by name would look them up again.
  static const OpensslPtr<EVP_MD> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  static const OpensslPtr<EVP_MD> sha384(EVP_MD_fetch(nullptr, "SHA384", nullptr));
  if (algorithm == kP256) {
    thread_local EcdsaVerifier verifier(NID_X9_62_prime256v1, sha256.get(), 64);
    return &verifier;
  }
  if (algorithm == kP384) {
    thread_local EcdsaVerifier verifier(NID_secp384r1, sha384.get(), 96);
    return &verifier;
  }
  return nullptr;
}

bool EcdsaVerifier::set_key(BytesView point) {
  State& state = *state_;
  if (!state.point.empty() && state.point == point) return true;
  state.point.clear();
  if (!ready_ || point.size() != size_) return false;
  const Bytes uncompressed = '\x04' + Bytes(point);
  // Refuses a point that does not lie on the curve.
  if (EC_KEY_oct2key(state.key.get(), octets(uncompressed), uncompressed.size(), nullptr) != 1) {
    ERR_clear_error();
    return false;
  }
  state.point = point;
  return true;
}

bool EcdsaVerifier::verify(BytesView signature, BytesView message) {
  State& state = *state_;
  if (state.point.empty() || signature.size() != size_) return false;
  const int half = static_cast<int>(size_ / 2);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned digest_size = 0;
  const bool valid = BN_bin2bn(octets(signature), half, state.r) != nullptr &&
                     BN_bin2bn(octets(signature) + half, half, state.s) != nullptr &&
                     EVP_DigestInit_ex(state.hash.get(), state.digest, nullptr) == 1 &&
                     EVP_DigestUpdate(state.hash.get(), message.data(), message.size()) == 1 &&
                     EVP_DigestFinal_ex(state.hash.get(), digest.data(), &digest_size) == 1 &&
                     ECDSA_do_verify(digest.data(), static_cast<int>(digest_size), state.signature.get(),
                                     state.key.get()) == 1;
  if (!valid) ERR_clear_error();
  return valid;
}

}  // namespace anchorwatch::dnssec
