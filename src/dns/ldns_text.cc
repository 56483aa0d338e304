// SPDX-License-Identifier: Apache-2.0
#include "ldns_text.h"

#include "rdata_wire.h"
#include "wire_scan.h"

namespace anchorwatch::dns {

Result<Bytes> canonical_rdata_of(const ldns_rr& record) {
  const RrType type{static_cast<std::uint16_t>(ldns_rr_get_type(&record))};
  const ldns_rr_descriptor& format = *ldns_rr_descript(static_cast<std::uint16_t>(type));
  if (ldns_rr_rd_count(&record) < ldns_rr_descriptor_minimum(&format)) {
    return Error{ErrorCode::kParse, to_string(type) + " record: a field is missing"};
  }
  Bytes wire;
  for (std::size_t i = 0; i < ldns_rr_rd_count(&record); ++i) {
    const ldns_rdf* field = ldns_rr_rdf(&record, i);
    if (field == nullptr) {
      return Error{ErrorCode::kParse, to_string(type) + " record: a field is missing"};
    }
    // ldns_rdf_data is uint8_t*; Bytes are chars.
    wire.append(reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field));
  }
  if (wire.size() > 65535) {
    return Error{ErrorCode::kParse, to_string(type) + " record: RDATA over 65535 octets"};
  }
  std::optional<Bytes> rdata = canonical_rdata(type, wire, 0, wire.size());
  if (!rdata) return Error{ErrorCode::kParse, to_string(type) + " record: malformed RDATA"};
  return *std::move(rdata);
}

std::optional<std::string> rdata_text_by_ldns(RrType type, BytesView rdata) {
  Bytes wire(1, '\0');  // The root as the owner.
  append_u16(wire, static_cast<std::uint16_t>(type));
  append_u16(wire, kClassIn);
  append_u32(wire, 0);
  append_u16(wire, static_cast<std::uint16_t>(rdata.size()));
  wire += rdata;
  ldns_rr* parsed = nullptr;
  std::size_t at = 0;
  const auto* octets = reinterpret_cast<const std::uint8_t*>(wire.data());
  if (ldns_wire2rr(&parsed, octets, wire.size(), &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK) {
    return std::nullopt;
  }
  const LdnsPtr<ldns_rr> record(parsed);
  if (at != wire.size()) return std::nullopt;
  const LdnsPtr<char> text(ldns_rr2str(record.get()));
  if (!text) return std::nullopt;
  // "owner TTL class type rdata\n", all but the RDATA without white space inside.
  std::string_view rest(text.get());
  for (int field = 0; field < 4; ++field) {
    const std::size_t gap = rest.find('\t');
    if (gap == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(gap + 1);
  }
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ')) rest.remove_suffix(1);
  return std::string(rest);
}

}  // namespace anchorwatch::dns
