// SPDX-License-Identifier: Apache-2.0
// A step that was not made yet: what would be served after it.
#include <algorithm>

#include "anchorwatch/dns/rdata.h"
#include "anchorwatch/history/cache_view.h"

namespace anchorwatch::history {

namespace {

bool contains(const std::vector<Bytes>& list, const Bytes& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

DsSet change(DsSet set, const Step& step) {
  std::erase_if(set, [&](const Bytes& ds) { return contains(step.remove_ds, ds); });
  for (const Bytes& ds : step.add_ds) {
    if (!contains(set, ds)) set.push_back(ds);
  }
  std::sort(set.begin(), set.end());
  return set;
}

KeySet change(KeySet set, const Step& step) {
  std::erase_if(set.keys, [&](const KeySet::Key& key) { return contains(step.remove_keys, key.rdata); });
  for (const Bytes& rdata : step.add_keys) {
    const bool there = std::any_of(set.keys.begin(), set.keys.end(), [&](const auto& key) { return key.rdata == rdata; });
    if (!there) set.keys.push_back({rdata, false});
  }
  for (KeySet::Key& key : set.keys) {
    if (contains(step.sign_keys_with, key.rdata)) key.signs_keys = true;
    if (contains(step.cease_to_sign_keys_with, key.rdata)) key.signs_keys = false;
  }
  std::sort(set.keys.begin(), set.keys.end(), [](const auto& left, const auto& right) { return left.rdata < right.rdata; });
  return set;
}

Signers change(Signers signers, const Step& step) {
  std::erase_if(signers.keys, [&](const Signers::Key& key) {
    return std::find(step.cease_to_sign_with.begin(), step.cease_to_sign_with.end(), key) != step.cease_to_sign_with.end();
  });
  signers.keys.insert(signers.keys.end(), step.sign_with.begin(), step.sign_with.end());
  std::sort(signers.keys.begin(), signers.keys.end());
  signers.keys.erase(std::unique(signers.keys.begin(), signers.keys.end()), signers.keys.end());
  return signers;
}

template <typename Content>
void change_all(std::vector<Version<Content>>& versions, const Step& step, UnixSeconds at) {
  const std::size_t before = versions.size();
  for (std::size_t i = 0; i < before; ++i) {
    if (!versions[i].served()) continue;
    Content after = change(versions[i].content, step);
    if (after == versions[i].content) continue;
    // Made at a known moment: served up to it, and the new one from it on.
    versions[i].until = Window{at - 1, at};
    versions.push_back({std::move(after), versions[i].ttl, {at - 1, at}, std::nullopt, 0});
  }
}

}  // namespace

ZoneHistory after_step(const ZoneHistory& history, const Step& step, UnixSeconds at) {
  ZoneHistory after = history;
  change_all(after.ds, step, at);
  change_all(after.keys, step, at);
  change_all(after.signers, step, at);
  return after;
}

}  // namespace anchorwatch::history
