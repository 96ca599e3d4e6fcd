-- The log: the only truth. Appended by one writer, so that the order of seq is the order of commits; never rebuilt.
-- Instants are microseconds UTC, truth values 0 or 1.

-- Raw bytes as they came, compressed and sealed, apart from the events, by month (year * 12 + month).
CREATE TABLE bodies (
  month BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  region TEXT COLLATE "C" NOT NULL,
  codec BIGINT NOT NULL,
  key_id TEXT COLLATE "C",
  bytes BYTEA NOT NULL,
  expires_at BIGINT,
  PRIMARY KEY (month, hash)
);

-- One row for each request or chunk of a file. The events of an arrival are first_seq to last_seq, but for items that
-- a later retry let through: those are found by their items.
CREATE TABLE inbox (
  inbox_id BIGINT NOT NULL PRIMARY KEY,
  source_id BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  month BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  media_type TEXT COLLATE "C" NOT NULL,
  trace TEXT COLLATE "C",
  file TEXT COLLATE "C",
  bytes BIGINT NOT NULL,
  state BIGINT NOT NULL,
  first_seq BIGINT,
  last_seq BIGINT,
  accepted BIGINT NOT NULL,
  duplicate BIGINT NOT NULL,
  conflict BIGINT NOT NULL,
  parked BIGINT NOT NULL
);
CREATE INDEX inbox_open ON inbox (inbox_id) WHERE state < 2;
CREATE INDEX inbox_source ON inbox (source_id, inbox_id);
CREATE INDEX inbox_parked ON inbox (source_id, inbox_id) WHERE parked > 0;
CREATE INDEX inbox_parked_all ON inbox (inbox_id) WHERE parked > 0;

-- Idempotency, and the answer for each item. The sender's own id is the key. `noted`: was parked or in conflict once,
-- so that the page of an arrival lists it without reading all that went well.
CREATE TABLE items (
  source_id BIGINT NOT NULL,
  item_key TEXT COLLATE "C" NOT NULL,
  content BYTEA NOT NULL,
  inbox_id BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  byte_from BIGINT NOT NULL,
  byte_to BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  noted BIGINT NOT NULL,
  fault TEXT COLLATE "C",
  parked_on TEXT COLLATE "C",
  seq BIGINT,
  version BIGINT,
  PRIMARY KEY (source_id, item_key, content)
);
CREATE INDEX items_parked ON items (inbox_id, ordinal) WHERE outcome = 3;
CREATE INDEX items_noted ON items (inbox_id, ordinal) WHERE noted = 1;
CREATE INDEX items_parked_on ON items (parked_on, inbox_id, ordinal) WHERE parked_on IS NOT NULL;

-- Canonical events. No second index: they are read by seq alone.
CREATE TABLE events (
  seq BIGINT NOT NULL PRIMARY KEY,
  source_id BIGINT NOT NULL,
  item_key TEXT COLLATE "C" NOT NULL,
  part BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  activity TEXT COLLATE "C" NOT NULL,
  occurred_at BIGINT NOT NULL,
  precision BIGINT NOT NULL,
  zone TEXT COLLATE "C",
  sort_at BIGINT NOT NULL,
  sort_rank BIGINT NOT NULL,
  source_seq BIGINT NOT NULL,
  source_recorded_at BIGINT,
  received_at BIGINT NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor TEXT COLLATE "C",
  correlation_id TEXT COLLATE "C",
  inbox_id BIGINT NOT NULL,
  refs TEXT COLLATE "C" NOT NULL,
  payload TEXT COLLATE "C" NOT NULL
);

-- One row per version of something that people act on: two acts on the same version cannot both be appended.
CREATE TABLE streams (
  stream TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (stream, version)
);

-- Answers to requests with an Idempotency-Key.
CREATE TABLE requests (
  caller TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  body BYTEA NOT NULL,
  status BIGINT NOT NULL,
  answer TEXT COLLATE "C" NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX requests_expiry ON requests (expires_at);

-- Who may know of a row: interned once, never changed.
CREATE TABLE scopes (
  scope_id BIGINT NOT NULL PRIMARY KEY,
  entity TEXT COLLATE "C" NOT NULL,
  site TEXT COLLATE "C" NOT NULL,
  category TEXT COLLATE "C" NOT NULL,
  region TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX scopes_key ON scopes (entity, site, category, region);

CREATE TABLE sources (
  source_id BIGINT NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  lane TEXT COLLATE "C" NOT NULL,
  entity TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  token_hash BYTEA,
  token_prefix TEXT COLLATE "C",
  hmac_sealed BYTEA,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sources_name ON sources (name);
CREATE UNIQUE INDEX sources_token ON sources (token_hash) WHERE token_hash IS NOT NULL;

-- What came from each source in all; written with the arrivals.
CREATE TABLE source_totals (
  source_id BIGINT NOT NULL PRIMARY KEY,
  arrivals BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  duplicate BIGINT NOT NULL,
  conflict BIGINT NOT NULL,
  parked BIGINT NOT NULL,
  last_heard_at BIGINT NOT NULL
);

CREATE TABLE people (
  login TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C",
  roles TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (login)
);

CREATE TABLE sessions (
  hash BYTEA NOT NULL,
  login TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (hash)
);
CREATE INDEX sessions_login ON sessions (login);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE settings (
  key TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (key)
);
