// SPDX-License-Identifier: Apache-2.0
// Owners for OpenSSL objects.
#pragma once

#include <memory>

#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace anchorwatch::dnssec {

struct OpensslDelete {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
};
template <typename T>
using OpensslPtr = std::unique_ptr<T, OpensslDelete>;

}  // namespace anchorwatch::dnssec
