//! The watched folder: `inbox/{source}/` in the data folder. Finished files are taken in the order of their names and end
//! in `done/` or `failed/`, each with a `.result.json` beside it. A file that was half taken when the server stopped is
//! taken again: what is there already is answered as duplicate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use domain::Sentence;
use engine::Engine;
use serde::Serialize;
use views::ingest::FileSummary;
use views::words::say;
use views::{AppError, ErrorKind};

use crate::home::make_folder;
use crate::ingest::{TAKEN, counts, file_name};
use crate::state::Server;

/// Name of the watched folder.
pub const INBOX: &str = "inbox";
const DONE: &str = "done";
const FAILED: &str = "failed";
/// Ends of names that writers give to files they have not finished.
const UNFINISHED: [&str; 5] = ["part", "tmp", "filepart", "crdownload", "swp"];

/// What became of a file.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    file: &'a str,
    source: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    counts: Counts,
    reasons: Vec<Reason>,
}

#[derive(Debug, Serialize)]
struct Counts {
    read: u64,
    accepted: u64,
    duplicate: u64,
    conflict: u64,
    parked: u64,
}

#[derive(Debug, Serialize)]
struct Reason {
    n: u64,
    code: String,
    why: String,
}

/// How a file looked: the same twice means that its writer is done.
type Look = (u64, Option<SystemTime>);

/// What was seen at the last look.
#[derive(Default)]
struct Seen {
    files: BTreeMap<PathBuf, Look>,
    strangers: BTreeSet<String>,
}

/// Watches until the server closes.
pub async fn watch(server: Server) {
    let root = server.config.data.join(INBOX);
    let mut seen = Seen::default();
    let mut pace = tokio::time::interval(Duration::from_millis(server.config.inbox.poll_millis.max(10)));
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = server.closing.cancelled() => return,
            _ = pace.tick() => {}
        }
        tokio::select! {
            biased;
            () = server.closing.cancelled() => return,
            looked = look(&server.engine, &root, &mut seen) => {
                if let Err(error) = looked {
                    tracing::warn!(inbox.path = %root.display(), %error, "the watched folder could not be read");
                }
            }
        }
    }
}

/// One look at every source's folder.
async fn look(engine: &Engine, root: &Path, seen: &mut Seen) -> io::Result<()> {
    make_folder(root).map_err(io::Error::other)?;
    let mut now = BTreeMap::new();
    for folder in folders(root)? {
        let name = file_name(&folder);
        let source = match engine.source_by_name(&name).await {
            Ok(Some(source)) => source,
            Ok(None) => {
                if seen.strangers.insert(name.clone()) {
                    tracing::warn!(
                        source.name = name,
                        "files wait in a folder of the inbox, but no source has its name"
                    );
                }
                continue;
            }
            Err(error) => {
                tracing::warn!(source.name = name, error = %error.sentence.key, "a source could not be looked up");
                continue;
            }
        };
        for (path, look) in finished(&folder)? {
            if seen.files.get(&path) == Some(&look) {
                match take(engine, source.source_id, &name, &path).await {
                    Ok(()) => continue,
                    // The order of names is kept: the rest of this folder waits too.
                    Err(error) => {
                        tracing::warn!(inbox.path = %path.display(), %error, "a file waits in the inbox");
                        now.insert(path, look);
                        break;
                    }
                }
            }
            now.insert(path, look);
        }
    }
    seen.files = now;
    Ok(())
}

fn folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// The files of a folder that may be finished, in the order of their names.
fn finished(folder: &Path) -> io::Result<Vec<(PathBuf, Look)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_file() && !is_unfinished(&path) {
            let metadata = entry.metadata()?;
            files.push((path, (metadata.len(), metadata.modified().ok())));
        }
    }
    files.sort();
    Ok(files)
}

fn is_unfinished(path: &Path) -> bool {
    let hidden = file_name(path).starts_with('.');
    hidden
        || path
            .extension()
            .is_some_and(|end| UNFINISHED.iter().any(|u| end.eq_ignore_ascii_case(u)))
}

/// Takes one file to its end.
///
/// # Errors
/// When it should be tried again later: the log takes nothing now, or the disk refuses.
async fn take(engine: &Engine, source_id: i64, source: &str, path: &Path) -> io::Result<()> {
    let name = file_name(path);
    let result = engine
        .ingest_file(source_id, &name, Box::new(File::open(path)?), |_| {})
        .await;
    let (place, why, summary) = match result {
        Err(AppError {
            kind: ErrorKind::Unavailable | ErrorKind::Internal,
            sentence,
            ..
        }) => {
            return Err(io::Error::other(sentence.key.into_owned()));
        }
        Err(error) => (FAILED, Some(error.sentence), FileSummary::default()),
        Ok(summary) if summary.read == 0 => (FAILED, Some(Sentence::new("folder-empty")), summary),
        Ok(summary) if summary.accepted + summary.duplicate == 0 => {
            (FAILED, Some(Sentence::new("folder-nothing-understood")), summary)
        }
        Ok(summary) => (DONE, None, summary),
    };
    let (file, became) = (format!("file:{name}"), counts(&summary));
    let said = engine.audit_of(source, TAKEN, &file, &became, why.as_ref());
    said.await.map_err(io::Error::other)?;
    let outcome = Outcome {
        file: &name,
        source,
        outcome: place,
        why: why.as_ref().map(say),
        reasons: summary
            .reasons
            .iter()
            .map(|(why, n)| Reason {
                n: *n,
                code: why.key.clone().into_owned(),
                why: say(why),
            })
            .collect(),
        counts: Counts {
            read: summary.read,
            accepted: summary.accepted,
            duplicate: summary.duplicate,
            conflict: summary.conflict,
            parked: summary.parked,
        },
    };
    put_away(path, place, &outcome)?;
    tracing::info!(
        inbox.file = name,
        source.name = source,
        inbox.outcome = place,
        inbox.items = summary.read,
        "file taken"
    );
    Ok(())
}

/// Writes the result, then moves the file: a crash between the two takes the file again.
fn put_away(path: &Path, place: &str, outcome: &Outcome<'_>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(".")).join(place);
    fs::create_dir_all(&folder)?;
    let name = file_name(path);
    let mut to = folder.join(&name);
    let mut n = 1;
    while to.exists() {
        n += 1;
        to = folder.join(format!("{name}.{n}"));
    }
    let result = folder.join(format!("{}.result.json", file_name(&to)));
    fs::write(result, serde_json::to_vec_pretty(outcome)?)?;
    fs::rename(path, to)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_unfinished;

    #[test]
    fn files_that_are_still_written_are_left_alone() {
        for name in [".hidden.xml", "orders.xml.part", "a.TMP", ".part"] {
            assert!(is_unfinished(Path::new(name)), "{name}");
        }
        for name in ["orders.xml", "part", "2026-03-03.ndjson"] {
            assert!(!is_unfinished(Path::new(name)), "{name}");
        }
    }
}
