// SPDX-License-Identifier: Apache-2.0
// PlanBook: which planned changes a zone has, for each look.
//
// Threading: loop thread only. Cost: two searches in a map that is empty where nobody plans anything.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/planned.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/store/plans.h"

namespace anchorwatch::pipeline {

class PlanBook {
 public:
  /// Every zone has change management, also those without a change.
  void set_required(bool required) { required_ = required; }
  void replace(const std::vector<store::StoredPlan>& plans);
  /// Approved changes of a zone, by its name or one of its tags; null: it has no change management, which is so where
  /// none was ever planned.
  [[nodiscard]] std::shared_ptr<const change::Plans> plans_of(const inventory::ZoneEntry& zone) const;
  /// When the next change that is proposed or approved expires.
  [[nodiscard]] std::optional<UnixSeconds> next_end() const { return next_end_; }

 private:
  using Shared = std::shared_ptr<change::Plans>;
  bool required_ = false;
  std::map<std::string, Shared, std::less<>> by_zone_, by_tag_;
  std::optional<UnixSeconds> next_end_;
};

}  // namespace anchorwatch::pipeline
