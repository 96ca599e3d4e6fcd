//! Changes outside the append loop: writes of the log's small tables, and the audit rows that say who made them.

use domain::Instant;

use super::audit::{self, AuditRow};
use super::{Log, settings};
use crate::db::{Conn, Dialect, Sql, statements};
use crate::error::{Result, StoreError};

statements! {
    // Two Postgres nodes may change the same small table: one after the other.
    LOCK = Sql::only_postgres("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)");
}

/// An open change. Dropped without [`Change::commit`], nothing of it happened; keep it for milliseconds, nobody else
/// writes meanwhile.
pub struct Change {
    pub(super) conn: Conn<'static>,
    audit_lock: i64,
}

impl Log {
    /// Begins a change; on Postgres one at a time over all nodes.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the writer's place did not become free in time.
    pub async fn begin_change(&self) -> Result<Change> {
        Ok(Change {
            conn: self.begin_small().await?,
            audit_lock: self.audit_lock,
        })
    }

    /// Begins a change of the log's small tables that no person makes.
    pub(crate) async fn begin_small(&self) -> Result<Conn<'static>> {
        let mut conn = self.pools.write.begin().await?;
        if conn.dialect() == Dialect::Postgres {
            conn.one(LOCK, [(self.lock ^ 1).into()], |_| Ok(())).await?;
        }
        Ok(conn)
    }
}

impl Change {
    /// Makes the change durable, together with who made it. Answers the id of the last audit row.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when no audit row is given, or a statement of the change failed; [`StoreError::Full`].
    /// Nothing was kept then.
    pub async fn commit(mut self, audit: &[AuditRow]) -> Result<i64> {
        if audit.is_empty() {
            return Err(StoreError::Refused("a change must say who made it".into()));
        }
        self.conn.may_commit()?;
        let last = audit::insert(&mut self.conn, self.audit_lock, audit).await?;
        self.conn.commit().await?;
        Ok(last)
    }

    /// A setting's value, as this change sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_setting(&mut self, key: &str) -> Result<Option<String>> {
        settings::get(&mut self.conn, key).await
    }

    /// Writes a setting, in place of the value it had.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_setting(&mut self, key: &str, value: &str) -> Result<()> {
        settings::set(&mut self.conn, key, value).await
    }

    /// Writes a setting that has no value yet. `false` when it has one: that stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_setting(&mut self, key: &str, value: &str) -> Result<bool> {
        settings::add(&mut self.conn, key, value).await
    }

    /// Removes a setting. `false` when there was none: of two who remove it, one is told so.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_setting(&mut self, key: &str) -> Result<bool> {
        settings::delete(&mut self.conn, key).await
    }

    /// One of `version` was acted on: `true` rows were touched, else what was acted on has changed.
    pub(super) fn check(touched: u64, what: impl std::fmt::Display) -> Result<()> {
        if touched == 0 {
            return Err(StoreError::Conflict(what.to_string()));
        }
        Ok(())
    }
}

/// A microsecond earlier; for "before an instant" where a statement says "at or before".
pub(super) const fn just_before(at: Instant) -> Instant {
    Instant(at.0.saturating_sub(1))
}
