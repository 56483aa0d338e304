// SPDX-License-Identifier: Apache-2.0
#include "outbox_queries.h"

#include "bindings.h"
#include "try.h"

namespace anchorwatch::store {

const char* to_string(DeliveryState state) {
  switch (state) {
    case DeliveryState::kPending: return "pending";
    case DeliveryState::kDelivered: return "delivered";
    case DeliveryState::kDead: return "dead";
    case DeliveryState::kDropped: return "dropped";
  }
  return "unknown";
}

Result<std::vector<PendingDelivery>> OutboxQueries::pending(const std::string& sink,
                                                            UnixSeconds now, int limit) {
  std::vector<PendingDelivery> rows;
  AW_TRY(pending_.each(
      [&](const sqlite::Row& row) {
        rows.push_back({row.integer(0), row.text(1), row.text(2), severity_of_rank(row.integer(3)),
                        row.text(4), row.text(5), static_cast<int>(row.integer(6))});
      },
      sink, now, limit));
  return rows;
}

Result<void> OutboxQueries::record(const DeliveryOutcome& outcome) {
  std::optional<UnixSeconds> next;
  std::optional<UnixSeconds> delivered;
  if (outcome.state == DeliveryState::kPending) next = outcome.next_attempt_at;
  if (outcome.state == DeliveryState::kDelivered) delivered = outcome.at;
  return record_.run(outcome.event_id, outcome.sink, to_string(outcome.state), outcome.attempts,
                     text_or_null(outcome.last_error), next, delivered);
}

Result<std::optional<UnixSeconds>> OutboxQueries::next_due(const std::string& sink) {
  std::optional<UnixSeconds> due;
  AW_TRY(next_due_.each([&](const sqlite::Row& row) { due = row.optional_integer(0); }, sink));
  return due;
}

}  // namespace anchorwatch::store
