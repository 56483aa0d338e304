// SPDX-License-Identifier: Apache-2.0
#include "rrset_builder.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "rdata_wire.h"

namespace anchorwatch::dns {
namespace {

/// Sorts and removes equal neighbours; true when there were any.
template <typename T, typename Less>
bool sort_unique(std::vector<T>& values, Less less) {
  if (values.size() < 2) return false;
  std::sort(values.begin(), values.end(), less);
  const auto end = std::unique(values.begin(), values.end());
  const bool removed = end != values.end();
  values.erase(end, values.end());
  return removed;
}

bool rrsig_before(const Rrsig& a, const Rrsig& b) {
  const auto key = [](const Rrsig& r) {
    return std::tie(r.algorithm, r.key_tag, r.inception, r.expiration, r.labels, r.original_ttl,
                    r.signer.wire(), r.signature, r.ttl);
  };
  return key(a) < key(b);
}

void finish(RRset& set) {
  const bool records_twice = sort_unique(set.rdatas, std::less<>());
  const bool rrsigs_twice = sort_unique(set.rrsigs, rrsig_before);
  set.had_duplicates = records_twice || rrsigs_twice;
  if (set.rdatas.empty()) {  // The only TTLs there are belong to the RRSIGs.
    set.ttl = set.rrsigs.front().ttl;
    for (const Rrsig& rrsig : set.rrsigs) set.ttl = std::min(set.ttl, rrsig.ttl);
  }
}

}  // namespace

RRset& RrsetBuilder::set_for(BytesView owner, RrType type) {
  constexpr std::size_t kFewSets = 64;
  const std::size_t hash = std::hash<std::string_view>{}(owner) ^
                           (static_cast<std::size_t>(type) * std::size_t{0x9e3779b97f4a7c15U});
  const auto fits = [&](std::size_t i) {
    return hashes_[i] == hash && sets_[i].type == type && sets_[i].owner.wire() == owner;
  };
  if (sets_.size() <= kFewSets) {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (fits(i)) return sets_[i];
    }
  } else {
    if (index_.empty()) {
      for (std::size_t i = 0; i < hashes_.size(); ++i) index_.emplace(hashes_[i], i);
    }
    const auto [first, last] = index_.equal_range(hash);
    for (auto at = first; at != last; ++at) {
      if (fits(at->second)) return sets_[at->second];
    }
    index_.emplace(hash, sets_.size());
  }
  hashes_.push_back(hash);
  RRset& set = sets_.emplace_back();
  set.owner = *Name::from_wire(owner);
  set.type = type;
  return set;
}

bool RrsetBuilder::add(BytesView owner, RrType type, std::uint32_t ttl, Bytes rdata) {
  if (type == RrType::kRrsig) {
    std::optional<Rrsig> rrsig = decode_rrsig(std::move(rdata), ttl);
    if (!rrsig) return false;
    set_for(owner, rrsig->type_covered).rrsigs.push_back(std::move(*rrsig));
    return true;
  }
  RRset& set = set_for(owner, type);
  if (set.rdatas.empty()) {
    set.ttl = ttl;
  } else if (set.ttl != ttl) {
    set.ttls_differ = true;
    set.ttl = std::min(set.ttl, ttl);
  }
  set.rdatas.push_back(std::move(rdata));
  return true;
}

std::vector<RRset> RrsetBuilder::take() {
  for (RRset& set : sets_) finish(set);
  hashes_.clear();
  index_.clear();
  return std::exchange(sets_, {});
}

}  // namespace anchorwatch::dns
