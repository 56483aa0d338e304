// SPDX-License-Identifier: Apache-2.0
// Keys and DS of one zone as tests of `history` need them.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/dnssec/crypto.h"
#include "anchorwatch/history/cache_view.h"

namespace anchorwatch::history {

inline const dns::Name& zone() {
  static const dns::Name name = dns::Name::from_text("example.com.").value();
  return name;
}

inline Bytes make_key(char seed, std::uint16_t flags = 257) {
  Bytes rdata;
  append_u16(rdata, flags);
  append_u8(rdata, 3);
  append_u8(rdata, 13);
  return rdata + Bytes(64, seed);
}

inline Bytes make_ds(const Bytes& key) {
  Bytes rdata;
  append_u16(rdata, dns::key_tag(key));
  append_u8(rdata, 13);
  append_u8(rdata, 2);
  return rdata + dnssec::ds_digest(2, zone(), key);
}

inline Signers::Key signer(const Bytes& key) { return {dns::key_tag(key), 13}; }

inline Signers signed_by(const std::vector<Bytes>& keys) {
  Signers signers;
  for (const Bytes& key : keys) signers.keys.push_back(signer(key));
  std::sort(signers.keys.begin(), signers.keys.end());
  return signers;
}

inline DsSet ds_of(const std::vector<Bytes>& keys) {
  DsSet set;
  for (const Bytes& key : keys) set.push_back(make_ds(key));
  std::sort(set.begin(), set.end());
  return set;
}

/// A key set, and those of its keys that sign it.
inline KeySet key_set(const std::vector<Bytes>& keys, const std::vector<Bytes>& signing) {
  KeySet set;
  for (const Bytes& key : keys) {
    set.keys.push_back({key, std::find(signing.begin(), signing.end(), key) != signing.end()});
  }
  std::sort(set.keys.begin(), set.keys.end(), [](const auto& a, const auto& b) { return a.rdata < b.rdata; });
  return set;
}

template <typename Content>
Sighting<Content> all_show(Content content, std::uint32_t ttl) {
  return {true, true, {{std::move(content), ttl}}};
}

}  // namespace anchorwatch::history
