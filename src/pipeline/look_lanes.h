// SPDX-License-Identifier: Apache-2.0
// The rules of lanes for looks, as daemon and `poll` use them.
#pragma once

#include <algorithm>

#include "anchorwatch/probe/asker.h"
#include "anchorwatch/schedule/lanes.h"

namespace anchorwatch::pipeline {

/// A look begins only where its queries get their turn soon; one that finds out later that they do not goes back.
inline constexpr Duration kPatienceToBegin = std::chrono::seconds(1);
inline constexpr Duration kPatienceToGoOn = std::chrono::seconds(3);

/// What any look asks one server address at least, be it of the zone or of its parent. For what more is asked the
/// backlog speaks.
inline constexpr int kQueriesOfAnyLook = 2;

inline schedule::LaneRules lane_rules(const probe::Asker& asker, int parallel) {
  schedule::LaneRules rules;
  rules.backlog = [&asker](const IpAddress& lane) { return asker.backlog(lane); };
  rules.rest = [&asker](const IpAddress& lane, const schedule::DueZone& /*zone*/) {
    return asker.spacing(lane) * kQueriesOfAnyLook;
  };
  rules.patience = kPatienceToBegin;
  // A server that went silent must not take all places.
  rules.looks_at_once = std::max(1, parallel / 2);
  return rules;
}

}  // namespace anchorwatch::pipeline
