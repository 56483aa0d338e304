// SPDX-License-Identifier: Apache-2.0
#include "key_cache.h"

#include "siphash.h"
#include "two_generations.h"

namespace anchorwatch::dnssec {
namespace {

// Keyed, because strangers choose the keys that we look up.
struct RdataHash {
  SipKey secret = SipKey::random();
  std::size_t operator()(const Bytes& rdata) const {
    SipHash hash(secret);
    hash.update(rdata);
    return static_cast<std::size_t>(hash.finish().low);
  }
};

}  // namespace

struct KeyCache::State {
  explicit State(std::size_t max_entries) : keys(max_entries, RdataHash()) {}
  TwoGenerations<Bytes, std::shared_ptr<const PreparedKey>, RdataHash> keys;
};

KeyCache::KeyCache(std::size_t max_entries) : state_(std::make_unique<State>(max_entries)) {}
KeyCache::~KeyCache() = default;

std::shared_ptr<const PreparedKey> KeyCacheAccess::get(KeyCache& cache, BytesView dnskey_rdata) {
  const Bytes rdata(dnskey_rdata);
  if (auto known = cache.state_->keys.find(rdata)) return *std::move(known);
  auto made = std::make_shared<const PreparedKey>(prepare_key(rdata));
  cache.state_->keys.insert(rdata, made);
  return made;
}

}  // namespace anchorwatch::dnssec
