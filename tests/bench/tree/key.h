// SPDX-License-Identifier: Apache-2.0
// Keys of algorithm 13 that follow from a seed: the generator, the responder and a later run make the same ones,
// and no key is ever stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "wire.h"

struct ec_key_st;

namespace bench {

/// The time in which signatures are valid, in Unix seconds.
struct Validity {
  std::uint32_t inception = 0;
  std::uint32_t expiration = 0;
};

class Key {
 public:
  /// @param label  What the key follows from, with the seed.
  Key(std::string_view label, unsigned flags);

  [[nodiscard]] const Wire& dnskey() const { return dnskey_; }  ///< Rdata of DNSKEY and CDNSKEY.
  [[nodiscard]] unsigned tag() const { return tag_; }
  /// Rdata of DS and CDS with SHA-256.
  [[nodiscard]] Wire ds(std::string_view owner) const;
  /// Rdata of the RRSIG over a set. @param signer  Apex of the zone.
  [[nodiscard]] Wire sign(const RrSet& set, std::string_view signer, Validity validity) const;

 private:
  std::shared_ptr<ec_key_st> key_;
  Wire dnskey_;
  unsigned tag_ = 0;
};

}  // namespace bench
