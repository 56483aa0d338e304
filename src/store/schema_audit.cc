// SPDX-License-Identifier: Apache-2.0
// Version 6: the audit table. Rows are added and never changed; each names the hash of the one before.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaAudit = R"sql(
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  zone TEXT NOT NULL,           -- '' for none
  detail TEXT NOT NULL,         -- JSON object
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_zone ON audit (zone, sequence) WHERE zone <> '';

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;
-- INSERT OR REPLACE fires no delete trigger.
CREATE TRIGGER audit_is_appended_to BEFORE INSERT ON audit
WHEN NEW.sequence <> coalesce((SELECT max(sequence) FROM audit), 0) + 1
BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;

CREATE VIEW v_audit AS
SELECT sequence, at AS recorded_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS recorded_utc,
  actor, action, nullif(zone, '') AS zone, detail, previous_hash, hash
FROM audit;
)sql";

}  // namespace anchorwatch::store
