// SPDX-License-Identifier: Apache-2.0
// Which kind of denial the zone has, and what its bitmaps say.
#include <algorithm>

#include "whole_zone.h"

namespace anchorwatch::judge::whole_zone {

namespace {

using dns::RrType;

/// Types that bitmaps and zones have for the sake of DNSSEC itself. Whether they are listed right
/// makes no difference to any answer but one about them.
bool is_of_dnssec(RrType type) {
  return type == RrType::kRrsig || type == RrType::kNsec || type == RrType::kNsec3;
}

/// Whether `type` at the node is the zone's own: at a cut only NS and DS are (RFC 4035 §2.3).
bool belongs(const Node& node, RrType type) {
  if (is_of_dnssec(type)) return false;
  return node.kind != NodeKind::kDelegation || type == RrType::kNs || type == RrType::kDs;
}

std::string named(const dns::Name& name, RrType type) {
  return name.to_text() + " " + dns::to_string(type);
}

}  // namespace

void check_bitmap(Review& review, const Node& node, const dns::TypeBitmap& types, RrType proof) {
  for (std::size_t i = node.first; i < node.last; ++i) {
    const dns::RRset& set = review.content.sets[i];
    if (set.rdatas.empty() || !belongs(node, set.type) || types.contains(set.type)) continue;
    review.note(FindingCode::DENIAL_LIES_TYPE, *node.name, set.type,
                review.weigh(Severity::kCritical),
                named(*node.name, set.type) + " is in the " + review.source + ", while the " +
                    dns::to_string(proof) +
                    " of the name does not list the type. Resolvers that "
                    "reuse proofs make it vanish; let the signer rebuild the chain.");
  }
  for (const RrType type : types.types()) {
    if (is_of_dnssec(type)) continue;
    const bool there =
        node.last > node.first && belongs(node, type) && review.nodes.find(node, type) != nullptr;
    if (there) continue;
    review.note(
        FindingCode::DENIAL_TYPE_IN_BITMAP, *node.name, type, review.weigh(Severity::kError),
        "The " + std::string(dns::to_string(proof)) + " of " + node.name->to_text() + " lists " +
            dns::to_string(type) + ", which the name does not have in the " + review.source +
            ". Resolvers reject the empty answer; let the signer rebuild "
            "the chain, and see whether the record was lost.");
  }
}

void check_denial(Review& review) {
  const dns::Name& zone = review.context.zone;
  const std::vector<dns::RRset>& sets = review.content.sets;
  const bool nsec = dns::find_rrset(sets, zone, RrType::kNsec) != nullptr;
  const auto has = [&sets](RrType type) {
    return std::any_of(sets.begin(), sets.end(), [type](const dns::RRset& set) {
      return set.type == type && !set.rdatas.empty();
    });
  };
  const bool parameters = dns::find_rrset(sets, zone, RrType::kNsec3Param) != nullptr;
  const bool nsec3 = has(RrType::kNsec3);
  if (nsec && nsec3) {
    review.note(FindingCode::DENIAL_MIXED, zone, std::nullopt, Severity::kNotice,
                "The " + review.source + " of " + zone.to_text() +
                    " has both NSEC and NSEC3. During a change of the kind this passes; "
                    "otherwise keep one.");
  }
  // A chain that is being built, or taken down, is not announced: NSEC3 by NSEC3PARAM at the apex
  // (RFC 5155 §4), NSEC by the one at the apex.
  if (parameters || (nsec3 && !nsec)) check_nsec3(review);
  if (nsec || (!nsec3 && has(RrType::kNsec))) check_nsec(review);
  if (nsec || nsec3 || has(RrType::kNsec)) return;
  review.note(FindingCode::DENIAL_MISSING, zone, std::nullopt, review.weigh(Severity::kCritical),
              "The " + review.source + " of " + zone.to_text() +
                  " has neither NSEC nor NSEC3, so nothing that is missing can be proved to be. "
                  "Sign the zone completely.");
}

}  // namespace anchorwatch::judge::whole_zone
