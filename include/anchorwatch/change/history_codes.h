// SPDX-License-Identifier: Apache-2.0
// Which findings no single look shows.
//
// Threading: pure function, any thread.
#pragma once

#include "anchorwatch/judge/finding.h"

namespace anchorwatch::change {

/// Whether `change` decides on a finding alone: no look shows it, and none misses it.
bool is_from_history(judge::FindingCode code);

}  // namespace anchorwatch::change
