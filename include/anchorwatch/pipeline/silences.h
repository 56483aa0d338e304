// SPDX-License-Identifier: Apache-2.0
// Silences: what sinks are not told for a time, because somebody said so (docs/muting.md).
//
// A mute keeps all events of a zone, a tag or a code; they are stored, and when it ends one mute.ended tells what
// happened meanwhile. An acknowledged finding makes no more noise while it does not become worse.
//
// Threading: loop thread only. Limits: nothing where there is none; each event is held against every mute.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/inventory/zone_entry.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

class Silences {
 public:
  /// Takes over what holds now.
  void restore(store::Silences stored);

  /// Silences events of a zone; returns those that a mute keeps. Those of acknowledged findings only lose their sinks.
  /// The end of a finding that was there before the mute is told.
  std::vector<store::MutedEvent> apply(const inventory::ZoneEntry& zone, change::ZoneUpdate* update, UnixSeconds now);

  /// Mutes whose time is over.
  [[nodiscard]] std::vector<store::Mute> due(UnixSeconds now) const;
  /// mute.ended of it is stored.
  void forget(std::int64_t id);
  /// What happened under a mute, as one event.
  static change::Event ended(const store::Mute& mute, const store::MuteSummary& summary, UnixSeconds now);

  [[nodiscard]] bool empty() const { return mutes_.empty() && acknowledged_.empty(); }

 private:
  struct Acknowledged {
    Severity severity = Severity::kInfo;
    UnixSeconds ends_at = 0;
  };
  [[nodiscard]] bool is_acknowledged(const std::string& zone, const change::Event& event, UnixSeconds now);

  std::vector<store::Mute> mutes_;
  std::map<std::tuple<std::string, std::string, std::string>, Acknowledged> acknowledged_;  ///< Zone, code, subject.
};

}  // namespace anchorwatch::pipeline
