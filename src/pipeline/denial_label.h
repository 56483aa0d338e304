// SPDX-License-Identifier: Apache-2.0
// The label of the name that should not exist, as looks that are compared with each other ask for it.
//
// A new name at every look would meet another gap of the zone at nearly every look: the proof would be news, and
// nothing new, nothing done would hold for no zone. So a zone keeps its name for a day, over restarts too, and goes
// to another gap the next day. The days of the zones begin at different times.
//
// Threading: pure function, any thread.
#pragma once

#include <string>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/dns/name.h"

namespace anchorwatch::pipeline {

/// The number of the day of this zone in which a moment lies.
UnixSeconds zone_day(const dns::Name& zone, UnixSeconds at);
/// Sixteen letters and digits that no zone has by chance.
std::string denial_label(const dns::Name& zone, UnixSeconds now);

}  // namespace anchorwatch::pipeline
