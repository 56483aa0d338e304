// SPDX-License-Identifier: Apache-2.0
// What the parts of ZoneLooks share: one look in progress. Private to this module.
//
// Threading: loop thread only.
#pragma once

#include <optional>
#include <vector>

#include "anchorwatch/pipeline/zone_looks.h"

namespace anchorwatch::pipeline {

struct ZoneLooks::Work {
  LookOrder order;
  LookOutcome outcome;
  evidence::ZoneEvidence evidence;
  std::vector<judge::ChainLink> ancestors;
  std::vector<judge::ChainLink> signals;
  Digest evidence_digest;
  Digest ordinary_digest;  ///< Of full looks.
  std::uint64_t ordinary_data = 0;  ///< See change::ZoneSummary.
  Digest ancestors_digest;
  bool thorough = false;   ///< All is asked, whatever is known.
  judge::Judgement judgement;
  UnixSeconds now = 0;
};

}  // namespace anchorwatch::pipeline
