// SPDX-License-Identifier: Apache-2.0
// Version 2: what an instance behind an address calls itself (NSID, RFC 5001).
#include "schema.h"

namespace anchorwatch::store {

const char* const kSchemaV2 = R"sql(
ALTER TABLE server ADD COLUMN nsid TEXT;  -- at the last full look that was told one

DROP VIEW v_server;
CREATE VIEW v_server AS
SELECT z.name AS zone, r.side, r.name, r.address, r.reachable, r.status, r.serial,
  r.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_at, 'unixepoch') AS last_seen_utc,
  r.reason, r.current,
  r.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen_at, 'unixepoch') AS first_seen_utc,
  v.name AS vantage,
  r.nsid
FROM (SELECT o.*, CASE WHEN o.current = 1 AND o.reachable = 1 AND o.side = 'child'
                       THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE o.last_seen_at END AS seen_at
      FROM server o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) r
JOIN zone z ON z.id = r.zone_id
JOIN vantage v ON v.id = r.vantage_id;
)sql";

}  // namespace anchorwatch::store
