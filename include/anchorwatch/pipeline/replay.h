// SPDX-License-Identifier: Apache-2.0
// Replay: the verdict and findings of an earlier moment, made again from what was kept, with the same pure functions.
// It asks nobody.
//
// The kept looks at a zone up to the moment are judged one after the other, each at its own time and below the zones
// above as they were kept, and go through change::advance as they did then. Looks that are not kept changed nothing.
//
// Threading: one thread. Blocking: disk, CPU.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "anchorwatch/change/zone_state.h"
#include "anchorwatch/core/result.h"
#include "anchorwatch/evidence/evidence.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/judge/judgement.h"
#include "anchorwatch/pipeline/engine.h"
#include "anchorwatch/store/reader.h"

namespace anchorwatch::pipeline {

/// What stood at a moment.
struct Replayed {
  store::KeptLook look;              ///< The last kept look up to then.
  evidence::ZoneEvidence evidence;   ///< What it saw …
  judge::Judgement judgement;        ///< … and means, taken alone.
  change::ZoneState state;           ///< After all looks up to then: status and open findings.
  UnixSeconds judged_at = 0;
  /// Zones above that are not kept, or that are judged otherwise now than then: with other anchors or another policy.
  std::set<std::string> missing_above, other_above;
};

/// A kept look at a zone above.
struct SeenAbove {
  evidence::ZoneEvidence evidence;
  UnixSeconds seen_at = 0;
};

class Replay {
 public:
  /// All must outlive it. @param interval  of core rounds.
  Replay(store::Reader& reader, const EngineOptions& options, std::chrono::seconds interval)
      : reader_(reader), options_(options), interval_(interval) {}

  /// What was told after the last of `looks`, which are all kept ones up to then, oldest first.
  /// @pre !looks.empty(). @errors kCorrupt, kUnsupported, kNotFound: the evidence, with the look's time.
  Result<Replayed> told(const inventory::ZoneEntry& zone, const std::vector<store::KeptLook>& looks);
  /// What one look means if it, and what was kept of the zones above, are judged at another time.
  Result<Replayed> judged_at(const inventory::ZoneEntry& zone, const store::KeptLook& look, UnixSeconds at);

  /// What one look saw. @errors as told().
  Result<evidence::ZoneEvidence> evidence_of(const store::KeptLook& look);
  /// The last kept look at a zone above others that is not later; nothing: there is none.
  Result<std::optional<SeenAbove>> above(const dns::Name& zone, UnixSeconds at);

 private:
  /// The links down to `zone` as they were when it was looked at last before `seen_at`.
  Result<std::vector<judge::ChainLink>> chain_to(const dns::Name& zone, UnixSeconds seen_at, std::optional<UnixSeconds> at);
  Result<judge::Judgement> judge(const inventory::ZoneEntry& zone, const evidence::ZoneEvidence& evidence,
                                 UnixSeconds seen_at, std::optional<UnixSeconds> at);

  store::Reader& reader_;
  const EngineOptions& options_;
  std::chrono::seconds interval_;
  dnssec::VerifyMemo memo_{1U << 16U};
  dnssec::KeyCache keys_{1U << 10U};
  std::map<std::pair<dns::Name, UnixSeconds>, std::vector<judge::ChainLink>> chains_;  ///< By look, as judged then.
  std::set<std::string> missing_above_, other_above_;
};

}  // namespace anchorwatch::pipeline
