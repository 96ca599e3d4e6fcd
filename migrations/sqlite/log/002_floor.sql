-- The floor: who may, who did, who agrees; and when a body may go.

-- A token stands for a source or for a service. During a rotation two of one source work until `overlap_until` of the old.
CREATE TABLE tokens (
  token_id INTEGER NOT NULL PRIMARY KEY,
  source_id INTEGER,
  service TEXT,
  title TEXT NOT NULL,
  scopes TEXT NOT NULL,
  prefix TEXT NOT NULL,
  hash BLOB NOT NULL,
  hmac_sealed BLOB,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  overlap_until INTEGER,
  last_used_at INTEGER,
  quota_per_minute INTEGER
) STRICT;
-- What sources had as their one token goes on working, without an end.
INSERT INTO tokens (token_id, source_id, title, scopes, prefix, hash, hmac_sealed, created_by, created_at)
  SELECT ROW_NUMBER() OVER (ORDER BY source_id), source_id, title, 'ingest', COALESCE(token_prefix, ''), token_hash, hmac_sealed, '', created_at
  FROM sources WHERE token_hash IS NOT NULL;
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_source ON tokens (source_id, token_id) WHERE source_id IS NOT NULL;
CREATE INDEX tokens_service ON tokens (service, token_id) WHERE service IS NOT NULL;
CREATE INDEX tokens_expiry ON tokens (expires_at, token_id) WHERE revoked_at IS NULL AND expires_at IS NOT NULL;
DROP INDEX sources_token;
ALTER TABLE sources DROP COLUMN token_hash;
ALTER TABLE sources DROP COLUMN token_prefix;
ALTER TABLE sources DROP COLUMN hmac_sealed;
-- Taken out of service: what it sends is refused since.
ALTER TABLE sources ADD COLUMN stopped_at INTEGER;

ALTER TABLE people ADD COLUMN email TEXT;
ALTER TABLE people ADD COLUMN blocked_at INTEGER;
ALTER TABLE people ADD COLUMN oidc_subject TEXT;
CREATE UNIQUE INDEX people_oidc ON people (oidc_subject) WHERE oidc_subject IS NOT NULL;

-- A session has an id that may be shown; its secret is only kept as a hash, and changes when it is rotated.
ALTER TABLE sessions RENAME TO sessions_before;
DROP INDEX sessions_login;
DROP INDEX sessions_expiry;
CREATE TABLE sessions (
  hash BLOB NOT NULL,
  session_id TEXT NOT NULL,
  login TEXT NOT NULL,
  method TEXT NOT NULL,
  ip TEXT,
  client TEXT,
  created_at INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;
INSERT INTO sessions (hash, session_id, login, method, created_at, rotated_at, seen_at, expires_at)
  SELECT hash, LOWER(HEX(RANDOMBLOB(8))), login, 'password', created_at, created_at, seen_at, expires_at FROM sessions_before;
DROP TABLE sessions_before;
CREATE INDEX sessions_login ON sessions (login);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE UNIQUE INDEX sessions_id ON sessions (session_id);

-- Failed sign-ins, by what is counted: a name, an address.
CREATE TABLE sign_in_attempts (
  key TEXT NOT NULL,
  failures INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  until_at INTEGER,
  PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_attempts_first ON sign_in_attempts (first_at);

CREATE TABLE teams (
  team TEXT NOT NULL,
  title TEXT NOT NULL,
  entity TEXT NOT NULL,
  PRIMARY KEY (team)
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  team TEXT NOT NULL,
  login TEXT NOT NULL,
  lead INTEGER NOT NULL,
  PRIMARY KEY (team, login)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_login ON members (login, team);

-- Who stands in for whom, from when, until when.
CREATE TABLE stand_ins (
  login TEXT NOT NULL,
  stand_in TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  PRIMARY KEY (login, stand_in, from_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX stand_ins_stand_in ON stand_ins (stand_in, from_at);

-- Who of us a user id of a source system is.
CREATE TABLE actor_map (
  source_id INTEGER NOT NULL,
  actor TEXT NOT NULL,
  login TEXT NOT NULL,
  PRIMARY KEY (source_id, actor)
) STRICT, WITHOUT ROWID;
CREATE INDEX actor_map_login ON actor_map (login);

-- Who did what. Added to only; the order of audit_id is the order of commits, and `at` never goes back along it.
CREATE TABLE audit (
  audit_id INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  region TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_chain ON audit (chain, audit_id);
CREATE INDEX audit_actor ON audit (chain, actor, audit_id);
CREATE INDEX audit_object ON audit (chain, object, audit_id);
CREATE INDEX audit_action ON audit (chain, action, audit_id);
CREATE INDEX audit_outcome ON audit (chain, outcome, audit_id);

-- Seals over the rows of a chain, each over the one before it.
CREATE TABLE seals (
  chain INTEGER NOT NULL,
  to_id INTEGER NOT NULL,
  from_id INTEGER NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL,
  at INTEGER NOT NULL,
  rows BLOB NOT NULL,
  PRIMARY KEY (chain, to_id)
) STRICT;

-- Governed records. A version is never changed: in force at an instant is the highest whose dates include it. Without a
-- body it says that the record ends.
CREATE TABLE governed (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  body TEXT,
  hash BLOB NOT NULL,
  seq INTEGER NOT NULL,
  by_login TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (kind, key, version)
) STRICT;

-- What somebody asks for and another decides. State 0 is open.
CREATE TABLE proposals (
  proposal_id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  base_version INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  body TEXT,
  hash BLOB NOT NULL,
  requester TEXT NOT NULL,
  reason TEXT NOT NULL,
  ticket TEXT NOT NULL,
  emergency INTEGER NOT NULL,
  decisions TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  review_by INTEGER,
  seq INTEGER,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX proposals_subject ON proposals (kind, subject, proposal_id);
CREATE INDEX proposals_open ON proposals (kind, subject, proposal_id) WHERE state = 0;
CREATE INDEX proposals_due ON proposals (state, expires_at, proposal_id);
CREATE INDEX proposals_state ON proposals (state, proposal_id);
CREATE INDEX proposals_requester ON proposals (state, requester, proposal_id);
CREATE INDEX proposals_review ON proposals (review_by, proposal_id) WHERE review_by IS NOT NULL;

-- Frozen lists of rows, for acts on many.
CREATE TABLE selections (
  selection_id INTEGER NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  filter TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  at_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  currency TEXT NOT NULL,
  hash BLOB NOT NULL,
  rows BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX selections_expiry ON selections (expires_at);

-- Persons that events speak of: the key that opens their sealed fields. Without the key, they are erased.
CREATE TABLE subjects (
  subject TEXT NOT NULL,
  region TEXT NOT NULL,
  key_sealed BLOB,
  value_sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  erased_at INTEGER,
  PRIMARY KEY (subject)
) STRICT, WITHOUT ROWID;

-- What must not be deleted, whatever its age.
CREATE TABLE holds (
  hold_id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_login TEXT NOT NULL,
  at INTEGER NOT NULL,
  released_at INTEGER
) STRICT;
CREATE INDEX holds_key ON holds (kind, key) WHERE released_at IS NULL;

-- Bodies go 30 days after they last came.
UPDATE bodies SET expires_at = seen.at + 2592000000000
  FROM (SELECT i.month, i.hash, MAX(i.received_at) AS at FROM inbox i GROUP BY i.month, i.hash) AS seen
  WHERE bodies.expires_at IS NULL AND seen.month = bodies.month AND seen.hash = bodies.hash;
CREATE INDEX bodies_expiry ON bodies (expires_at, month, hash) WHERE expires_at IS NOT NULL;
-- A body is needed as long as something in it is not done.
CREATE INDEX inbox_needs_body ON inbox (month, hash) WHERE parked > 0 OR state < 2;
