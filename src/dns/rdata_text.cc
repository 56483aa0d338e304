// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "anchorwatch/dns/rdata.h"

#include "ldns_text.h"
#include "printable.h"
#include "rdata_wire.h"
#include "wire_name.h"

namespace anchorwatch::dns {
namespace {

using MaybeText = std::optional<std::string>;

/// The parts as text with blanks between them.
template <typename... Parts>
std::string join(const Parts&... parts) {
  std::string text;
  const auto add = [&text](const auto& part) {
    if (!text.empty()) text += ' ';
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(part)>>) {
      text += std::to_string(part);
    } else {
      text += part;
    }
  };
  (add(parts), ...);
  return text;
}

/// A list that may be empty, after fixed fields.
std::string with_types(std::string fields, const TypeBitmap& types) {
  if (!types.types().empty()) fields += ' ' + types.to_text();
  return fields;
}

std::string salt_text(BytesView salt) { return salt.empty() ? "-" : to_hex(salt); }

/// Numbers and a name behind them: MX, SRV.
MaybeText numbers_and_name(BytesView rdata, std::size_t numbers) {
  if (rdata.size() < numbers * 2) return std::nullopt;
  const std::optional<Name> name = Name::from_wire(rdata.substr(numbers * 2));
  if (!name) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < numbers; ++i) text += std::to_string(read_u16(rdata, i * 2)) + ' ';
  return text + name->to_text();
}

std::string quoted(BytesView octets) { return '"' + to_printable(octets, "\"\\") + '"'; }

MaybeText strings(BytesView rdata) {
  std::string text;
  while (!rdata.empty()) {
    const std::size_t size = octet(rdata, 0);
    if (size > rdata.size() - 1) return std::nullopt;
    if (!text.empty()) text += ' ';
    text += quoted(rdata.substr(1, size));
    rdata.remove_prefix(1 + size);
  }
  if (text.empty()) return std::nullopt;
  return text;
}

MaybeText caa(BytesView rdata) {
  if (rdata.size() < 2 || rdata.size() - 2 < octet(rdata, 1)) return std::nullopt;
  const BytesView tag = rdata.substr(2, octet(rdata, 1));
  for (const char c : tag) {
    const char lower = to_lower(c);
    if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9')) return std::nullopt;
  }
  if (tag.empty()) return std::nullopt;
  return join(octet(rdata, 0), tag, quoted(rdata.substr(2 + tag.size())));
}

/// Three one-octet fields and hexadecimal data: TLSA.
MaybeText tlsa(BytesView rdata) {
  if (rdata.size() < 4) return std::nullopt;
  return join(octet(rdata, 0), octet(rdata, 1), octet(rdata, 2), to_hex(rdata.substr(3)));
}

/// RFC 8976 §2.2.
MaybeText zonemd(BytesView rdata) {
  if (rdata.size() < 7) return std::nullopt;
  return join(read_u32(rdata, 0), octet(rdata, 4), octet(rdata, 5), to_hex(rdata.substr(6)));
}

MaybeText dnskey(BytesView rdata) {
  const std::optional<Dnskey> key = decode_dnskey(rdata);
  if (!key) return std::nullopt;
  return join(key->flags, key->protocol, key->algorithm, to_base64(key->public_key));
}

MaybeText ds(BytesView rdata) {
  const std::optional<Ds> ds = decode_ds(rdata);
  if (!ds) return std::nullopt;
  return join(ds->key_tag, ds->algorithm, ds->digest_type, to_hex(ds->digest));
}

MaybeText nsec(BytesView rdata) {
  const std::optional<Nsec> nsec = decode_nsec(rdata);
  if (!nsec) return std::nullopt;
  return with_types(nsec->next.to_text(), nsec->types);
}

MaybeText nsec3(BytesView rdata) {
  const std::optional<Nsec3> nsec3 = decode_nsec3(rdata);
  if (!nsec3) return std::nullopt;
  return with_types(join(nsec3->hash_algorithm, nsec3->flags, nsec3->iterations,
                         salt_text(nsec3->salt), to_base32hex(nsec3->next_hash)),
                    nsec3->types);
}

MaybeText nsec3param(BytesView rdata) {
  const std::optional<Nsec3Param> param = decode_nsec3param(rdata);
  if (!param) return std::nullopt;
  return join(param->hash_algorithm, param->flags, param->iterations, salt_text(param->salt));
}

MaybeText soa(BytesView rdata) {
  const std::optional<Soa> soa = decode_soa(rdata);
  if (!soa) return std::nullopt;
  return join(soa->mname.to_text(), soa->rname.to_text(), soa->serial, soa->refresh, soa->retry,
              soa->expire, soa->minimum);
}

MaybeText csync(BytesView rdata) {
  const std::optional<Csync> csync = decode_csync(rdata);
  if (!csync) return std::nullopt;
  return with_types(join(csync->serial, csync->flags), csync->types);
}

MaybeText name(BytesView rdata) {
  const std::optional<Name> name = decode_name(rdata);
  if (!name) return std::nullopt;
  return name->to_text();
}

MaybeText address(RrType type, BytesView rdata) {
  const std::optional<IpAddress> address = decode_address(type, rdata);
  if (!address) return std::nullopt;
  return address->to_text();
}

/// Types that only people look at. What ldns prints is checked before and after.
MaybeText by_ldns(RrType type, BytesView rdata) {
  if (rdata.size() > 65535 || !canonical_rdata(type, rdata, 0, rdata.size())) return std::nullopt;
  const MaybeText text = rdata_text_by_ldns(type, rdata);
  if (!text || text->empty() || text->front() == ';') return std::nullopt;
  return to_printable(*text);
}

MaybeText known_form(RrType type, BytesView rdata) {
  switch (type) {
    case RrType::kA:
    case RrType::kAaaa: return address(type, rdata);
    case RrType::kNs:
    case RrType::kCname:
    case RrType::kPtr:
    case RrType::kDname: return name(rdata);
    case RrType::kSoa: return soa(rdata);
    case RrType::kMx: return numbers_and_name(rdata, 1);
    case RrType::kSrv: return numbers_and_name(rdata, 3);
    case RrType::kTxt: return strings(rdata);
    case RrType::kDs:
    case RrType::kCds: return ds(rdata);
    case RrType::kDnskey:
    case RrType::kCdnskey: return dnskey(rdata);
    case RrType::kNsec: return nsec(rdata);
    case RrType::kNsec3: return nsec3(rdata);
    case RrType::kNsec3Param: return nsec3param(rdata);
    case RrType::kTlsa: return tlsa(rdata);
    case RrType::kCsync: return csync(rdata);
    case RrType::kZonemd: return zonemd(rdata);
    case RrType::kCaa: return caa(rdata);
    case RrType::kOpt:
    case RrType::kTsig:
    case RrType::kTkey: return std::nullopt;  // Never data of a zone.
    default: return by_ldns(type, rdata);
  }
}

}  // namespace

std::string rdata_to_text(RrType type, BytesView rdata) {
  if (MaybeText text = known_form(type, rdata)) return *std::move(text);
  std::string text = "\\# " + std::to_string(rdata.size());
  if (!rdata.empty()) text += ' ' + to_hex(rdata);
  return text;
}

}  // namespace anchorwatch::dns
