// SPDX-License-Identifier: Apache-2.0
// ZoneHistory: which DS sets, key sets and signatures of a zone resolvers may hold at the same time.
//
// A resolver fetches DS, DNSKEY and data at different moments and keeps each for its TTL, so it may join parts of
// several states of the zone. What a look sees is only the newest of them.
//
// Threading: value types, any thread.
// Standards: RFC 4035 §5, RFC 6781 §4.1, RFC 7583 §3.
// Limits:    kMostVersions of each kind, kMostTracks keys.
#pragma once

#include <cstdint>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/history/key_track.h"
#include "anchorwatch/history/signing.h"
#include "anchorwatch/history/version.h"
#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::history {

/// The RDATAs of one DS RRset, ordered; empty: the parent denies that there is one.
using DsSet = std::vector<Bytes>;

/// One DNSKEY RRset as one server gives it, with who signs it.
struct KeySet {
  struct Key {
    Bytes rdata;
    bool signs_keys = false;  ///< An RRSIG over the DNSKEY RRset names it.
    bool operator==(const Key&) const = default;
  };
  std::vector<Key> keys;  ///< Ordered by RDATA; empty: the zone has none.
  bool operator==(const KeySet&) const = default;
};

/// Who signs an RRset of the zone: key tag and algorithm of each RRSIG, ordered; empty: it is not signed.
/// RRsets with the same signers are one to the history: which of them fails is no matter to the chain.
struct Signers {
  struct Key {
    std::uint16_t tag = 0;
    std::uint8_t algorithm = 0;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> keys;
  bool operator==(const Signers&) const = default;
};

struct ZoneHistory {
  std::vector<Version<DsSet>> ds;
  std::vector<Version<KeySet>> keys;
  std::vector<Version<Signers>> signers;
  std::vector<KeyTrack> tracks;  ///< In the order in which they appeared.
  /// Servers show key sets and data that different keys sign (RFC 8901): two signers serve the zone.
  Period several_signers;
  Signing signing;  ///< No part of what resolvers hold.
  bool operator==(const ZoneHistory&) const = default;

  /// Whether all but `signing` is the same.
  [[nodiscard]] bool same_content(const ZoneHistory& other) const {
    return ds == other.ds && keys == other.keys && signers == other.signers && tracks == other.tracks &&
           several_signers == other.several_signers;
  }
};

/// What one look saw of each kind.
struct Sight {
  Sighting<DsSet> ds;
  Sighting<KeySet> keys;
  Sighting<Signers> signers;  ///< Known in full looks only.
};

/// Draws it from a look. Only DS answers that hold count: a bogus one is neither a DS set nor its end.
Sight sight_of(const evidence::ZoneEvidence& evidence, const judge::Judgement& judgement);

/// When the looks before saw each kind last; 0: never.
struct LastLooks {
  UnixSeconds ds = 0, keys = 0, signers = 0;
};

/// The part of observe() and forget() that is about keys.
void observe_tracks(std::vector<KeyTrack>& tracks, const Sight& sight, const LastLooks& last, UnixSeconds at);
void forget_tracks(std::vector<KeyTrack>& tracks, UnixSeconds now);

/// Adds a look.
void observe(ZoneHistory& history, const Sight& sight, const LastLooks& last, UnixSeconds at);

/// Forgets what no resolver can hold any more at `now` and what nothing held rests on, and keys that are gone for long.
void forget(ZoneHistory& history, UnixSeconds now);

}  // namespace anchorwatch::history
