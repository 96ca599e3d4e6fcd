//! The data folder: whether it is there, whose it is, how much room and which time its disk has.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use domain::{Clock, Sentence};
use engine::SystemClock;

use super::Finding;
use crate::config::{Config, StoreKind};
use crate::home::SEALING_KEY;
use crate::ingest::grouped;

/// A file that is written, read and removed to see whether that works.
const PROBE: &str = "doctor.probe";
/// Seconds by which the clock of the disk may differ from ours.
const CLOCK_DIFFERS: u64 = 5;
const MEGABYTE: u64 = 1_000_000;

/// What is found in the data folder, without opening the store.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let dir = &config.data;
    let path = || dir.display().to_string();
    if !dir.is_dir() {
        let says = Sentence::new("doctor-folder-none").with("path", path());
        return vec![Finding::look("folder", says)];
    }
    let mut found = vec![rights(dir), room(dir, config.doctor.free_megabytes)];
    found.extend(probe(dir));
    found.extend(key(config));
    found
}

/// Who else may enter the folder.
fn rights(dir: &Path) -> Finding {
    let path = dir.display();
    match others_may(dir) {
        Ok(false) => Finding::fine("folder", Sentence::new("doctor-folder-fine").with("path", path)),
        Ok(true) => Finding::look("folder", Sentence::new("doctor-folder-open").with("path", path)),
        Err(problem) => Finding::broken(
            "folder",
            Sentence::new("home-disk").with("path", path).with("problem", problem),
        ),
    }
}

/// Whether group or others have any right to it.
fn others_may(path: &Path) -> std::io::Result<bool> {
    let metadata = fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(metadata.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Ok(false)
    }
}

fn room(dir: &Path, wanted: u64) -> Finding {
    let free = match rustix::fs::statvfs(dir) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize) / MEGABYTE,
        Err(problem) => {
            let says = Sentence::new("home-disk")
                .with("path", dir.display())
                .with("problem", problem);
            return Finding::broken("disk", says);
        }
    };
    let says = |key: &'static str| {
        Sentence::new(key)
            .with("free", grouped(free))
            .with("wanted", grouped(wanted))
    };
    match free {
        free if free >= wanted => Finding::fine("disk", says("doctor-disk-fine")),
        free if free >= wanted / 10 => Finding::look("disk", says("doctor-disk-little")),
        _ => Finding::broken("disk", says("doctor-disk-full")),
    }
}

/// Writes a file and compares what time the disk gave it with ours.
fn probe(dir: &Path) -> Vec<Finding> {
    let path = dir.join(PROBE);
    let before = now();
    let written = fs::File::create(&path)
        .and_then(|mut file| file.write_all(b"docket doctor\n").and_then(|()| file.sync_all()))
        .and_then(|()| fs::metadata(&path)?.modified());
    // It may not be there; if it stays, the next look overwrites it.
    let _ = fs::remove_file(&path);
    let modified = match written {
        Ok(modified) => modified,
        Err(problem) => {
            let says = Sentence::new("doctor-folder-no-write")
                .with("path", dir.display())
                .with("problem", problem);
            return vec![Finding::broken("folder", says)];
        }
    };
    let at = modified
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let apart = at.abs_diff(before);
    let mut found = Vec::new();
    if apart > CLOCK_DIFFERS {
        found.push(Finding::look(
            "clock",
            Sentence::new("doctor-clock-disk").with("seconds", apart),
        ));
    }
    // A file from the future was written by a clock that has since been put back.
    let newest = newest(dir).unwrap_or_default();
    if newest > before + CLOCK_DIFFERS.max(60) {
        let says = Sentence::new("doctor-clock-back").with("seconds", newest - before);
        found.push(Finding::broken("clock", says));
    }
    if found.is_empty() {
        found.push(Finding::fine("clock", Sentence::new("doctor-clock-fine")));
    }
    found
}

fn now() -> u64 {
    u64::try_from(SystemClock.now().0).unwrap_or(0) / MEGABYTE
}

/// When the newest file of the folder was written, in seconds.
fn newest(dir: &Path) -> std::io::Result<u64> {
    let mut newest = 0;
    for entry in fs::read_dir(dir)? {
        let modified = entry?.metadata()?.modified()?;
        let at = modified
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |d| d.as_secs());
        newest = newest.max(at);
    }
    Ok(newest)
}

/// The sealing key: there, readable as one, and nobody else's to read.
fn key(config: &Config) -> Option<Finding> {
    let path = config.data.join(SEALING_KEY);
    let begun = config.data.join("log.db").is_file() || config.store.kind == StoreKind::Postgres;
    let says = |key: &'static str| Sentence::new(key).with("path", path.display());
    if !path.exists() {
        return begun.then(|| Finding::broken("key", says("doctor-key-none")));
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    Some(if hex::decode(text.trim()).map_or(true, |key| key.len() != 32) {
        Finding::broken("key", says("home-key-broken"))
    } else if others_may(&path).unwrap_or(true) {
        Finding::broken("key", says("doctor-key-open"))
    } else {
        Finding::fine("key", says("doctor-key-fine"))
    })
}
