// SPDX-License-Identifier: Apache-2.0
// What was found in a whole zone, to be used again while its content is known to be the same.
//
// Threading: pure functions, any thread.
#pragma once

#include <vector>

#include "anchorwatch/judge/judgement.h"

namespace anchorwatch::judge {

struct WholeZoneOutcome {
  WholeZoneSummary summary;
  std::vector<Finding> findings;
  Digest link;  ///< Of the zone's ChainLink: with other keys or another DS it does not hold.
};

/// Whether a finding comes from the whole zone, and not from an answer of a server.
bool is_about_whole_zone(const Finding& finding);
/// @pre judgement.whole_zone.
WholeZoneOutcome whole_zone_outcome(const Judgement& judgement);
/// Adds what was found before to a judgement that was made without the content.
void restore_whole_zone(Judgement& judgement, const WholeZoneOutcome& outcome);

}  // namespace anchorwatch::judge
