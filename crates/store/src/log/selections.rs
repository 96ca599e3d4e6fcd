//! Selections: a frozen list of rows that somebody is about to act on.

use domain::Instant;

use super::{Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    GET = Sql::Select(Selection::TABLE, "WHERE selection_id = $1 AND owner = $2");
    LAST_ID = Sql::same("SELECT COALESCE(MAX(selection_id), 0) FROM selections");
    EXPIRE = Sql::same("DELETE FROM selections WHERE expires_at <= $1");
    EXPIRE_RUNS = Sql::same(
        "DELETE FROM selection_runs WHERE selection_id IN (SELECT selection_id FROM selections WHERE expires_at <= $1)");
    EXPIRE_PARTS = Sql::same(
        "DELETE FROM selection_parts WHERE run_id IN (SELECT run_id FROM selection_runs WHERE selection_id IN \
         (SELECT selection_id FROM selections WHERE expires_at <= $1))");
    BY_ID = Sql::Select(Selection::TABLE, "WHERE selection_id = $1");
    RUNS = Sql::Select(SelectionRun::TABLE, "WHERE selection_id = $1 ORDER BY run_id");
    RUNS_OPEN = Sql::Select(SelectionRun::TABLE, "WHERE finished_at IS NULL ORDER BY run_id");
    LAST_RUN = Sql::same("SELECT COALESCE(MAX(run_id), 0) FROM selection_runs");
    FINISH = Sql::same("UPDATE selection_runs SET finished_at = $2 WHERE run_id = $1 AND finished_at IS NULL");
    PARTS = Sql::Select(SelectionPart::TABLE, "WHERE run_id = $1 ORDER BY part");
}

record! {
    /// An act on all rows of a selection.
    pub struct SelectionRun in "selection_runs", key 1 {
        /// Its id; given by the store.
        run_id: i64,
        /// The selection.
        selection_id: i64,
        /// What is done with each row, as JSON.
        act: String,
        /// Who wants it.
        by_login: String,
        /// When it began.
        began_at: Instant,
        /// The last place of the log then.
        began_seq: i64,
        /// When its last row was done.
        finished_at: Option<Instant>,
    }
}

record! {
    /// What came of some rows of a run.
    pub struct SelectionPart in "selection_parts", key 2 {
        /// The run.
        run_id: i64,
        /// Its place among the parts, from 0.
        part: i64,
        /// Rows and what came of each, as the engine writes it.
        rows: Vec<u8>,
    }
}

record! {
    /// A selection.
    pub struct Selection in "selections", key 1 {
        /// Its id; given by the store.
        selection_id: i64,
        /// Who took it; nobody else sees it.
        owner: String,
        /// What its rows are, such as `messages`.
        kind: String,
        /// What they were found by, as JSON.
        filter: String,
        /// When it was taken.
        taken_at: Instant,
        /// The last place of the log that the views showed then.
        at_seq: i64,
        /// How many rows.
        count: i64,
        /// Their sum in 1/10,000 of the currency's unit.
        sum: i64,
        /// The currency of the sum.
        currency: String,
        /// SHA-256 over the rows.
        hash: Vec<u8>,
        /// Ids and versions, as `domain` writes them.
        rows: Vec<u8>,
        /// When it may go.
        expires_at: Instant,
    }
}

impl Change {
    /// Adds a selection; its `selection_id` is given here and answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_selection(&mut self, selection: &Selection) -> Result<i64> {
        let last = self.conn.one(LAST_ID, [], |r| r.int(0)).await?.unwrap_or_default();
        let selection = Selection {
            selection_id: last + 1,
            ..selection.clone()
        };
        bulk::insert(&mut self.conn, std::slice::from_ref(&selection)).await?;
        Ok(selection.selection_id)
    }

    /// Adds a run of a selection; its `run_id` is given here and answered. None when one is not finished yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_selection_run(&mut self, run: &SelectionRun) -> Result<Option<i64>> {
        let before = self
            .conn
            .rows(RUNS, [run.selection_id.into()], SelectionRun::read)
            .await?;
        if before.iter().any(|run| run.finished_at.is_none()) {
            return Ok(None);
        }
        let last = self.conn.one(LAST_RUN, [], |r| r.int(0)).await?.unwrap_or_default();
        let run = SelectionRun {
            run_id: last + 1,
            ..run.clone()
        };
        bulk::insert(&mut self.conn, std::slice::from_ref(&run)).await?;
        Ok(Some(run.run_id))
    }

    /// Says that a run is finished. `false` when it was.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_selection_run_finished(&mut self, run_id: i64, at: Instant) -> Result<bool> {
        Ok(self.conn.run(FINISH, [run_id.into(), at.into()]).await? > 0)
    }

    /// A selection of a person, as this change sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_selection(&mut self, owner: &str, selection_id: i64) -> Result<Option<Selection>> {
        let args = [selection_id.into(), owner.into()];
        self.conn.one(GET, args, Selection::read).await
    }
}

impl Log {
    /// A selection of a person.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_selection(&self, owner: &str, selection_id: i64) -> Result<Option<Selection>> {
        let args = [selection_id.into(), owner.into()];
        self.pools.read.acquire().await?.one(GET, args, Selection::read).await
    }

    /// A selection, whoever took it: for the run that goes on with it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_selection_by_id(&self, selection_id: i64) -> Result<Option<Selection>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.one(BY_ID, [selection_id.into()], Selection::read).await
    }

    /// What was done with a selection, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_selection_runs(&self, selection_id: i64) -> Result<Vec<SelectionRun>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(RUNS, [selection_id.into()], SelectionRun::read).await
    }

    /// Runs that are not finished.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_selection_runs_open(&self) -> Result<Vec<SelectionRun>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(RUNS_OPEN, [], SelectionRun::read).await
    }

    /// What came of a run so far, in order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_selection_parts(&self, run_id: i64) -> Result<Vec<SelectionPart>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(PARTS, [run_id.into()], SelectionPart::read).await
    }

    /// Keeps what came of some rows of a run.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when somebody else kept that part.
    pub async fn insert_selection_part(&self, part: &SelectionPart) -> Result<()> {
        bulk::insert(&mut self.pools.write.acquire().await?, std::slice::from_ref(part))
            .await
            .map(drop)
    }

    /// Removes the selections that expired by `now`, with what was done with them; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_selections_over(&self, now: Instant) -> Result<u64> {
        let mut conn = self.begin_small().await?;
        conn.run(EXPIRE_PARTS, [now.into()]).await?;
        conn.run(EXPIRE_RUNS, [now.into()]).await?;
        let gone = conn.run(EXPIRE, [now.into()]).await?;
        conn.commit().await?;
        Ok(gone)
    }
}
