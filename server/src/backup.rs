//! `docket backup TO` and `docket restore FROM`: the log, and the key without which its bodies stay sealed.

use std::fs;
use std::io;
use std::path::Path;

use domain::{Instant, Sentence};
use engine::Engine;
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::log::AuditRow;

use crate::doctor::BACKED_UP_AT;
use crate::home::{SEALING_KEY, make_folder};
use crate::start::{home_words, store_words};

/// The log in a backup.
const LOG: &str = "log.db";

/// What a backup came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Told {
    /// It is complete and durable.
    Done {
        /// Bytes of the log.
        bytes: u64,
    },
    /// It could not be made.
    Failed {
        /// Why.
        why: Sentence,
    },
}

/// Copies the log of a running engine, and the sealing key of `data`, into the new folder `to`. `now`: of the system.
pub async fn run(engine: &Engine, data: &Path, to: &Path, now: Instant) -> Told {
    match copy(engine, data, to).await {
        Ok(bytes) => {
            // For `docket doctor`. The backup is complete without it.
            if let Err(error) = note(engine, now).await {
                tracing::warn!(%error, "that a backup was made could not be noted");
            }
            Told::Done { bytes }
        }
        Err(why) => Told::Failed { why },
    }
}

/// Writes down that all there is was copied, and when.
async fn note(engine: &Engine, now: Instant) -> Result<(), StoreError> {
    let mut change = engine.store().log.begin_change().await?;
    change.upsert_setting(BACKED_UP_AT, &now.0.to_string()).await?;
    let row = AuditRow::done(now, "console", "backup.made", "installation");
    change.commit(&[row]).await.map(drop)
}

async fn copy(engine: &Engine, data: &Path, to: &Path) -> Result<u64, Sentence> {
    if to.exists() {
        return Err(Sentence::new("backup-exists").with("path", to.display()));
    }
    make_folder(to).map_err(|e| home_words(&e))?;
    let log = to.join(LOG);
    engine.store().backup(&log).await.map_err(|e| store_words(&e))?;
    copy_key(&data.join(SEALING_KEY), &to.join(SEALING_KEY)).map_err(disk(to))?;
    fs::metadata(&log).map(|m| m.len()).map_err(disk(&log))
}

/// Puts a backup into the data folder `data`, which holds none. The views are folded anew when it is opened.
///
/// # Errors
/// A sentence; nothing was changed then but the folder made.
pub async fn restore(from: &Path, data: &Path) -> Result<(), Sentence> {
    let log = from.join(LOG);
    if !log.is_file() {
        return Err(Sentence::new("restore-no-backup").with("path", from.display()));
    }
    let key = data.join(SEALING_KEY);
    let kept = from.join(SEALING_KEY);
    if key.exists() && fs::read(&key).ok() != fs::read(&kept).ok() {
        return Err(Sentence::new("restore-other-key").with("path", data.display()));
    }
    make_folder(data).map_err(|e| home_words(&e))?;
    store::restore(&log, data).await.map_err(|e| store_words(&e))?;
    if kept.is_file() && !key.exists() {
        copy_key(&kept, &key).map_err(disk(&key))?;
    }
    Ok(())
}

/// Copies a key with its permissions and makes it durable.
fn copy_key(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    fs::File::open(to)?.sync_all()
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> Sentence {
    let path = path.to_owned();
    move |error| {
        Sentence::new("home-disk")
            .with("path", path.display())
            .with("problem", error)
    }
}
