-- A database of schema version 1 as the program wrote it, with one zone and one name server.
-- The upgrade test reads it in; it is never changed.
PRAGMA application_id = 0x61776462;
PRAGMA user_version = 1;
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE dnskey (
  id INTEGER PRIMARY KEY,
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  key_sha256 BLOB NOT NULL,          -- over algorithm and public key: flags do not change it
  key_tag INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  algorithm INTEGER NOT NULL,
  bits INTEGER,
  public_key BLOB NOT NULL,
  ttl INTEGER,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_absent_at INTEGER,
  current INTEGER NOT NULL
) STRICT;
CREATE TABLE ds (
  id INTEGER PRIMARY KEY,
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  side TEXT NOT NULL,                -- parent | cds
  servers TEXT NOT NULL,             -- addresses that showed it last, with spaces between them
  key_tag INTEGER NOT NULL,
  algorithm INTEGER NOT NULL,
  digest_type INTEGER NOT NULL,
  digest BLOB NOT NULL,
  ttl INTEGER,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_absent_at INTEGER,
  current INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,   -- order of commits
  id TEXT NOT NULL UNIQUE,
  zone_id INTEGER REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  type TEXT NOT NULL,
  severity INTEGER NOT NULL REFERENCES severity (rank),
  detected_at INTEGER NOT NULL,
  last_before_at INTEGER,
  first_after_at INTEGER,
  expected INTEGER,
  change_id TEXT,
  dedup_key TEXT NOT NULL,
  caused_by TEXT,
  summary TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE TABLE fact (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE finding (
  id INTEGER PRIMARY KEY,
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  code TEXT NOT NULL,
  severity INTEGER NOT NULL REFERENCES severity (rank),
  highest INTEGER NOT NULL REFERENCES severity (rank),
  subject TEXT NOT NULL,             -- the identity's last part
  subject_name TEXT NOT NULL,
  subject_type TEXT,
  subject_key_tag INTEGER,
  subject_algorithm INTEGER,
  subject_server TEXT,
  servers TEXT NOT NULL,
  message TEXT NOT NULL,
  data TEXT NOT NULL,
  caused_by TEXT,                    -- code of the finding that this one follows from
  core INTEGER NOT NULL,             -- 1: a core look sees it
  event_id TEXT,                     -- of finding.opened
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  resolved_at INTEGER
) STRICT;
CREATE TABLE outbox (
  event_sequence INTEGER NOT NULL REFERENCES event (sequence),
  sink TEXT NOT NULL,
  lane INTEGER NOT NULL,             -- what is delivered in order: a zone, or one subject of the monitor
  state TEXT NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending','delivered','dead','dropped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  next_attempt_at INTEGER,           -- null: at once
  delivered_at INTEGER,
  PRIMARY KEY (event_sequence, sink)
) STRICT, WITHOUT ROWID;
CREATE TABLE rrset (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  rdatas BLOB NOT NULL,              -- each with two octets of length before it
  text TEXT NOT NULL   -- the records in presentation form
) STRICT;
CREATE TABLE rrsig (
  id INTEGER PRIMARY KEY,
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  owner TEXT NOT NULL,
  type_covered TEXT NOT NULL,
  servers TEXT NOT NULL,             -- addresses that sent it last, with spaces between them
  key_tag INTEGER NOT NULL,
  algorithm INTEGER NOT NULL,
  inception_at INTEGER NOT NULL,
  expiration_at INTEGER NOT NULL,
  ttl INTEGER,
  core INTEGER NOT NULL,             -- 1: a core look sees it
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_absent_at INTEGER,
  current INTEGER NOT NULL
) STRICT;
CREATE TABLE server (
  id INTEGER PRIMARY KEY,
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  side TEXT NOT NULL,                -- parent | child
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  reachable INTEGER NOT NULL,
  status TEXT,                       -- null: not judged
  reason TEXT,
  serial INTEGER,
  first_seen_at INTEGER NOT NULL,    -- first asked
  last_seen_at INTEGER,              -- last answered; null: never
  current INTEGER NOT NULL,
  UNIQUE (zone_id, vantage_id, side, address)
) STRICT;
INSERT INTO "server" VALUES(1,1,1,'child','ns1.harbour.test.','192.0.2.1',1,'secure','chain_valid',7,1793491200,1793491200,1);
CREATE TABLE severity (
  rank INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "severity" VALUES(0,'info');
INSERT INTO "severity" VALUES(1,'notice');
INSERT INTO "severity" VALUES(2,'warning');
INSERT INTO "severity" VALUES(3,'error');
INSERT INTO "severity" VALUES(4,'critical');
CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE vantage (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "vantage" VALUES(1,'host-a');
CREATE TABLE zone (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  sort_key TEXT NOT NULL,            -- labels from the right: "com.example."
  expect TEXT NOT NULL DEFAULT 'any',
  owner TEXT NOT NULL DEFAULT '',
  contact TEXT NOT NULL DEFAULT '',
  registrar TEXT NOT NULL DEFAULT '',
  criticality TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '[]',
  settings BLOB,                     -- digest of all settings, to notice changes
  added_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;
INSERT INTO "zone" VALUES(1,'harbour.test.','test.harbour.','signed','','','','','["shop"]',X'6A7289C1CB50394A4CEDC3ED938205FC7F7ED3E7ECC9E7DBC071BF844614A648',1793491200,NULL);
CREATE TABLE zone_rrset (
  id INTEGER PRIMARY KEY,
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  side TEXT NOT NULL,
  type TEXT NOT NULL,
  rrset_id INTEGER NOT NULL REFERENCES rrset (id),
  ttl INTEGER,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_absent_at INTEGER,
  current INTEGER NOT NULL
) STRICT;
CREATE TABLE zone_snapshot (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  current INTEGER NOT NULL,
  PRIMARY KEY (zone_id, vantage_id, first_seen_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE zone_state (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  status_worst TEXT NOT NULL,
  status_severity INTEGER NOT NULL REFERENCES severity (rank),
  judged_status TEXT NOT NULL,       -- the last verdict that was not indeterminate
  judged_reason TEXT NOT NULL,
  full_status TEXT NOT NULL,         -- the verdict of the last full look
  full_reason TEXT NOT NULL,
  full_worst TEXT NOT NULL,
  observation TEXT NOT NULL,
  delegation TEXT NOT NULL,
  status_since_at INTEGER,
  parent_seen_at INTEGER,
  child_seen_at INTEGER,
  certain_until_at INTEGER,
  earliest_expiration_at INTEGER,
  valid_until_at INTEGER,
  transition_number INTEGER NOT NULL,
  baseline INTEGER NOT NULL,
  core_evidence BLOB,
  full_evidence BLOB,
  ancestors BLOB,
  snapshot BLOB,
  full_snapshot BLOB,
  PRIMARY KEY (zone_id, vantage_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE zone_times (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  last_checked_at INTEGER,
  last_observed_at INTEGER,
  last_full_at INTEGER,
  core_due_at INTEGER,
  full_due_at INTEGER,
  PRIMARY KEY (zone_id, vantage_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX zone_by_sort_key ON zone (sort_key);
CREATE INDEX zone_rrset_by_zone ON zone_rrset (zone_id, vantage_id, current, side, type);
CREATE INDEX ds_by_zone ON ds (zone_id, vantage_id, current);
CREATE INDEX ds_by_digest ON ds (digest);
CREATE INDEX dnskey_by_zone ON dnskey (zone_id, vantage_id, current);
CREATE INDEX dnskey_by_key ON dnskey (key_sha256);
CREATE INDEX rrsig_by_zone ON rrsig (zone_id, vantage_id, current);
CREATE INDEX rrsig_by_expiration ON rrsig (expiration_at) WHERE current = 1;
CREATE INDEX server_by_address ON server (address);
CREATE UNIQUE INDEX finding_open ON finding (zone_id, vantage_id, code, subject)
  WHERE resolved_at IS NULL;
CREATE INDEX finding_by_zone ON finding (zone_id, first_seen_at);
CREATE INDEX event_by_zone ON event (zone_id, sequence);
CREATE INDEX event_by_time ON event (detected_at);
CREATE INDEX outbox_pending ON outbox (sink, event_sequence) WHERE state = 'pending';
CREATE INDEX outbox_lane ON outbox (sink, lane, event_sequence) WHERE state = 'pending';
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
COMMIT;
