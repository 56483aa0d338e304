// SPDX-License-Identifier: Apache-2.0
#include "zone_nodes.h"

#include <algorithm>

namespace anchorwatch::judge::whole_zone {

using dns::RrType;

ZoneNodes::ZoneNodes(const evidence::ZoneContent& content) : content_(content) {
  const std::vector<dns::RRset>& sets = content.sets;
  for (std::size_t first = 0; first < sets.size();) {
    std::size_t last = first + 1;
    while (last < sets.size() && sets[last].owner == sets[first].owner) ++last;
    add(first, last);
    first = last;
  }
  // An empty non-terminal may come behind an NSEC that stands below it for no name.
  std::stable_sort(nodes_.begin(), nodes_.end(),
                   [](const Node& left, const Node& right) { return *left.name < *right.name; });
}

const dns::RRset* ZoneNodes::find(const Node& node, RrType type) const {
  for (std::size_t i = node.first; i < node.last; ++i) {
    const dns::RRset& set = content_.sets[i];
    if (set.type == type && !set.rdatas.empty()) return &set;
  }
  return nullptr;
}

const Node* ZoneNodes::find(const dns::Name& name) const {
  const auto at = std::lower_bound(
      nodes_.begin(), nodes_.end(), name,
      [](const Node& node, const dns::Name& wanted) { return *node.name < wanted; });
  return at != nodes_.end() && *at->name == name ? &*at : nullptr;
}

Node ZoneNodes::classified(std::size_t first, std::size_t last) const {
  Node node;
  node.first = first;
  node.last = last;
  node.name = &content_.sets[first].owner;
  if (cut_ != nullptr && node.name->is_below(*cut_)) {
    node.kind = NodeKind::kHidden;
    return node;
  }
  if (dname_ != nullptr && node.name->is_below(*dname_)) {
    node.kind = NodeKind::kRenamed;
    return node;
  }
  bool nsec = false;
  bool nsec3 = false;
  bool data = false;
  for (std::size_t i = first; i < last; ++i) {
    const dns::RRset& set = content_.sets[i];
    if (set.rdatas.empty()) continue;
    nsec = nsec || set.type == RrType::kNsec;
    nsec3 = nsec3 || set.type == RrType::kNsec3;
    data = data || (set.type != RrType::kNsec && set.type != RrType::kNsec3);
  }
  if (!data) {
    node.kind = nsec3 ? NodeKind::kHash : nsec ? NodeKind::kDenialOnly : NodeKind::kNothing;
    return node;
  }
  if (*node.name != content_.origin && find(node, RrType::kNs) != nullptr) {
    node.kind = NodeKind::kDelegation;
    node.secure = find(node, RrType::kDs) != nullptr;
    node.insecure_only = !node.secure;
  }
  return node;
}

// Canonical order puts an ancestor before everything below it, so what lies between the last name
// and this one is known to be missing.
void ZoneNodes::add_empty_above(const dns::Name& name) {
  const int known = before_ == nullptr ? content_.origin.label_count()
                                       : name.common_ancestor(*before_).label_count();
  for (int labels = known + 1; labels < name.label_count(); ++labels) {
    empty_names_.push_back(name.suffix(labels));
    Node node;
    node.name = &empty_names_.back();
    node.kind = NodeKind::kEmpty;
    node.insecure_only = true;
    open_empty_.push_back(nodes_.size());
    nodes_.push_back(node);
  }
}

void ZoneNodes::note_existence(const Node& node) {
  if (node.insecure_only) return;
  // What lies above an empty non-terminal that was noted was noted with it.
  for (auto at = open_empty_.rbegin(); at != open_empty_.rend(); ++at) {
    if (!nodes_[*at].insecure_only) return;
    nodes_[*at].insecure_only = false;
  }
}

void ZoneNodes::add(std::size_t first, std::size_t last) {
  const Node node = classified(first, last);
  if (node.exists()) {
    while (!open_empty_.empty() && !node.name->is_below(*nodes_[open_empty_.back()].name)) {
      open_empty_.pop_back();
    }
    add_empty_above(*node.name);
    note_existence(node);
    if (node.kind == NodeKind::kDelegation) cut_ = node.name;
    if (find(node, RrType::kDname) != nullptr) dname_ = node.name;
    before_ = node.name;
  }
  nodes_.push_back(node);
}

}  // namespace anchorwatch::judge::whole_zone
