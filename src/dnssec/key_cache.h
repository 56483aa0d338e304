// SPDX-License-Identifier: Apache-2.0
// KeyCacheAccess: the door from the verifier into KeyCache.
#pragma once

#include <memory>

#include "anchorwatch/dnssec/crypto.h"

#include "public_key.h"

namespace anchorwatch::dnssec {

class KeyCacheAccess {
 public:
  /// The prepared form of a key, made now if it is not there; never null. Malformed keys are kept
  /// too.
  static std::shared_ptr<const PreparedKey> get(KeyCache& cache, BytesView dnskey_rdata);
};

}  // namespace anchorwatch::dnssec
