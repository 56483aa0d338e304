// SPDX-License-Identifier: Apache-2.0
// Rollover: which one runs in a zone, how far it is, and what comes next and when.
//
// Named from the tracks of the keys alone: nothing is remembered of what was named before, so a history that reads
// back gives the same names.
//
// Threading: pure functions, any thread.
// Standards: RFC 6781 §4.1, RFC 7583 §3, RFC 8901 §6, RFC 8078 §3.
// Limits:    one for each key that appeared, at most kMostTracks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/history/cache_view.h"
#include "anchorwatch/history/zone_history.h"

namespace anchorwatch::history {

enum class RolloverKind : std::uint8_t {
  kZskPrePublication, kZskDoubleSignature, kKskPrePublication, kKskDoubleSignature, kKskDoubleDs, kCsk,
  kAlgorithmConservative, kAlgorithmLiberal, kMultiSignerJoin, kMultiSignerLeave, kGoingInsecure, kBootstrap,
};
/// E.g. "zsk_pre_publication".
const char* to_string(RolloverKind kind);

enum class RolloverPhase : std::uint8_t {
  kNewKeyPublished, kNewDsPublished, kBothKeysSign, kNewKeySigns, kKeyReplaced, kBothDsPublished, kDsReplaced,
  kNewSignaturesMade, kNewKeysPublished, kOldKeysRemoved, kSecondSignerServes, kSignerGone, kDsRemoved, kZoneSigned,
  kDone,
};
/// E.g. "new key published".
const char* to_string(RolloverPhase phase);

struct Rollover {
  RolloverKind kind{};
  RolloverPhase phase{};
  std::string subject;               ///< Tells rollovers of one zone apart; the same in all phases.
  std::vector<std::uint16_t> old_keys, new_keys;  ///< Tags, ordered; may be empty.
  Window since;                      ///< The change that led to this phase.
  /// Positions of the keys in the tracks, for the next step.
  std::vector<std::size_t> old_tracks, new_tracks;
};

/// All that run or are done, in the order of their keys. A key that waits (standby), and one that stayed when its
/// successor had taken over, are a phase and no more: nothing has to follow.
std::vector<Rollover> name_rollovers(const ZoneHistory& history);

struct NextStep {
  std::string what;                      ///< "replace the DS"; empty: nothing is to be done.
  std::optional<UnixSeconds> safe_from;  ///< Nothing: not known, or not as long as nothing else changes first.
};
NextStep next_step(const ZoneHistory& history, const Rollover& rollover, const dns::Name& zone,
                   const dnssec::ValidationPolicy& policy, UnixSeconds now);

}  // namespace anchorwatch::history
