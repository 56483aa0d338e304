// SPDX-License-Identifier: Apache-2.0
// Session: an open database with all statements of the store, on the thread that writes.
#pragma once

#include <memory>
#include <string>

#include "anchorwatch/sqlite/database.h"
#include "anchorwatch/store/store.h"

#include "audit_queries.h"
#include "change_queries.h"
#include "event_queries.h"
#include "evidence_queries.h"
#include "finding_queries.h"
#include "interval_queries.h"
#include "history_queries.h"
#include "incident_queries.h"
#include "mute_queries.h"
#include "inventory_queries.h"
#include "outbox_queries.h"
#include "snapshot_queries.h"
#include "trust_queries.h"
#include "zone_queries.h"

namespace anchorwatch::store {

class Session {
 public:
  /// @pre the schema is up to date.
  static Result<std::unique_ptr<Session>> open(sqlite::Database database,
                                               const std::string& vantage, EvidenceRetention evidence);

  [[nodiscard]] sqlite::Database& database() { return database_; }
  [[nodiscard]] OutboxQueries& outbox() { return outbox_; }
  [[nodiscard]] InventoryQueries& inventory() { return inventory_; }
  [[nodiscard]] ZoneQueries& zones() { return zones_; }
  [[nodiscard]] EventQueries& events() { return events_; }
  [[nodiscard]] AuditQueries& audit() { return audit_; }
  [[nodiscard]] MuteQueries& mutes() { return mutes_; }
  [[nodiscard]] IncidentQueries& incidents() { return incidents_; }
  [[nodiscard]] ChangeQueries& changes() { return changes_; }

  // The next three run inside the caller's transaction.
  Result<void> apply(const ZoneCommit& commit);
  Result<void> apply(const EventCommit& commit);
  Result<void> apply(const std::vector<DeliveryOutcome>& outcomes);

  Result<change::ZoneState> load(const dns::Name& zone);

 private:
  Session(sqlite::Database database, const std::string& vantage, std::int64_t vantage_id,
          EvidenceRetention evidence);
  Result<void> apply_evidence(const ZoneRow& zone, const ZoneCommit& commit);
  Result<void> apply_facts(const ZoneRow& zone, const ZoneCommit& commit);
  Result<void> apply_incidents(const IncidentWrites& writes);
  Result<void> apply_members(const IncidentWrites& writes);
  Result<void> apply_findings(std::int64_t zone, const change::ZoneUpdate& update);

  sqlite::Database database_;  // Before the statements, which refer to it.
  ZoneQueries zones_;
  SnapshotQueries snapshots_;
  HistoryQueries histories_;
  TrustQueries trust_;
  FindingQueries findings_;
  AuditQueries audit_;
  ChangeQueries changes_;
  EventQueries events_;
  OutboxQueries outbox_;
  InventoryQueries inventory_;
  IncidentQueries incidents_;
  MuteQueries mutes_;
  DsIntervals ds_;
  KeyIntervals keys_;
  RrsetIntervals rrsets_;
  RrsigIntervals rrsigs_;
  ServerIntervals servers_;
  EvidenceQueries evidence_;
};

}  // namespace anchorwatch::store
