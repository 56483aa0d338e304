// SPDX-License-Identifier: Apache-2.0
#include "nsec_proof.h"

#include "bitmap_rules.h"

namespace anchorwatch::dnssec {
namespace {

using Record = DenialRecords::NsecRecord;

DenialProof failed(DenialResult result) { return {result, false, std::nullopt}; }

const Record* find_match(const DenialRecords& records, const dns::Name& name) {
  for (const Record& record : records.nsec) {
    if (record.owner == name && nsec_is_usable(record, records.zone)) return &record;
  }
  return nullptr;
}

// The records that cover a name, sorted by what they may prove.
struct Covers {
  std::vector<const Record*> absent;        // The name does not exist.
  std::vector<const Record*> non_terminal;  // The name has no records, but names below it exist.
  bool ancestor = false;                    // A record that may not speak about the name covers it.
  // What it means that `absent` is empty.
  [[nodiscard]] DenialResult why_none() const {
    return ancestor ? DenialResult::kAncestorRecord : DenialResult::kNameNotCovered;
  }
};

Covers find_covers(const DenialRecords& records, const dns::Name& name) {
  Covers covers;
  for (const Record& record : records.nsec) {
    if (!nsec_is_usable(record, records.zone) ||
        !nsec_covers(record.owner, record.data.next, name)) {
      continue;
    }
    if (name.is_below(record.owner) && hides_names_below(record.data.types)) {
      covers.ancestor = true;
    } else if (record.data.next.is_below(name)) {
      covers.non_terminal.push_back(&record);
    } else {
      covers.absent.push_back(&record);
    }
  }
  return covers;
}

// The longest existing ancestor of a name that `record` covers: owner and next are its neighbours.
dns::Name closest_encloser(const Record& record, const dns::Name& name) {
  const dns::Name before = name.common_ancestor(record.owner);
  const dns::Name after = name.common_ancestor(record.data.next);
  return before.label_count() >= after.label_count() ? before : after;
}

// A name below an existing one cannot be too long for its parent's wildcard.
dns::Name wildcard_of(const dns::Name& encloser) {
  return encloser.prepend("*").value_or(encloser);
}

// The wildcard that could have answered has no such type, or is an empty non-terminal.
DenialResult wildcard_denies(const DenialRecords& records, const dns::Name& wildcard,
                             dns::RrType type) {
  if (const Record* match = find_match(records, wildcard)) {
    return denies_type(match->data.types, wildcard, records.zone, type);
  }
  const Covers covers = find_covers(records, wildcard);
  if (!covers.non_terminal.empty()) return DenialResult::kProven;
  // Both the name and the wildcard are absent: that is NXDOMAIN, not NODATA.
  if (!covers.absent.empty()) return DenialResult::kNameCovered;
  return DenialResult::kWildcardNotCovered;
}

}  // namespace

bool nsec_covers(const dns::Name& owner, const dns::Name& next, const dns::Name& name) {
  if (owner < next) return owner < name && name < next;
  return owner < name || name < next;  // The last NSEC of the zone.
}

bool nsec_is_usable(const Record& record, const dns::Name& zone) {
  if (!record.owner.is_at_or_below(zone) || !record.data.next.is_at_or_below(zone)) return false;
  if (record.signature_labels < record.owner.rrsig_label_count()) return false;
  return record.owner < record.data.next || record.data.next == zone;
}

DenialProof nsec_nxdomain(const DenialRecords& records, const dns::Name& name) {
  if (const Record* match = find_match(records, name)) {
    if (says_nxname(match->data.types)) return {DenialResult::kProven, true, std::nullopt};
    return failed(DenialResult::kNameNotCovered);
  }
  const Covers covers = find_covers(records, name);
  if (covers.absent.empty()) return failed(covers.why_none());
  for (const Record* cover : covers.absent) {
    const dns::Name encloser = closest_encloser(*cover, name);
    // RFC 4035 §5.4: without this step an existing wildcard could be hidden.
    if (!find_covers(records, wildcard_of(encloser)).absent.empty()) {
      return {DenialResult::kProven, false, encloser};
    }
  }
  return failed(DenialResult::kWildcardNotCovered);
}

DenialProof nsec_nodata(const DenialRecords& records, const dns::Name& name, dns::RrType type) {
  if (const Record* match = find_match(records, name)) {
    if (says_nxname(match->data.types)) return {DenialResult::kProven, true, std::nullopt};
    return failed(denies_type(match->data.types, name, records.zone, type));
  }
  const Covers covers = find_covers(records, name);
  if (!covers.non_terminal.empty()) return failed(DenialResult::kProven);
  if (covers.absent.empty()) {
    return failed(covers.ancestor ? DenialResult::kAncestorRecord : DenialResult::kNoMatch);
  }
  DenialResult worst = DenialResult::kWildcardNotCovered;
  for (const Record* cover : covers.absent) {
    const dns::Name encloser = closest_encloser(*cover, name);
    const DenialResult result = wildcard_denies(records, wildcard_of(encloser), type);
    if (result == DenialResult::kProven) return {result, false, encloser};
    worst = result;
  }
  return failed(worst);
}

DenialProof nsec_no_ds(const DenialRecords& records, const dns::Name& name) {
  if (const Record* match = find_match(records, name)) {
    return {denies_ds(match->data.types), says_nxname(match->data.types), std::nullopt};
  }
  const Covers covers = find_covers(records, name);
  if (!covers.non_terminal.empty()) return failed(DenialResult::kLacksNs);
  if (!covers.absent.empty()) return failed(DenialResult::kNameCovered);
  return failed(covers.ancestor ? DenialResult::kAncestorRecord : DenialResult::kNoMatch);
}

DenialProof nsec_wildcard_expansion(const DenialRecords& records, const dns::Name& name,
                                    const dns::Name& encloser) {
  const Covers covers = find_covers(records, name);
  if (covers.absent.empty()) return failed(covers.why_none());
  for (const Record* cover : covers.absent) {
    // A longer encloser would have kept this wildcard from answering (RFC 4035 §5.3.4).
    if (closest_encloser(*cover, name) == encloser) return {DenialResult::kProven, false, encloser};
  }
  return failed(DenialResult::kNextCloserNotCovered);
}

}  // namespace anchorwatch::dnssec
