// SPDX-License-Identifier: Apache-2.0
// RecentMap: a map that forgets what was not used for longest, so that what strangers make us remember
// has an end. Two generations: what is used moves to the young one; when that is full it becomes the
// old one, and the old one is dropped.
//
// Threading: one thread. Limits: twice `generation` entries.
#pragma once

#include <cstddef>
#include <utility>

namespace anchorwatch {

/// @tparam Map  std::map where strangers choose the keys, so that they cannot choose collisions.
template <typename Map>
class RecentMap {
 public:
  using Key = typename Map::key_type;
  using Value = typename Map::mapped_type;

  explicit RecentMap(std::size_t generation) : generation_(generation) {}

  /// Null when the key is not there. Valid until the next call that is not const.
  Value* find(const Key& key) {
    if (const auto young = young_.find(key); young != young_.end()) return &young->second;
    const auto old = old_.find(key);
    if (old == old_.end()) return nullptr;
    auto node = old_.extract(old);
    make_room();
    return &young_.insert(std::move(node)).position->second;
  }
  /// As `find`, and it does not count as use.
  [[nodiscard]] const Value* peek(const Key& key) const {
    if (const auto young = young_.find(key); young != young_.end()) return &young->second;
    const auto old = old_.find(key);
    return old == old_.end() ? nullptr : &old->second;
  }
  /// The entry, made if need be. Valid until the next call that is not const.
  Value& operator[](const Key& key) {
    if (Value* known = find(key)) return *known;
    make_room();
    return young_[key];
  }
  void erase(const Key& key) {
    young_.erase(key);
    old_.erase(key);
  }
  void clear() {
    young_.clear();
    old_.clear();
  }
  [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

 private:
  void make_room() {
    if (young_.size() < generation_) return;
    old_ = std::move(young_);
    young_ = Map();
  }

  std::size_t generation_;
  Map young_, old_;
};

}  // namespace anchorwatch
