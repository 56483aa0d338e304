// SPDX-License-Identifier: Apache-2.0
// DS digests and NSEC3 hashes.
#include <array>

#include "anchorwatch/dnssec/crypto.h"

#include "openssl_ptr.h"

namespace anchorwatch::dnssec {
namespace {

// Fetched once: a fetch for each digest costs more than the digest.
class DigestAlgorithms {
 public:
  static const EVP_MD* sha1() { return instance().sha1_.get(); }
  static const EVP_MD* for_ds(std::uint8_t digest_type) {
    switch (digest_type) {
      case 1: return instance().sha1_.get();
      case 2: return instance().sha256_.get();
      case 4: return instance().sha384_.get();
      default: return nullptr;
    }
  }

 private:
  static const DigestAlgorithms& instance() {
    static const DigestAlgorithms algorithms;
    return algorithms;
  }
  OpensslPtr<EVP_MD> sha1_{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
  OpensslPtr<EVP_MD> sha256_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  OpensslPtr<EVP_MD> sha384_{EVP_MD_fetch(nullptr, "SHA384", nullptr)};
};

// `first` ‖ `second`, digested; empty when OpenSSL cannot.
Bytes digest(EVP_MD_CTX* context, const EVP_MD* algorithm, BytesView first, BytesView second) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
  unsigned length = 0;
  if (context == nullptr || algorithm == nullptr ||
      EVP_DigestInit_ex2(context, algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context, first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context, second.data(), second.size()) != 1 ||
      EVP_DigestFinal_ex(context, value.data(), &length) != 1) {
    return {};
  }
  return {reinterpret_cast<const char*>(value.data()), length};
}

// SHA-1 blocks of 64 octets that a message fills, padding included.
int sha1_blocks(std::size_t octets) { return static_cast<int>((octets + 9 + 63) / 64); }

}  // namespace

Bytes ds_digest(std::uint8_t digest_type, const dns::Name& owner, BytesView dnskey_rdata) {
  const EVP_MD* algorithm = DigestAlgorithms::for_ds(digest_type);
  if (algorithm == nullptr) return {};
  const OpensslPtr<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return digest(context.get(), algorithm, owner.wire(), dnskey_rdata);
}

Bytes nsec3_hash(const dns::Name& name, BytesView salt, std::uint16_t iterations,
                 WorkBudget& budget) {
  constexpr std::size_t kSha1Octets = 20;
  const int cost = sha1_blocks(name.wire().size() + salt.size()) +
                   iterations * sha1_blocks(kSha1Octets + salt.size());
  if (cost > budget.nsec3_hash_blocks) {
    budget.exhausted = true;
    return {};
  }
  budget.nsec3_hash_blocks -= cost;
  const OpensslPtr<EVP_MD_CTX> context(EVP_MD_CTX_new());
  Bytes hash = digest(context.get(), DigestAlgorithms::sha1(), name.wire(), salt);
  for (int i = 0; i < iterations; ++i) {
    hash = digest(context.get(), DigestAlgorithms::sha1(), hash, salt);
  }
  return hash;
}

}  // namespace anchorwatch::dnssec
