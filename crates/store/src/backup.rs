//! Backup is the log: views are folded from it.

use std::path::Path;

use crate::db::{Sql, SqliteRole, open_sqlite, statements};
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::places::Places;
use crate::store::Store;

statements! {
    // Postgres has pg_dump.
    COPY = Sql::only_sqlite("VACUUM INTO $1");
    CHECK = Sql::only_sqlite("PRAGMA quick_check(1)");
    VERSION = Sql::same("SELECT COALESCE(MAX(version), 0) FROM schema_version");
}

impl Store {
    /// Writes a consistent copy of the log into a new file, durable when this returns. Appends go on meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Refused`] on Postgres, or when the file exists.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        let Some(copier) = self.places().open_copier().await? else {
            return Err(StoreError::Refused(
                "on Postgres the log is backed up with pg_dump -n <schema of the log>".into(),
            ));
        };
        if to.exists() {
            return Err(StoreError::Refused(format!("{} exists already", to.display())));
        }
        let text = to
            .to_str()
            .ok_or_else(|| StoreError::Refused("the name of the file is not UTF-8".into()))?;
        let copied = copier.acquire().await?.run(COPY, [text.into()]).await;
        copier.close().await;
        copied?;
        let file = std::fs::File::open(to).map_err(StoreError::file(to))?;
        file.sync_all().map_err(StoreError::file(to))?;
        if let Some(folder) = to.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::File::open(folder)
                .and_then(|f| f.sync_all())
                .map_err(StoreError::file(folder))?;
        }
        Ok(())
    }
}

/// Puts a backup into a data folder that holds no log. Opening it then folds the views anew.
///
/// # Errors
/// [`StoreError::Corrupt`] or [`StoreError::Newer`] for a file that is no log this program can read;
/// [`StoreError::Refused`] when the folder has a log; [`StoreError::Locked`] when a docket has it open.
pub async fn restore(from: &Path, dir: &Path) -> Result<()> {
    let place = Places::folder(dir.to_owned())?;
    let target = dir.join("log.db");
    if target.exists() {
        return Err(StoreError::Refused(format!("{} holds a log already", dir.display())));
    }
    for n in place.list_views().await? {
        place.remove_views(n).await?;
    }
    let copy = dir.join("restore.tmp");
    let _ = std::fs::remove_file(&copy);
    std::fs::copy(from, &copy).map_err(StoreError::file(from))?;
    let checked = check(&copy).await;
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(dir.join(format!("restore.tmp{end}")));
    }
    if let Err(error) = checked {
        let _ = std::fs::remove_file(&copy);
        return Err(error);
    }
    let file = std::fs::File::open(&copy).map_err(StoreError::file(&copy))?;
    file.sync_all().map_err(StoreError::file(&copy))?;
    std::fs::rename(&copy, &target).map_err(StoreError::file(&target))?;
    std::fs::File::open(dir)
        .and_then(|f| f.sync_all())
        .map_err(StoreError::file(dir))?;
    Ok(())
}

async fn check(path: &Path) -> Result<()> {
    // One connection: the copy is not in WAL mode yet, and of two that change it one is told that it is locked.
    let pool = open_sqlite(path, SqliteRole::LogWriter).await?;
    let found = async {
        let mut conn = pool.acquire().await?;
        let said = conn.one(CHECK, [], |r| r.text(0)).await?.unwrap_or_default();
        if said != "ok" {
            return Err(StoreError::Corrupt(said));
        }
        conn.one(VERSION, [], |r| r.int(0))
            .await
            .map_err(|_| StoreError::Corrupt("not a log of Docket".into()))
    }
    .await;
    pool.close().await;
    let found = found?.unwrap_or_default();
    if found > migrate::known() {
        return Err(StoreError::Newer {
            found,
            known: migrate::known(),
        });
    }
    Ok(())
}
