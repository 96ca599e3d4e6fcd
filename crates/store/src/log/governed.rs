//! Governed records: what two people agreed on, version by version, never changed.

use domain::Instant;

use super::{AppendTx, Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Sql, statements};
use crate::error::{Result, StoreError};
use crate::list;

statements! {
    GET = Sql::Select(Governed::TABLE, "WHERE kind = $1 AND key = $2 AND version = $3");
    AT = Sql::Select(
        Governed::TABLE,
        "WHERE kind = $1 AND key = $2 AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3) \
         ORDER BY version DESC LIMIT 1");
    HISTORY = Sql::Select(
        Governed::TABLE,
        "WHERE kind = $1 AND key = $2 AND version < $3 ORDER BY version DESC LIMIT $4");
    LAST_VERSION = Sql::same("SELECT COALESCE(MAX(version), 0) FROM governed WHERE kind = $1 AND key = $2");
    ALL_AT = Sql::same(
        "SELECT g.kind, g.key, g.version, g.valid_from, g.valid_to, g.body, g.hash, g.seq, g.by_login, g.at \
         FROM governed g \
         WHERE g.kind = $1 AND g.key > $2 AND g.valid_from <= $3 AND (g.valid_to IS NULL OR g.valid_to > $3) \
           AND NOT EXISTS (SELECT 1 FROM governed l WHERE l.kind = g.kind AND l.key = g.key AND l.version > g.version \
                           AND l.valid_from <= $3 AND (l.valid_to IS NULL OR l.valid_to > $3)) \
         ORDER BY g.kind, g.key LIMIT $4");
}

/// Those of [`STATEMENTS`] that walk many rows, for the test that they do so along an index.
pub(crate) const WALKS: &[(&str, Sql)] = &[("AT", AT), ("HISTORY", HISTORY), ("ALL_AT", ALL_AT)];

record! {
    /// A version of a governed record. In force at an instant is the highest version whose dates include it: a later
    /// decision goes before an earlier one, and where it ends, the earlier one is in force again.
    pub struct Governed in "governed", key 3 {
        /// What it governs.
        kind: String,
        /// Of what, such as a currency.
        key: String,
        /// From 1, without gaps.
        version: i64,
        /// In force from.
        valid_from: Instant,
        /// Until before then; absent: until a later version.
        valid_to: Option<Instant>,
        /// What it says, as `domain` writes it; absent: that the record ends.
        body: Option<String>,
        /// Hash over what was agreed on.
        hash: Vec<u8>,
        /// Its event in the log; 0 when it has none.
        seq: i64,
        /// Who made it be so.
        by_login: String,
        /// When.
        at: Instant,
    }
}

async fn insert(conn: &mut Conn<'_>, record: &Governed) -> Result<()> {
    let args = [(&record.kind).into(), (&record.key).into()];
    let last = conn.one(LAST_VERSION, args, |r| r.int(0)).await?.unwrap_or_default();
    let fits = last + 1 == record.version && bulk::insert_new(conn, std::slice::from_ref(record)).await? > 0;
    if fits {
        return Ok(());
    }
    Err(StoreError::Conflict(format!(
        "{} {} is at version {last}, so {} is not the next",
        record.kind, record.key, record.version
    )))
}

impl AppendTx {
    /// Adds the next version of a record, in the transaction of its event.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else made that version; nothing is written then.
    pub async fn insert_governed(&mut self, record: &Governed) -> Result<()> {
        insert(&mut self.conn, record).await
    }

    /// The highest version of a record, as this append sees it; 0 when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_governed_version(&mut self, kind: &str, key: &str) -> Result<i64> {
        last_version(&mut self.conn, kind, key).await
    }
}

impl Change {
    /// Adds the next version of a record.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else made that version; nothing is written then.
    pub async fn insert_governed(&mut self, record: &Governed) -> Result<()> {
        insert(&mut self.conn, record).await
    }

    /// The highest version of a record, in force or not; 0 when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_governed_version(&mut self, kind: &str, key: &str) -> Result<i64> {
        last_version(&mut self.conn, kind, key).await
    }
}

impl Log {
    /// One version of a record.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_governed(&self, kind: &str, key: &str, version: i64) -> Result<Option<Governed>> {
        let args = [kind.into(), key.into(), version.into()];
        self.pools.read.acquire().await?.one(GET, args, Governed::read).await
    }

    /// The version of a record in force at an instant, also one that says that it ends.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_governed_at(&self, kind: &str, key: &str, at: Instant) -> Result<Option<Governed>> {
        let args = [kind.into(), key.into(), at.into()];
        self.pools.read.acquire().await?.one(AT, args, Governed::read).await
    }

    /// The highest version of a record, in force or not; 0 when there is none. What a proposal is based on.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_governed_version(&self, kind: &str, key: &str) -> Result<i64> {
        last_version(&mut self.pools.read.acquire().await?, kind, key).await
    }

    /// Versions of a record, last first, before a version (`i64::MAX` for the first page).
    ///
    /// # Errors
    /// The database's.
    pub async fn list_governed_history(
        &self,
        kind: &str,
        key: &str,
        before: i64,
        limit: usize,
    ) -> Result<Vec<Governed>> {
        let args = [kind.into(), key.into(), before.into(), list::count(limit).into()];
        self.pools
            .read
            .acquire()
            .await?
            .rows(HISTORY, args, Governed::read)
            .await
    }

    /// What is in force at an instant of every record of a kind, ended ones too, by key, after a key (empty for the first page).
    ///
    /// # Errors
    /// The database's.
    pub async fn list_governed_at(&self, kind: &str, at: Instant, after: &str, limit: usize) -> Result<Vec<Governed>> {
        let args = [kind.into(), after.into(), at.into(), list::count(limit).into()];
        self.pools
            .read
            .acquire()
            .await?
            .rows(ALL_AT, args, Governed::read)
            .await
    }
}

async fn last_version(conn: &mut Conn<'_>, kind: &str, key: &str) -> Result<i64> {
    let last = conn.one(LAST_VERSION, [kind.into(), key.into()], |r| r.int(0)).await?;
    Ok(last.unwrap_or_default())
}
