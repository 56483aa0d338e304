// SPDX-License-Identifier: Apache-2.0
// Lists in a fixed order, without copying what is in them. Private to this module.
//
// Threading: pure functions, any thread.
#pragma once

#include <algorithm>
#include <vector>

namespace anchorwatch::evidence {

/// Pointers to the items, in order.
template <typename Item, typename Before>
std::vector<const Item*> sorted(const std::vector<Item>& list, Before before) {
  std::vector<const Item*> order;
  order.reserve(list.size());
  for (const Item& item : list) order.push_back(&item);
  std::sort(order.begin(), order.end(),
            [&](const Item* left, const Item* right) { return before(*left, *right); });
  return order;
}

/// Visits the items in order. Most lists are in order already; only the others pay for memory.
template <typename Item, typename Before, typename Visit>
void in_order(const std::vector<Item>& list, Before before, Visit visit) {
  if (std::is_sorted(list.begin(), list.end(), before)) {
    for (const Item& item : list) visit(item);
    return;
  }
  for (const Item* item : sorted(list, before)) visit(*item);
}

}  // namespace anchorwatch::evidence
