//! Legal holds: what must not be deleted, whatever its age.

use domain::Instant;

use super::{Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;
use crate::list;

statements! {
    OPEN = Sql::Select(Hold::TABLE, "WHERE released_at IS NULL ORDER BY kind, key, hold_id");
    OPEN_OF = Sql::Select(Hold::TABLE, "WHERE released_at IS NULL AND kind = $1 AND key = $2 ORDER BY hold_id");
    ALL = Sql::Select(Hold::TABLE, "WHERE hold_id < $1 ORDER BY hold_id DESC LIMIT $2");
    LAST_ID = Sql::same("SELECT COALESCE(MAX(hold_id), 0) FROM holds");
    RELEASE = Sql::same("UPDATE holds SET released_at = $2 WHERE hold_id = $1 AND released_at IS NULL");
}

record! {
    /// A hold.
    pub struct Hold in "holds", key 1 {
        /// Its id; given by the store.
        hold_id: i64,
        /// What is held, such as `order`, `arrival`, `source`, `subject`.
        kind: String,
        /// Which.
        key: String,
        /// Why.
        reason: String,
        /// Who said so.
        by_login: String,
        /// When.
        at: Instant,
        /// When it was released.
        released_at: Option<Instant>,
    }
}

impl Change {
    /// Adds a hold; its `hold_id` is given here and answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_hold(&mut self, hold: &Hold) -> Result<i64> {
        let last = self.conn.one(LAST_ID, [], |r| r.int(0)).await?.unwrap_or_default();
        let hold = Hold {
            hold_id: last + 1,
            ..hold.clone()
        };
        bulk::insert(&mut self.conn, std::slice::from_ref(&hold)).await?;
        Ok(hold.hold_id)
    }

    /// Releases a hold. `false` when there is none, or it is released already.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_hold_released(&mut self, hold_id: i64, now: Instant) -> Result<bool> {
        Ok(self.conn.run(RELEASE, [hold_id.into(), now.into()]).await? > 0)
    }

    /// Holds on a thing that are not released, as this change sees them.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_holds_of(&mut self, kind: &str, key: &str) -> Result<Vec<Hold>> {
        self.conn.rows(OPEN_OF, [kind.into(), key.into()], Hold::read).await
    }
}

impl Log {
    /// Holds that are not released, by what they hold.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_holds(&self) -> Result<Vec<Hold>> {
        self.pools.read.acquire().await?.rows(OPEN, [], Hold::read).await
    }

    /// Holds on a thing that are not released.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_holds_of(&self, kind: &str, key: &str) -> Result<Vec<Hold>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(OPEN_OF, [kind.into(), key.into()], Hold::read).await
    }

    /// Holds, released or not, newest first, before an id (`i64::MAX` for the first page).
    ///
    /// # Errors
    /// The database's.
    pub async fn list_holds(&self, before: i64, limit: usize) -> Result<Vec<Hold>> {
        let args = [before.into(), list::count(limit).into()];
        self.pools.read.acquire().await?.rows(ALL, args, Hold::read).await
    }
}
