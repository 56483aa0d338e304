// SPDX-License-Identifier: Apache-2.0
#include "nsec3_proof.h"

#include "bitmap_rules.h"

namespace anchorwatch::dnssec {
namespace {

// Every label between zone and name costs a hash; a reverse IPv6 name has 32 below ip6.arpa.
constexpr int kMaxLabelsBelowZone = 40;

bool hash_is_covered(BytesView owner, BytesView next, BytesView hash) {
  if (owner < next) return owner < hash && hash < next;
  return owner < hash || hash < next;  // The last NSEC3, or the only one.
}

}  // namespace

const Bytes& Nsec3Chain::hash(const dns::Name& name) {
  for (const auto& [known, value] : hashes_) {
    if (known == name) return value;
  }
  hashes_.emplace_back(name, nsec3_hash(name, salt_, iterations_, budget_));
  if (hashes_.back().second.empty()) limit_ = true;
  return hashes_.back().second;
}

const Nsec3Chain::Record* Nsec3Chain::find_match(const dns::Name& name) {
  const Bytes& value = hash(name);
  for (const Record* record : records_) {
    if (!value.empty() && record->owner_hash == value) return record;
  }
  return nullptr;
}

const Nsec3Chain::Record* Nsec3Chain::find_cover(const dns::Name& name) {
  const Bytes& value = hash(name);
  for (const Record* record : records_) {
    if (!value.empty() && hash_is_covered(record->owner_hash, record->data.next_hash, value)) {
      return record;
    }
  }
  return nullptr;
}

DenialProof Nsec3Chain::finish(DenialResult result, std::optional<dns::Name> encloser) const {
  const bool held = result == DenialResult::kProven || result == DenialResult::kOptOut;
  if (limit_ && !held) return {DenialResult::kLimit, false, std::nullopt};
  return {result, false, held ? std::move(encloser) : std::nullopt};
}

Nsec3Chain::CloserProof Nsec3Chain::prove_closest_encloser(const dns::Name& name) {
  CloserProof proof;
  if (name.label_count() - zone_.label_count() > kMaxLabelsBelowZone) {
    budget_.exhausted = true;
    proof.result = DenialResult::kLimit;
    return proof;
  }
  for (int labels = name.label_count() - 1; labels >= zone_.label_count() && !limit_; --labels) {
    const dns::Name encloser = name.suffix(labels);
    const Record* match = find_match(encloser);
    if (match == nullptr) continue;
    proof.encloser = encloser;
    proof.cover = find_cover(name.suffix(labels + 1));
    // RFC 5155 §8.3: else the record is one of the parent side, offered to deny the child's names.
    if (hides_names_below(match->data.types)) {
      proof.result = DenialResult::kAncestorRecord;
    } else {
      proof.result =
          proof.cover != nullptr ? DenialResult::kProven : DenialResult::kNextCloserNotCovered;
    }
    return proof;
  }
  return proof;
}

// RFC 5155 §8.4.
DenialProof Nsec3Chain::nxdomain(const dns::Name& name) {
  if (const Record* match = find_match(name)) {
    if (says_nxname(match->data.types)) return {DenialResult::kProven, true, std::nullopt};
    return finish(DenialResult::kNameNotCovered);
  }
  const CloserProof closer = prove_closest_encloser(name);
  if (closer.result != DenialResult::kProven) return finish(closer.result);
  const auto wildcard = closer.encloser.prepend("*");
  if (wildcard && find_cover(*wildcard) == nullptr) {
    return finish(DenialResult::kWildcardNotCovered);
  }
  // RFC 5155 §12.2: under opt-out an insecure delegation may stand there.
  return finish(closer.cover->data.opt_out() ? DenialResult::kOptOut : DenialResult::kProven,
                closer.encloser);
}

// RFC 5155 §8.5, §8.6, §8.7.
DenialProof Nsec3Chain::nodata(const dns::Name& name, dns::RrType type) {
  if (const Record* match = find_match(name)) {
    if (says_nxname(match->data.types)) return {DenialResult::kProven, true, std::nullopt};
    return finish(denies_type(match->data.types, name, zone_, type));
  }
  const CloserProof closer = prove_closest_encloser(name);
  if (closer.result == DenialResult::kNoClosestEncloser) return finish(DenialResult::kNoMatch);
  if (closer.result != DenialResult::kProven) return finish(closer.result);
  return wildcard_nodata(closer, type);
}

DenialProof Nsec3Chain::wildcard_nodata(const CloserProof& closer, dns::RrType type) {
  const bool opt_out = closer.cover->data.opt_out();
  const auto wildcard = closer.encloser.prepend("*");
  const Record* match = wildcard ? find_match(*wildcard) : nullptr;
  DenialResult result = DenialResult::kWildcardNotCovered;
  if (match != nullptr) {
    result = denies_type(match->data.types, *wildcard, zone_, type);
    if (result == DenialResult::kProven && opt_out) result = DenialResult::kOptOut;
  } else if (opt_out) {
    // §8.6 and §7.1: an insecure delegation, or an empty non-terminal above only such ones, has no
    // NSEC3.
    result = DenialResult::kOptOut;
  } else if (wildcard && find_cover(*wildcard) != nullptr) {
    result = DenialResult::kNameCovered;
  }
  return finish(result, closer.encloser);
}

// RFC 5155 §8.6 and §8.9.
DenialProof Nsec3Chain::no_ds(const dns::Name& name) {
  if (const Record* match = find_match(name)) {
    DenialProof proof = finish(denies_ds(match->data.types));
    proof.compact = says_nxname(match->data.types);
    return proof;
  }
  const CloserProof closer = prove_closest_encloser(name);
  if (closer.result == DenialResult::kNoClosestEncloser) return finish(DenialResult::kNoMatch);
  if (closer.result != DenialResult::kProven) return finish(closer.result);
  return finish(closer.cover->data.opt_out() ? DenialResult::kOptOut : DenialResult::kNameCovered,
                closer.encloser);
}

// RFC 5155 §8.8: the wildcard's signature has shown the closest encloser.
DenialProof Nsec3Chain::wildcard_expansion(const dns::Name& name, const dns::Name& encloser) {
  if (!name.is_below(encloser)) return finish(DenialResult::kNextCloserNotCovered);
  const Record* cover = find_cover(name.suffix(encloser.label_count() + 1));
  if (cover == nullptr) return finish(DenialResult::kNextCloserNotCovered);
  return finish(cover->data.opt_out() ? DenialResult::kOptOut : DenialResult::kProven, encloser);
}

}  // namespace anchorwatch::dnssec
