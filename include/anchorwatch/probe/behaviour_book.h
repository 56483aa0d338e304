// SPDX-License-Identifier: Apache-2.0
// BehaviourBook: how servers treat unusual questions, by address, so that a thousand zones on one server
// do not ask it a thousand times.
//
// Threading: loop thread only.
// Limits:    the 8,192 servers used last; others are asked again.
#pragma once

#include <unordered_map>
#include <vector>

#include "anchorwatch/core/clock.h"
#include "anchorwatch/core/ip_address.h"
#include "anchorwatch/core/recent_map.h"
#include "anchorwatch/core/task.h"
#include "anchorwatch/evidence/behaviour.h"

namespace anchorwatch::probe {

class BehaviourBook {
 public:
  using Looks = std::vector<evidence::BehaviourLook>;

  /// What is known about a server, or null.
  [[nodiscard]] const Looks* find(const IpAddress& address, MonoTime now);
  /// Remembers until `expires_at`.
  void put(const IpAddress& address, Looks looks, MonoTime expires_at);
  void forget() { entries_.clear(); }

  /// Whether somebody asks this server now; if so, `done` is set when the answers are there.
  bool join(const IpAddress& address, const Completion<Looks>& done);
  /// The caller asks this server, and promises to call finish().
  void lead(const IpAddress& address) { asking_[address]; }
  void finish(const IpAddress& address, const Looks& looks);

 private:
  struct Entry {
    Looks looks;
    MonoTime expires_at{};
  };
  static constexpr std::size_t kGeneration = 4096;
  RecentMap<std::unordered_map<IpAddress, Entry>> entries_{kGeneration};
  std::unordered_map<IpAddress, std::vector<Completion<Looks>>> asking_;
};

}  // namespace anchorwatch::probe
