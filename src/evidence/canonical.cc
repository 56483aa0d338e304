// SPDX-License-Identifier: Apache-2.0
#include "canonical.h"

#include <algorithm>
#include <compare>

#include "anchorwatch/evidence/same_content.h"

#include "in_order.h"

namespace anchorwatch::evidence {

namespace {

using SetOrder = std::vector<const dns::RRset*>;
using SignatureOrder = std::vector<const dns::Rrsig*>;

/// Orders signatures by everything but their TTL. What is made anew comes last, so that signatures in this order
/// are in order without it, too.
std::strong_ordering compare(const dns::Rrsig& left, const dns::Rrsig& right) {
  if (auto order = left.key_tag <=> right.key_tag; order != 0) return order;
  if (auto order = left.algorithm <=> right.algorithm; order != 0) return order;
  if (auto order = left.labels <=> right.labels; order != 0) return order;
  if (auto order = left.original_ttl <=> right.original_ttl; order != 0) return order;
  if (auto order = left.type_covered <=> right.type_covered; order != 0) return order;
  if (auto order = left.signer.wire().compare(right.signer.wire()) <=> 0; order != 0) return order;
  if (auto order = left.expiration <=> right.expiration; order != 0) return order;
  if (auto order = left.inception <=> right.inception; order != 0) return order;
  return left.signature.compare(right.signature) <=> 0;
}

bool set_before(const dns::RRset& left, const dns::RRset& right) {
  if (const int names = left.owner.wire().compare(right.owner.wire()); names != 0) return names < 0;
  if (left.type != right.type) return left.type < right.type;
  return left.rdatas < right.rdatas;
}

bool signature_before(const dns::Rrsig& left, const dns::Rrsig& right) { return compare(left, right) < 0; }

SetOrder sorted_sets(const std::vector<dns::RRset>& section) { return sorted(section, set_before); }

SignatureOrder sorted_signatures(const dns::RRset& set) { return sorted(set.rrsigs, signature_before); }

bool same_signatures(const dns::RRset& left, const dns::RRset& right) {
  if (left.rrsigs.size() != right.rrsigs.size()) return false;
  if (left.rrsigs.size() == 1) return compare(left.rrsigs[0], right.rrsigs[0]) == 0;
  const SignatureOrder a = sorted_signatures(left);
  const SignatureOrder b = sorted_signatures(right);
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](const dns::Rrsig* x, const dns::Rrsig* y) { return compare(*x, *y) == 0; });
}

bool same_set(const dns::RRset& left, const dns::RRset& right) {
  return left.same_data(right) && same_signatures(left, right);
}

bool same_section(const std::vector<dns::RRset>& left, const std::vector<dns::RRset>& right) {
  if (left.size() != right.size()) return false;
  // Most servers send the same order; only the others pay for sorting.
  if (std::equal(left.begin(), left.end(), right.begin(), same_set)) return true;
  const SetOrder a = sorted_sets(left);
  const SetOrder b = sorted_sets(right);
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](const dns::RRset* x, const dns::RRset* y) { return same_set(*x, *y); });
}

void append_rrsig(Stream& out, const dns::Rrsig& rrsig) {
  append_u16(out.data, static_cast<std::uint16_t>(rrsig.type_covered));
  append_u8(out.data, rrsig.algorithm);
  append_u8(out.data, rrsig.labels);
  append_u32(out.data, rrsig.original_ttl);
  append_u16(out.data, rrsig.key_tag);
  append_field(out.data, rrsig.signer.wire());
  append_u32(out.signatures, rrsig.expiration);
  append_u32(out.signatures, rrsig.inception);
  append_field(out.signatures, rrsig.signature);
}

void append_section(Stream& out, const std::vector<dns::RRset>& section, const std::optional<dns::Name>& random) {
  append_u32(out.data, static_cast<std::uint32_t>(section.size()));
  in_order(section, set_before, [&](const dns::RRset& set) {
    append_owner(out.data, set.owner, random);
    append_u16(out.data, static_cast<std::uint16_t>(set.type));
    append_u32(out.data, static_cast<std::uint32_t>(set.rdatas.size()));
    for (const Bytes& rdata : set.rdatas) append_field(out.data, rdata);
    append_u32(out.data, static_cast<std::uint32_t>(set.rrsigs.size()));
    in_order(set.rrsigs, signature_before, [&](const dns::Rrsig& rrsig) { append_rrsig(out, rrsig); });
  });
}

}  // namespace

void append_field(Bytes& out, BytesView bytes) {
  append_u32(out, static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
}

void append_owner(Bytes& out, const dns::Name& owner, const std::optional<dns::Name>& random) {
  // No name in wire form is empty: an empty field can only be the marker.
  append_field(out,
               random && owner.is_at_or_below(*random) ? BytesView{} : BytesView{owner.wire()});
}

void append_answer(Stream& stream, const Answer& answer, const std::optional<dns::Name>& random) {
  Bytes& out = stream.data;
  append_owner(out, answer.question.name, random);
  append_u16(out, static_cast<std::uint16_t>(answer.question.type));
  append_u8(out, static_cast<std::uint8_t>(answer.state));
  append_u32(out, static_cast<std::uint32_t>(answer.rcode));
  const bool flags[] = {answer.aa,         answer.ad,   answer.ra,        answer.truncated_udp,
                        answer.tcp_failed, answer.edns, answer.do_echoed, answer.edns_refused};
  std::uint8_t octet_of_flags = 0;
  for (const bool flag : flags) {
    octet_of_flags = static_cast<std::uint8_t>((octet_of_flags << 1U) | (flag ? 1U : 0U));
  }
  append_u8(out, octet_of_flags);
  append_u8(out, static_cast<std::uint8_t>((answer.foreign_class ? 1U : 0U) |
                                           (answer.other_source.empty() ? 0U : 2U)));
  append_section(stream, answer.answer, random);
  append_section(stream, answer.authority, random);
}

bool same_content(const Answer& left, const Answer& right) {
  return left.question == right.question && left.state == right.state &&
         left.rcode == right.rcode && left.aa == right.aa && left.tcp_failed == right.tcp_failed &&
         same_section(left.answer, right.answer) && same_section(left.authority, right.authority);
}

}  // namespace anchorwatch::evidence
