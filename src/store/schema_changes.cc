// SPDX-License-Identifier: Apache-2.0
// Version 8: planned changes, how far they are, and the way back from each DS change.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaChanges = R"sql(
CREATE TABLE planned_change (
  number INTEGER PRIMARY KEY,          -- 'C' and this is the id
  zone TEXT NOT NULL,                  -- '' where a tag is meant
  tag TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,                 -- proposed, approved, closed, expired
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  ds TEXT NOT NULL,                    -- JSON array, as the next two
  keys TEXT NOT NULL,
  ns TEXT NOT NULL,
  ticket TEXT NOT NULL,
  note TEXT NOT NULL,
  requester TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  approver TEXT,
  approved_at INTEGER,
  closed_by TEXT,
  closed_at INTEGER,
  outcome TEXT
) STRICT;
-- Apart from the payload: views must do without functions that read JSON.
CREATE TABLE way_back (
  event_id TEXT PRIMARY KEY REFERENCES event (id),
  ds TEXT NOT NULL                     -- JSON array of records
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_change ON event (change_id) WHERE change_id IS NOT NULL;

CREATE VIEW v_change AS
SELECT 'C' || c.number AS change_id, nullif(c.zone, '') AS zone, nullif(c.tag, '') AS tag, c.kind, c.state,
  c.from_at, strftime('%Y-%m-%dT%H:%M:%SZ', c.from_at, 'unixepoch') AS from_utc,
  c.until_at, strftime('%Y-%m-%dT%H:%M:%SZ', c.until_at, 'unixepoch') AS until_utc,
  c.ds, c.keys, c.ns, c.ticket, c.note, c.requester, c.proposed_by,
  c.proposed_at, strftime('%Y-%m-%dT%H:%M:%SZ', c.proposed_at, 'unixepoch') AS proposed_utc,
  c.approver, c.approved_at, strftime('%Y-%m-%dT%H:%M:%SZ', c.approved_at, 'unixepoch') AS approved_utc,
  c.closed_by, c.closed_at, strftime('%Y-%m-%dT%H:%M:%SZ', c.closed_at, 'unixepoch') AS closed_utc, c.outcome,
  (SELECT count(*) FROM event e WHERE e.change_id = 'C' || c.number) AS events,
  (SELECT count(DISTINCT e.zone_id) FROM event e WHERE e.change_id = 'C' || c.number) AS zones_changed,
  (SELECT max(e.detected_at) FROM event e WHERE e.change_id = 'C' || c.number) AS last_event_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(e.detected_at) FROM event e WHERE e.change_id = 'C' || c.number),
    'unixepoch') AS last_event_utc
FROM planned_change c;

CREATE VIEW v_way_back AS
SELECT z.name AS zone, w.ds, e.last_before_at AS validated_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.last_before_at, 'unixepoch') AS validated_utc,
  e.detected_at AS changed_at, strftime('%Y-%m-%dT%H:%M:%SZ', e.detected_at, 'unixepoch') AS changed_utc,
  e.type, e.id AS event_id, e.change_id
FROM way_back w JOIN event e ON e.id = w.event_id JOIN zone z ON z.id = e.zone_id;
)sql";

}  // namespace anchorwatch::store
