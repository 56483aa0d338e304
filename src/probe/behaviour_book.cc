// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/behaviour_book.h"

namespace anchorwatch::probe {

const BehaviourBook::Looks* BehaviourBook::find(const IpAddress& address, MonoTime now) {
  const Entry* entry = entries_.find(address);
  return entry == nullptr || now >= entry->expires_at ? nullptr : &entry->looks;
}

void BehaviourBook::put(const IpAddress& address, Looks looks, MonoTime expires_at) {
  entries_[address] = {std::move(looks), expires_at};
}

bool BehaviourBook::join(const IpAddress& address, const Completion<Looks>& done) {
  const auto asking = asking_.find(address);
  if (asking == asking_.end()) return false;
  asking->second.push_back(done);
  return true;
}

void BehaviourBook::finish(const IpAddress& address, const Looks& looks) {
  const std::vector<Completion<Looks>> waiting = std::move(asking_[address]);
  asking_.erase(address);
  for (const Completion<Looks>& waiter : waiting) waiter.set(looks);
}

}  // namespace anchorwatch::probe
