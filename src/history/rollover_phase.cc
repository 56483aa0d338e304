// SPDX-License-Identifier: Apache-2.0
#include "rollover_phase.h"

#include <array>

namespace anchorwatch::history {

namespace {

using Phase = RolloverPhase;

/// The new key signs already.
Phase since_it_signs(const Period& old_signs, const KeyTrack& old) {
  if (old_signs.active()) return Phase::kBothKeysSign;
  return old.published.active() ? Phase::kNewKeySigns : Phase::kDone;
}

}  // namespace

std::optional<RolloverPhase> phase_of_signers(const KeyTrack& old, const KeyTrack& fresh) {
  if (fresh.signs_data.active()) return since_it_signs(old.signs_data, old);
  if (!old.signs_data.active() || !fresh.published.active()) return std::nullopt;
  return Phase::kNewKeyPublished;
}

std::optional<RolloverPhase> phase_of_anchors(const KeyTrack& old, const KeyTrack& fresh) {
  if (fresh.signs_keys.active()) return since_it_signs(old.signs_keys, old);
  if (!fresh.published.active()) return std::nullopt;
  return Phase::kNewKeyPublished;
}

std::optional<RolloverPhase> phase_of_entries(const KeyTrack& old, const KeyTrack& fresh) {
  if (!fresh.ds.active()) {
    if (!old.ds.active() || !fresh.published.active()) return std::nullopt;
    return Phase::kNewKeyPublished;
  }
  if (!fresh.published.active()) return Phase::kNewDsPublished;
  if (old.ds.active()) return old.published.active() ? Phase::kBothDsPublished : Phase::kKeyReplaced;
  return old.published.active() ? Phase::kDsReplaced : Phase::kDone;
}

const char* to_string(RolloverKind kind) {
  constexpr std::array kNames{"zsk_pre_publication", "zsk_double_signature", "ksk_pre_publication",   "ksk_double_signature",
                              "ksk_double_ds",       "csk",                  "algorithm_conservative",
                              "algorithm_liberal",   "multi_signer_join",    "multi_signer_leave",
                              "going_insecure",      "bootstrap"};
  return kNames.at(static_cast<std::size_t>(kind));
}

const char* to_string(RolloverPhase phase) {
  constexpr std::array kNames{"new key published", "new DS published",       "both keys sign",      "new key signs",
                              "key replaced",      "both DS published",      "DS replaced",         "new signatures made",
                              "new keys published", "old keys removed",      "second signer serves", "signer gone",
                              "DS removed",        "zone signed",            "done"};
  return kNames.at(static_cast<std::size_t>(phase));
}

}  // namespace anchorwatch::history
