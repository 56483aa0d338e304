// SPDX-License-Identifier: Apache-2.0
// Planned changes as they are stored.
//
// Threading: values, any thread.
#pragma once

#include <string>

#include "anchorwatch/change/planned.h"

namespace anchorwatch::store {

struct StoredPlan {
  std::string zone;  ///< Presentation form; empty where a tag is meant.
  std::string tag;
  std::string state;  ///< "proposed", "approved", "closed" or "expired".
  change::PlannedChange plan;
  /// It was approved, and not closed; its window may be over for a few days: what is seen late happened in it.
  bool approved = false;
};

/// What is written for people only.
struct ChangeText {
  std::string ticket, note, requester, proposed_by;
};

/// One row of v_change.
struct ChangeRow {
  StoredPlan stored;
  ChangeText text;
  UnixSeconds proposed_at = 0;
  std::string approver, closed_by, outcome;
  std::optional<UnixSeconds> approved_at, closed_at, last_event_at;
  std::int64_t events = 0, zones_changed = 0;
};

}  // namespace anchorwatch::store
