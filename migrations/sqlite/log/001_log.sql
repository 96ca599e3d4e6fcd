-- The log: the only truth. Appended by one writer, so that the order of seq is the order of commits; never rebuilt.
-- Instants are microseconds UTC, truth values 0 or 1.

-- Raw bytes as they came, compressed and sealed, apart from the events, by month (year * 12 + month).
CREATE TABLE bodies (
  month INTEGER NOT NULL,
  hash BLOB NOT NULL,
  region TEXT NOT NULL,
  codec INTEGER NOT NULL,
  key_id TEXT,
  bytes BLOB NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (month, hash)
) STRICT;

-- One row for each request or chunk of a file. The events of an arrival are first_seq to last_seq, but for items that
-- a later retry let through: those are found by their items.
CREATE TABLE inbox (
  inbox_id INTEGER NOT NULL PRIMARY KEY,
  source_id INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  month INTEGER NOT NULL,
  hash BLOB NOT NULL,
  media_type TEXT NOT NULL,
  trace TEXT,
  file TEXT,
  bytes INTEGER NOT NULL,
  state INTEGER NOT NULL,
  first_seq INTEGER,
  last_seq INTEGER,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  parked INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_open ON inbox (inbox_id) WHERE state < 2;
CREATE INDEX inbox_source ON inbox (source_id, inbox_id);
CREATE INDEX inbox_parked ON inbox (source_id, inbox_id) WHERE parked > 0;
CREATE INDEX inbox_parked_all ON inbox (inbox_id) WHERE parked > 0;

-- Idempotency, and the answer for each item. The sender's own id is the key. `noted`: was parked or in conflict once,
-- so that the page of an arrival lists it without reading all that went well.
CREATE TABLE items (
  source_id INTEGER NOT NULL,
  item_key TEXT NOT NULL,
  content BLOB NOT NULL,
  inbox_id INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  byte_from INTEGER NOT NULL,
  byte_to INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  noted INTEGER NOT NULL,
  fault TEXT,
  parked_on TEXT,
  seq INTEGER,
  version INTEGER,
  PRIMARY KEY (source_id, item_key, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_parked ON items (inbox_id, ordinal) WHERE outcome = 3;
CREATE INDEX items_noted ON items (inbox_id, ordinal) WHERE noted = 1;
CREATE INDEX items_parked_on ON items (parked_on, inbox_id, ordinal) WHERE parked_on IS NOT NULL;

-- Canonical events. No second index: they are read by seq alone.
CREATE TABLE events (
  seq INTEGER NOT NULL PRIMARY KEY,
  source_id INTEGER NOT NULL,
  item_key TEXT NOT NULL,
  part INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  activity TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  precision INTEGER NOT NULL,
  zone TEXT,
  sort_at INTEGER NOT NULL,
  sort_rank INTEGER NOT NULL,
  source_seq INTEGER NOT NULL,
  source_recorded_at INTEGER,
  received_at INTEGER NOT NULL,
  actor_kind INTEGER NOT NULL,
  actor TEXT,
  correlation_id TEXT,
  inbox_id INTEGER NOT NULL,
  refs TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;

-- One row per version of something that people act on: two acts on the same version cannot both be appended.
CREATE TABLE streams (
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID;

-- Answers to requests with an Idempotency-Key.
CREATE TABLE requests (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_expiry ON requests (expires_at);

-- Who may know of a row: interned once, never changed.
CREATE TABLE scopes (
  scope_id INTEGER NOT NULL PRIMARY KEY,
  entity TEXT NOT NULL,
  site TEXT NOT NULL,
  category TEXT NOT NULL,
  region TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX scopes_key ON scopes (entity, site, category, region);

CREATE TABLE sources (
  source_id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  lane TEXT NOT NULL,
  entity TEXT NOT NULL,
  kind TEXT NOT NULL,
  token_hash BLOB,
  token_prefix TEXT,
  hmac_sealed BLOB,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sources_name ON sources (name);
CREATE UNIQUE INDEX sources_token ON sources (token_hash) WHERE token_hash IS NOT NULL;

-- What came from each source in all; written with the arrivals.
CREATE TABLE source_totals (
  source_id INTEGER NOT NULL PRIMARY KEY,
  arrivals INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  parked INTEGER NOT NULL,
  last_heard_at INTEGER NOT NULL
) STRICT;

CREATE TABLE people (
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT,
  roles TEXT NOT NULL,
  scope TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (login)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  hash BLOB NOT NULL,
  login TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_login ON sessions (login);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE settings (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;
