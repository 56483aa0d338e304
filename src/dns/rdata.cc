// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rdata.h"

#include "wire_name.h"

namespace anchorwatch::dns {
namespace {

/// Takes the name at the start of `rest` off it.
std::optional<Name> take_name(BytesView& rest) {
  const std::optional<std::size_t> size = wire_name_size(rest);
  if (!size) return std::nullopt;
  std::optional<Name> name = Name::from_wire(rest.substr(0, *size));
  rest.remove_prefix(*size);
  return name;
}

/// Takes a field that starts with its length off `rest`.
std::optional<BytesView> take_counted(BytesView& rest) {
  if (rest.empty() || rest.size() - 1 < octet(rest, 0)) return std::nullopt;
  const BytesView field = rest.substr(1, octet(rest, 0));
  rest.remove_prefix(field.size() + 1);
  return field;
}

}  // namespace

std::optional<Dnskey> decode_dnskey(BytesView rdata) {
  if (rdata.size() < 5) return std::nullopt;  // The shortest key is the zero of a CDNSKEY delete.
  Dnskey key;
  key.flags = read_u16(rdata, 0);
  key.protocol = octet(rdata, 2);
  key.algorithm = octet(rdata, 3);
  key.public_key = rdata.substr(4);
  return key;
}

std::uint16_t key_tag(BytesView dnskey_rdata) {
  constexpr std::uint8_t kRsaMd5 = 1;
  const std::size_t size = dnskey_rdata.size();
  if (size >= 7 && octet(dnskey_rdata, 3) == kRsaMd5) {
    // B.1: the upper 16 of the lowest 24 bits of the modulus, which ends the RDATA.
    return read_u16(dnskey_rdata, size - 3);
  }
  std::uint32_t sum = 0;
  std::size_t i = 0;
  for (; i + 1 < size; i += 2) sum += read_u16(dnskey_rdata, i);
  if (i < size) sum += static_cast<std::uint32_t>(octet(dnskey_rdata, i)) << 8U;
  sum += (sum >> 16U) & 0xffffU;
  return static_cast<std::uint16_t>(sum & 0xffffU);
}

std::optional<Ds> decode_ds(BytesView rdata) {
  if (rdata.size() < 5) return std::nullopt;
  Ds ds;
  ds.key_tag = read_u16(rdata, 0);
  ds.algorithm = octet(rdata, 2);
  ds.digest_type = octet(rdata, 3);
  ds.digest = rdata.substr(4);
  return ds;
}

std::optional<Nsec> decode_nsec(BytesView rdata) {
  std::optional<Name> next = take_name(rdata);
  if (!next) return std::nullopt;
  std::optional<TypeBitmap> types = TypeBitmap::decode(rdata);
  if (!types) return std::nullopt;
  return Nsec{std::move(*next), std::move(*types)};
}

std::optional<Nsec3Param> decode_nsec3param(BytesView rdata) {
  if (rdata.size() < 5) return std::nullopt;
  BytesView rest = rdata.substr(4);
  const std::optional<BytesView> salt = take_counted(rest);
  if (!salt || !rest.empty()) return std::nullopt;
  return Nsec3Param{octet(rdata, 0), octet(rdata, 1), read_u16(rdata, 2), Bytes(*salt)};
}

std::optional<Nsec3> decode_nsec3(BytesView rdata) {
  if (rdata.size() < 6) return std::nullopt;
  BytesView rest = rdata.substr(4);
  const std::optional<BytesView> salt = take_counted(rest);
  if (!salt) return std::nullopt;
  const std::optional<BytesView> next_hash = take_counted(rest);
  if (!next_hash || next_hash->empty()) return std::nullopt;
  std::optional<TypeBitmap> types = TypeBitmap::decode(rest);
  if (!types) return std::nullopt;
  Nsec3 nsec3;
  nsec3.hash_algorithm = octet(rdata, 0);
  nsec3.flags = octet(rdata, 1);
  nsec3.iterations = read_u16(rdata, 2);
  nsec3.salt = *salt;
  nsec3.next_hash = *next_hash;
  nsec3.types = std::move(*types);
  return nsec3;
}

std::optional<Soa> decode_soa(BytesView rdata) {
  std::optional<Name> mname = take_name(rdata);
  if (!mname) return std::nullopt;
  std::optional<Name> rname = take_name(rdata);
  if (!rname || rdata.size() != 20) return std::nullopt;
  Soa soa;
  soa.mname = std::move(*mname);
  soa.rname = std::move(*rname);
  soa.serial = read_u32(rdata, 0);
  soa.refresh = read_u32(rdata, 4);
  soa.retry = read_u32(rdata, 8);
  soa.expire = read_u32(rdata, 12);
  soa.minimum = read_u32(rdata, 16);
  return soa;
}

std::optional<Csync> decode_csync(BytesView rdata) {
  if (rdata.size() < 6) return std::nullopt;
  std::optional<TypeBitmap> types = TypeBitmap::decode(rdata.substr(6));
  if (!types) return std::nullopt;
  return Csync{read_u32(rdata, 0), read_u16(rdata, 4), std::move(*types)};
}

std::optional<Zonemd> decode_zonemd(BytesView rdata) {
  constexpr std::size_t kShortestDigest = 12;  // RFC 8976 §2.2.4.
  if (rdata.size() < 6 + kShortestDigest) return std::nullopt;
  return Zonemd{read_u32(rdata, 0), octet(rdata, 4), octet(rdata, 5), Bytes(rdata.substr(6))};
}

std::optional<Name> decode_name(BytesView rdata) { return Name::from_wire(rdata); }

std::optional<IpAddress> decode_address(RrType type, BytesView rdata) {
  const std::size_t size = type == RrType::kA ? 4 : 16;
  if ((type != RrType::kA && type != RrType::kAaaa) || rdata.size() != size) return std::nullopt;
  return IpAddress::from_bytes(rdata);
}

}  // namespace anchorwatch::dns
