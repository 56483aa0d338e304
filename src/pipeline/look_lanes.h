// SPDX-License-Identifier: Apache-2.0
// The rules of lanes for looks, as daemon and `poll` use them.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>

#include "anchorwatch/probe/asker.h"
#include "anchorwatch/schedule/lanes.h"

namespace anchorwatch::pipeline {

/// A look begins only where its queries get their turn soon; one that finds out later that they do not goes back.
inline constexpr Duration kPatienceToBegin = std::chrono::seconds(1);
inline constexpr Duration kPatienceToGoOn = std::chrono::seconds(3);

/// What a look asks one server address.
inline constexpr int kQueriesOfCoreLook = 2;
inline constexpr int kQueriesOfFullLook = 15;

/// @param in_full  whether the look at a zone will be a full one.
inline schedule::LaneRules lane_rules(const probe::Asker& asker, int parallel,
                                      std::function<bool(const schedule::DueZone&)> in_full) {
  schedule::LaneRules rules;
  rules.backlog = [&asker](const IpAddress& lane) { return asker.backlog(lane); };
  rules.rest = [&asker, in_full = std::move(in_full)](const IpAddress& lane, const schedule::DueZone& zone) {
    return asker.spacing(lane) * (in_full(zone) ? kQueriesOfFullLook : kQueriesOfCoreLook);
  };
  rules.patience = kPatienceToBegin;
  // A server that went silent must not take all places.
  rules.looks_at_once = std::max(1, parallel / 2);
  return rules;
}

}  // namespace anchorwatch::pipeline
