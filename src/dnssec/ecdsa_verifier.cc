// SPDX-License-Identifier: Apache-2.0
#include "ecdsa_verifier.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <array>
#include <utility>

namespace anchorwatch::dnssec {
namespace {

constexpr std::uint8_t kP256 = 13;
constexpr std::uint8_t kP384 = 14;

struct Delete {
  void operator()(EC_GROUP* curve) const { EC_GROUP_free(curve); }
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
  void operator()(BN_CTX* scratch) const { BN_CTX_free(scratch); }
};
using Number = OpensslPtr<BIGNUM>;

const unsigned char* octets(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

bool read_number(BytesView bytes, BIGNUM* number) {
  return BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), number) != nullptr;
}

/// A number that is expected, and what is known of it.
struct Expected {
  BytesView octets;
  Number value, product, inverse;  ///< `product`: of this one and all before it.
};

}  // namespace

struct EcdsaVerifier::State {
  std::unique_ptr<EC_GROUP, Delete> curve;
  std::unique_ptr<EC_POINT, Delete> key, sum;
  std::unique_ptr<BN_CTX, Delete> scratch;
  Number r{BN_new()}, s{BN_new()}, hash{BN_new()}, u1{BN_new()}, u2{BN_new()}, x{BN_new()}, inverse{BN_new()};
  const BIGNUM* order = nullptr;  ///< Belongs to `curve`.
  OpensslPtr<EVP_MD_CTX> digest_context;
  const EVP_MD* digest = nullptr;
  Bytes point;  ///< Of `key`; empty if it has none.
  std::vector<BytesView> expected;  ///< Nobody asked for one of them yet.
  std::vector<Expected> inverted;   ///< By their octets.

  [[nodiscard]] bool complete() const {
    return curve && key && sum && scratch && r && s && hash && u1 && u2 && x && inverse && digest_context &&
           digest != nullptr && order != nullptr;
  }
  /// 0 < number < order.
  [[nodiscard]] bool in_range(const BIGNUM* number) const {
    return BN_is_zero(number) == 0 && BN_cmp(number, order) < 0;
  }
  bool multiply(BIGNUM* result, const BIGNUM* a, const BIGNUM* b) const {
    return BN_mod_mul(result, a, b, order, scratch.get()) == 1;
  }
  /// The hash of the message as a number. Both hashes have as many bits as the order of their curve: nothing is cut off.
  bool read_hash(BytesView message) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    return EVP_DigestInit_ex(digest_context.get(), digest, nullptr) == 1 &&
           EVP_DigestUpdate(digest_context.get(), message.data(), message.size()) == 1 &&
           EVP_DigestFinal_ex(digest_context.get(), octets.data(), &size) == 1 &&
           BN_bin2bn(octets.data(), static_cast<int>(size), hash.get()) != nullptr;
  }
  /// Whether the curve's x of u1·G + u2·key is r modulo the order. The point at infinity has no x.
  [[nodiscard]] bool sum_fits() const {
    return EC_POINT_mul(curve.get(), sum.get(), u1.get(), key.get(), u2.get(), scratch.get()) == 1 &&
           EC_POINT_is_at_infinity(curve.get(), sum.get()) == 0 &&
           EC_POINT_get_affine_coordinates(curve.get(), sum.get(), x.get(), nullptr, scratch.get()) == 1 &&
           BN_nnmod(x.get(), x.get(), order, scratch.get()) == 1 && BN_cmp(x.get(), r.get()) == 0;
  }
};

EcdsaVerifier::EcdsaVerifier(int curve, const EVP_MD* digest, std::size_t size)
    : state_(std::make_unique<State>()), size_(size) {
  State& state = *state_;
  state.curve.reset(EC_GROUP_new_by_curve_name(curve));
  if (!state.curve) return;
  state.key.reset(EC_POINT_new(state.curve.get()));
  state.sum.reset(EC_POINT_new(state.curve.get()));
  state.scratch.reset(BN_CTX_new());
  state.order = EC_GROUP_get0_order(state.curve.get());
  state.digest_context.reset(EVP_MD_CTX_new());
  state.digest = digest;
  ready_ = state.complete();
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
  if (EC_POINT_oct2point(state.curve.get(), state.key.get(), octets(uncompressed), uncompressed.size(),
                         state.scratch.get()) != 1) {
    ERR_clear_error();
    return false;
  }
  state.point = point;
  return true;
}

void EcdsaVerifier::expect(std::vector<BytesView> signatures) {
  State& state = *state_;
  state.inverted.clear();
  state.expected = std::move(signatures);
  std::erase_if(state.expected, [this](BytesView signature) { return signature.size() != size_; });
  if (state.expected.size() > kMostExpected) state.expected.resize(kMostExpected);
}

/// Montgomery's trick: the inverse of the product of all, and from it those of each with three multiplications.
void EcdsaVerifier::invert_expected() {
  State& state = *state_;
  std::vector<BytesView> seconds;
  for (const BytesView signature : std::exchange(state.expected, {})) seconds.push_back(signature.substr(size_ / 2));
  std::sort(seconds.begin(), seconds.end());
  seconds.erase(std::unique(seconds.begin(), seconds.end()), seconds.end());
  std::vector<Expected> all;
  for (const BytesView second : seconds) {
    Expected each{second, Number(BN_new()), Number(BN_new()), Number(BN_new())};
    if (!each.value || !each.product || !each.inverse || !read_number(second, each.value.get())) return;
    if (!state.in_range(each.value.get())) continue;
    const BIGNUM* before = all.empty() ? BN_value_one() : all.back().product.get();
    if (!state.multiply(each.product.get(), before, each.value.get())) return;
    all.push_back(std::move(each));
  }
  if (all.empty()) return;
  BIGNUM* rest = state.inverse.get();
  if (BN_mod_inverse(rest, all.back().product.get(), state.order, state.scratch.get()) == nullptr) return;
  for (std::size_t i = all.size(); i-- > 0;) {
    const BIGNUM* before = i == 0 ? BN_value_one() : all[i - 1].product.get();
    if (!state.multiply(all[i].inverse.get(), rest, before)) return;
    if (!state.multiply(rest, rest, all[i].value.get())) return;
  }
  state.inverted = std::move(all);
}

const BIGNUM* EcdsaVerifier::inverse_of(BytesView second) {
  State& state = *state_;
  if (!state.expected.empty()) invert_expected();
  const auto known = std::lower_bound(state.inverted.begin(), state.inverted.end(), second,
                                      [](const Expected& each, BytesView octets) { return each.octets < octets; });
  if (known != state.inverted.end() && known->octets == second) return known->inverse.get();
  return BN_mod_inverse(state.inverse.get(), state.s.get(), state.order, state.scratch.get());
}

bool EcdsaVerifier::verify(BytesView signature, BytesView message) {
  State& state = *state_;
  if (state.point.empty() || signature.size() != size_) return false;
  const BytesView second = signature.substr(size_ / 2);
  if (!read_number(signature.substr(0, size_ / 2), state.r.get()) || !read_number(second, state.s.get())) return false;
  if (!state.in_range(state.r.get()) || !state.in_range(state.s.get())) return false;
  const BIGNUM* inverse = inverse_of(second);
  const bool valid = inverse != nullptr && state.read_hash(message) &&
                     state.multiply(state.u1.get(), state.hash.get(), inverse) &&
                     state.multiply(state.u2.get(), state.r.get(), inverse) && state.sum_fits();
  if (!valid) ERR_clear_error();
  return valid;
}

}  // namespace anchorwatch::dnssec
