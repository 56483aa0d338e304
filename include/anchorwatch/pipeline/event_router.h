// SPDX-License-Identifier: Apache-2.0
// EventRouter: which sinks get which event.
//
// Threading: loop thread only.
#pragma once

#include <string>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::pipeline {

/// What one sink wants.
struct EventRoute {
  std::string sink;
  Severity min_severity = Severity::kNotice;
};

class EventRouter {
 public:
  explicit EventRouter(std::vector<EventRoute> routes) : routes_(std::move(routes)) {}
  /// The outbox rows for `events`, one for each sink that wants each event.
  [[nodiscard]] std::vector<store::OutboxRow> rows_for(const std::vector<change::Event>& events) const;
  /// Takes effect for events made from now on; rows that exist stay.
  void replace(std::vector<EventRoute> routes) { routes_ = std::move(routes); }

 private:
  std::vector<EventRoute> routes_;
};

}  // namespace anchorwatch::pipeline
