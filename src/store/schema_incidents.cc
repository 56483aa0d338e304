// SPDX-License-Identifier: Apache-2.0
// Incidents with their zones, and which incident an event or a finding belongs to.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaIncidents = R"sql(
CREATE TABLE incident (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,           -- of its incident.opened
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  cause TEXT NOT NULL,
  subject TEXT NOT NULL,             -- what is at fault
  number INTEGER NOT NULL,           -- how many of this cause and subject there were before
  severity INTEGER NOT NULL REFERENCES severity (rank),
  confidence TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  summary TEXT NOT NULL
) STRICT;
CREATE INDEX incident_open ON incident (cause, subject) WHERE closed_at IS NULL;

CREATE TABLE incident_member (
  incident INTEGER NOT NULL REFERENCES incident (sequence),
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  severity INTEGER NOT NULL REFERENCES severity (rank),
  status_before TEXT NOT NULL,
  status TEXT NOT NULL,              -- under the incident
  code TEXT,                         -- of the first finding
  event_id TEXT,                     -- the zone's first event under the incident
  joined_at INTEGER NOT NULL,
  left_at INTEGER,
  own_story INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (incident, zone_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_member_by_zone ON incident_member (zone_id);

ALTER TABLE event ADD COLUMN incident TEXT;
CREATE INDEX event_by_incident ON event (incident) WHERE incident IS NOT NULL;
ALTER TABLE finding ADD COLUMN incident TEXT;  -- under which it was opened

CREATE VIEW v_incident AS
SELECT i.id, i.cause, i.subject AS cause_subject,
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

CREATE VIEW v_incident_member AS
SELECT i.id AS incident, z.name AS zone, sev.name AS severity, m.status_before, m.status,
  m.joined_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', m.joined_at, 'unixepoch') AS joined_utc,
  m.left_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', m.left_at, 'unixepoch') AS left_utc,
  m.own_story, m.code, m.event_id
FROM incident_member m
JOIN incident i ON i.sequence = m.incident
JOIN zone z ON z.id = m.zone_id
JOIN severity sev ON sev.rank = m.severity;

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
  e.sequence, v.name AS vantage, e.incident
FROM event e
LEFT JOIN zone z ON z.id = e.zone_id
JOIN severity sev ON sev.rank = e.severity
JOIN vantage v ON v.id = e.vantage_id;

DROP VIEW v_finding;
CREATE VIEW v_finding AS
SELECT z.name AS zone, f.code, sev.name AS severity, f.subject_name, f.subject_type,
  CASE WHEN f.resolved_at IS NULL THEN 'open' ELSE 'resolved' END AS state,
  f.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.first_seen_at, 'unixepoch') AS first_seen_utc,
  f.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.seen_at, 'unixepoch') AS last_seen_utc,
  f.resolved_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.resolved_at, 'unixepoch') AS resolved_utc,
  f.servers, f.data, f.subject, f.message, top.name AS highest_severity, f.caused_by, f.event_id,
  v.name AS vantage, f.incident
FROM (SELECT o.*, CASE WHEN o.resolved_at IS NOT NULL THEN o.last_seen_at
                       WHEN o.core = 1 THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE max(o.last_seen_at, coalesce(t.last_full_at, 0)) END AS seen_at
      FROM finding o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) f
JOIN zone z ON z.id = f.zone_id
JOIN severity sev ON sev.rank = f.severity
JOIN severity top ON top.rank = f.highest
JOIN vantage v ON v.id = f.vantage_id;
)sql";

}  // namespace anchorwatch::store
