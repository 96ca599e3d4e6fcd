//! One generation of views: what pages read, a function of the log.
//!
//! One [`Folder`] writes, in transactions that carry their cursor; a rebuild fills another generation beside this one.

mod digest;
mod exceptions;
mod fold;
mod keys;
mod orders;
mod settled;

use crate::bulk::{Record, Table, Verb};
use crate::db::{Conn, Dialect, Pool, Sql, statements};
use crate::error::Result;
use crate::list::List;
use crate::log::{Log, Selected};
use crate::places::Pools;

pub use digest::Difference;
pub use exceptions::{Exception, ExceptionFilter, Frozen};
pub use fold::{FoldTx, Folder};
pub use keys::{DocKeyRow, Edge, KeyMatch, Waiting};
pub use orders::{Order, OrderSummary, Timer};

statements! {
    // SQLite plans these views well by their indexes alone.
    ANALYZE = Sql::only_postgres("ANALYZE doc_keys, edges, exceptions, orders, timers, waiting");
    CURSOR = Sql::Select(fold::Cursor::TABLE, "WHERE name = 'fold'");
}

/// One generation of views. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Views {
    number: i64,
    fold_version: i64,
    pools: Pools,
    log: Log,
    /// Number of the Postgres advisory lock that the folder holds.
    lock: i64,
}

impl Views {
    pub(crate) fn new(number: i64, fold_version: i64, pools: Pools, log: Log, lock: i64) -> Self {
        Self {
            number,
            fold_version,
            pools,
            log,
            lock,
        }
    }

    /// The generation's number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Version of the fold that writes it.
    #[must_use]
    pub fn fold_version(&self) -> i64 {
        self.fold_version
    }

    /// The last event folded into these views; 0 when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn cursor(&self) -> Result<i64> {
        cursor(&mut self.pools.read.acquire().await?).await
    }

    pub(crate) fn reader(&self) -> &Pool {
        &self.pools.read
    }

    /// The scope numbers by which to read `list`: none when the list can be read whole.
    fn scopes<'s>(list: &List, selected: &'s Selected) -> Option<&'s [i64]> {
        match selected {
            Selected::All(_) if list.all => None,
            _ => Some(selected.ids()),
        }
    }

    /// Lets the database count its rows, so that it plans well: after much was folded at once, as in a rebuild.
    ///
    /// # Errors
    /// The database's.
    pub async fn analyze(&self) -> Result<()> {
        match self.pools.write.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.pools.write.acquire().await?.script(ANALYZE).await,
        }
    }

    /// Closes every connection of this generation, after what runs on them.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}

async fn cursor(conn: &mut Conn<'_>) -> Result<i64> {
    Ok(conn.one(CURSOR, [], fold::Cursor::read).await?.map_or(0, |c| c.seq))
}

/// Every hand-written statement on views, for the test that prepares them.
pub(crate) fn statements() -> impl Iterator<Item = (&'static str, Sql)> {
    [
        STATEMENTS,
        exceptions::STATEMENTS,
        fold::STATEMENTS,
        keys::STATEMENTS,
        orders::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Every table of a generation, in the order digests name them.
pub(crate) fn tables() -> Vec<&'static Table> {
    vec![
        fold::Cursor::TABLE,
        DocKeyRow::TABLE,
        Edge::TABLE,
        Exception::TABLE,
        Order::TABLE,
        Timer::TABLE,
        Waiting::TABLE,
    ]
}

/// Every way in which rows are found in bulk other than by their whole key.
pub(crate) fn reads() -> Vec<(&'static Table, Verb)> {
    vec![
        (DocKeyRow::TABLE, Verb::Select(3)),
        (Waiting::TABLE, Verb::Select(3)),
        (Edge::TABLE, Verb::Select(1)),
        (Edge::TABLE, Verb::Delete(1)),
        (DocKeyRow::TABLE, Verb::SelectBy("order_id", "")),
        (Exception::TABLE, Verb::SelectBy("order_id", "")),
        (Exception::TABLE, Verb::SelectBy("order_id", "closed_seq IS NULL")),
        (Exception::TABLE, Verb::SelectBy("fingerprint", "closed_seq IS NULL")),
        (Exception::TABLE, Verb::SelectBy("inbox_id", "")),
        (
            Exception::TABLE,
            Verb::CountBy("scope_id", "severity", "closed_seq IS NULL"),
        ),
    ]
}
