-- One generation of views: what pages read, a function of the log, rebuilt whole at any time.
-- Columns that an update assigns are not declared NOT NULL: SQLite would keep a journal of every such statement. The
-- program writes no NULL there, and reads one as damage.
-- Indexes hold no column that changes with every event; those of lists begin with scope_id.

CREATE TABLE cursors (
  name TEXT NOT NULL,
  seq INTEGER,
  fold_version INTEGER,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- Which orders a document key means.
CREATE TABLE doc_keys (
  kind INTEGER NOT NULL,
  scheme TEXT NOT NULL,
  key TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  by_seq INTEGER,
  PRIMARY KEY (kind, scheme, key, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX doc_keys_search ON doc_keys (key, order_id);
CREATE INDEX doc_keys_order ON doc_keys (order_id);

-- Links between keys of one order, each by the event that made it.
CREATE TABLE edges (
  order_id INTEGER NOT NULL,
  a_kind INTEGER NOT NULL,
  a_scheme TEXT NOT NULL,
  a_key TEXT NOT NULL,
  b_kind INTEGER NOT NULL,
  b_scheme TEXT NOT NULL,
  b_key TEXT NOT NULL,
  by_seq INTEGER NOT NULL,
  PRIMARY KEY (order_id, a_kind, a_scheme, a_key, b_kind, b_scheme, b_key, by_seq)
) STRICT, WITHOUT ROWID;

-- Events whose keys mean no order yet.
CREATE TABLE waiting (
  kind INTEGER NOT NULL,
  scheme TEXT NOT NULL,
  key TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (kind, scheme, key, seq)
) STRICT, WITHOUT ROWID;

-- value: 1/10,000 of the currency's unit.
CREATE TABLE orders (
  order_id INTEGER NOT NULL PRIMARY KEY,
  merged_into INTEGER,
  entity TEXT NOT NULL,
  po_no TEXT NOT NULL,
  supplier TEXT,
  scope_id INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  last_at INTEGER,
  headline TEXT,
  badges TEXT,
  lines INTEGER,
  value INTEGER,
  currency TEXT,
  exceptions INTEGER,
  updated_seq INTEGER,
  history BLOB,
  state BLOB
) STRICT;
CREATE UNIQUE INDEX orders_key ON orders (entity, po_no) WHERE merged_into IS NULL;
CREATE INDEX orders_page ON orders (scope_id, opened_at, order_id) WHERE merged_into IS NULL;
CREATE INDEX orders_all ON orders (opened_at, order_id) WHERE merged_into IS NULL;

CREATE TABLE timers (
  due_at INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  line_no TEXT NOT NULL,
  kind INTEGER NOT NULL,
  seq INTEGER,
  PRIMARY KEY (due_at, order_id, line_no, kind)
) STRICT, WITHOUT ROWID;

-- could_cost: 1/10,000 of the reporting currency's unit.
CREATE TABLE exceptions (
  exception_id INTEGER NOT NULL PRIMARY KEY,
  fingerprint BLOB NOT NULL,
  class TEXT NOT NULL,
  order_id INTEGER,
  scope_id INTEGER NOT NULL,
  status INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  act_by INTEGER,
  could_cost INTEGER,
  step_at INTEGER,
  opened_seq INTEGER NOT NULL,
  closed_seq INTEGER,
  version INTEGER NOT NULL,
  inbox_id INTEGER,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX exc_one ON exceptions (fingerprint) WHERE closed_seq IS NULL;
CREATE INDEX exc_page ON exceptions (scope_id, severity, opened_at, exception_id) WHERE closed_seq IS NULL;
CREATE INDEX exc_all ON exceptions (severity, opened_at, exception_id) WHERE closed_seq IS NULL;
CREATE INDEX exc_class ON exceptions (scope_id, class, severity, opened_at, exception_id) WHERE closed_seq IS NULL;
CREATE INDEX exc_closed ON exceptions (scope_id, closed_seq, exception_id) WHERE closed_seq IS NOT NULL;
CREATE INDEX exc_closed_class ON exceptions (scope_id, class, closed_seq, exception_id) WHERE closed_seq IS NOT NULL;
CREATE INDEX exc_order ON exceptions (order_id, exception_id) WHERE order_id IS NOT NULL;
CREATE INDEX exc_inbox ON exceptions (inbox_id, exception_id) WHERE inbox_id IS NOT NULL;
