// SPDX-License-Identifier: Apache-2.0
// What looks saw, kept to be judged again (docs/replay.md). A row says from when to when nothing that was told changed.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaEvidence = R"sql(
ALTER TABLE zone_state ADD COLUMN evidence_at INTEGER;   -- when evidence was kept last

-- Apart from the rows that name them: equal evidence of a zone is stored once.
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  body BLOB NOT NULL                 -- evidence/codec.h
) STRICT;

CREATE TABLE zone_evidence (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  number INTEGER NOT NULL,           -- looks may share a second
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  seen_before_at INTEGER,
  full_before_at INTEGER,
  evidence_id INTEGER NOT NULL REFERENCES evidence (id),
  digest BLOB NOT NULL,
  mark BLOB NOT NULL,                -- of the zone's digests after this look
  complete INTEGER NOT NULL,
  status TEXT NOT NULL,
  status_worst TEXT NOT NULL,
  reason TEXT NOT NULL,
  observation TEXT NOT NULL,
  delegation TEXT NOT NULL,
  renewed INTEGER NOT NULL,
  current INTEGER NOT NULL,
  PRIMARY KEY (zone_id, vantage_id, number)
) STRICT, WITHOUT ROWID;

-- Zones above others; once for all of them.
CREATE TABLE ancestor_evidence (
  id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL,
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  seen_at INTEGER NOT NULL,
  link BLOB NOT NULL,                -- digest of what it was judged to
  body BLOB NOT NULL
) STRICT;
CREATE INDEX ancestor_evidence_by_zone ON ancestor_evidence (zone, vantage_id, seen_at);

CREATE VIEW v_evidence AS
SELECT z.name AS zone,
  e.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.first_seen_at, 'unixepoch') AS first_seen_utc,
  e.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.seen_at, 'unixepoch') AS last_seen_utc,
  e.current, e.complete,
  CASE WHEN e.current = 1 THEN e.mark <> coalesce(e.mark_now, e.mark) ELSE e.renewed END AS renewed,
  e.status, e.status_worst, e.reason, e.observation, e.delegation,
  lower(hex(e.digest)) AS digest, length(b.body) AS octets, e.evidence_id, e.number,
  e.seen_before_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.seen_before_at, 'unixepoch') AS seen_before_utc,
  e.full_before_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.full_before_at, 'unixepoch') AS full_before_utc,
  v.name AS vantage
FROM (SELECT o.*,
        CASE WHEN o.current = 1 THEN max(o.last_seen_at, coalesce(t.last_checked_at, 0)) ELSE o.last_seen_at END AS seen_at,
        CAST(coalesce(substr(s.core_evidence, 1, 8), x'') || coalesce(substr(s.full_evidence, 33, 8), x'') AS BLOB)
          AS mark_now
      FROM zone_evidence o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id
      LEFT JOIN zone_state s ON s.zone_id = o.zone_id AND s.vantage_id = o.vantage_id) e
JOIN evidence b ON b.id = e.evidence_id
JOIN zone z ON z.id = e.zone_id
JOIN vantage v ON v.id = e.vantage_id;
)sql";

}  // namespace anchorwatch::store
