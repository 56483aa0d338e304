// SPDX-License-Identifier: Apache-2.0
// How far a pair of keys has come, of which one does the work of the other afterwards.
//
// Nothing: it is no rollover, but a spare key, or one that was given up.
//
// Threading: pure functions, any thread.
#pragma once

#include <optional>

#include "anchorwatch/history/rollover.h"

namespace anchorwatch::history {

/// Keys that sign data.
std::optional<RolloverPhase> phase_of_signers(const KeyTrack& old, const KeyTrack& fresh);
/// Keys that sign the key set, to which a DS leads.
std::optional<RolloverPhase> phase_of_entries(const KeyTrack& old, const KeyTrack& fresh);
/// Keys that sign the key set and that trust anchors name.
std::optional<RolloverPhase> phase_of_anchors(const KeyTrack& old, const KeyTrack& fresh);

}  // namespace anchorwatch::history
