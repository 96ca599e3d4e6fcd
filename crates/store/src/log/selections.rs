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

    /// Removes the selections that expired by `now`; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_selections_over(&self, now: Instant) -> Result<u64> {
        self.pools.write.acquire().await?.run(EXPIRE, [now.into()]).await
    }
}
