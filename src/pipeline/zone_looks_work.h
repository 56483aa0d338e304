// SPDX-License-Identifier: Apache-2.0
// What the parts of ZoneLooks share: one look in progress. Private to this module.
//
// Threading: loop thread only.
#pragma once

#include <optional>
#include <vector>

#include "anchorwatch/evidence/digests.h"
#include "anchorwatch/pipeline/zone_looks.h"

namespace anchorwatch::pipeline {

struct ZoneLooks::Work {
  LookOrder order;
  LookOutcome outcome;
  evidence::ZoneEvidence evidence;
  std::vector<judge::ChainLink> ancestors;
  std::vector<judge::ChainLink> signals;
  evidence::Digests digests;  ///< Of `evidence`; without what only findings need where that was not asked.
  Digest evidence_digest;
  Digest ancestors_digest;
  bool thorough = false;   ///< All is asked, whatever is known.
  judge::Judgement judgement;
  UnixSeconds now = 0;
  std::shared_ptr<const change::Plans> plans;  ///< As of the begin of the look; null: no change management.
};

}  // namespace anchorwatch::pipeline
