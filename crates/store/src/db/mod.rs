//! The facade over sqlx's native drivers: two pools behind one face, SQL written once with `$1`, rows read by index.
//!
//! Every integer is an `i64` (BIGINT, or INTEGER of a STRICT table), text is `String`, bytes are `Vec<u8>`;
//! truth values are integers, instants are microseconds. What must differ is said by [`Sql::per_dialect`].

mod args;
mod checkpoint;
mod connect;
mod row;
mod sql;

use futures_util::TryStreamExt;
use sqlx::pool::PoolConnection;
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
    SqlitePool, Transaction,
};

pub(crate) use args::{Args, Array, Sink};
pub(crate) use checkpoint::{Checkpointer, STATEMENTS};
pub(crate) use connect::{POSTGRES_CONNECTIONS, SqliteRole, open_postgres, open_sqlite};
pub(crate) use row::Row;
pub(crate) use sql::{Sql, statements};

use crate::bulk::select_text;
use crate::error::{Result, StoreError};

/// How a transaction begins on SQLite: with the right to write, so that it cannot fail for want of it later.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// Which database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite, embedded.
    Sqlite,
    /// Postgres.
    Postgres,
}

/// Connections to one SQLite file or one Postgres schema.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// One connection, plain or within a transaction; dropped without [`Conn::commit`], a transaction is undone.
pub(crate) struct Conn<'c> {
    link: Link<'c>,
    /// A statement failed: what it did so far may stand, so the transaction can only be undone.
    failed: bool,
}

enum Link<'c> {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'c, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'c, Postgres>),
}

impl<'c> From<Link<'c>> for Conn<'c> {
    fn from(link: Link<'c>) -> Self {
        Self { link, failed: false }
    }
}

enum Raw<'r> {
    Sqlite(&'r mut SqliteConnection),
    Postgres(&'r mut PgConnection),
}

impl Pool {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn acquire(&self) -> Result<Conn<'static>> {
        Ok(Conn::from(match self {
            Self::Sqlite(pool) => Link::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Link::Postgres(pool.acquire().await?),
        }))
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Conn<'static>> {
        Ok(Conn::from(match self {
            Self::Sqlite(pool) => Link::SqliteTx(match pool.begin_with(BEGIN).await {
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    // Stuck, see `Conn::begin`; a writer's pool has no other connection.
                    pool.acquire().await?.close().await?;
                    pool.begin_with(BEGIN).await?
                }
                begun => begun?,
            }),
            Self::Postgres(pool) => Link::PostgresTx(pool.begin().await?),
        }))
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        match self.link {
            Link::Sqlite(_) | Link::SqliteTx(_) => Dialect::Sqlite,
            Link::Postgres(_) | Link::PostgresTx(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction that writes on this very connection.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the connection is stuck: SQLite undoes a transaction by itself when the disk is full,
    /// and the driver goes on taking it for open. It is closed then when it is dropped.
    pub(crate) async fn begin(&mut self) -> Result<Conn<'_>> {
        if let Raw::Sqlite(c) = self.raw() {
            // Comes back when what was asked before is done: the end of a dropped transaction, too.
            c.ping().await?;
            if c.is_in_transaction() {
                self.close_on_drop();
                return Err(StoreError::Busy(sqlx::Error::InvalidSavePointStatement));
            }
        }
        Ok(Conn::from(match self.raw() {
            Raw::Sqlite(c) => Link::SqliteTx(c.begin_with(BEGIN).await?),
            Raw::Postgres(c) => Link::PostgresTx(c.begin().await?),
        }))
    }

    /// Makes the transaction durable; a plain connection has nothing to commit.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when one of its statements failed: nothing of the transaction is kept then.
    pub(crate) async fn commit(self) -> Result<()> {
        self.may_commit()?;
        match self.link {
            Link::SqliteTx(tx) => tx.commit().await?,
            Link::PostgresTx(tx) => tx.commit().await?,
            Link::Sqlite(_) | Link::Postgres(_) => {}
        }
        Ok(())
    }

    /// Refused when one of the transaction's statements failed.
    pub(crate) fn may_commit(&self) -> Result<()> {
        if self.failed {
            return Err(StoreError::Refused(
                "a statement of this transaction failed, so nothing of it is kept".into(),
            ));
        }
        Ok(())
    }

    /// Closes the connection when it is dropped, instead of giving it back.
    pub(crate) fn close_on_drop(&mut self) {
        match &mut self.link {
            Link::Sqlite(c) => c.close_on_drop(),
            Link::Postgres(c) => c.close_on_drop(),
            Link::SqliteTx(_) | Link::PostgresTx(_) => {}
        }
    }

    fn raw(&mut self) -> Raw<'_> {
        match &mut self.link {
            Link::Sqlite(c) => Raw::Sqlite(c),
            Link::SqliteTx(c) => Raw::Sqlite(c),
            Link::Postgres(c) => Raw::Postgres(c),
            Link::PostgresTx(c) => Raw::Postgres(c),
        }
    }

    /// Runs a statement; answers how many rows it touched.
    pub(crate) async fn run(&mut self, sql: impl SqlText, args: impl IntoArgs) -> Result<u64> {
        let args = args.into_args(self.dialect())?;
        let sql = sql.text(self.dialect());
        let done = match (self.raw(), args) {
            (Raw::Sqlite(c), Args::Sqlite(a)) => sqlx::query_with(sql, a).execute(c).await.map(|d| d.rows_affected()),
            (Raw::Postgres(c), Args::Postgres(a)) => {
                sqlx::query_with(sql, a).execute(c).await.map(|d| d.rows_affected())
            }
            _ => return Err(mixed()),
        };
        self.failed |= done.is_err();
        Ok(done?)
    }

    /// Calls `each` with every row, in order.
    pub(crate) async fn each(
        &mut self,
        sql: impl SqlText,
        args: impl IntoArgs,
        each: impl FnMut(Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let done = self.try_each(sql, args, each).await;
        self.failed |= done.is_err();
        done
    }

    async fn try_each(
        &mut self,
        sql: impl SqlText,
        args: impl IntoArgs,
        mut each: impl FnMut(Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let args = args.into_args(self.dialect())?;
        let sql = sql.text(self.dialect());
        match (self.raw(), args) {
            (Raw::Sqlite(c), Args::Sqlite(a)) => {
                let mut rows = sqlx::query_with(sql, a).fetch(c);
                while let Some(row) = rows.try_next().await? {
                    each(Row::Sqlite(&row))?;
                }
            }
            (Raw::Postgres(c), Args::Postgres(a)) => {
                let mut rows = sqlx::query_with(sql, a).fetch(c);
                while let Some(row) = rows.try_next().await? {
                    each(Row::Postgres(&row))?;
                }
            }
            _ => return Err(mixed()),
        }
        Ok(())
    }

    /// Every row, read by `read`.
    pub(crate) async fn rows<T>(
        &mut self,
        sql: impl SqlText,
        args: impl IntoArgs,
        read: impl Fn(Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.each(sql, args, |row| {
            out.push(read(row)?);
            Ok(())
        })
        .await?;
        Ok(out)
    }

    /// The first row, if there is one.
    pub(crate) async fn one<T>(
        &mut self,
        sql: impl SqlText,
        args: impl IntoArgs,
        read: impl Fn(Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.rows(sql, args, read).await?.into_iter().next())
    }

    /// Runs a script of several statements without arguments.
    pub(crate) async fn script(&mut self, sql: impl SqlText) -> Result<()> {
        let sql = sqlx::raw_sql(sql.text(self.dialect()));
        match self.raw() {
            Raw::Sqlite(c) => sql.execute(c).await.map(|_| ())?,
            Raw::Postgres(c) => sql.execute(c).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Asks the database to prepare a statement, without running it.
    pub(crate) async fn prepare(&mut self, sql: impl SqlText) -> Result<()> {
        use sqlx::Executor;
        let sql = sql.text(self.dialect());
        match self.raw() {
            Raw::Sqlite(c) => drop(c.prepare(sql).await?),
            Raw::Postgres(c) => drop(c.prepare(sql).await?),
        }
        Ok(())
    }
}

fn mixed() -> StoreError {
    StoreError::Database(sqlx::Error::Protocol("arguments of another engine".into()))
}

/// Text of a statement. Only constants of this crate and what `bulk` and `list` build are statements.
pub(crate) trait SqlText {
    fn text(self, dialect: Dialect) -> SqlStr;
}

impl SqlText for &'static str {
    fn text(self, _: Dialect) -> SqlStr {
        self.into_sql_str()
    }
}

impl SqlText for Sql {
    fn text(self, dialect: Dialect) -> SqlStr {
        match self {
            Self::PerDialect { sqlite, .. } if dialect == Dialect::Sqlite => sqlite.into_sql_str(),
            Self::PerDialect { postgres, .. } => postgres.into_sql_str(),
            Self::Select(table, tail) => AssertSqlSafe(select_text(table, tail)).into_sql_str(),
        }
    }
}

impl SqlText for std::sync::Arc<str> {
    fn text(self, _: Dialect) -> SqlStr {
        AssertSqlSafe(self).into_sql_str()
    }
}

impl SqlText for String {
    fn text(self, _: Dialect) -> SqlStr {
        AssertSqlSafe(self).into_sql_str()
    }
}

/// Something that becomes the arguments of a statement: [`Args`], or a slice of [`args::Value`]s.
pub(crate) trait IntoArgs {
    fn into_args(self, dialect: Dialect) -> Result<Args>;
}

pub(crate) use args::Value;
