// SPDX-License-Identifier: Apache-2.0
// Mutes, acknowledged findings, and which events a mute kept from the sinks.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaMutes = R"sql(
CREATE TABLE mute (
  id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL,                -- '': all
  tag TEXT NOT NULL,
  code TEXT NOT NULL,                -- of a finding, or a type of event
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  begins_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  told_at INTEGER                    -- mute.ended was made
) STRICT;
CREATE INDEX mute_open ON mute (ends_at) WHERE told_at IS NULL;

CREATE TABLE acknowledgement (
  id INTEGER PRIMARY KEY,
  finding_id INTEGER NOT NULL REFERENCES finding (id),
  severity INTEGER NOT NULL REFERENCES severity (rank),   -- at that time
  note TEXT NOT NULL,
  actor TEXT NOT NULL,
  begins_at INTEGER NOT NULL,
  ends_at INTEGER,                   -- null: with the finding
  ended_at INTEGER                   -- it was resolved, or became worse
) STRICT;
CREATE INDEX acknowledgement_open ON acknowledgement (finding_id) WHERE ended_at IS NULL;

ALTER TABLE event ADD COLUMN mute INTEGER REFERENCES mute (id);
CREATE INDEX event_by_mute ON event (mute) WHERE mute IS NOT NULL;

CREATE VIEW v_mute AS
SELECT m.id, nullif(m.zone, '') AS zone, nullif(m.tag, '') AS tag, nullif(m.code, '') AS code, m.reason, m.actor,
  CASE WHEN m.told_at IS NULL THEN 'open' ELSE 'ended' END AS state,
  m.begins_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', m.begins_at, 'unixepoch') AS begins_utc,
  m.ends_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', m.ends_at, 'unixepoch') AS ends_utc,
  (SELECT count(*) FROM event e WHERE e.mute = m.id) AS events
FROM mute m;

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
  e.sequence, v.name AS vantage, e.incident, e.silent, e.mute
FROM event e
LEFT JOIN zone z ON z.id = e.zone_id
JOIN severity sev ON sev.rank = e.severity
JOIN vantage v ON v.id = e.vantage_id;

DROP VIEW v_finding;
CREATE VIEW v_finding AS
SELECT z.name AS zone, f.code, sev.name AS severity, f.subject_name, f.subject_type,
  CASE WHEN f.resolved_at IS NOT NULL THEN 'resolved'
    WHEN EXISTS (SELECT 1 FROM acknowledgement a WHERE a.finding_id = f.id AND a.ended_at IS NULL) THEN 'acknowledged'
    -- No JSON functions: SQLite 3.40 calls them unsafe in views.
    WHEN EXISTS (SELECT 1 FROM mute m WHERE m.told_at IS NULL AND m.zone IN ('', z.name) AND m.code IN ('', f.code)
                 AND (m.tag = '' OR instr(z.tags, '"' || m.tag || '"') > 0)) THEN 'muted'
    ELSE 'open' END AS state,
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
