// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/history/zone_history.h"

#include <algorithm>
#include <set>

namespace anchorwatch::history {

namespace {

template <typename Content>
UnixSeconds longest_ttl(const std::vector<Version<Content>>& versions) {
  std::uint32_t longest = 0;
  for (const Version<Content>& version : versions) longest = std::max(longest, version.ttl);
  return std::min(longest, kLongestHold);
}

std::set<Bytes> signers_of(const KeySet& set) {
  std::set<Bytes> found;
  for (const KeySet::Key& key : set.keys) {
    if (key.signs_keys) found.insert(key.rdata);
  }
  return found;
}
std::set<Signers::Key> signers_of(const Signers& signers) { return {signers.keys.begin(), signers.keys.end()}; }

/// Whether two of the contents are signed, and by no key in common.
template <typename Content>
bool has_strangers(const Sighting<Content>& sighting) {
  for (std::size_t i = 0; i < sighting.seen.size(); ++i) {
    const auto left = signers_of(sighting.seen[i].content);
    for (std::size_t j = i + 1; j < sighting.seen.size(); ++j) {
      const auto right = signers_of(sighting.seen[j].content);
      if (left.empty() || right.empty()) continue;
      if (std::none_of(left.begin(), left.end(), [&](const auto& key) { return right.contains(key); })) return true;
    }
  }
  return false;
}

/// Both key set and data: a rollover that spreads through the servers shows one of them only.
void observe_signers(Period& several, const Sight& sight, const LastLooks& last, UnixSeconds at) {
  const bool seen = has_strangers(sight.keys) && has_strangers(sight.signers);
  observe(several, seen, sight.keys.known && sight.signers.known, sight.keys.complete && sight.signers.complete,
          last.signers, at);
}

}  // namespace

void observe(ZoneHistory& history, const Sight& sight, const LastLooks& last, UnixSeconds at) {
  observe(history.ds, sight.ds, last.ds, at);
  observe(history.keys, sight.keys, last.keys, at);
  observe(history.signers, sight.signers, last.signers, at);
  observe_tracks(history.tracks, sight, last, at);
  observe_signers(history.several_signers, sight, last, at);
}

void forget(ZoneHistory& history, UnixSeconds now) {
  // What nobody holds any more may be why something else is held: a key set that was validated by it, data by that.
  const UnixSeconds before = now - longest_ttl(history.keys) - longest_ttl(history.signers);
  forget(history.ds, before);
  forget(history.keys, before);
  forget(history.signers, now);
  forget_tracks(history.tracks, now);
}

}  // namespace anchorwatch::history
