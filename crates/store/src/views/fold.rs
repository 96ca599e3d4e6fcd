//! The one writer of a generation: bulk reads and writes, and a cursor, in one transaction.

use std::collections::HashMap;

use domain::{DocKey, Instant};

use super::settled::Settled;
use super::{DocKeyRow, Edge, Exception, Order, Timer, Views, Waiting};
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Dialect, Sql, statements};
use crate::error::{Result, StoreError};

statements! {
    // Session locks exist only where several nodes share a database.
    TRY_LOCK = Sql::only_postgres(
        "SELECT CASE WHEN pg_try_advisory_lock($1) THEN CAST(1 AS BIGINT) ELSE 0 END");
    DUE = Sql::Select(Timer::TABLE, "WHERE due_at <= $1 ORDER BY due_at, order_id, line_no, kind LIMIT $2");
    NEXT_DUE = Sql::same("SELECT MIN(due_at) FROM timers");
}

record! {
    /// How far a reader of the log has come.
    pub(crate) struct Cursor in "cursors", key 1 {
        /// The reader.
        name: String,
        /// The last place it has read.
        seq: i64,
        /// Version of the fold.
        fold_version: i64,
    }
}

/// The right to fold into a generation. On Postgres one node has it, as long as this connection lives; transactions run
/// on that very connection, so that who lost the right cannot commit.
pub struct Folder {
    conn: Conn<'static>,
    fold_version: i64,
}

/// An open batch of folding. Dropped without [`FoldTx::commit`], nothing of it happened.
pub struct FoldTx<'f> {
    conn: Conn<'f>,
    fold_version: i64,
    /// The settled columns of orders as they are stored.
    settled: HashMap<i64, Settled>,
}

impl Views {
    /// Asks for the right to fold into this generation. `None` when another node has it. On SQLite the caller waits
    /// for a folder of the same process to go.
    ///
    /// # Errors
    /// The database's.
    pub async fn folder(&self) -> Result<Option<Folder>> {
        let mut conn = self.pools.write.acquire().await?;
        if conn.dialect() == Dialect::Postgres {
            if conn.one(TRY_LOCK, [self.lock.into()], |r| r.int(0)).await? != Some(1) {
                return Ok(None);
            }
            // The lock belongs to the connection: it must not go back to the pool with it.
            conn.close_on_drop();
        }
        Ok(Some(Folder {
            conn,
            fold_version: self.fold_version,
        }))
    }
}

impl Folder {
    /// Begins a batch.
    ///
    /// # Errors
    /// The database's; on Postgres also when the connection, and with it the right, was lost: ask for it again.
    pub async fn begin_fold(&mut self) -> Result<FoldTx<'_>> {
        let fold_version = self.fold_version;
        Ok(FoldTx {
            conn: self.conn.begin().await?,
            fold_version,
            settled: HashMap::new(),
        })
    }
}

impl FoldTx<'_> {
    /// The last event folded; 0 when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn cursor(&mut self) -> Result<i64> {
        super::cursor(&mut self.conn).await
    }

    /// Orders by id, in no particular order; those that do not exist are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_orders(&mut self, ids: &[i64]) -> Result<Vec<Order>> {
        let orders = bulk::select(&mut self.conn, Order::TABLE, ids, Order::read).await?;
        self.settled.extend(orders.iter().map(|o| (o.order_id, Settled::of(o))));
        Ok(orders)
    }

    /// The orders that exactly these keys mean.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_doc_keys(&mut self, keys: &[DocKey]) -> Result<Vec<DocKeyRow>> {
        bulk::select(&mut self.conn, DocKeyRow::TABLE, keys, DocKeyRow::read).await
    }

    /// Every key of these orders.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_doc_keys_of(&mut self, order_ids: &[i64]) -> Result<Vec<DocKeyRow>> {
        bulk::select_by(
            &mut self.conn,
            DocKeyRow::TABLE,
            ("order_id", ""),
            order_ids,
            DocKeyRow::read,
        )
        .await
    }

    /// The events that wait for these keys.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_waiting(&mut self, keys: &[DocKey]) -> Result<Vec<Waiting>> {
        bulk::select(&mut self.conn, Waiting::TABLE, keys, Waiting::read).await
    }

    /// The links of these orders.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_edges(&mut self, order_ids: &[i64]) -> Result<Vec<Edge>> {
        bulk::select(&mut self.conn, Edge::TABLE, order_ids, Edge::read).await
    }

    /// Every case of these orders, open or closed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_exceptions_of(&mut self, order_ids: &[i64]) -> Result<Vec<Exception>> {
        let by = ("order_id", "");
        bulk::select_by(&mut self.conn, Exception::TABLE, by, order_ids, Exception::read).await
    }

    /// Open cases of these orders.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_exceptions_of(&mut self, order_ids: &[i64]) -> Result<Vec<Exception>> {
        let by = ("order_id", "closed_seq IS NULL");
        bulk::select_by(&mut self.conn, Exception::TABLE, by, order_ids, Exception::read).await
    }

    /// Open cases with these fingerprints.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_exceptions_by_fingerprint(&mut self, fingerprints: &[&[u8]]) -> Result<Vec<Exception>> {
        let by = ("fingerprint", "closed_seq IS NULL");
        bulk::select_by(&mut self.conn, Exception::TABLE, by, fingerprints, Exception::read).await
    }

    /// Cases about these arrivals, open or closed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_exceptions_of_inbox(&mut self, inbox_ids: &[i64]) -> Result<Vec<Exception>> {
        let by = ("inbox_id", "");
        bulk::select_by(&mut self.conn, Exception::TABLE, by, inbox_ids, Exception::read).await
    }

    /// Cases by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_exceptions(&mut self, ids: &[i64]) -> Result<Vec<Exception>> {
        bulk::select(&mut self.conn, Exception::TABLE, ids, Exception::read).await
    }

    /// The timers due by `until`, in the order they fire.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_due_timers(&mut self, until: Instant, limit: usize) -> Result<Vec<Timer>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.conn.rows(DUE, [until.into(), limit.into()], Timer::read).await
    }

    /// Writes orders, new or known, each once. Those loaded by [`FoldTx::get_orders`] whose address, scope and opening
    /// did not change leave every index alone. Addresses may move between orders of one batch.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when two orders would have one address.
    pub async fn upsert_orders(&mut self, orders: &[Order]) -> Result<()> {
        let stays = |o: &&Order| self.settled.get(&o.order_id).is_some_and(|s| s.fits(o));
        let (mut same, moved): (Vec<&Order>, Vec<&Order>) = orders.iter().partition(stays);
        let known: Vec<i64> = moved
            .iter()
            .map(|o| o.order_id)
            .filter(|id| self.settled.contains_key(id))
            .collect();
        same.sort_unstable_by_key(|o| o.order_id);
        bulk::upsert_unsettled(&mut self.conn, &same).await?;
        // An address is free only after its order has left it: moved orders leave together, then all arrive.
        bulk::delete(&mut self.conn, Order::TABLE, &known).await?;
        let mut moved = moved;
        moved.sort_unstable_by_key(|o| o.order_id);
        bulk::upsert(&mut self.conn, &moved).await?;
        self.settled
            .extend(moved.into_iter().map(|o| (o.order_id, Settled::of(o))));
        Ok(())
    }

    /// Removes orders.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_orders(&mut self, ids: &[i64]) -> Result<()> {
        ids.iter().for_each(|id| drop(self.settled.remove(id)));
        bulk::delete(&mut self.conn, Order::TABLE, ids).await.map(drop)
    }

    /// Writes what keys mean, each key and order once.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_doc_keys(&mut self, rows: &[DocKeyRow]) -> Result<()> {
        let rows = sorted(rows, |a, b| key_of(a).cmp(&key_of(b)));
        bulk::upsert(&mut self.conn, &rows).await.map(drop)
    }

    /// Removes what these keys mean for these orders; `by_seq` does not matter.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_doc_keys(&mut self, rows: &[DocKeyRow]) -> Result<()> {
        bulk::delete(&mut self.conn, DocKeyRow::TABLE, &bulk::whole(rows))
            .await
            .map(drop)
    }

    /// Adds waiting events; those that wait already are left.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_waiting(&mut self, rows: &[Waiting]) -> Result<()> {
        bulk::insert_new(&mut self.conn, rows).await.map(drop)
    }

    /// Removes waiting events.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_waiting(&mut self, rows: &[Waiting]) -> Result<()> {
        bulk::delete(&mut self.conn, Waiting::TABLE, &bulk::whole(rows))
            .await
            .map(drop)
    }

    /// Adds links; those that exist already are left.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_edges(&mut self, rows: &[Edge]) -> Result<()> {
        bulk::insert_new(&mut self.conn, rows).await.map(drop)
    }

    /// Removes links.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_edges(&mut self, rows: &[Edge]) -> Result<()> {
        bulk::delete(&mut self.conn, Edge::TABLE, &bulk::whole(rows))
            .await
            .map(drop)
    }

    /// Removes every link of these orders.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_edges_of(&mut self, order_ids: &[i64]) -> Result<()> {
        bulk::delete(&mut self.conn, Edge::TABLE, order_ids).await.map(drop)
    }

    /// Writes timers, each once.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_timers(&mut self, rows: &[Timer]) -> Result<()> {
        bulk::upsert(&mut self.conn, rows).await.map(drop)
    }

    /// Removes timers; `seq` does not matter.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_timers(&mut self, rows: &[Timer]) -> Result<()> {
        bulk::delete(&mut self.conn, Timer::TABLE, &bulk::whole(rows))
            .await
            .map(drop)
    }

    /// Writes cases, each once: closed ones first, so that a fingerprint is free for the next.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when two open cases would have one fingerprint.
    pub async fn upsert_exceptions(&mut self, rows: &[Exception]) -> Result<()> {
        let (mut closed, mut open): (Vec<&Exception>, Vec<&Exception>) =
            rows.iter().partition(|e| e.closed_seq.is_some());
        closed.sort_unstable_by_key(|e| e.exception_id);
        open.sort_unstable_by_key(|e| e.exception_id);
        bulk::upsert(&mut self.conn, &closed).await?;
        bulk::upsert(&mut self.conn, &open).await.map(drop)
    }

    /// Removes cases.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_exceptions(&mut self, ids: &[i64]) -> Result<()> {
        bulk::delete(&mut self.conn, Exception::TABLE, ids).await.map(drop)
    }

    /// Says how far the fold has come.
    ///
    /// # Errors
    /// The database's; [`StoreError::Refused`] when it would go back.
    pub async fn set_cursor(&mut self, seq: i64) -> Result<()> {
        if self.cursor().await? > seq {
            return Err(StoreError::Refused(format!("the fold has passed {seq} already")));
        }
        let cursor = Cursor {
            name: "fold".into(),
            seq,
            fold_version: self.fold_version,
        };
        bulk::upsert(&mut self.conn, &[cursor]).await.map(drop)
    }

    /// Makes the batch visible.
    ///
    /// # Errors
    /// The database's; then nothing of the batch happened.
    pub async fn commit(self) -> Result<()> {
        self.conn.commit().await
    }
}

impl Views {
    /// When the next timer is due; absent when none is set.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_due(&self) -> Result<Option<Instant>> {
        Ok(self
            .pools
            .read
            .acquire()
            .await?
            .one(NEXT_DUE, [], |r| r.opt_instant(0))
            .await?
            .flatten())
    }
}

fn key_of(row: &DocKeyRow) -> (i64, &str, &str, i64) {
    (row.kind.code(), &row.scheme, &row.key, row.order_id)
}

fn sorted<T>(rows: &[T], by: impl Fn(&T, &T) -> std::cmp::Ordering) -> Vec<&T> {
    let mut rows: Vec<&T> = rows.iter().collect();
    rows.sort_unstable_by(|a, b| by(a, b));
    rows
}
