// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/core/hmac.h"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace anchorwatch {

std::size_t hmac_size(HmacHash hash) {
  switch (hash) {
    case HmacHash::kSha256: return 32;
    case HmacHash::kSha384: return 48;
    case HmacHash::kSha512: return 64;
  }
  return 0;
}

Bytes hmac(HmacHash hash, BytesView key, BytesView text) {
  const EVP_MD* digest = EVP_sha256();
  if (hash == HmacHash::kSha384) digest = EVP_sha384();
  if (hash == HmacHash::kSha512) digest = EVP_sha512();
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(digest, key.data(), static_cast<int>(key.size()), data, text.size(), mac.data(),
           &length) == nullptr) {
    return {};
  }
  return {reinterpret_cast<const char*>(mac.data()), length};
}

bool equal_secrets(BytesView left, BytesView right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace anchorwatch
