//! Our own checkpoints: a connection beside the writer moves pages from the WAL into the file, so that no commit waits
//! for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Pool, Row, Sql, SqliteRole, open_sqlite, statements};
use crate::error::Result;

statements! {
    LOOK = Sql::only_sqlite("PRAGMA wal_checkpoint(NOOP)");
    MOVE = Sql::only_sqlite("PRAGMA wal_checkpoint(PASSIVE)");
    RESTART = Sql::only_sqlite("PRAGMA wal_checkpoint(RESTART)");
}

/// How often it looks.
const TURN: Duration = Duration::from_millis(200);
/// Pages to move that are worth a turn: 16 MB. Pages that many commits write are moved once.
const WORTH: i64 = 2_000;
/// Pages in the WAL after which it begins anew, for which the writer waits a moment: 64 MB.
const LONG: i64 = 8_000;

/// Checkpoints a file until the last clone is dropped or it is stopped.
#[derive(Clone, Debug)]
pub(crate) struct Checkpointer(Option<Arc<Running>>);

#[derive(Debug)]
struct Running {
    task: tokio::task::AbortHandle,
    pool: Pool,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Checkpointer {
    /// None: the engine checkpoints by itself.
    pub(crate) const NONE: Self = Self(None);

    /// Starts for a file that its writer has opened.
    pub(crate) async fn start(path: &Path) -> Result<Self> {
        let pool = open_sqlite(path, SqliteRole::Checkpointer).await?;
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        let task = tokio::spawn(run(pool.clone(), PathBuf::from(wal))).abort_handle();
        Ok(Self(Some(Arc::new(Running { task, pool }))))
    }

    /// Moves what is committed into the file now; after it, all of that outlives a power loss.
    pub(crate) async fn move_now(&self) -> Result<()> {
        if let Some(running) = &self.0 {
            running.pool.acquire().await?.one(MOVE, [], |_| Ok(())).await?;
        }
        Ok(())
    }

    pub(crate) async fn stop(&self) {
        if let Some(running) = &self.0 {
            running.task.abort();
            running.pool.close().await;
        }
    }
}

async fn run(pool: Pool, wal: PathBuf) {
    let mut seen = None;
    loop {
        tokio::time::sleep(TURN).await;
        // A file that nobody wrote to since has nothing new.
        let now = tokio::fs::metadata(&wal).await.and_then(|m| m.modified()).ok();
        if now.is_none() || now == seen {
            continue;
        }
        match turn(&pool).await {
            Ok(()) => seen = now,
            Err(error) => tracing::warn!(%error, "a checkpoint did not go through; the next one will"),
        }
    }
}

async fn turn(pool: &Pool) -> Result<()> {
    let mut conn = pool.acquire().await?;
    // Busy, pages in the WAL, pages moved.
    let read = |r: Row<'_>| Ok((r.int(1)?, r.int(2)?));
    let Some((pages, moved)) = conn.one(LOOK, [], read).await? else {
        return Ok(());
    };
    if pages - moved < WORTH {
        return Ok(());
    }
    if let Some((pages, _)) = conn.one(MOVE, [], read).await?
        && pages >= LONG
    {
        conn.one(RESTART, [], read).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::Instant;

    use super::LOOK;
    use crate::log::Request;
    use crate::{Store, StoreConfig};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_committed_is_moved_into_the_file_beside_the_writer() {
        let place = tempfile::TempDir::new().unwrap();
        let store = Store::open(
            &StoreConfig::Sqlite {
                dir: place.path().to_owned(),
            },
            1,
        )
        .await
        .unwrap();
        let answer = "x".repeat(3 << 20);
        let mut moved = 0;
        for key in 0..500 {
            let request = Request {
                caller: "ada".into(),
                key: key.to_string(),
                body: Vec::new(),
                status: 200,
                answer: answer.clone(),
                expires_at: Instant(0),
            };
            assert!(store.log.insert_request(&request).await.unwrap());
            let mut conn = store.log.reader().acquire().await.unwrap();
            moved = conn.one(LOOK, [], |r| r.int(2)).await.unwrap().unwrap();
            if moved > 0 {
                break;
            }
            tokio::time::sleep(super::TURN / 4).await;
        }
        assert!(moved > 0, "no page was moved after 1.5 GB");
    }
}
