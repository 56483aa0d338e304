// SPDX-License-Identifier: Apache-2.0
// Tables, version 1. Names are canonical presentation form with final dot; times are Unix seconds.
//
// The interval tables keep one row for each thing that was seen: first_seen_at, last_seen_at, and
// last_absent_at, the last look before that did not show it. An unchanged look writes none of them:
// a current row was last seen at the zone's last look of that depth (views do that sum).
//
// No CHECK (json_valid(…)): SQLite 3.40 calls its JSON functions unsafe where the schema is not trusted.
#include "schema.h"

namespace anchorwatch::store {

const char* const kTablesV1 = R"sql(
CREATE TABLE severity (
  rank INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO severity VALUES (0,'info'),(1,'notice'),(2,'warning'),(3,'error'),(4,'critical');

CREATE TABLE vantage (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

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
CREATE INDEX zone_by_sort_key ON zone (sort_key);

-- What every look writes: small, so that a look with nothing new costs little.
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

-- Content-addressed: equal facts are stored once.
CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;

-- Which facts held when.
CREATE TABLE zone_snapshot (
  zone_id INTEGER NOT NULL REFERENCES zone (id),
  vantage_id INTEGER NOT NULL REFERENCES vantage (id),
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  current INTEGER NOT NULL,
  PRIMARY KEY (zone_id, vantage_id, first_seen_at)
) STRICT, WITHOUT ROWID;

-- Content-addressed RRsets: owner, type and RDATAs, without TTL and RRSIGs.
CREATE TABLE rrset (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  rdatas BLOB NOT NULL,              -- each with two octets of length before it
  text TEXT NOT NULL   -- the records in presentation form
) STRICT;

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
CREATE INDEX zone_rrset_by_zone ON zone_rrset (zone_id, vantage_id, current, side, type);

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
CREATE INDEX ds_by_zone ON ds (zone_id, vantage_id, current);
CREATE INDEX ds_by_digest ON ds (digest);

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
CREATE INDEX dnskey_by_zone ON dnskey (zone_id, vantage_id, current);
CREATE INDEX dnskey_by_key ON dnskey (key_sha256);

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
CREATE INDEX rrsig_by_zone ON rrsig (zone_id, vantage_id, current);
CREATE INDEX rrsig_by_expiration ON rrsig (expiration_at) WHERE current = 1;

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
CREATE INDEX server_by_address ON server (address);

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
CREATE UNIQUE INDEX finding_open ON finding (zone_id, vantage_id, code, subject)
  WHERE resolved_at IS NULL;
CREATE INDEX finding_by_zone ON finding (zone_id, first_seen_at);

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
CREATE INDEX event_by_zone ON event (zone_id, sequence);
CREATE INDEX event_by_time ON event (detected_at);

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
CREATE INDEX outbox_pending ON outbox (sink, event_sequence) WHERE state = 'pending';
CREATE INDEX outbox_lane ON outbox (sink, lane, event_sequence) WHERE state = 'pending';

CREATE TABLE fact (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace anchorwatch::store
