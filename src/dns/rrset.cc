// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rrset.h"

#include <algorithm>

namespace anchorwatch::dns {

Bytes Rrsig::rdata_without_signature() const {
  Bytes out;
  out.reserve(18 + signer.wire().size());
  append_u16(out, static_cast<std::uint16_t>(type_covered));
  append_u8(out, algorithm);
  append_u8(out, labels);
  append_u32(out, original_ttl);
  append_u32(out, expiration);
  append_u32(out, inception);
  append_u16(out, key_tag);
  out += signer.wire();
  return out;
}

const RRset* find_rrset(const std::vector<RRset>& sets, const Name& owner, RrType type) {
  const auto found = std::find_if(sets.begin(), sets.end(), [&](const RRset& set) {
    return set.type == type && !set.rdatas.empty() && set.owner == owner;
  });
  return found == sets.end() ? nullptr : &*found;
}

}  // namespace anchorwatch::dns
