// SPDX-License-Identifier: Apache-2.0
#include "public_key.h"

#include <bit>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include "anchorwatch/dnssec/crypto.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::size_t kDnskeyHeader = 4;  // flags, protocol, algorithm
// Larger keys cost more work than any signer needs; validators agree on these bounds.
constexpr int kMinRsaBits = 512;
constexpr int kMinRsaSha512Bits = 1024;  // RFC 5702 §2.2
constexpr int kMaxRsaBits = 4096;
constexpr std::size_t kMaxExponentOctets = 8;

enum class Family : std::uint8_t { kRsa, kEcdsa, kEdwards };

struct Algorithm {
  std::uint8_t number;
  Family family;
  const char* digest;          // For DigestVerifyInit; null for EdDSA.
  const char* type;            // OpenSSL's name of the key type; null for RSA and ECDSA.
  std::size_t key_size;        // Octets; 0 for RSA.
  std::size_t signature_size;  // Octets; 0 for RSA: as long as the modulus.
  int bits;                    // What key_bits() tells.
};

constexpr Algorithm kAlgorithms[] = {
    {5, Family::kRsa, "SHA1", nullptr, 0, 0, 0},
    {7, Family::kRsa, "SHA1", nullptr, 0, 0, 0},
    {8, Family::kRsa, "SHA256", nullptr, 0, 0, 0},
    {10, Family::kRsa, "SHA512", nullptr, 0, 0, 0},
    {13, Family::kEcdsa, "SHA256", nullptr, 64, 64, 256},
    {14, Family::kEcdsa, "SHA384", nullptr, 96, 96, 384},
    {15, Family::kEdwards, nullptr, "ED25519", 32, 64, 256},
    {16, Family::kEdwards, nullptr, "ED448", 57, 114, 456},
};

const Algorithm* find_algorithm(BytesView dnskey_rdata) {
  if (dnskey_rdata.size() < kDnskeyHeader) return nullptr;
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.number == octet(dnskey_rdata, 3)) return &algorithm;
  }
  return nullptr;
}

BytesView strip_zeros(BytesView number) {
  while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
  return number;
}

const unsigned char* octets(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

OpensslPtr<BIGNUM> to_number(BytesView bytes) {
  return OpensslPtr<BIGNUM>(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

OpensslPtr<EVP_PKEY> key_from_params(const char* type, OSSL_PARAM_BLD* builder, int selection) {
  const OpensslPtr<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder));
  const OpensslPtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
    return nullptr;
  }
  return OpensslPtr<EVP_PKEY>(key);
}

OpensslPtr<EVP_PKEY> make_rsa(const RsaParts& parts) {
  const OpensslPtr<BIGNUM> modulus = to_number(parts.modulus);
  const OpensslPtr<BIGNUM> exponent = to_number(parts.exponent);
  const OpensslPtr<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  return key_from_params("RSA", builder.get(), EVP_PKEY_PUBLIC_KEY);
}

bool rsa_size_allowed(const RsaParts& parts, std::uint8_t algorithm) {
  const int bits = parts.modulus_bits();
  const int least = algorithm == 10 ? kMinRsaSha512Bits : kMinRsaBits;
  return bits >= least && bits <= kMaxRsaBits && parts.exponent.size() <= kMaxExponentOctets;
}

// Sets key and signature size; the key stays null if its form is not allowed.
void make_key(const Algorithm& algorithm, BytesView public_key, PreparedKey& out) {
  if (algorithm.family == Family::kRsa) {
    const auto parts = split_rsa_key(public_key);
    if (!parts || !rsa_size_allowed(*parts, algorithm.number)) return;
    out.signature_size = parts->modulus.size();
    out.key = make_rsa(*parts);
    return;
  }
  if (public_key.size() != algorithm.key_size) return;
  out.signature_size = algorithm.signature_size;
  out.key.reset(EVP_PKEY_new_raw_public_key_ex(nullptr, algorithm.type, nullptr, octets(public_key),
                                               public_key.size()));
}

}  // namespace

int RsaParts::modulus_bits() const {
  if (modulus.empty()) return 0;
  return static_cast<int>(modulus.size() * 8) - std::countl_zero(octet(modulus, 0));
}

std::optional<RsaParts> split_rsa_key(BytesView public_key) {
  if (public_key.empty()) return std::nullopt;
  std::size_t header = 1;
  std::size_t length = octet(public_key, 0);
  if (length == 0) {  // The long form: two more octets.
    if (public_key.size() < 3) return std::nullopt;
    header = 3;
    length = read_u16(public_key, 1);
  }
  if (length == 0 || public_key.size() <= header + length) return std::nullopt;
  RsaParts parts{strip_zeros(public_key.substr(header, length)),
                 strip_zeros(public_key.substr(header + length))};
  if (parts.exponent.empty() || parts.modulus.empty()) return std::nullopt;
  return parts;
}

PreparedKey prepare_key(BytesView dnskey_rdata) {
  PreparedKey out;
  const Algorithm* algorithm = find_algorithm(dnskey_rdata);
  if (algorithm == nullptr || algorithm->family == Family::kEcdsa) {
    out.state = PreparedKey::State::kUnsupported;
    return out;
  }
  make_key(*algorithm, dnskey_rdata.substr(kDnskeyHeader), out);
  if (!out.key) {
    ERR_clear_error();
    return out;
  }
  out.verifier.reset(EVP_MD_CTX_new());
  // A system policy may forbid SHA-1: then we cannot verify here, and the zone is not to blame
  // (RFC 9905 §4).
  const bool ready =
      out.verifier && EVP_DigestVerifyInit_ex(out.verifier.get(), nullptr, algorithm->digest,
                                              nullptr, nullptr, out.key.get(), nullptr) == 1;
  out.state = ready ? PreparedKey::State::kReady : PreparedKey::State::kUnsupported;
  if (!ready) ERR_clear_error();
  return out;
}

int key_bits(BytesView dnskey_rdata) {
  const Algorithm* algorithm = find_algorithm(dnskey_rdata);
  if (algorithm == nullptr) return 0;
  const BytesView public_key = dnskey_rdata.substr(kDnskeyHeader);
  if (algorithm->family == Family::kRsa) {
    const auto parts = split_rsa_key(public_key);
    return parts ? parts->modulus_bits() : 0;
  }
  return public_key.size() == algorithm->key_size ? algorithm->bits : 0;
}

}  // namespace anchorwatch::dnssec
