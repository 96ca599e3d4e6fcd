//! How connections are opened and what is set on each.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::Pool;
use crate::error::Result;

/// Connections per node to a Postgres schema.
pub(crate) const POSTGRES_CONNECTIONS: u32 = 8;
/// Statements kept prepared per connection: every statement of the crate, and every block size of `bulk`.
const PREPARED: usize = 512;
/// Rows that may wait between SQLite's thread and ours before the thread pauses.
const ROWS_AHEAD: usize = 1024;
/// How long a caller waits for a connection before it is told that the database is busy.
const WAIT: Duration = Duration::from_secs(10);
/// Pages (of 8 kB) in the WAL after which a committing writer moves them into the file itself: 256 MB, which only
/// comes to pass when [`super::Checkpointer`] gets no turn.
const CHECKPOINT_PAGES: &str = "32000";

/// What a SQLite connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SqliteRole {
    /// The one writer of the log: durable when commit returns.
    LogWriter,
    /// The one writer of a generation of views: a power loss costs the last commits, which are folded again.
    ViewsWriter,
    /// Readers: cannot write, whatever they are asked.
    Reader,
    /// Moves pages from the WAL into the file.
    Checkpointer,
}

/// Opens (and for a writer, creates) a SQLite file.
pub(crate) async fn open_sqlite(path: &Path, role: SqliteRole) -> Result<Pool> {
    // A checkpoint that waits for a long reader keeps the writer waiting too: it had better give up and come again.
    let patience = match role {
        SqliteRole::Checkpointer => Duration::from_millis(50),
        SqliteRole::LogWriter | SqliteRole::ViewsWriter | SqliteRole::Reader => Duration::from_secs(5),
    };
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(matches!(role, SqliteRole::LogWriter | SqliteRole::ViewsWriter))
        .page_size(8192)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(patience)
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", "134217728")
        .disable_statement_logging();
    options = match role {
        SqliteRole::LogWriter | SqliteRole::Checkpointer => options.synchronous(SqliteSynchronous::Full),
        SqliteRole::ViewsWriter => options.synchronous(SqliteSynchronous::Normal),
        SqliteRole::Reader => options.pragma("query_only", "ON"),
    };
    // kB of pages kept per connection: the writer's hot pages, and for readers little beyond the system's own cache.
    options = match role {
        SqliteRole::LogWriter | SqliteRole::ViewsWriter => options.pragma("cache_size", "-65536"),
        SqliteRole::Reader | SqliteRole::Checkpointer => options.pragma("cache_size", "-16384"),
    };
    let most = match role {
        SqliteRole::Reader => std::thread::available_parallelism().map_or(4, |n| n.get().clamp(4, 16)),
        SqliteRole::LogWriter | SqliteRole::ViewsWriter | SqliteRole::Checkpointer => 1,
    };
    let pool = SqlitePoolOptions::new()
        .max_connections(u32::try_from(most).unwrap_or(4))
        .min_connections(1)
        .acquire_timeout(WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(Pool::Sqlite(pool))
}

/// Opens connections to a Postgres database whose unqualified names mean `schema`.
pub(crate) async fn open_postgres(url: &str, schema: &str, most: u32) -> Result<Pool> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("docket")
        .statement_cache_capacity(PREPARED)
        .options([
            ("search_path", schema),
            ("lock_timeout", "10s"),
            // A node that hangs in a transaction must not keep the appenders of all others waiting.
            ("idle_in_transaction_session_timeout", "60s"),
            ("client_min_messages", "warning"),
            ("jit", "off"),
        ])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(most)
        .min_connections(1)
        .acquire_timeout(WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok(Pool::Postgres(pool))
}
