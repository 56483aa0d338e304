// SPDX-License-Identifier: Apache-2.0
#include "rdata_wire.h"

#include "anchorwatch/dns/ldns.h"

#include "wire_name.h"

namespace anchorwatch::dns {
namespace {

/// Types whose names are lower-cased in canonical form: RFC 4034 §6.2 as changed by RFC 6840 §5.1
/// (NSEC is out, RRSIG stays). HINFO and A6 are listed there too, but hold no name that could be
/// found.
NameCase canonical_case(RrType type) {
  switch (static_cast<ldns_rr_type>(type)) {
    case LDNS_RR_TYPE_NS:
    case LDNS_RR_TYPE_MD:
    case LDNS_RR_TYPE_MF:
    case LDNS_RR_TYPE_CNAME:
    case LDNS_RR_TYPE_SOA:
    case LDNS_RR_TYPE_MB:
    case LDNS_RR_TYPE_MG:
    case LDNS_RR_TYPE_MR:
    case LDNS_RR_TYPE_PTR:
    case LDNS_RR_TYPE_MINFO:
    case LDNS_RR_TYPE_MX:
    case LDNS_RR_TYPE_RP:
    case LDNS_RR_TYPE_AFSDB:
    case LDNS_RR_TYPE_RT:
    case LDNS_RR_TYPE_SIG:
    case LDNS_RR_TYPE_PX:
    case LDNS_RR_TYPE_NXT:
    case LDNS_RR_TYPE_NAPTR:
    case LDNS_RR_TYPE_KX:
    case LDNS_RR_TYPE_SRV:
    case LDNS_RR_TYPE_DNAME:
    case LDNS_RR_TYPE_RRSIG: return NameCase::kLower;
    default: return NameCase::kKeep;
  }
}

/// A field that takes whatever is left, which may be nothing.
constexpr std::size_t kRest = static_cast<std::size_t>(-1);

/// Size of the field at `at`, which lies before `end`; more than what is left when it is cut off.
std::size_t field_size(ldns_rdf_type field, BytesView message, std::size_t at, std::size_t end) {
  switch (field) {
    case LDNS_RDF_TYPE_CLASS:
    case LDNS_RDF_TYPE_ALG:
    case LDNS_RDF_TYPE_CERTIFICATE_USAGE:
    case LDNS_RDF_TYPE_SELECTOR:
    case LDNS_RDF_TYPE_MATCHING_TYPE:
    case LDNS_RDF_TYPE_INT8: return 1;
    case LDNS_RDF_TYPE_TYPE:
    case LDNS_RDF_TYPE_INT16:
    case LDNS_RDF_TYPE_CERT_ALG: return 2;
    case LDNS_RDF_TYPE_TIME:
    case LDNS_RDF_TYPE_INT32:
    case LDNS_RDF_TYPE_A:
    case LDNS_RDF_TYPE_PERIOD: return 4;
    case LDNS_RDF_TYPE_TSIGTIME:
    case LDNS_RDF_TYPE_EUI48: return 6;
    case LDNS_RDF_TYPE_ILNP64:
    case LDNS_RDF_TYPE_EUI64: return 8;
    case LDNS_RDF_TYPE_AAAA: return 16;
    case LDNS_RDF_TYPE_STR:
    case LDNS_RDF_TYPE_TAG:
    case LDNS_RDF_TYPE_B32_EXT:
    case LDNS_RDF_TYPE_NSEC3_SALT:
    case LDNS_RDF_TYPE_NSEC3_NEXT_OWNER: return octet(message, at) + 1U;
    case LDNS_RDF_TYPE_INT16_DATA: return end - at < 2 ? 2 : read_u16(message, at) + 2U;
    case LDNS_RDF_TYPE_HIP:
      return end - at < 4 ? 4 : 4U + octet(message, at) + read_u16(message, at + 2);
    default: return kRest;
  }
}

bool takes_rest(ldns_rdf_type field) {
  // One octet, so that the fields with a length of their own have something to look at.
  return field != LDNS_RDF_TYPE_DNAME && field_size(field, BytesView("\0", 1), 0, 1) == kRest;
}

/// The rdf type of field `index`, without the assertion in ldns_rr_descriptor_field_type.
ldns_rdf_type field_type(const ldns_rr_descriptor& format, std::size_t index) {
  return index < format._maximum ? format._wireformat[index] : format._variable;
}

}  // namespace

std::optional<Bytes> canonical_rdata(RrType type, BytesView message, std::size_t begin,
                                     std::size_t end) {
  const ldns_rr_descriptor& format = *ldns_rr_descript(static_cast<std::uint16_t>(type));
  const bool open_ended = format._variable != LDNS_RDF_TYPE_NONE;
  const NameCase letters = canonical_case(type);
  Bytes out;
  std::size_t at = begin;
  std::size_t copied = begin;  // What lies between here and `at` is still to be copied as it is.
  std::size_t index = 0;
  for (; at < end && (index < format._maximum || open_ended); ++index) {
    const ldns_rdf_type field = field_type(format, index);
    if (field == LDNS_RDF_TYPE_DNAME) {
      ExpandedName name;
      const std::size_t name_at = at;
      if (!expand_name(message, at, end, letters, name)) return std::nullopt;
      out.reserve(name_at - copied + name.size + (end - at));
      out.append(message.substr(copied, name_at - copied)).append(name.view());
      copied = at;
    } else {
      const std::size_t size = field_size(field, message, at, end);
      if (size != kRest && size > end - at) return std::nullopt;
      at = size == kRest ? end : at + size;
    }
  }
  if (at != end) return std::nullopt;
  // Fields are missing. Only one that may be empty can be: CAA 0 issue "", a CDS without digest.
  if (index < format._minimum &&
      (index + 1 != format._minimum || !takes_rest(field_type(format, index)))) {
    return std::nullopt;
  }
  out.append(message.substr(copied, end - copied));
  return out;
}

std::optional<Rrsig> decode_rrsig(Bytes rdata, std::uint32_t ttl) {
  constexpr std::size_t kFixedSize = 18;
  if (rdata.size() < kFixedSize) return std::nullopt;
  const BytesView tail = BytesView(rdata).substr(kFixedSize);
  const std::optional<std::size_t> signer_size = wire_name_size(tail);
  if (!signer_size || *signer_size == tail.size()) return std::nullopt;
  Rrsig rrsig;
  rrsig.type_covered = RrType{read_u16(rdata, 0)};
  rrsig.algorithm = octet(rdata, 2);
  rrsig.labels = octet(rdata, 3);
  rrsig.original_ttl = read_u32(rdata, 4);
  rrsig.expiration = read_u32(rdata, 8);
  rrsig.inception = read_u32(rdata, 12);
  rrsig.key_tag = read_u16(rdata, 16);
  rrsig.signer = *Name::from_wire(tail.substr(0, *signer_size));
  rrsig.signature = std::move(rdata.erase(0, kFixedSize + *signer_size));
  rrsig.ttl = ttl;
  return rrsig;
}

}  // namespace anchorwatch::dns
