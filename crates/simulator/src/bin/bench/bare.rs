//! The bare loop: the same rows into the same tables in the same transactions, and nothing else. It shares no code with
//! the store.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use simulator::tools::look;
use simulator::tools::place::Base;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, PgConnection, SqliteConnection};

use crate::ingest::{Written, tables, written_by_postgres};
use crate::rows::{BODIES, DOC_KEYS, EDGES, EVENTS, INBOX, ITEMS, Kind, ORDERS, Plan, Rows, Table, Value};

/// Rows in one statement.
const BLOCKS: [usize; 4] = [512, 64, 8, 1];

/// What the bare loop cost.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) took: Duration,
    pub(crate) written: Written,
}

/// Writes the plan into a fresh place.
pub(crate) async fn run(base: &Base, folder: &Path, plan: &Plan) -> Result<Ran> {
    let generation = tables(base, folder).await?;
    let mut log = Bare::open(base, folder, None).await?;
    let mut views = Bare::open(base, folder, Some(generation)).await?;
    let before = if let Base::Postgres { url, .. } = base {
        written_by_postgres(url).await?
    } else {
        Written::default()
    };
    let counted = simulator::tools::disk::Counters::listen()?;
    let start = Instant::now();
    let (a, b) = tokio::join!(write_log(&mut log, plan), write_views(&mut views, plan));
    let took = start.elapsed();
    a?;
    b?;
    let written = match base {
        Base::Postgres { url, .. } => {
            let after = written_by_postgres(url).await?;
            Written {
                rows: after.rows - before.rows,
                wal: after.wal - before.wal,
            }
        }
        Base::Sqlite => Written {
            rows: log.rows().await? + views.rows().await?,
            wal: counted.wal_bytes(),
        },
    };
    counted.forget();
    Ok(Ran { took, written })
}

async fn write_log(conn: &mut Bare, plan: &Plan) -> Result<()> {
    for (n, commit) in plan.commits.iter().enumerate() {
        conn.begin().await?;
        conn.insert(&BODIES, &commit.bodies).await?;
        conn.insert(&INBOX, &commit.inbox).await?;
        conn.totals(commit.inbox.len() + n).await?;
        conn.insert(&ITEMS, &commit.items).await?;
        conn.insert(&EVENTS, &commit.events).await?;
        conn.commit().await?;
    }
    Ok(())
}

async fn write_views(conn: &mut Bare, plan: &Plan) -> Result<()> {
    for fold in &plan.folds {
        conn.begin().await?;
        conn.insert(&ORDERS, &fold.orders).await?;
        conn.insert(&DOC_KEYS, &fold.doc_keys).await?;
        conn.insert(&EDGES, &fold.edges).await?;
        conn.cursor(fold.cursor).await?;
        conn.commit().await?;
    }
    Ok(())
}

/// A connection.
enum Bare {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bare {
    /// Opens the log (`None`) or a generation of views, set up as the product sets it up.
    async fn open(base: &Base, folder: &Path, generation: Option<i64>) -> Result<Self> {
        Ok(match base {
            Base::Sqlite => {
                let (file, level) = match generation {
                    None => ("log.db".to_owned(), SqliteSynchronous::Full),
                    Some(n) => (format!("views-{n}.db"), SqliteSynchronous::Normal),
                };
                let options = SqliteConnectOptions::new()
                    .filename(folder.join(file))
                    .page_size(8192)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(level)
                    .statement_cache_capacity(512)
                    .pragma("mmap_size", "0")
                    .pragma("cache_size", "-65536")
                    .pragma("wal_autocheckpoint", "4000");
                Self::Sqlite(options.connect().await?)
            }
            Base::Postgres { url, schema } => {
                let mut conn = look::postgres(url).await?;
                let name = generation.map_or_else(|| format!("{schema}_log"), |n| format!("{schema}_views_{n}"));
                sqlx::raw_sql(AssertSqlSafe(format!("SET search_path TO {name}")))
                    .execute(&mut conn)
                    .await?;
                Self::Postgres(conn)
            }
        })
    }

    async fn plain(&mut self, sql: String) -> Result<()> {
        match self {
            Self::Sqlite(c) => sqlx::query(AssertSqlSafe(sql)).execute(c).await.map(|_| ())?,
            Self::Postgres(c) => sqlx::query(AssertSqlSafe(sql)).execute(c).await.map(|_| ())?,
        }
        Ok(())
    }

    async fn begin(&mut self) -> Result<()> {
        let sql = if matches!(self, Self::Sqlite(_)) {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN"
        };
        self.plain(sql.to_owned()).await
    }

    async fn commit(&mut self) -> Result<()> {
        self.plain("COMMIT".to_owned()).await
    }

    /// The totals of the one source.
    async fn totals(&mut self, n: usize) -> Result<()> {
        self.plain(format!(
            "INSERT INTO source_totals (source_id, arrivals, accepted, duplicate, conflict, parked, last_heard_at) \
             VALUES (1, 1, 1, 0, 0, 0, 1) ON CONFLICT (source_id) DO UPDATE SET arrivals = {n}, accepted = {n}"
        ))
        .await
    }

    async fn cursor(&mut self, seq: i64) -> Result<()> {
        self.plain(format!(
            "INSERT INTO cursors (name, seq, fold_version) VALUES ('fold', {seq}, 1) \
             ON CONFLICT (name) DO UPDATE SET seq = excluded.seq"
        ))
        .await
    }

    /// Rows written so far, as SQLite counts them.
    async fn rows(&mut self) -> Result<u64> {
        match self {
            Self::Sqlite(c) => {
                let (n,): (i64,) = sqlx::query_as("SELECT total_changes()").fetch_one(c).await?;
                Ok(u64::try_from(n)?)
            }
            Self::Postgres(_) => Ok(0),
        }
    }

    async fn insert(&mut self, table: &Table, rows: &Rows) -> Result<()> {
        match self {
            Self::Sqlite(conn) => insert_sqlite(conn, table, rows).await,
            Self::Postgres(conn) => {
                for chunk in rows.chunks(4096) {
                    insert_postgres(conn, table, chunk).await?;
                }
                Ok(())
            }
        }
    }
}

fn head_and_tail(table: &Table) -> (String, String) {
    let names: Vec<&str> = table.columns.iter().map(|c| c.0).collect();
    let head = format!("INSERT INTO {} ({}) ", table.name, names.join(", "));
    let tail = table.upsert.map_or_else(String::new, |(key, columns)| {
        let set: Vec<String> = columns.iter().map(|c| format!("{c} = excluded.{c}")).collect();
        format!(" ON CONFLICT ({key}) DO UPDATE SET {}", set.join(", "))
    });
    (head, tail)
}

async fn insert_sqlite(conn: &mut SqliteConnection, table: &Table, rows: &Rows) -> Result<()> {
    let (head, tail) = head_and_tail(table);
    let mut left = rows.as_slice();
    while !left.is_empty() {
        let size = BLOCKS.into_iter().find(|b| *b <= left.len()).unwrap_or(1);
        let (block, rest) = left.split_at(size);
        left = rest;
        let one = format!("({})", vec!["?"; table.columns.len()].join(", "));
        let sql = format!("{head}VALUES {}{tail}", vec![one; size].join(", "));
        let mut args = SqliteArguments::default();
        for value in block.iter().flatten() {
            let added = match value {
                Value::Int(v) => args.add(*v),
                Value::Text(v) => args.add(v.as_deref()),
                Value::Blob(v) => args.add(v.as_deref()),
            };
            added.map_err(|e| anyhow::anyhow!("{e}"))?;
        }
        sqlx::query_with(AssertSqlSafe(sql), args).execute(&mut *conn).await?;
    }
    Ok(())
}

async fn insert_postgres(conn: &mut PgConnection, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
    let (head, tail) = head_and_tail(table);
    let mut args = PgArguments::default();
    let mut arrays = Vec::new();
    for (n, (_, kind)) in table.columns.iter().enumerate() {
        let column = rows.iter().map(|row| &row[n]);
        let added = match kind {
            Kind::Int => args.add(
                column
                    .map(|v| if let Value::Int(v) = v { *v } else { None })
                    .collect::<Vec<_>>(),
            ),
            Kind::Text => args.add(
                column
                    .map(|v| if let Value::Text(v) = v { v.as_deref() } else { None })
                    .collect::<Vec<_>>(),
            ),
            Kind::Blob => args.add(
                column
                    .map(|v| if let Value::Blob(v) = v { v.as_deref() } else { None })
                    .collect::<Vec<_>>(),
            ),
        };
        added.map_err(|e| anyhow::anyhow!("{e}"))?;
        let kind = match kind {
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Blob => "bytea",
        };
        arrays.push(format!("${}::{kind}[]", n + 1));
    }
    let sql = format!("{head}SELECT * FROM UNNEST({}){tail}", arrays.join(", "));
    sqlx::query_with(AssertSqlSafe(sql), args).execute(conn).await?;
    Ok(())
}
