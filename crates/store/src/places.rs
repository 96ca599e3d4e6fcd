//! Where a store's log and its generations of views are, and how they are opened, made and removed.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::db::{Checkpointer, POSTGRES_CONNECTIONS, Pool, Sql, SqliteRole, open_postgres, open_sqlite, statements};
use crate::error::{Result, StoreError};

statements! {
    SQLITE_VERSION = Sql::only_sqlite("SELECT sqlite_version()");
    // A SQLite generation is a file.
    GENERATIONS = Sql::only_postgres(
        "SELECT CAST(schema_name AS TEXT) FROM information_schema.schemata WHERE starts_with(schema_name, $1)");
}

/// Older SQLite libraries can damage a WAL when checkpoints and writers meet.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// A place that holds a log and generations of views.
#[derive(Debug)]
pub(crate) enum Places {
    /// A folder with `log.db` and `views-<n>.db`, locked as long as this lives.
    Folder { dir: PathBuf, _lock: File },
    /// Schemas `log` and `views_<n>` of a database, perhaps with a prefix.
    Database { url: String, prefix: String },
}

/// Connections to the log or to a generation of views. Cloning shares them.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    pub(crate) read: Pool,
    pub(crate) write: Pool,
    checkpoints: Checkpointer,
}

impl Pools {
    /// Makes what is committed outlive a power loss, also where commits do not.
    pub(crate) async fn settle(&self) -> Result<()> {
        self.checkpoints.move_now().await
    }

    /// Closes every connection, after what runs on them.
    pub(crate) async fn close(&self) {
        self.checkpoints.stop().await;
        self.read.close().await;
        self.write.close().await;
    }
}

impl Places {
    /// Takes a data folder, making it when it is not there.
    pub(crate) fn folder(dir: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&dir).map_err(StoreError::file(&dir))?;
        let path = dir.join("docket.lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StoreError::file(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self::Folder { dir, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(dir)),
            Err(TryLockError::Error(error)) => Err(StoreError::file(path)(error)),
        }
    }

    pub(crate) fn database(url: &str, schema: Option<&str>) -> Result<Self> {
        let prefix = schema.map(|s| format!("{s}_")).unwrap_or_default();
        if !prefix
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            || prefix.len() > 40
        {
            return Err(StoreError::Refused(
                "a schema prefix has at most 39 of a-z, 0-9 and _".into(),
            ));
        }
        Ok(Self::Database {
            url: url.to_owned(),
            prefix,
        })
    }

    /// Connections to the log. It is made when it is not there.
    pub(crate) async fn open_log(&self) -> Result<Pools> {
        match self {
            Self::Folder { dir, .. } => {
                let path = dir.join("log.db");
                let write = open_sqlite(&path, SqliteRole::LogWriter).await?;
                check_sqlite(&write).await?;
                let read = open_sqlite(&path, SqliteRole::Reader).await?;
                Ok(Pools {
                    read,
                    write,
                    checkpoints: Checkpointer::start(&path).await?,
                })
            }
            Self::Database { url, prefix } => {
                let schema = format!("{prefix}log");
                create_schema(url, &schema).await?;
                let pool = open_postgres(url, &schema, POSTGRES_CONNECTIONS).await?;
                Ok(Pools {
                    read: pool.clone(),
                    write: pool,
                    checkpoints: Checkpointer::NONE,
                })
            }
        }
    }

    /// A connection for copying the log of a folder: neither the writer's nor one that must not write at all.
    pub(crate) async fn open_copier(&self) -> Result<Option<Pool>> {
        match self {
            Self::Folder { dir, .. } => open_sqlite(&dir.join("log.db"), SqliteRole::LogWriter).await.map(Some),
            Self::Database { .. } => Ok(None),
        }
    }

    /// Connections to a generation. An empty file or schema is made when it is not there.
    pub(crate) async fn open_views(&self, n: i64) -> Result<Pools> {
        match self {
            Self::Folder { dir, .. } => {
                let path = dir.join(format!("views-{n}.db"));
                let write = open_sqlite(&path, SqliteRole::ViewsWriter).await?;
                let read = open_sqlite(&path, SqliteRole::Reader).await?;
                Ok(Pools {
                    read,
                    write,
                    checkpoints: Checkpointer::start(&path).await?,
                })
            }
            Self::Database { url, prefix } => {
                let schema = format!("{prefix}views_{n}");
                create_schema(url, &schema).await?;
                let pool = open_postgres(url, &schema, POSTGRES_CONNECTIONS).await?;
                Ok(Pools {
                    read: pool.clone(),
                    write: pool,
                    checkpoints: Checkpointer::NONE,
                })
            }
        }
    }

    /// Removes a generation. Its pools must be closed.
    pub(crate) async fn remove_views(&self, n: i64) -> Result<()> {
        match self {
            Self::Folder { dir, .. } => {
                for end in ["", "-wal", "-shm"] {
                    remove(&dir.join(format!("views-{n}.db{end}")))?;
                }
                Ok(())
            }
            Self::Database { url, prefix } => drop_schema(url, &format!("{prefix}views_{n}")).await,
        }
    }

    /// The generations that are there, finished or not.
    pub(crate) async fn list_views(&self) -> Result<Vec<i64>> {
        let mut found = match self {
            Self::Folder { dir, .. } => {
                let mut found = Vec::new();
                for entry in std::fs::read_dir(dir).map_err(StoreError::file(dir))? {
                    let name = entry.map_err(StoreError::file(dir))?.file_name();
                    let n: Option<i64> = name
                        .to_str()
                        .and_then(|n| n.strip_prefix("views-")?.strip_suffix(".db")?.parse().ok());
                    found.extend(n);
                }
                found
            }
            Self::Database { url, prefix } => {
                let pool = open_postgres(url, "public", 1).await?;
                let start = format!("{prefix}views_");
                let names = pool
                    .acquire()
                    .await?
                    .rows(GENERATIONS, [(&start).into()], |r| r.text(0))
                    .await;
                pool.close().await;
                names?
                    .iter()
                    .filter_map(|n| n.strip_prefix(&start)?.parse().ok())
                    .collect()
            }
        };
        found.sort_unstable();
        Ok(found)
    }

    /// Removes everything.
    pub(crate) async fn erase(&self) -> Result<()> {
        for n in self.list_views().await? {
            self.remove_views(n).await?;
        }
        match self {
            Self::Folder { dir, .. } => {
                for name in ["log.db", "log.db-wal", "log.db-shm"] {
                    remove(&dir.join(name))?;
                }
                Ok(())
            }
            Self::Database { url, prefix } => drop_schema(url, &format!("{prefix}log")).await,
        }
    }

    /// The number of an advisory lock that belongs to this store and this use.
    pub(crate) fn lock(&self, what: &str) -> i64 {
        let name = match self {
            Self::Folder { .. } => "docket",
            Self::Database { prefix, .. } => prefix,
        };
        let hash = Sha256::digest(format!("{name}\0{what}"));
        let mut first = [0; 8];
        first.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        i64::from_be_bytes(first) & !1
    }
}

fn remove(path: &std::path::Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(StoreError::file(path)(e)),
        _ => Ok(()),
    }
}

async fn drop_schema(url: &str, schema: &str) -> Result<()> {
    let pool = open_postgres(url, "public", 1).await?;
    let done = pool
        .acquire()
        .await?
        .script(format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE"))
        .await;
    pool.close().await;
    done
}

async fn create_schema(url: &str, schema: &str) -> Result<()> {
    let pool = open_postgres(url, "public", 1).await?;
    let made = pool
        .acquire()
        .await?
        .script(format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))
        .await;
    pool.close().await;
    match made {
        // Two nodes that start at once: the other one made it.
        Err(StoreError::Exists(_)) => Ok(()),
        made => made,
    }
}

async fn check_sqlite(pool: &Pool) -> Result<()> {
    let version = pool
        .acquire()
        .await?
        .one(SQLITE_VERSION, [], |r| r.text(0))
        .await?
        .unwrap_or_default();
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    if (next(), next(), next()) < OLDEST_SQLITE {
        let (a, b, c) = OLDEST_SQLITE;
        return Err(StoreError::Refused(format!(
            "SQLite {version} is older than {a}.{b}.{c} and can damage a database"
        )));
    }
    Ok(())
}
