// SPDX-License-Identifier: Apache-2.0
// Views, the analysts' interface (docs/database.md). Columns are added, never renamed or removed.
#include "schema.h"

namespace anchorwatch::store {

const char* const kViewsV1 = R"sql(
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
  v.name AS vantage
FROM zone z
LEFT JOIN zone_times t ON t.zone_id = z.id
LEFT JOIN zone_state s ON s.zone_id = z.id AND s.vantage_id = t.vantage_id
LEFT JOIN vantage v ON v.id = t.vantage_id
WHERE z.retired_at IS NULL;

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
  v.name AS vantage
FROM (SELECT o.*, CASE WHEN o.resolved_at IS NOT NULL THEN o.last_seen_at
                       WHEN o.core = 1 THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE max(o.last_seen_at, coalesce(t.last_full_at, 0)) END AS seen_at
      FROM finding o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) f
JOIN zone z ON z.id = f.zone_id
JOIN severity sev ON sev.rank = f.severity
JOIN severity top ON top.rank = f.highest
JOIN vantage v ON v.id = f.vantage_id;

CREATE VIEW v_event AS
SELECT e.id, z.name AS zone, e.type, sev.name AS severity,
  e.detected_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.detected_at, 'unixepoch') AS detected_utc,
  e.last_before_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.last_before_at, 'unixepoch') AS last_before_utc,
  e.first_after_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', e.first_after_at, 'unixepoch') AS first_after_utc,
  e.expected, e.change_id, e.dedup_key, e.caused_by, e.summary, e.payload,
  e.sequence, v.name AS vantage
FROM event e
LEFT JOIN zone z ON z.id = e.zone_id
JOIN severity sev ON sev.rank = e.severity
JOIN vantage v ON v.id = e.vantage_id;

CREATE VIEW v_ds AS
SELECT z.name AS zone, r.side, r.servers AS server, r.key_tag, r.algorithm, r.digest_type,
  lower(hex(r.digest)) AS digest, r.ttl,
  r.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen_at, 'unixepoch') AS first_seen_utc,
  r.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_at, 'unixepoch') AS last_seen_utc,
  r.current,
  r.last_absent_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.last_absent_at, 'unixepoch') AS last_absent_utc,
  v.name AS vantage
FROM (SELECT o.*, CASE WHEN o.current = 0 THEN o.last_seen_at
                       WHEN o.side = 'parent' THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE max(o.last_seen_at, coalesce(t.last_full_at, 0)) END AS seen_at
      FROM ds o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) r
JOIN zone z ON z.id = r.zone_id
JOIN vantage v ON v.id = r.vantage_id;

CREATE VIEW v_dnskey AS
SELECT z.name AS zone, lower(hex(r.key_sha256)) AS key_sha256, r.key_tag, r.flags, r.algorithm,
  r.bits, r.ttl,
  r.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen_at, 'unixepoch') AS first_seen_utc,
  r.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_at, 'unixepoch') AS last_seen_utc,
  r.current,
  r.last_absent_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.last_absent_at, 'unixepoch') AS last_absent_utc,
  v.name AS vantage
FROM (SELECT o.*, CASE WHEN o.current = 0 THEN o.last_seen_at
                       ELSE max(o.last_seen_at, coalesce(t.last_observed_at, 0)) END AS seen_at
      FROM dnskey o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) r
JOIN zone z ON z.id = r.zone_id
JOIN vantage v ON v.id = r.vantage_id;

CREATE VIEW v_rrsig AS
SELECT z.name AS zone, r.owner, r.type_covered, r.servers AS server, r.key_tag, r.algorithm,
  r.inception_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.inception_at, 'unixepoch') AS inception_utc,
  r.expiration_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.expiration_at, 'unixepoch') AS expiration_utc,
  r.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen_at, 'unixepoch') AS first_seen_utc,
  r.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_at, 'unixepoch') AS last_seen_utc,
  r.current,
  r.last_absent_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.last_absent_at, 'unixepoch') AS last_absent_utc,
  v.name AS vantage
FROM (SELECT o.*, CASE WHEN o.current = 0 THEN o.last_seen_at
                       WHEN o.core = 1 THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE max(o.last_seen_at, coalesce(t.last_full_at, 0)) END AS seen_at
      FROM rrsig o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) r
JOIN zone z ON z.id = r.zone_id
JOIN vantage v ON v.id = r.vantage_id;

CREATE VIEW v_rrset AS
SELECT z.name AS zone, r.side, c.owner, c.type, c.text AS records, r.ttl,
  r.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen_at, 'unixepoch') AS first_seen_utc,
  r.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_at, 'unixepoch') AS last_seen_utc,
  r.current,
  r.last_absent_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.last_absent_at, 'unixepoch') AS last_absent_utc,
  lower(hex(c.digest)) AS digest,
  v.name AS vantage
FROM (SELECT o.*, CASE WHEN o.current = 0 THEN o.last_seen_at
                       WHEN o.type IN ('DS','DNSKEY') THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE max(o.last_seen_at, coalesce(t.last_full_at, 0)) END AS seen_at
      FROM zone_rrset o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) r
JOIN rrset c ON c.id = r.rrset_id
JOIN zone z ON z.id = r.zone_id
JOIN vantage v ON v.id = r.vantage_id;

CREATE VIEW v_server AS
SELECT z.name AS zone, r.side, r.name, r.address, r.reachable, r.status, r.serial,
  r.seen_at AS last_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_at, 'unixepoch') AS last_seen_utc,
  r.reason, r.current,
  r.first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen_at, 'unixepoch') AS first_seen_utc,
  v.name AS vantage
FROM (SELECT o.*, CASE WHEN o.current = 1 AND o.reachable = 1 AND o.side = 'child'
                       THEN max(o.last_seen_at, coalesce(t.last_observed_at, 0))
                       ELSE o.last_seen_at END AS seen_at
      FROM server o
      LEFT JOIN zone_times t ON t.zone_id = o.zone_id AND t.vantage_id = o.vantage_id) r
JOIN zone z ON z.id = r.zone_id
JOIN vantage v ON v.id = r.vantage_id;

CREATE VIEW v_delivery AS
SELECT e.id AS event_id, o.sink, o.state, o.attempts, o.last_error,
  o.next_attempt_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', o.next_attempt_at, 'unixepoch') AS next_attempt_utc,
  o.delivered_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', o.delivered_at, 'unixepoch') AS delivered_utc
FROM outbox o
JOIN event e ON e.sequence = o.event_sequence;
)sql";

}  // namespace anchorwatch::store
