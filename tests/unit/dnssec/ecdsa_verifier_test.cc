// SPDX-License-Identifier: Apache-2.0
// Held against OpenSSL's own ECDSA, whose functions are deprecated and remain.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "../../../src/dnssec/ecdsa_verifier.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include <memory>
#include <random>

#include "anchorwatch/dns/rrset.h"
#include "anchorwatch/dnssec/expected_signatures.h"

namespace anchorwatch::dnssec {
namespace {

struct Free {
  void operator()(EC_KEY* key) const { EC_KEY_free(key); }
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BN_CTX* scratch) const { BN_CTX_free(scratch); }
};
using Key = std::unique_ptr<EC_KEY, Free>;
using Point = std::unique_ptr<EC_POINT, Free>;
using Number = std::unique_ptr<BIGNUM, Free>;

Number number(unsigned long value) {
  Number out(BN_new());
  BN_set_word(out.get(), value);
  return out;
}

/// One curve with its hash, and OpenSSL's opinion.
struct Curve {
  std::uint8_t algorithm;
  int name;
  std::size_t half;
  std::unique_ptr<BN_CTX, Free> scratch{BN_CTX_new()};

  [[nodiscard]] Key new_key() const {
    Key key(EC_KEY_new_by_curve_name(name));
    EC_KEY_generate_key(key.get());
    return key;
  }
  [[nodiscard]] Bytes octets(const BIGNUM* value) const {
    Bytes out(half, '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(half));
    return out;
  }
  [[nodiscard]] Bytes point(const EC_KEY* key) const {
    Bytes out(1 + 2 * half, '\0');
    EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), POINT_CONVERSION_UNCOMPRESSED,
                       reinterpret_cast<unsigned char*>(out.data()), out.size(), nullptr);
    return out.substr(1);
  }
  [[nodiscard]] Bytes hash(const Bytes& message) const {
    Bytes out(half, '\0');
    const auto* in = reinterpret_cast<const unsigned char*>(message.data());
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    if (half == 32) SHA256(in, message.size(), to);
    else SHA384(in, message.size(), to);
    return out;
  }
  [[nodiscard]] Bytes sign(EC_KEY* key, const Bytes& message) const {
    const Bytes digest = hash(message);
    const std::unique_ptr<ECDSA_SIG, Free> made(ECDSA_do_sign(
        reinterpret_cast<const unsigned char*>(digest.data()), static_cast<int>(digest.size()), key));
    return octets(ECDSA_SIG_get0_r(made.get())) + octets(ECDSA_SIG_get0_s(made.get()));
  }
  [[nodiscard]] bool openssl_says(EC_KEY* key, const Bytes& signature, const Bytes& message) const {
    const auto* in = reinterpret_cast<const unsigned char*>(signature.data());
    const std::unique_ptr<ECDSA_SIG, Free> read(ECDSA_SIG_new());
    ECDSA_SIG_set0(read.get(), BN_bin2bn(in, static_cast<int>(half), nullptr),
                   BN_bin2bn(in + half, static_cast<int>(half), nullptr));
    const Bytes digest = hash(message);
    return ECDSA_do_verify(reinterpret_cast<const unsigned char*>(digest.data()), static_cast<int>(digest.size()),
                           read.get(), key) == 1;
  }
  /// The public key of which r and s, with `point` as their sum, sign the message: (s·point − hash·G) / r.
  [[nodiscard]] Key key_for(const BIGNUM* r, const BIGNUM* s, const EC_POINT* point_of_sum, const Bytes& message) const {
    Key key(EC_KEY_new_by_curve_name(name));
    const EC_GROUP* group = EC_KEY_get0_group(key.get());
    const BIGNUM* order = EC_GROUP_get0_order(group);
    const Bytes digest = hash(message);
    const Number z(BN_bin2bn(reinterpret_cast<const unsigned char*>(digest.data()), static_cast<int>(digest.size()), nullptr));
    const Number over_r(BN_mod_inverse(nullptr, r, order, scratch.get()));
    const Number g = number(0);
    const Number p = number(0);
    BN_mod_mul(g.get(), z.get(), over_r.get(), order, scratch.get());
    BN_mod_sub(g.get(), number(0).get(), g.get(), order, scratch.get());
    BN_mod_mul(p.get(), s, over_r.get(), order, scratch.get());
    const Point out(EC_POINT_new(group));
    EC_POINT_mul(group, out.get(), g.get(), point_of_sum, p.get(), scratch.get());
    EC_KEY_set_public_key(key.get(), out.get());
    return key;
  }
};

class EcdsaVerifierTest : public testing::TestWithParam<int> {
 protected:
  EcdsaVerifierTest()
      : curve_{static_cast<std::uint8_t>(GetParam()), GetParam() == 13 ? NID_X9_62_prime256v1 : NID_secp384r1,
               GetParam() == 13 ? std::size_t{32} : std::size_t{48}},
        verifier_(*EcdsaVerifier::of_thread(curve_.algorithm)) {}
  ~EcdsaVerifierTest() override { verifier_.expect({}); }

  const Curve curve_;
  EcdsaVerifier& verifier_;
  std::mt19937 random_{1};
};
INSTANTIATE_TEST_SUITE_P(Curves, EcdsaVerifierTest, testing::Values(13, 14));

TEST_P(EcdsaVerifierTest, SaysWhatOpensslSays) {
  const Key key = curve_.new_key();
  ASSERT_TRUE(verifier_.set_key(curve_.point(key.get())));
  for (int i = 0; i < 60; ++i) {
    const Bytes message = "message " + std::to_string(i);
    Bytes signature = curve_.sign(key.get(), message);
    EXPECT_TRUE(verifier_.verify(signature, message));
    EXPECT_FALSE(verifier_.verify(signature, message + "."));
    const std::size_t at = random_() % signature.size();
    signature[at] = static_cast<char>(signature[at] ^ (1 << (random_() % 8)));
    EXPECT_EQ(verifier_.verify(signature, message), curve_.openssl_says(key.get(), signature, message)) << i;
  }
}

TEST_P(EcdsaVerifierTest, NumbersAtTheEdgesOfTheRange) {
  const Key key = curve_.new_key();
  ASSERT_TRUE(verifier_.set_key(curve_.point(key.get())));
  const BIGNUM* order = EC_GROUP_get0_order(EC_KEY_get0_group(key.get()));
  std::vector<Bytes> edges{Bytes(curve_.half, '\0'), Bytes(curve_.half, '\xff'), curve_.octets(order)};
  for (const unsigned long step : {1UL, 2UL}) {
    const Number near(BN_dup(order));
    BN_add_word(near.get(), step);
    edges.push_back(curve_.octets(near.get()));
    BN_sub_word(near.get(), 2 * step);
    edges.push_back(curve_.octets(near.get()));
    edges.push_back(curve_.octets(number(step).get()));
  }
  const Bytes good = curve_.sign(key.get(), "text");
  edges.push_back(good.substr(0, curve_.half));
  edges.push_back(good.substr(curve_.half));
  std::vector<Bytes> all;
  for (const Bytes& r : edges) {
    for (const Bytes& s : edges) all.push_back(r + s);
  }
  for (const bool expected : {false, true}) {
    if (expected) verifier_.expect({all.begin(), all.end()});
    int valid = 0;
    for (const Bytes& signature : all) {
      const bool says = verifier_.verify(signature, "text");
      EXPECT_EQ(says, curve_.openssl_says(key.get(), signature, "text"));
      valid += says ? 1 : 0;
    }
    EXPECT_EQ(valid, 1);
  }
}

TEST_P(EcdsaVerifierTest, ASumWhoseXIsNotBelowTheOrder) {
  const Key any = curve_.new_key();
  const EC_GROUP* group = EC_KEY_get0_group(any.get());
  const Number x(BN_dup(EC_GROUP_get0_order(group)));
  const Number r = number(0);
  const Point sum(EC_POINT_new(group));
  do {  // Half of all x have a point.
    BN_add_word(x.get(), 1);
    BN_add_word(r.get(), 1);
  } while (EC_POINT_set_compressed_coordinates(group, sum.get(), x.get(), 0, curve_.scratch.get()) != 1);
  const Number s = number(12345);
  const Key key = curve_.key_for(r.get(), s.get(), sum.get(), "text");
  const Bytes signature = curve_.octets(r.get()) + curve_.octets(s.get());
  ASSERT_TRUE(curve_.openssl_says(key.get(), signature, "text"));
  ASSERT_TRUE(verifier_.set_key(curve_.point(key.get())));
  EXPECT_TRUE(verifier_.verify(signature, "text"));
  EXPECT_FALSE(verifier_.verify(signature, "other text"));
  // The same numbers modulo the order, but out of range.
  const BIGNUM* order = EC_GROUP_get0_order(group);
  const Number large = number(0);
  BN_add(large.get(), s.get(), order);
  const Bytes large_s = curve_.octets(r.get()) + curve_.octets(large.get());
  BN_add(large.get(), r.get(), order);
  const Bytes large_r = curve_.octets(large.get()) + curve_.octets(s.get());
  for (const bool expected : {false, true}) {
    if (expected) verifier_.expect({large_s, large_r});
    EXPECT_FALSE(verifier_.verify(large_s, "text"));
    EXPECT_FALSE(verifier_.verify(large_r, "text"));
  }
}

TEST_P(EcdsaVerifierTest, ASumAtInfinityIsNoSignature) {
  Key any = curve_.new_key();
  const EC_GROUP* group = EC_KEY_get0_group(any.get());
  const Point infinity(EC_POINT_new(group));
  EC_POINT_set_to_infinity(group, infinity.get());
  for (const unsigned long first : {1UL, 2UL, 99UL}) {
    const Number r = number(first);
    const Number s = number(7);
    const Key key = curve_.key_for(r.get(), s.get(), infinity.get(), "text");
    const Bytes signature = curve_.octets(r.get()) + curve_.octets(s.get());
    ASSERT_TRUE(verifier_.set_key(curve_.point(key.get())));
    EXPECT_FALSE(verifier_.verify(signature, "text"));
  }
}

TEST_P(EcdsaVerifierTest, WhatIsExpectedChangesNoResult) {
  const Key key = curve_.new_key();
  const Key other = curve_.new_key();
  std::vector<Bytes> signatures;
  for (int i = 0; i < 300; ++i) {
    signatures.push_back(curve_.sign(i % 3 == 0 ? other.get() : key.get(), "message " + std::to_string(i)));
  }
  std::vector<BytesView> told{signatures.begin(), signatures.end()};
  const Bytes zeros(2 * curve_.half, '\0');
  const Bytes large(2 * curve_.half, '\xff');
  told.insert(told.begin() + 5, {BytesView("short"), BytesView(), zeros, large, signatures[0], signatures[0]});
  for (const std::size_t amount : {std::size_t{0}, std::size_t{1}, std::size_t{12}, told.size()}) {
    verifier_.expect({told.begin(), told.begin() + static_cast<std::ptrdiff_t>(amount)});
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{11}, std::size_t{299}}) {
      const Bytes message = "message " + std::to_string(i);
      ASSERT_TRUE(verifier_.set_key(curve_.point(key.get())));
      EXPECT_EQ(verifier_.verify(signatures[i], message), i % 3 != 0) << amount << " " << i;
      ASSERT_TRUE(verifier_.set_key(curve_.point(other.get())));
      EXPECT_EQ(verifier_.verify(signatures[i], message), i % 3 == 0) << amount << " " << i;
    }
    EXPECT_FALSE(verifier_.verify(zeros, "message 0"));
    EXPECT_FALSE(verifier_.verify(large, "message 0"));
  }
}

TEST_P(EcdsaVerifierTest, TheNewestExpectationCountsAndEnds) {
  const Key key = curve_.new_key();
  std::vector<dns::Rrsig> rrsigs(3);
  for (dns::Rrsig& rrsig : rrsigs) {
    rrsig.algorithm = curve_.algorithm;
    rrsig.signature = curve_.sign(key.get(), "text");
  }
  rrsigs[2].algorithm = 8;
  ASSERT_TRUE(verifier_.set_key(curve_.point(key.get())));
  {
    const ExpectedSignatures first({&rrsigs[0], &rrsigs[2]});
    EXPECT_TRUE(verifier_.verify(rrsigs[0].signature, "text"));
    const ExpectedSignatures second({&rrsigs[1]});
    for (const dns::Rrsig& rrsig : rrsigs) EXPECT_TRUE(verifier_.verify(rrsig.signature, "text"));
  }
  rrsigs.pop_back();  // Nothing looks at it any more.
  for (const dns::Rrsig& rrsig : rrsigs) EXPECT_TRUE(verifier_.verify(rrsig.signature, "text"));
}

TEST_P(EcdsaVerifierTest, NoPointOfTheCurveIsNoKey) {
  const Key key = curve_.new_key();
  Bytes point = curve_.point(key.get());
  ASSERT_TRUE(verifier_.set_key(point));
  const Bytes signature = curve_.sign(key.get(), "text");
  point.back() = static_cast<char>(point.back() ^ 1);
  EXPECT_FALSE(verifier_.set_key(point));
  EXPECT_FALSE(verifier_.verify(signature, "text"));
  EXPECT_FALSE(verifier_.set_key(Bytes(2 * curve_.half, '\0')));
  EXPECT_FALSE(verifier_.set_key(Bytes(2 * curve_.half, '\xff')));
  EXPECT_FALSE(verifier_.set_key(point.substr(1)));
}

}  // namespace
}  // namespace anchorwatch::dnssec
