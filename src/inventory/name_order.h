// SPDX-License-Identifier: Apache-2.0
// Sorting of many zones in canonical DNS order.
#pragma once

#include <vector>

#include "anchorwatch/inventory/zone_entry.h"

namespace anchorwatch::inventory {

/// Sorts by name (RFC 4034 §6.1), equal names by file and line. A sorted list costs one look at
/// each.
void sort_canonically(std::vector<ZoneEntry>& zones);

}  // namespace anchorwatch::inventory
