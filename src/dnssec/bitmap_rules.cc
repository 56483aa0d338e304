// SPDX-License-Identifier: Apache-2.0
#include "bitmap_rules.h"

#include <algorithm>

namespace anchorwatch::dnssec {
namespace {

using dns::RrType;

// NODATA for ANY says that the name owns nothing but what its own denial needs.
bool holds_data(const dns::TypeBitmap& types) {
  return std::any_of(types.types().begin(), types.types().end(), [](RrType type) {
    return type != RrType::kNsec && type != RrType::kRrsig && type != RrType::kNxname;
  });
}

}  // namespace

bool is_delegation(const dns::TypeBitmap& types) {
  return types.contains(RrType::kNs) && !types.contains(RrType::kSoa);
}

bool hides_names_below(const dns::TypeBitmap& types) {
  return is_delegation(types) || types.contains(RrType::kDname);
}

bool says_nxname(const dns::TypeBitmap& types) { return types.contains(RrType::kNxname); }

DenialResult denies_type(const dns::TypeBitmap& types, const dns::Name& name, const dns::Name& zone,
                         RrType type) {
  if (type == RrType::kDs) {
    // RFC 4035 §5.2: a record of the child says nothing about DS. At the apex of the very zone that
    // is asked, the child answers for itself.
    if (types.contains(RrType::kSoa) && name != zone) return DenialResult::kHasSoa;
  } else if (is_delegation(types)) {
    return DenialResult::kAncestorRecord;
  }
  if (type == RrType::kAny && holds_data(types)) return DenialResult::kTypeInBitmap;
  // RFC 6840 §4.3: with a CNAME the answer would not have been empty.
  if (types.contains(type) || types.contains(RrType::kCname)) return DenialResult::kTypeInBitmap;
  return DenialResult::kProven;
}

DenialResult denies_ds(const dns::TypeBitmap& types) {
  if (types.contains(RrType::kSoa)) return DenialResult::kHasSoa;
  if (types.contains(RrType::kDs)) return DenialResult::kHasDs;
  if (!types.contains(RrType::kNs)) return DenialResult::kLacksNs;
  return DenialResult::kProven;
}

}  // namespace anchorwatch::dnssec
