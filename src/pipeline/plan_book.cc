// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/plan_book.h"

#include <algorithm>

namespace anchorwatch::pipeline {

void PlanBook::replace(const std::vector<store::StoredPlan>& plans) {
  by_zone_.clear();
  by_tag_.clear();
  next_end_.reset();
  for (const store::StoredPlan& stored : plans) {
    Shared& shared = stored.zone.empty() ? by_tag_[stored.tag] : by_zone_[stored.zone];
    if (!shared) shared = std::make_shared<change::Plans>();
    const bool live = stored.state == "approved" || stored.state == "proposed";
    if (live) next_end_ = next_end_ ? std::min(*next_end_, stored.plan.until) : stored.plan.until;
    if (stored.approved) shared->approved.push_back(stored.plan);
  }
}

std::shared_ptr<const change::Plans> PlanBook::plans_of(const inventory::ZoneEntry& zone) const {
  if (!required_ && by_zone_.empty() && by_tag_.empty()) return nullptr;
  std::vector<Shared> found;
  if (const auto own = by_zone_.find(zone.name.to_text()); own != by_zone_.end()) found.push_back(own->second);
  if (!by_tag_.empty()) {
    for (const std::string& tag : zone.settings->tags) {
      if (const auto tagged = by_tag_.find(tag); tagged != by_tag_.end()) found.push_back(tagged->second);
    }
  }
  if (found.empty()) return required_ ? std::make_shared<const change::Plans>() : nullptr;
  if (found.size() == 1) return found.front();
  auto all = std::make_shared<change::Plans>();
  for (const Shared& part : found) {
    all->approved.insert(all->approved.end(), part->approved.begin(), part->approved.end());
  }
  return all;
}

}  // namespace anchorwatch::pipeline
