// SPDX-License-Identifier: Apache-2.0
// The calls on EC_KEY are the old ones: they give r and s as they stand in an RRSIG, and are the fastest.
#define OPENSSL_API_COMPAT 10100
#define OPENSSL_NO_DEPRECATED_WARNINGS
#include "key.h"

#include <cstdlib>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

namespace bench {

namespace {

constexpr unsigned kAlgorithm = 13;
constexpr int kCoordinate = 32;

template <typename T>
T* must(T* made) {
  if (made == nullptr) std::abort();
  return made;
}

void must(int worked) {
  if (worked != 1) std::abort();
}

std::shared_ptr<EC_KEY> private_key(std::string_view label, Wire& point_octets) {
  std::shared_ptr<EC_KEY> key(must(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)), EC_KEY_free);
  const EC_GROUP* group = EC_KEY_get0_group(key.get());
  const Wire secret = sha256(label);
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> scalar(
      must(BN_bin2bn(reinterpret_cast<const unsigned char*>(secret.data()), kCoordinate, nullptr)), BN_free);
  const std::unique_ptr<EC_POINT, void (*)(EC_POINT*)> point(must(EC_POINT_new(group)), EC_POINT_free);
  must(EC_POINT_mul(group, point.get(), scalar.get(), nullptr, nullptr, nullptr));
  // A digest is below the order of the group but for one in 2^32; that one stops here.
  must(EC_KEY_set_private_key(key.get(), scalar.get()));
  must(EC_KEY_set_public_key(key.get(), point.get()));
  unsigned char octets[2 * kCoordinate + 1];
  if (EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, octets, sizeof octets, nullptr) != sizeof octets) {
    std::abort();
  }
  point_octets.assign(reinterpret_cast<const char*>(octets + 1), sizeof octets - 1);
  return key;
}

// RFC 4034 appendix B.
unsigned key_tag(std::string_view rdata) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < rdata.size(); ++at) {
    const std::uint32_t octet = static_cast<unsigned char>(rdata[at]);
    sum += (at & 1U) != 0 ? octet : octet << 8U;
  }
  return (sum + (sum >> 16U)) & 0xFFFFU;
}

bool is_wildcard(std::string_view owner) { return owner.substr(0, 2) == std::string_view("\1*", 2); }

}  // namespace

Key::Key(std::string_view label, unsigned flags) {
  Wire point;
  key_ = private_key(label, point);
  put16(dnskey_, flags);
  put8(dnskey_, 3);
  put8(dnskey_, kAlgorithm);
  dnskey_ += point;
  tag_ = key_tag(dnskey_);
}

Wire Key::ds(std::string_view owner) const {
  Wire out;
  put16(out, tag_);
  put8(out, kAlgorithm);
  put8(out, 2);
  return out + sha256(Wire(owner) + dnskey_);
}

Wire Key::sign(const RrSet& set, std::string_view signer, Validity validity) const {
  Wire rdata;
  put16(rdata, set.type);
  put8(rdata, kAlgorithm);
  put8(rdata, label_count(set.owner) - (is_wildcard(set.owner) ? 1 : 0));
  put32(rdata, set.ttl);
  put32(rdata, validity.expiration);
  put32(rdata, validity.inception);
  put16(rdata, tag_);
  rdata += signer;
  Wire message = rdata;
  for (const Wire& one : set.rdata) {
    message += set.owner;
    put16(message, set.type);
    put16(message, 1);
    put32(message, set.ttl);
    put16(message, static_cast<unsigned>(one.size()));
    message += one;
  }
  const Wire digest = sha256(message);
  const std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> signature(
      must(ECDSA_do_sign(reinterpret_cast<const unsigned char*>(digest.data()), static_cast<int>(digest.size()), key_.get())),
      ECDSA_SIG_free);
  unsigned char octets[2 * kCoordinate];
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), octets, kCoordinate);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), octets + kCoordinate, kCoordinate);
  return rdata.append(reinterpret_cast<const char*>(octets), sizeof octets);
}

}  // namespace bench
