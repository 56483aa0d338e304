// SPDX-License-Identifier: Apache-2.0
// The outbox as the dispatcher sees it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/store.h"

namespace anchorwatch::store {

class OutboxQueries {
 public:
  explicit OutboxQueries(sqlite::Database& database) : database_(database) {}

  Result<std::vector<PendingDelivery>> pending(const std::string& sink, UnixSeconds now, int limit);
  Result<void> record(const DeliveryOutcome& outcome);
  Result<std::optional<UnixSeconds>> next_due(const std::string& sink);

 private:
  sqlite::Database& database_;
  // Of each lane only the first pending row counts: a zone's events arrive in order.
  sqlite::Statement pending_{
      database_,
      "SELECT o.event_sequence, e.id, z.name, e.severity, e.type, e.payload, o.attempts "
      "FROM outbox o JOIN event e ON e.sequence = o.event_sequence "
      "LEFT JOIN zone z ON z.id = e.zone_id "
      "WHERE o.sink = ?1 AND o.state = 'pending' AND coalesce(o.next_attempt_at, 0) <= ?2 "
      "AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.sink = o.sink AND p.lane = o.lane "
      "AND p.state = 'pending' AND p.event_sequence < o.event_sequence) "
      "ORDER BY o.event_sequence LIMIT ?3"};
  sqlite::Statement record_{
      database_,
      "UPDATE outbox SET state = ?3, attempts = ?4, last_error = ?5, next_attempt_at = ?6, "
      "delivered_at = ?7 WHERE sink = ?2 "
      "AND event_sequence = (SELECT sequence FROM event WHERE id = ?1)"};
  sqlite::Statement next_due_{
      database_,
      "SELECT min(coalesce(o.next_attempt_at, 0)) FROM outbox o WHERE o.sink = ?1 "
      "AND o.state = 'pending' AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.sink = o.sink "
      "AND p.lane = o.lane AND p.state = 'pending' AND p.event_sequence < o.event_sequence)"};
};

}  // namespace anchorwatch::store
