// SPDX-License-Identifier: Apache-2.0
#include "edns.h"

#include <algorithm>

#include "printable.h"

namespace anchorwatch::dns {

std::optional<Edns> decode_edns(std::uint16_t rr_class, std::uint32_t ttl, BytesView rdata) {
  constexpr std::uint32_t kDnssecOk = 0x8000;
  Edns edns;
  edns.udp_size = rr_class;
  edns.version = static_cast<std::uint8_t>((ttl >> 16U) & 0xffU);
  edns.dnssec_ok = (ttl & kDnssecOk) != 0;
  edns.flags = static_cast<std::uint16_t>(ttl & 0xffffU);
  while (!rdata.empty()) {
    if (rdata.size() < 4) return std::nullopt;
    const std::size_t size = read_u16(rdata, 2);
    if (rdata.size() - 4 < size) return std::nullopt;
    edns.options.push_back({read_u16(rdata, 0), Bytes(rdata.substr(4, size))});
    rdata.remove_prefix(4 + size);
  }
  return edns;
}

const EdnsOption* Edns::find(std::uint16_t code) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [code](const EdnsOption& option) { return option.code == code; });
  return found == options.end() ? nullptr : &*found;
}

std::vector<ExtendedError> Message::extended_errors() const {
  std::vector<ExtendedError> errors;
  if (!edns) return errors;
  for (const EdnsOption& option : edns->options) {
    if (option.code != EdnsOption::kEde || option.data.size() < 2) continue;
    BytesView text = BytesView(option.data).substr(2);
    // RFC 8914 §2: the text may end with a null octet, which is not part of it.
    if (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    errors.push_back({read_u16(option.data, 0), to_printable(text)});
  }
  return errors;
}

Bytes Message::nsid() const {
  const EdnsOption* found = edns ? edns->find(EdnsOption::kNsid) : nullptr;
  return found == nullptr ? Bytes{} : found->data;
}

}  // namespace anchorwatch::dns
