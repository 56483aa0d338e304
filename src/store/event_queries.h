// SPDX-License-Identifier: Apache-2.0
// Events, their outbox rows, and the monitor's key-value state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anchorwatch/change/event.h"
#include "anchorwatch/sqlite/statement.h"
#include "anchorwatch/store/store.h"

#include "audit_queries.h"

namespace anchorwatch::store {

class EventQueries {
 public:
  EventQueries(sqlite::Database& database, std::int64_t vantage, std::string observer, AuditQueries& audit)
      : database_(database), audit_(audit), vantage_(vantage), observer_(std::move(observer)) {}

  /// Adds events and the sinks' claims on them. What is there already stays as it is: an event id
  /// names one transition.
  /// @param zone  row of the zone that all events are about; empty: looked up for each event.
  Result<void> add(const std::vector<change::Event>& events, const std::vector<OutboxRow>& outbox,
                   std::optional<std::int64_t> zone);
  [[nodiscard]] const std::string& observer() const { return observer_; }
  Result<void> save_fact(const std::string& key, const std::string& value);
  Result<std::string> load_fact(const std::string& key);

 private:
  Result<void> add_event(const change::Event& event, std::optional<std::int64_t> zone);
  Result<std::optional<std::int64_t>> zone_of(const change::Event& event);

  sqlite::Database& database_;
  AuditQueries& audit_;
  std::int64_t vantage_;
  std::string observer_;
  sqlite::Statement add_{
      database_,
      "INSERT INTO event (id, zone_id, vantage_id, type, severity, detected_at, last_before_at, "
      "first_after_at, expected, change_id, dedup_key, caused_by, summary, payload, incident, silent) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) "
      "ON CONFLICT (id) DO NOTHING"};
  sqlite::Statement way_back_{database_, "INSERT INTO way_back (event_id, ds) VALUES (?1, ?2)"};
  sqlite::Statement find_zone_{database_, "SELECT id FROM zone WHERE name = ?1"};
  sqlite::Statement claim_{database_,
                           "INSERT INTO outbox (event_sequence, sink, lane) "
                           "SELECT sequence, ?2, coalesce(zone_id, ?3) FROM event WHERE id = ?1 "
                           "ON CONFLICT (event_sequence, sink) DO NOTHING"};
  sqlite::Statement save_fact_{database_,
                               "INSERT INTO fact (key, value) VALUES (?1, ?2) "
                               "ON CONFLICT (key) DO UPDATE SET value = ?2"};
  sqlite::Statement load_fact_{database_, "SELECT value FROM fact WHERE key = ?1"};
};

}  // namespace anchorwatch::store
