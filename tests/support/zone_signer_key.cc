// SPDX-License-Identifier: Apache-2.0
#include "support/zone_signer_key.h"

#include <stdexcept>
#include <string>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch {
namespace {

using KeyPtr = std::shared_ptr<EVP_PKEY>;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("SigningKey: ") + what);
}

KeyPtr own(EVP_PKEY* key) {
  require(key != nullptr, "cannot make the key");
  return {key, EVP_PKEY_free};
}

KeyPtr from_seed(const char* type, std::size_t octets, std::uint8_t seed) {
  const Bytes secret(octets, static_cast<char>(seed));
  return own(EVP_PKEY_new_raw_private_key_ex(
      nullptr, type, nullptr, reinterpret_cast<const unsigned char*>(secret.data()), octets));
}

KeyPtr make_key(std::uint8_t algorithm, std::uint8_t seed) {
  constexpr unsigned kRsaBits = 1024;  // Quick to make; 512 would be too short for algorithm 10.
  switch (algorithm) {
    case 13: return own(EVP_EC_gen("P-256"));
    case 14: return own(EVP_EC_gen("P-384"));
    case 15: return from_seed("ED25519", 32, seed);
    case 16: return from_seed("ED448", 57, seed);
    default: return own(EVP_RSA_gen(kRsaBits));
  }
}

const char* digest_of(std::uint8_t algorithm) {
  switch (algorithm) {
    case 5:
    case 7: return "SHA1";
    case 8:
    case 13: return "SHA256";
    case 10: return "SHA512";
    case 14: return "SHA384";
    default: return nullptr;
  }
}

Bytes number(const EVP_PKEY* key, const char* param) {
  BIGNUM* value = nullptr;
  require(EVP_PKEY_get_bn_param(key, param, &value) == 1, "no number");
  Bytes out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
  BN_free(value);
  return out;
}

Bytes octet_param(const EVP_PKEY* key, const char* param) {
  Bytes out(200, '\0');
  std::size_t size = 0;
  require(EVP_PKEY_get_octet_string_param(key, param, reinterpret_cast<unsigned char*>(out.data()),
                                          out.size(), &size) == 1,
          "no public key");
  out.resize(size);
  return out;
}

// DER to the r ‖ s of RFC 6605 §4.
Bytes ecdsa_to_raw(const Bytes& der, std::size_t half) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  require(parts != nullptr, "bad DER");
  Bytes out(2 * half, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), to, static_cast<int>(half));
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), to + half, static_cast<int>(half));
  ECDSA_SIG_free(parts);
  return out;
}

}  // namespace

SigningKey::SigningKey(std::uint8_t algorithm, std::uint16_t flags, std::uint8_t seed)
    : algorithm_(algorithm), flags_(flags), key_(make_key(algorithm, seed)) {}

SigningKey SigningKey::with_flags(std::uint16_t flags) const {
  SigningKey other = *this;
  other.flags_ = flags;
  return other;
}

SigningKey SigningKey::with_protocol(std::uint8_t protocol) const {
  SigningKey other = *this;
  other.protocol_ = protocol;
  return other;
}

Bytes SigningKey::dnskey() const {
  Bytes out;
  append_u16(out, flags_);
  append_u8(out, protocol_);
  append_u8(out, algorithm_);
  if (algorithm_ < 13) {  // RFC 3110 §2
    const Bytes exponent = number(key_.get(), OSSL_PKEY_PARAM_RSA_E);
    append_u8(out, static_cast<std::uint8_t>(exponent.size()));
    return out + exponent + number(key_.get(), OSSL_PKEY_PARAM_RSA_N);
  }
  const Bytes point = octet_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY);
  return out + (algorithm_ < 15 ? point.substr(1) : point);  // Without the 4 for "uncompressed".
}

std::uint16_t SigningKey::tag() const { return dns::key_tag(dnskey()); }

Bytes SigningKey::ds(const dns::Name& owner, std::uint8_t digest_type) const {
  Bytes out;
  append_u16(out, tag());
  append_u8(out, algorithm_);
  append_u8(out, digest_type);
  return out + dnssec::ds_digest(digest_type, owner, dnskey());
}

Bytes SigningKey::sign(BytesView octets) const {
  const std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  require(EVP_DigestSignInit_ex(context.get(), nullptr, digest_of(algorithm_), nullptr, nullptr,
                                key_.get(), nullptr) == 1,
          "cannot sign");
  const auto* data = reinterpret_cast<const unsigned char*>(octets.data());
  Bytes out(600, '\0');
  std::size_t size = out.size();
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, data,
                         octets.size()) == 1,
          "signing failed");
  out.resize(size);
  if (algorithm_ == 13) return ecdsa_to_raw(out, 32);
  if (algorithm_ == 14) return ecdsa_to_raw(out, 48);
  return out;
}

}  // namespace anchorwatch
