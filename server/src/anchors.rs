//! The end of the audit's chains, once a day: a file of its own, to be kept where the log's keeper cannot reach it. Who cuts
//! rows and seals off the end is found by it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use domain::Instant;
use domain::audit::Anchor;
use serde::{Deserialize, Serialize};

use crate::home::make_folder;
use crate::state::Server;

/// The folder inside the data folder.
const FOLDER: &str = "anchors";
/// How often it is looked whether a day has begun.
const PACE: Duration = Duration::from_secs(60);

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    chain: i64,
    to_id: i64,
    hash: String,
    at: Instant,
}

/// What the day's file is called.
fn name(at: Instant) -> String {
    let day = at.to_utc().unwrap_or_default().format("%Y-%m-%d");
    format!("{day}.jsonl")
}

/// Writes the day's file, whole or not at all.
///
/// # Errors
/// The disk's.
pub fn write(data: &Path, at: Instant, anchors: &[Anchor]) -> io::Result<()> {
    let folder = data.join(FOLDER);
    make_folder(&folder).map_err(io::Error::other)?;
    let unfinished = folder.join("unfinished");
    let mut file = File::create(&unfinished)?;
    for anchor in anchors {
        let line = Line {
            chain: anchor.chain,
            to_id: anchor.to_id,
            hash: hex::encode(&anchor.hash),
            at,
        };
        serde_json::to_writer(&mut file, &line)?;
        file.write_all(b"\n")?;
    }
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name(at)))?;
    File::open(&folder)?.sync_all()
}

/// Every anchor that was written. A line that cannot be read proves nothing and is passed over.
#[must_use]
pub fn read(data: &Path) -> Vec<Anchor> {
    let Ok(files) = fs::read_dir(data.join(FOLDER)) else {
        return Vec::new();
    };
    let texts = files
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|end| end == "jsonl"))
        .filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut anchors = Vec::new();
    for text in texts {
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        anchors.extend(lines.filter_map(|line| {
            Some(Anchor {
                chain: line.chain,
                to_id: line.to_id,
                hash: hex::decode(line.hash).ok()?,
            })
        }));
    }
    anchors
}

/// Writes the day's file on every day, until the server stops.
pub async fn keep(server: Server) {
    loop {
        if let Err(error) = keep_today(&server).await {
            tracing::warn!(error, "the day's end of the audit could not be kept");
        }
        tokio::select! {
            () = server.closing.cancelled() => return,
            () = tokio::time::sleep(PACE) => {}
        }
    }
}

async fn keep_today(server: &Server) -> Result<(), String> {
    let now = server.clock.now();
    let data = &server.config.data;
    if data.join(FOLDER).join(name(now)).exists() {
        return Ok(());
    }
    server.engine.seal_audit().await.map_err(|e| e.to_string())?;
    let anchors = server.engine.audit_anchors().await.map_err(|e| e.to_string())?;
    if anchors.is_empty() {
        return Ok(());
    }
    write(data, now, &anchors).map_err(|e| e.to_string())?;
    for anchor in &anchors {
        // Where logs are gathered elsewhere, this line is the copy.
        tracing::info!(audit.chain = anchor.chain, audit.row = anchor.to_id, audit.seal = %hex::encode(&anchor.hash), "audit anchor");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_come_back_and_a_spoiled_line_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()), []);
        let anchor = |chain| Anchor {
            chain,
            to_id: 9,
            hash: vec![1, 2, 255],
        };
        let at = Instant::parse("2026-03-02T08:00:00Z").unwrap();
        write(dir.path(), at, &[anchor(0), anchor(3)]).unwrap();
        fs::write(dir.path().join("anchors/2026-03-01.jsonl"), "nonsense\n").unwrap();
        assert_eq!(read(dir.path()), [anchor(0), anchor(3)]);
    }
}
