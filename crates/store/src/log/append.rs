//! The one writer of the log.

use domain::events::Event;

use super::events::EventRecord;
use super::sources::totals_of;
use super::{Head, Inbox, Item, ItemAddress, ItemMark, Log, head};
use crate::bulk;
use crate::db::{Conn, Dialect, Sql, statements};
use crate::error::Result;

statements! {
    // Only Postgres has several appenders; this makes the order of seq the order of commits.
    LOCK = Sql::only_postgres("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)");
    MARK_ITEM = Sql::same(
        "UPDATE items SET outcome = $4, fault = $5, parked_on = $6, seq = $7, noted = 1 \
         WHERE source_id = $1 AND item_key = $2 AND content = $3");
    MARK_PARKED = Sql::same(
        "UPDATE inbox SET parked = parked + $2, accepted = accepted - $2 WHERE inbox_id = $1");
    MARK_PARKED_SOURCE = Sql::same(
        "UPDATE source_totals SET parked = parked + $2, accepted = accepted - $2 \
         WHERE source_id = (SELECT i.source_id FROM inbox i WHERE i.inbox_id = $1)");
    ADD_TOTALS = Sql::same(
        "INSERT INTO source_totals (source_id, arrivals, accepted, duplicate, conflict, parked, last_heard_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (source_id) DO UPDATE SET arrivals = source_totals.arrivals + excluded.arrivals, \
           accepted = source_totals.accepted + excluded.accepted, \
           duplicate = source_totals.duplicate + excluded.duplicate, \
           conflict = source_totals.conflict + excluded.conflict, \
           parked = source_totals.parked + excluded.parked, \
           last_heard_at = CASE WHEN source_totals.last_heard_at > excluded.last_heard_at \
             THEN source_totals.last_heard_at ELSE excluded.last_heard_at END");
    ADD_STREAM = Sql::same(
        "INSERT INTO streams (stream, version, seq) VALUES ($1, $2, $3) ON CONFLICT (stream, version) DO NOTHING");
}

/// An open append. Dropped without [`AppendTx::commit`], nothing of it happened.
pub struct AppendTx {
    pub(super) conn: Conn<'static>,
    pub(super) audit_lock: i64,
    /// Where the log ended when the append began; nobody else appends until it is over.
    pub head: Head,
}

impl Log {
    /// Takes the writer's place and begins a transaction.
    ///
    /// # Errors
    /// [`crate::StoreError::Busy`] when the place did not become free in time.
    pub async fn begin_append(&self) -> Result<AppendTx> {
        let mut conn = self.pools.write.begin().await?;
        if conn.dialect() == Dialect::Postgres {
            conn.one(LOCK, [self.lock.into()], |_| Ok(())).await?;
        }
        let head = head(&mut conn).await?;
        Ok(AppendTx {
            conn,
            audit_lock: self.audit_lock,
            head,
        })
    }
}

impl AppendTx {
    /// What is stored under these (source, item key) pairs, every content of each.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_items(&mut self, keys: &[(i64, &str)]) -> Result<Vec<Item>> {
        bulk::select(&mut self.conn, <Item as bulk::Record>::TABLE, keys, Item::read).await
    }

    /// Adds arrivals, and their counts to the totals of their sources.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_inbox(&mut self, arrivals: &[Inbox]) -> Result<()> {
        bulk::insert(&mut self.conn, arrivals).await?;
        self.add_totals(arrivals, 1).await
    }

    /// Writes what became of an arrival whose counts were still 0 when it was inserted.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_inbox(&mut self, arrival: &Inbox) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(arrival)).await?;
        self.add_totals(std::slice::from_ref(arrival), 0).await
    }

    async fn add_totals(&mut self, arrivals: &[Inbox], each: i64) -> Result<()> {
        for t in totals_of(arrivals, each) {
            let args = [
                t.source_id.into(),
                t.arrivals.into(),
                t.accepted.into(),
                t.duplicate.into(),
                t.conflict.into(),
                t.parked.into(),
                t.last_heard_at.into(),
            ];
            self.conn.run(ADD_TOTALS, args).await?;
        }
        Ok(())
    }

    /// Adds items. Their addresses must be new: ask [`AppendTx::get_items`] first.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when one is not.
    pub async fn insert_items(&mut self, items: &[Item]) -> Result<()> {
        bulk::insert(&mut self.conn, items).await.map(drop)
    }

    /// Appends events; their `seq` must follow [`AppendTx::head`].
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when a place is taken.
    pub async fn insert_events(&mut self, events: &[Event]) -> Result<()> {
        for chunk in events.chunks(4096) {
            let records = chunk.iter().map(EventRecord::of).collect::<Result<Vec<_>>>()?;
            bulk::insert(&mut self.conn, &records).await?;
        }
        Ok(())
    }

    /// Says anew what became of a parked item. `false` when there is no such item.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_item(&mut self, at: &ItemAddress, mark: &ItemMark) -> Result<bool> {
        let args = [
            at.source_id.into(),
            (&at.item_key).into(),
            at.content.as_slice().into(),
            mark.outcome.into(),
            mark.fault.as_deref().into(),
            mark.parked_on.as_deref().into(),
            mark.seq.into(),
        ];
        Ok(self.conn.run(MARK_ITEM, args).await? > 0)
    }

    /// Adds `delta` to an arrival's parked items and takes it from its accepted ones (and so for its source): after a
    /// retry that let three items through, `delta` is -3. `false` when there is no such arrival.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_inbox_parked(&mut self, inbox_id: i64, delta: i64) -> Result<bool> {
        let args = [inbox_id.into(), delta.into()];
        self.conn.run(MARK_PARKED_SOURCE, args).await?;
        Ok(self.conn.run(MARK_PARKED, args).await? > 0)
    }

    /// Takes the next version of a stream. `false` when somebody has it already: what the caller saw is out of date.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_stream(&mut self, stream: &str, version: i64, seq: i64) -> Result<bool> {
        Ok(self
            .conn
            .run(ADD_STREAM, [stream.into(), version.into(), seq.into()])
            .await?
            > 0)
    }

    /// Makes the append durable.
    ///
    /// # Errors
    /// [`crate::StoreError::Full`] when the disk is full; then nothing was kept.
    pub async fn commit(self) -> Result<()> {
        self.conn.commit().await
    }
}
