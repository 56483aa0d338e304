// SPDX-License-Identifier: Apache-2.0
// TwoGenerations: a bounded map that forgets what was not used for longest, in constant time.
//
// New and used entries live in the young generation; when it is full it becomes the old one and the
// old one is dropped. Sharded, so that worker threads seldom wait for each other.
//
// Threading: any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace anchorwatch::dnssec {

template <typename Key, typename Value, typename Hash>
class TwoGenerations {
 public:
  TwoGenerations(std::size_t max_entries, Hash hash)
      : hash_(hash), generation_size_(std::max<std::size_t>(1, max_entries / (2 * kShards))) {
    for (Shard& shard : shards_) {
      shard.young = Map(0, hash);
      shard.old = Map(0, hash);
    }
  }

  std::optional<Value> find(const Key& key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (const auto young = shard.young.find(key); young != shard.young.end()) return young->second;
    const auto old = shard.old.find(key);
    if (old == shard.old.end()) return std::nullopt;
    auto node = shard.old.extract(old);
    const Value value = node.mapped();
    make_room(shard);
    shard.young.insert(std::move(node));
    return value;
  }

  void insert(const Key& key, Value value) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    make_room(shard);
    shard.young.insert_or_assign(key, std::move(value));
  }

 private:
  static constexpr std::size_t kShards = 16;
  using Map = std::unordered_map<Key, Value, Hash>;
  struct Shard {
    std::mutex mutex;
    Map young, old;
  };

  Shard& shard_of(const Key& key) { return shards_[(hash_(key) >> 16U) % kShards]; }

  void make_room(Shard& shard) {
    if (shard.young.size() < generation_size_) return;
    shard.old = std::move(shard.young);
    shard.young = Map(0, hash_);
  }

  Hash hash_;
  std::size_t generation_size_;
  std::array<Shard, kShards> shards_;
};

}  // namespace anchorwatch::dnssec
