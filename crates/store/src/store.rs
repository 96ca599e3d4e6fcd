//! Opening a store, and its generations of views.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use crate::db::Dialect;
use crate::error::{Result, StoreError};
use crate::log::Log;
use crate::places::Places;
use crate::views::Views;
use crate::{log, migrate};

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreConfig {
    /// Embedded: a data folder.
    Sqlite {
        /// The folder; made when it is not there.
        dir: PathBuf,
    },
    /// A Postgres database.
    Postgres {
        /// Connection string.
        url: String,
        /// Put before the names of the schemas, with an underscore: `test` gives `test_log`, `test_views_1`.
        schema: Option<String>,
    },
}

/// Shows no password.
impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { dir } => f.debug_struct("Sqlite").field("dir", dir).finish(),
            Self::Postgres { schema, .. } => f
                .debug_struct("Postgres")
                .field("schema", schema)
                .finish_non_exhaustive(),
        }
    }
}

impl StoreConfig {
    fn places(&self) -> Result<Places> {
        match self {
            Self::Sqlite { dir } => Places::folder(dir.clone()),
            Self::Postgres { url, schema } => Places::database(url, schema.as_deref()),
        }
    }
}

/// Removes a store with all that is in it, for good: for tests, and a demo that begins anew.
///
/// # Errors
/// [`StoreError::Locked`] when a docket has it open; the database's.
pub async fn erase(config: &StoreConfig) -> Result<()> {
    config.places()?.erase().await
}

/// An open store. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    /// The log.
    pub log: Log,
    places: Arc<Places>,
    current: Arc<RwLock<Arc<Views>>>,
}

/// Setting that says which generation pages read: number, version of the fold, version of the schema.
const CURRENT: &str = "views.current";

impl Store {
    /// Opens a store, making what is not there. `fold_version` is given to views that are made here; views of another
    /// fold are opened as they are (compare [`Views::fold_version`], then rebuild).
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Locked`], [`StoreError::Corrupt`], or the database's.
    pub async fn open(config: &StoreConfig, fold_version: i64) -> Result<Self> {
        let places = Arc::new(config.places()?);
        let log = Log::new(places.open_log().await?, places.lock("append"), places.lock("audit"));
        let mut conn = log.begin_small().await?;
        migrate::log(&mut conn).await?;
        let current = match log::get_setting(&mut conn, CURRENT).await?.as_deref().and_then(parse) {
            Some((n, fold, migrate::VIEWS_VERSION)) => open_views(&places, &log, n, fold).await?,
            _ => None,
        };
        let current = match current {
            Some(views) => views,
            None => {
                let n = places.list_views().await?.last().map_or(1, |n| n + 1);
                let views = create_views(&places, &log, n, fold_version).await?;
                log::set_setting(&mut conn, CURRENT, &line(&views)).await?;
                views
            }
        };
        conn.commit().await?;
        let store = Self {
            log,
            places,
            current: Arc::new(RwLock::new(Arc::new(current))),
        };
        // Views ahead of the log belong to a log that is gone (a backup was put in its place): fold anew.
        if store.views().cursor().await? > store.log.head().await?.last_seq {
            let fresh = store.start_generation(fold_version).await?;
            store.swap(&fresh).await?;
        }
        Ok(store)
    }

    /// Which engine it is on.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.log.reader().dialect()
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// The current generation of views.
    #[must_use]
    pub fn views(&self) -> Arc<Views> {
        Arc::clone(&self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Makes an empty generation beside the current one. Fold the log into it, then [`Store::swap`].
    ///
    /// # Errors
    /// The database's.
    pub async fn start_generation(&self, fold_version: i64) -> Result<Views> {
        let last = self.places.list_views().await?.last().copied().unwrap_or_default();
        create_views(&self.places, &self.log, last + 1, fold_version).await
    }

    /// Makes a generation the current one, for every node. Pages that hold the former one read on in it; remove it
    /// later with [`Store::drop_older`].
    ///
    /// # Errors
    /// The database's.
    pub async fn swap(&self, views: &Views) -> Result<()> {
        self.log.keep_setting(CURRENT, &line(views)).await?;
        self.put(views.clone());
        Ok(())
    }

    /// Learns whether another node swapped generations; `true` when so.
    ///
    /// # Errors
    /// The database's.
    pub async fn follow(&self) -> Result<bool> {
        let Some((n, fold, version)) = self.log.get_setting(CURRENT).await?.as_deref().and_then(parse) else {
            return Ok(false);
        };
        if n == self.views().number() {
            return Ok(false);
        }
        if version > migrate::VIEWS_VERSION {
            return Err(StoreError::Newer {
                found: version,
                known: migrate::VIEWS_VERSION,
            });
        }
        match open_views(&self.places, &self.log, n, fold).await? {
            Some(views) => self.put(views),
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Removes every generation but the current one and those after it; answers how many. Nobody may use them.
    ///
    /// # Errors
    /// The database's.
    pub async fn drop_older(&self) -> Result<usize> {
        let current = self.views().number();
        let older: Vec<i64> = self
            .places
            .list_views()
            .await?
            .into_iter()
            .filter(|n| *n < current)
            .collect();
        for n in &older {
            self.places.remove_views(*n).await?;
        }
        Ok(older.len())
    }

    /// Closes every connection, after what runs on them. Open generations other than the current one are their
    /// owner's to close.
    pub async fn close(&self) {
        self.views().close().await;
        self.log.close().await;
    }

    fn put(&self, views: Views) {
        let mut current = self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *current = Arc::new(views);
    }
}

fn line(views: &Views) -> String {
    format!("{} {} {}", views.number(), views.fold_version(), migrate::VIEWS_VERSION)
}

fn parse(line: &str) -> Option<(i64, i64, i64)> {
    let mut parts = line.split(' ').map(str::parse::<i64>);
    Some((parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Opens a generation; `None` when it is not there.
async fn open_views(places: &Places, log: &Log, n: i64, fold_version: i64) -> Result<Option<Views>> {
    if !places.list_views().await?.contains(&n) {
        return Ok(None);
    }
    let pools = places.open_views(n).await?;
    Ok(Some(Views::new(
        n,
        fold_version,
        pools,
        log.clone(),
        places.lock(&format!("fold {n}")),
    )))
}

async fn create_views(places: &Places, log: &Log, n: i64, fold_version: i64) -> Result<Views> {
    let pools = places.open_views(n).await?;
    let mut conn = pools.write.begin().await?;
    migrate::views(&mut conn).await?;
    conn.commit().await?;
    // Views may lose their last commits, but never their tables: the log is about to say that they are there.
    pools.settle().await?;
    Ok(Views::new(
        n,
        fold_version,
        pools,
        log.clone(),
        places.lock(&format!("fold {n}")),
    ))
}
