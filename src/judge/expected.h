// SPDX-License-Identifier: Apache-2.0
// What a judgement is going to verify.
#pragma once

#include <vector>

#include "anchorwatch/evidence/evidence.h"

namespace anchorwatch::judge {

/// The signatures of all answers, in no order that means anything; they live in `evidence`.
std::vector<const dns::Rrsig*> signatures_in(const evidence::ZoneEvidence& evidence);

}  // namespace anchorwatch::judge
