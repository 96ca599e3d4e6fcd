-- What was done with a selection, chunk by chunk: which rows, and why others were left.
CREATE TABLE selection_runs (
  run_id INTEGER NOT NULL PRIMARY KEY,
  selection_id INTEGER NOT NULL,
  act TEXT NOT NULL,
  by_login TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  began_seq INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX selection_runs_of ON selection_runs (selection_id, run_id);
CREATE INDEX selection_runs_open ON selection_runs (run_id) WHERE finished_at IS NULL;

CREATE TABLE selection_parts (
  run_id INTEGER NOT NULL,
  part INTEGER NOT NULL,
  rows BLOB NOT NULL,
  PRIMARY KEY (run_id, part)
) STRICT, WITHOUT ROWID;
