// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/pipeline/event_router.h"

namespace anchorwatch::pipeline {

std::vector<store::OutboxRow> EventRouter::rows_for(const std::vector<change::Event>& events) const {
  std::vector<store::OutboxRow> rows;
  for (const change::Event& event : events) {
    if (event.silent) continue;
    for (const EventRoute& route : routes_) {
      if (event.severity >= route.min_severity) rows.push_back({event.id, route.sink});
    }
  }
  return rows;
}

}  // namespace anchorwatch::pipeline
