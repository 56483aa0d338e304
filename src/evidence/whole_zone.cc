// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/evidence/whole_zone.h"

#include <algorithm>
#include <iterator>

#include "anchorwatch/dns/rdata.h"

namespace anchorwatch::evidence {
namespace {

bool canonically_before(const dns::RRset& left, const dns::RRset& right) {
  const auto order = left.owner <=> right.owner;
  return order != 0 ? order < 0 : left.type < right.type;
}

void add_set(Hasher& hasher, const dns::RRset& set) {
  hasher.field(set.owner.wire());
  hasher.number(static_cast<std::uint64_t>(set.type));
  hasher.number(set.ttl);
  hasher.number(set.rdatas.size());
  for (const Bytes& rdata : set.rdatas) hasher.field(rdata);
  hasher.number(set.rrsigs.size());
  for (const dns::Rrsig& rrsig : set.rrsigs) {
    hasher.field(rrsig.rdata_without_signature());
    hasher.field(rrsig.signature);
    hasher.number(rrsig.ttl);
  }
}

Digest digest_of(const ZoneContent& content) {
  Hasher hasher;
  hasher.field("anchorwatch.zone/1");
  hasher.field(content.origin.wire());
  for (const auto* sets : {&content.sets, &content.outside}) {
    hasher.number(sets->size());
    for (const dns::RRset& set : *sets) add_set(hasher, set);
  }
  return hasher.finish();
}

}  // namespace

Result<ZoneContent> make_zone_content(const dns::Name& origin, std::vector<dns::RRset> sets) {
  ZoneContent content;
  content.origin = origin;
  const auto outside = std::partition(sets.begin(), sets.end(), [&](const dns::RRset& set) {
    return set.owner.is_at_or_below(origin);
  });
  content.outside.assign(std::make_move_iterator(outside), std::make_move_iterator(sets.end()));
  sets.erase(outside, sets.end());
  content.sets = std::move(sets);
  std::sort(content.sets.begin(), content.sets.end(), canonically_before);
  std::sort(content.outside.begin(), content.outside.end(), canonically_before);
  for (const dns::RRset& set : content.sets)
    content.records += set.rdatas.size() + set.rrsigs.size();

  const dns::RRset* soa = dns::find_rrset(content.sets, origin, dns::RrType::kSoa);
  if (soa == nullptr) {
    return Error{ErrorCode::kParse, "there is no SOA of " + origin.to_text()};
  }
  const auto fields = dns::decode_soa(soa->rdatas.front());
  if (soa->rdatas.size() > 1 || !fields) {
    return Error{ErrorCode::kParse, origin.to_text() + " has not exactly one SOA"};
  }
  content.serial = fields->serial;
  content.digest = digest_of(content);
  return content;
}

}  // namespace anchorwatch::evidence
