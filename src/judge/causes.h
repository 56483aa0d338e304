// SPDX-License-Identifier: Apache-2.0
// Which finding only follows from another one of the same zone.
//
// One fault makes many findings; people should be told one story with one beginning.
//
// Threading: pure, any thread.
#pragma once

#include <vector>

#include "context.h"

namespace anchorwatch::judge {

/// Sets Finding::caused_by. A finding that begins a story has none.
void link_causes(const Context& context, std::vector<Finding>& findings);

}  // namespace anchorwatch::judge
