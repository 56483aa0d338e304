// SPDX-License-Identifier: Apache-2.0
// What a look must have seen before the absence of a finding means that the fault is gone.
#pragma once

#include "anchorwatch/change/advance.h"

namespace anchorwatch::change {

/// Whether a look that does not show the finding resolves it.
bool may_close(const OpenFinding& open, const Look& look);

}  // namespace anchorwatch::change
