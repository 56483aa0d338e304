// SPDX-License-Identifier: Apache-2.0
#include "zone_cut.h"

#include <algorithm>

namespace anchorwatch::dnssec {
namespace {

using dns::RrType;

bool signed_by(const dns::RRset& set, const dns::Name& zone) {
  return std::any_of(set.rrsigs.begin(), set.rrsigs.end(),
                     [&](const dns::Rrsig& rrsig) { return rrsig.signer == zone; });
}

// Whether the set answers for `name`: its own data, or a DNAME above it.
bool speaks_for(const dns::RRset& set, const dns::Name& zone, const dns::Name& name) {
  if (set.rdatas.empty() || !set.owner.is_at_or_below(zone)) return false;
  return set.owner == name || (set.type == RrType::kDname && name.is_below(set.owner));
}

// NS and SOA below the apex stand at the apex of another zone.
bool marks_cut(const dns::RRset& set, const dns::Name& zone, const dns::Name& name) {
  return (set.type == RrType::kNs || set.type == RrType::kSoa) && !set.rdatas.empty() &&
         set.owner.is_below(zone) && name.is_at_or_below(set.owner);
}

}  // namespace

bool signed_by_child(const dns::RRset& set, const dns::Name& zone) {
  return !set.rrsigs.empty() &&
         std::all_of(set.rrsigs.begin(), set.rrsigs.end(), [&](const dns::Rrsig& rrsig) {
           return rrsig.signer.is_below(zone) && set.owner.is_at_or_below(rrsig.signer);
         });
}

bool shows_child_zone(const AnswerView& answer, const dns::Name& zone, const dns::Name& name) {
  const bool asks_ds = answer.question.type == RrType::kDs;
  bool child = false;
  for (const dns::RRset& set : answer.answer) {
    if (!speaks_for(set, zone, name)) continue;
    // DS stands at the parent's side of the cut, whoever signed it.
    if (set.type == RrType::kDs || signed_by(set, zone)) return false;
    child = child || signed_by_child(set, zone) || marks_cut(set, zone, name);
  }
  for (const dns::RRset& set : answer.authority) {
    if (set.type == RrType::kSoa && set.owner == zone && !set.rdatas.empty()) return false;
    // A referral that carries the proof of no DS answers the question for DS.
    if (asks_ds && set.type == RrType::kNs && set.owner == name) continue;
    child = child || marks_cut(set, zone, name);
  }
  return child;
}

}  // namespace anchorwatch::dnssec
