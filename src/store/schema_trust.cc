// SPDX-License-Identifier: Apache-2.0
// When each zone turns bogus if nobody signs anew. By part, since a look may see some of them only: the zones above, what
// core looks see, and the rest. The first of them is the zone's.
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaTrust = R"sql(
CREATE TABLE zone_trust (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  chain_at INTEGER, chain_because TEXT,
  core_at INTEGER, core_because TEXT,
  rest_at INTEGER, rest_because TEXT,
  worst_at INTEGER,
  PRIMARY KEY (zone_id, vantage_id)
) STRICT, WITHOUT ROWID;

DROP VIEW v_zone;
CREATE VIEW v_zone AS
SELECT z.name AS zone,
  coalesce(s.status,'indeterminate') AS status,
  coalesce(s.status_worst,'indeterminate') AS status_worst,
  coalesce(s.reason,'not_judged') AS reason,
  coalesce(s.observation,'failed') AS observation,
  coalesce(s.delegation,'unknown') AS delegation,
  s.status_since_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.status_since_at, 'unixepoch') AS status_since_utc,
  t.last_checked_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', t.last_checked_at, 'unixepoch') AS last_checked_utc,
  t.last_observed_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', t.last_observed_at, 'unixepoch') AS last_observed_utc,
  s.earliest_expiration_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.earliest_expiration_at, 'unixepoch') AS earliest_expiration_utc,
  (SELECT count(*) FROM finding f WHERE f.zone_id = z.id AND f.resolved_at IS NULL) AS open_findings,
  (SELECT name FROM severity WHERE rank =
    (SELECT max(f.severity) FROM finding f WHERE f.zone_id = z.id AND f.resolved_at IS NULL))
    AS worst_severity,
  z.expect, z.owner, z.tags, z.contact, z.registrar, z.criticality, z.sort_key,
  v.name AS vantage,
  e.bogus_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.bogus_at, 'unixepoch') AS bogus_utc,
  CASE e.bogus_at WHEN e.chain_at THEN e.chain_because WHEN e.core_at THEN e.core_because ELSE e.rest_because END
    AS bogus_because,
  e.worst_at AS bogus_worst_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.worst_at, 'unixepoch') AS bogus_worst_utc
FROM zone z
LEFT JOIN zone_times t ON t.zone_id = z.id
LEFT JOIN zone_state s ON s.zone_id = z.id AND s.vantage_id = t.vantage_id
LEFT JOIN vantage v ON v.id = t.vantage_id
LEFT JOIN (SELECT *, nullif(min(coalesce(chain_at, 9223372036854775807), coalesce(core_at, 9223372036854775807),
                                coalesce(rest_at, 9223372036854775807)), 9223372036854775807) AS bogus_at
           FROM zone_trust) e ON e.zone_id = z.id AND e.vantage_id = t.vantage_id
WHERE z.retired_at IS NULL;
)sql";

}  // namespace anchorwatch::store
