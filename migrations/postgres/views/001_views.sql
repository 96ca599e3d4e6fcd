-- One generation of views: what pages read, a function of the log, rebuilt whole at any time.
-- Columns that an update assigns are not declared NOT NULL: SQLite would keep a journal of every such statement. The
-- program writes no NULL there, and reads one as damage.
-- Indexes hold no column that changes with every event; those of lists begin with scope_id.

CREATE TABLE cursors (
  name TEXT COLLATE "C" NOT NULL,
  seq BIGINT,
  fold_version BIGINT,
  PRIMARY KEY (name)
);

-- Which orders a document key means.
CREATE TABLE doc_keys (
  kind BIGINT NOT NULL,
  scheme TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  order_id BIGINT NOT NULL,
  by_seq BIGINT,
  PRIMARY KEY (kind, scheme, key, order_id)
);
CREATE INDEX doc_keys_search ON doc_keys (key, order_id);
CREATE INDEX doc_keys_order ON doc_keys (order_id);

-- Links between keys of one order, each by the event that made it.
CREATE TABLE edges (
  order_id BIGINT NOT NULL,
  a_kind BIGINT NOT NULL,
  a_scheme TEXT COLLATE "C" NOT NULL,
  a_key TEXT COLLATE "C" NOT NULL,
  b_kind BIGINT NOT NULL,
  b_scheme TEXT COLLATE "C" NOT NULL,
  b_key TEXT COLLATE "C" NOT NULL,
  by_seq BIGINT NOT NULL,
  PRIMARY KEY (order_id, a_kind, a_scheme, a_key, b_kind, b_scheme, b_key, by_seq)
);

-- Events whose keys mean no order yet.
CREATE TABLE waiting (
  kind BIGINT NOT NULL,
  scheme TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (kind, scheme, key, seq)
);

-- value: 1/10,000 of the currency's unit. Room on each page lets a changed row stay there.
CREATE TABLE orders (
  order_id BIGINT NOT NULL PRIMARY KEY,
  merged_into BIGINT,
  entity TEXT COLLATE "C" NOT NULL,
  po_no TEXT COLLATE "C" NOT NULL,
  supplier TEXT COLLATE "C",
  scope_id BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  last_at BIGINT,
  headline TEXT COLLATE "C",
  badges TEXT COLLATE "C",
  lines BIGINT,
  value BIGINT,
  currency TEXT COLLATE "C",
  exceptions BIGINT,
  updated_seq BIGINT,
  history BYTEA,
  state BYTEA
) WITH (fillfactor = 75);
CREATE UNIQUE INDEX orders_key ON orders (entity, po_no) WHERE merged_into IS NULL;
CREATE INDEX orders_page ON orders (scope_id, opened_at, order_id) WHERE merged_into IS NULL;
CREATE INDEX orders_all ON orders (opened_at, order_id) WHERE merged_into IS NULL;

CREATE TABLE timers (
  due_at BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  line_no TEXT COLLATE "C" NOT NULL,
  kind BIGINT NOT NULL,
  seq BIGINT,
  PRIMARY KEY (due_at, order_id, line_no, kind)
);

-- could_cost: 1/10,000 of the reporting currency's unit.
CREATE TABLE exceptions (
  exception_id BIGINT NOT NULL PRIMARY KEY,
  fingerprint BYTEA NOT NULL,
  class TEXT COLLATE "C" NOT NULL,
  order_id BIGINT,
  scope_id BIGINT NOT NULL,
  status BIGINT NOT NULL,
  severity BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  act_by BIGINT,
  could_cost BIGINT,
  step_at BIGINT,
  opened_seq BIGINT NOT NULL,
  closed_seq BIGINT,
  version BIGINT NOT NULL,
  inbox_id BIGINT,
  body BYTEA NOT NULL
);
CREATE UNIQUE INDEX exc_one ON exceptions (fingerprint) WHERE closed_seq IS NULL;
CREATE INDEX exc_page ON exceptions (scope_id, severity, opened_at, exception_id) WHERE closed_seq IS NULL;
CREATE INDEX exc_all ON exceptions (severity, opened_at, exception_id) WHERE closed_seq IS NULL;
CREATE INDEX exc_class ON exceptions (scope_id, class, severity, opened_at, exception_id) WHERE closed_seq IS NULL;
CREATE INDEX exc_closed ON exceptions (scope_id, closed_seq, exception_id) WHERE closed_seq IS NOT NULL;
CREATE INDEX exc_closed_class ON exceptions (scope_id, class, closed_seq, exception_id) WHERE closed_seq IS NOT NULL;
CREATE INDEX exc_order ON exceptions (order_id, exception_id) WHERE order_id IS NOT NULL;
CREATE INDEX exc_inbox ON exceptions (inbox_id, exception_id) WHERE inbox_id IS NOT NULL;
