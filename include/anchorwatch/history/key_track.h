// SPDX-License-Identifier: Apache-2.0
// KeyTrack: what one key of a zone did, and when: published, named by a DS, signing the key set, signing data.
//
// A key is its algorithm and public key, flags aside. One that only a DS or a signature names is known by tag and
// algorithm until it is published.
//
// Threading: value types, any thread.
// Standards: RFC 7583 §3 (the events of a key's life), RFC 5011 §2.1.
// Limits:    kMostTracks of a zone; forgotten kTrackLife after the key is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "anchorwatch/core/bytes.h"
#include "anchorwatch/history/version.h"

namespace anchorwatch::history {

/// One role of a key. When it comes back it begins anew.
struct Period {
  std::optional<Window> from;   ///< Nothing: it never had the role.
  std::optional<Window> until;  ///< Nothing: it has it still.
  bool operator==(const Period&) const = default;

  [[nodiscard]] bool active() const { return from && !until; }
  /// It began while somebody looked.
  [[nodiscard]] bool began() const { return from && from->last_before != kBegin; }
  /// It has the role at `time`, or had it then.
  [[nodiscard]] bool covers(UnixSeconds time) const {
    return from && from->first_after <= time && (!until || until->first_after > time);
  }
};

struct KeyTrack {
  Bytes rdata;  ///< As it was last published; empty: it never was.
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  bool revoked = false;
  Period published, ds, signs_keys, signs_data;
  bool operator==(const KeyTrack&) const = default;

  /// Whether its SEP flag is set; a key that a DS names counts as one.
  [[nodiscard]] bool is_entry() const;
  /// The first look that saw anything of it.
  [[nodiscard]] UnixSeconds appeared() const;
  /// Nothing of it is left. When that was: the last change.
  [[nodiscard]] std::optional<UnixSeconds> gone_since() const;
};

inline constexpr std::size_t kMostTracks = 16;
inline constexpr UnixSeconds kTrackLife = 30 * UnixSeconds{86400};

/// Adds what a look saw of a role.
/// @param known     the look could tell; complete: of everybody.
void observe(Period& period, bool seen, bool known, bool complete, UnixSeconds last_look, UnixSeconds at);

}  // namespace anchorwatch::history
