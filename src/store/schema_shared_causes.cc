// SPDX-License-Identifier: Apache-2.0
// Incidents that are inferred from findings that zones have in common; which events no sink gets.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaSharedCauses = R"sql(
ALTER TABLE incident ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE incident_member ADD COLUMN status_silent INTEGER NOT NULL DEFAULT 1;  -- only the incident told of the status
ALTER TABLE event ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;
UPDATE event SET silent = 1 WHERE incident IS NOT NULL AND zone_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_sequence = event.sequence);

DROP VIEW v_incident;
CREATE VIEW v_incident AS
SELECT i.id, i.cause, i.subject AS cause_subject, nullif(i.code, '') AS code,
  CASE WHEN i.closed_at IS NULL THEN 'open' ELSE 'closed' END AS state,
  sev.name AS severity, i.confidence,
  i.opened_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.opened_at, 'unixepoch') AS opened_utc,
  i.closed_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.closed_at, 'unixepoch') AS closed_utc,
  (SELECT count(*) FROM incident_member m WHERE m.incident = i.sequence) AS members,
  (SELECT count(*) FROM incident_member m WHERE m.incident = i.sequence AND m.left_at IS NULL) AS members_open,
  i.summary, v.name AS vantage
FROM incident i
JOIN severity sev ON sev.rank = i.severity
JOIN vantage v ON v.id = i.vantage_id;

DROP VIEW v_event;
CREATE VIEW v_event AS
SELECT e.id, z.name AS zone, e.type, sev.name AS severity,
  e.detected_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.detected_at, 'unixepoch') AS detected_utc,
  e.last_before_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.last_before_at, 'unixepoch') AS last_before_utc,
  e.first_after_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.first_after_at, 'unixepoch') AS first_after_utc,
  e.expected, e.change_id, e.dedup_key, e.caused_by, e.summary, e.payload,
  e.sequence, v.name AS vantage, e.incident, e.silent
FROM event e
LEFT JOIN zone z ON z.id = e.zone_id
JOIN severity sev ON sev.rank = e.severity
JOIN vantage v ON v.id = e.vantage_id;
)sql";

}  // namespace anchorwatch::store
