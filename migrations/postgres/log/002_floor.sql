-- The floor: who may, who did, who agrees; and when a body may go.

-- A token stands for a source or for a service. During a rotation two of one source work until `overlap_until` of the old.
CREATE TABLE tokens (
  token_id BIGINT NOT NULL PRIMARY KEY,
  source_id BIGINT,
  service TEXT COLLATE "C",
  title TEXT COLLATE "C" NOT NULL,
  scopes TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL,
  hmac_sealed BYTEA,
  created_by TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  overlap_until BIGINT,
  last_used_at BIGINT,
  quota_per_minute BIGINT
);
-- What sources had as their one token goes on working, without an end.
INSERT INTO tokens (token_id, source_id, title, scopes, prefix, hash, hmac_sealed, created_by, created_at)
  SELECT ROW_NUMBER() OVER (ORDER BY source_id), source_id, title, 'ingest', COALESCE(token_prefix, ''), token_hash, hmac_sealed, '', created_at
  FROM sources WHERE token_hash IS NOT NULL;
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_source ON tokens (source_id, token_id) WHERE source_id IS NOT NULL;
CREATE INDEX tokens_service ON tokens (service, token_id) WHERE service IS NOT NULL;
CREATE INDEX tokens_expiry ON tokens (expires_at, token_id) WHERE revoked_at IS NULL AND expires_at IS NOT NULL;
DROP INDEX sources_token;
ALTER TABLE sources DROP COLUMN token_hash, DROP COLUMN token_prefix, DROP COLUMN hmac_sealed;
-- Taken out of service: what it sends is refused since.
ALTER TABLE sources ADD COLUMN stopped_at BIGINT;

ALTER TABLE people ADD COLUMN email TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN blocked_at BIGINT;
ALTER TABLE people ADD COLUMN oidc_subject TEXT COLLATE "C";
CREATE UNIQUE INDEX people_oidc ON people (oidc_subject) WHERE oidc_subject IS NOT NULL;

-- A session has an id that may be shown; its secret is only kept as a hash, and changes when it is rotated.
ALTER TABLE sessions
  ADD COLUMN session_id TEXT COLLATE "C",
  ADD COLUMN method TEXT COLLATE "C",
  ADD COLUMN ip TEXT COLLATE "C",
  ADD COLUMN client TEXT COLLATE "C",
  ADD COLUMN rotated_at BIGINT;
UPDATE sessions SET session_id = SUBSTR(MD5(CAST(GEN_RANDOM_UUID() AS TEXT)), 1, 16), method = 'password', rotated_at = created_at;
ALTER TABLE sessions
  ALTER COLUMN session_id SET NOT NULL,
  ALTER COLUMN method SET NOT NULL,
  ALTER COLUMN rotated_at SET NOT NULL;
CREATE UNIQUE INDEX sessions_id ON sessions (session_id);

-- Failed sign-ins, by what is counted: a name, an address.
CREATE TABLE sign_in_attempts (
  key TEXT COLLATE "C" NOT NULL,
  failures BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (key)
);
CREATE INDEX sign_in_attempts_first ON sign_in_attempts (first_at);

CREATE TABLE teams (
  team TEXT COLLATE "C" NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  entity TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (team)
);

CREATE TABLE members (
  team TEXT COLLATE "C" NOT NULL,
  login TEXT COLLATE "C" NOT NULL,
  lead BIGINT NOT NULL,
  PRIMARY KEY (team, login)
);
CREATE INDEX members_login ON members (login, team);

-- Who stands in for whom, from when, until when.
CREATE TABLE stand_ins (
  login TEXT COLLATE "C" NOT NULL,
  stand_in TEXT COLLATE "C" NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  PRIMARY KEY (login, stand_in, from_at)
);
CREATE INDEX stand_ins_stand_in ON stand_ins (stand_in, from_at);

-- Who of us a user id of a source system is.
CREATE TABLE actor_map (
  source_id BIGINT NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  login TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (source_id, actor)
);
CREATE INDEX actor_map_login ON actor_map (login);

-- Who did what. Added to only; the order of audit_id is the order of commits, and `at` never goes back along it.
CREATE TABLE audit (
  audit_id BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  chain BIGINT NOT NULL,
  region TEXT COLLATE "C" NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  object TEXT COLLATE "C" NOT NULL,
  outcome BIGINT NOT NULL,
  detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_chain ON audit (chain, audit_id);
CREATE INDEX audit_actor ON audit (chain, actor, audit_id);
CREATE INDEX audit_object ON audit (chain, object, audit_id);
CREATE INDEX audit_action ON audit (chain, action, audit_id);
CREATE INDEX audit_outcome ON audit (chain, outcome, audit_id);

-- Seals over the rows of a chain, each over the one before it.
CREATE TABLE seals (
  chain BIGINT NOT NULL,
  to_id BIGINT NOT NULL,
  from_id BIGINT NOT NULL,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  at BIGINT NOT NULL,
  rows BYTEA NOT NULL,
  PRIMARY KEY (chain, to_id)
);

-- Governed records. A version is never changed: in force at an instant is the highest whose dates include it. Without a
-- body it says that the record ends.
CREATE TABLE governed (
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT,
  body TEXT COLLATE "C",
  hash BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  by_login TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (kind, key, version)
);

-- What somebody asks for and another decides. State 0 is open.
CREATE TABLE proposals (
  proposal_id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  base_version BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  body TEXT COLLATE "C",
  hash BYTEA NOT NULL,
  requester TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  ticket TEXT COLLATE "C" NOT NULL,
  emergency BIGINT NOT NULL,
  decisions TEXT COLLATE "C" NOT NULL,
  state BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  decided_at BIGINT,
  review_by BIGINT,
  seq BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX proposals_subject ON proposals (kind, subject, proposal_id);
CREATE INDEX proposals_open ON proposals (kind, subject, proposal_id) WHERE state = 0;
CREATE INDEX proposals_due ON proposals (state, expires_at, proposal_id);
CREATE INDEX proposals_state ON proposals (state, proposal_id);
CREATE INDEX proposals_requester ON proposals (state, requester, proposal_id);
CREATE INDEX proposals_review ON proposals (review_by, proposal_id) WHERE review_by IS NOT NULL;

-- Frozen lists of rows, for acts on many.
CREATE TABLE selections (
  selection_id BIGINT NOT NULL PRIMARY KEY,
  owner TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  filter TEXT COLLATE "C" NOT NULL,
  taken_at BIGINT NOT NULL,
  at_seq BIGINT NOT NULL,
  count BIGINT NOT NULL,
  sum BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL,
  rows BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX selections_expiry ON selections (expires_at);

-- Persons that events speak of: the key that opens their sealed fields. Without the key, they are erased.
CREATE TABLE subjects (
  subject TEXT COLLATE "C" NOT NULL,
  region TEXT COLLATE "C" NOT NULL,
  key_sealed BYTEA,
  value_sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  erased_at BIGINT,
  PRIMARY KEY (subject)
);

-- What must not be deleted, whatever its age.
CREATE TABLE holds (
  hold_id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  by_login TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  released_at BIGINT
);
CREATE INDEX holds_key ON holds (kind, key) WHERE released_at IS NULL;

-- Bodies go 30 days after they last came.
UPDATE bodies SET expires_at = seen.at + 2592000000000
  FROM (SELECT i.month, i.hash, MAX(i.received_at) AS at FROM inbox i GROUP BY i.month, i.hash) AS seen
  WHERE bodies.expires_at IS NULL AND seen.month = bodies.month AND seen.hash = bodies.hash;
CREATE INDEX bodies_expiry ON bodies (expires_at, month, hash) WHERE expires_at IS NOT NULL;
-- A body is needed as long as something in it is not done.
CREATE INDEX inbox_needs_body ON inbox (month, hash) WHERE parked > 0 OR state < 2;
