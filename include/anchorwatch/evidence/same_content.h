// SPDX-License-Identifier: Apache-2.0
// Whether two answers are one distinct answer: servers that agree share one verdict (decisions, 7).
//
// Threading: pure, any thread.
#pragma once

#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::evidence {

/// Same question, outcome, RCODE, AA and sections. The order of records and of RRsets, TTLs, EDNS
/// and measurements make no difference; RRSIGs do.
bool same_content(const Answer& left, const Answer& right);

}  // namespace anchorwatch::evidence
