// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/history/key_track.h"

#include <algorithm>
#include <array>
#include <set>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/zone_history.h"

namespace anchorwatch::history {

namespace {

using Id = std::pair<std::uint16_t, std::uint8_t>;  // Tag, algorithm.

bool same_public_key(const Bytes& left, const Bytes& right) {
  const auto a = dns::decode_dnskey(left);
  const auto b = dns::decode_dnskey(right);
  if (!a || !b) return left == right;
  return a->algorithm == b->algorithm && a->public_key == b->public_key;
}

std::array<const Period*, 4> periods_of(const KeyTrack& track) {
  return {&track.published, &track.ds, &track.signs_keys, &track.signs_data};
}

/// What a look saw of all keys together; servers that differ give the union.
struct Seen {
  std::vector<KeySet::Key> keys;
  std::set<Id> ds, signers;
};

Seen gather(const Sight& sight) {
  Seen seen;
  for (const auto& set : sight.keys.seen) {
    for (const KeySet::Key& key : set.content.keys) {
      const auto at = std::find_if(seen.keys.begin(), seen.keys.end(),
                                   [&](const KeySet::Key& other) { return other.rdata == key.rdata; });
      if (at == seen.keys.end()) {
        seen.keys.push_back(key);
      } else {
        at->signs_keys |= key.signs_keys;
      }
    }
  }
  for (const auto& set : sight.ds.seen) {
    for (const Bytes& rdata : set.content) {
      const auto ds = dns::decode_ds(rdata);
      if (ds && ds->algorithm != 0) seen.ds.insert({ds->key_tag, ds->algorithm});
    }
  }
  for (const auto& set : sight.signers.seen) {
    for (const Signers::Key& key : set.content.keys) seen.signers.insert({key.tag, key.algorithm});
  }
  return seen;
}

KeyTrack& track_of(std::vector<KeyTrack>& tracks, Id id) {
  const auto at = std::find_if(tracks.begin(), tracks.end(), [&](const KeyTrack& track) {
    return track.tag == id.first && track.algorithm == id.second;
  });
  if (at != tracks.end()) return *at;
  KeyTrack track;
  track.tag = id.first;
  track.algorithm = id.second;
  return tracks.emplace_back(std::move(track));
}

/// A revoked key keeps its track, although its tag is another one.
KeyTrack& track_of(std::vector<KeyTrack>& tracks, const Bytes& rdata) {
  const auto at = std::find_if(tracks.begin(), tracks.end(), [&](const KeyTrack& track) {
    return !track.rdata.empty() && same_public_key(track.rdata, rdata);
  });
  const auto fields = dns::decode_dnskey(rdata);
  const Id id{dns::key_tag(rdata), fields ? fields->algorithm : std::uint8_t{0}};
  KeyTrack& track = at != tracks.end() ? *at : track_of(tracks, id);
  track.rdata = rdata;
  track.tag = id.first;
  track.revoked = fields && fields->revoked();
  return track;
}

bool is_seen(const Seen& seen, const KeyTrack& track, bool signing) {
  return std::any_of(seen.keys.begin(), seen.keys.end(), [&](const KeySet::Key& key) {
    return key.rdata == track.rdata && (!signing || key.signs_keys);
  });
}

}  // namespace

bool KeyTrack::is_entry() const {
  const auto fields = dns::decode_dnskey(rdata);
  return (fields && fields->sep()) || ds.from.has_value();
}

UnixSeconds KeyTrack::appeared() const {
  UnixSeconds first = kForever;
  for (const Period* period : periods_of(*this)) {
    if (period->from) first = std::min(first, period->from->first_after);
  }
  return first;
}

std::optional<UnixSeconds> KeyTrack::gone_since() const {
  UnixSeconds last = 0;
  for (const Period* period : periods_of(*this)) {
    if (period->active()) return std::nullopt;
    if (period->until) last = std::max(last, period->until->first_after);
  }
  return last;
}

void observe(Period& period, bool seen, bool known, bool complete, UnixSeconds last_look, UnixSeconds at) {
  if (!known) return;
  const UnixSeconds before = last_look == 0 ? kBegin : last_look;
  if (seen) {
    if (!period.active()) period = {Window{before, at}, std::nullopt};
  } else if (complete && period.active()) {
    period.until = Window{before, at};
  }
}

void observe_tracks(std::vector<KeyTrack>& tracks, const Sight& sight, const LastLooks& last, UnixSeconds at) {
  const Seen seen = gather(sight);
  for (const KeySet::Key& key : seen.keys) track_of(tracks, key.rdata);
  for (const std::set<Id>* ids : {&seen.ds, &seen.signers}) {
    for (const Id& id : *ids) track_of(tracks, id);
  }
  for (KeyTrack& track : tracks) {
    const Id id{track.tag, track.algorithm};
    observe(track.published, is_seen(seen, track, false), sight.keys.known, sight.keys.complete, last.keys, at);
    observe(track.signs_keys, is_seen(seen, track, true), sight.keys.known, sight.keys.complete, last.keys, at);
    observe(track.ds, seen.ds.contains(id), sight.ds.known, sight.ds.complete, last.ds, at);
    observe(track.signs_data, seen.signers.contains(id), sight.signers.known, sight.signers.complete, last.signers, at);
  }
}

void forget_tracks(std::vector<KeyTrack>& tracks, UnixSeconds now) {
  std::erase_if(tracks, [now](const KeyTrack& track) {
    const auto gone = track.gone_since();
    return gone && *gone + kTrackLife <= now;
  });
  const auto end_of = [](const KeyTrack& track) { return track.gone_since().value_or(kForever); };
  while (tracks.size() > kMostTracks) {
    // Those that are gone first; of those that are there, the newest: floods of keys must not hide the old ones.
    const auto first = std::min_element(tracks.begin(), tracks.end(), [&](const KeyTrack& left, const KeyTrack& right) {
      if (end_of(left) != end_of(right)) return end_of(left) < end_of(right);
      return left.appeared() > right.appeared();
    });
    tracks.erase(first);
  }
}

}  // namespace anchorwatch::history
