-- What was done with a selection, chunk by chunk: which rows, and why others were left.
CREATE TABLE selection_runs (
  run_id BIGINT NOT NULL PRIMARY KEY,
  selection_id BIGINT NOT NULL,
  act TEXT COLLATE "C" NOT NULL,
  by_login TEXT COLLATE "C" NOT NULL,
  began_at BIGINT NOT NULL,
  began_seq BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX selection_runs_of ON selection_runs (selection_id, run_id);
CREATE INDEX selection_runs_open ON selection_runs (run_id) WHERE finished_at IS NULL;

CREATE TABLE selection_parts (
  run_id BIGINT NOT NULL,
  part BIGINT NOT NULL,
  rows BYTEA NOT NULL,
  PRIMARY KEY (run_id, part)
);
