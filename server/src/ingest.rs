//! `docket ingest FILE…`: files into the log, with progress; again after an interruption gives the same end.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::Sentence;
use engine::Engine;
use serde::{Deserialize, Serialize};
use views::ingest::FileSummary;
use views::sources::NewSource;
use views::words::{Value, say, tn};

use crate::cli::Out;

/// How often progress is told.
const PACE: Duration = Duration::from_millis(250);
/// Bytes read from the disk at once.
const BUFFER: usize = 1 << 20;

/// One file to take.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The file, from the root.
    pub path: PathBuf,
    /// Who it is from; made when there is none of that name.
    pub source: NewSource,
}

/// What a job tells as it goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Told {
    /// So far.
    Progress {
        /// Counts.
        summary: FileSummary,
        /// Bytes of the file read.
        bytes: u64,
        /// Bytes of the file in all.
        of: u64,
    },
    /// The end.
    Done {
        /// Counts.
        summary: FileSummary,
        /// Microseconds it took.
        took: u64,
    },
    /// It could not go on.
    Failed {
        /// Why.
        why: Sentence,
    },
}

/// Takes one file; `tell` hears of it a few times a second and once at the end.
pub async fn run(engine: &Engine, job: &Job, mut tell: impl FnMut(Told) + Send) {
    let end = match take(engine, job, &mut tell).await {
        Ok(told) => told,
        Err(why) => Told::Failed { why },
    };
    let (mut more, failed) = match &end {
        Told::Done { summary, .. } => (counts(summary), None),
        Told::Failed { why } => (Vec::new(), Some(why)),
        Told::Progress { .. } => (Vec::new(), None),
    };
    more.push(("source", job.source.name.clone()));
    let file = format!("file:{}", file_name(&job.path));
    if let Err(error) = engine.audit_command(TAKEN, &file, &more, failed).await {
        tracing::error!(%error, "a file could not be written into the audit");
    }
    tell(end);
}

/// What the audit says of a file that was taken.
pub const TAKEN: &str = "file.ingested";

/// What became of a file's items, as the audit tells it.
#[must_use]
pub fn counts(summary: &FileSummary) -> Vec<(&'static str, String)> {
    let counts = [
        ("read", summary.read),
        ("accepted", summary.accepted),
        ("duplicate", summary.duplicate),
        ("conflict", summary.conflict),
        ("parked", summary.parked),
    ];
    counts.map(|(name, n)| (name, n.to_string())).to_vec()
}

async fn take(engine: &Engine, job: &Job, tell: &mut (impl FnMut(Told) + Send)) -> Result<Told, Sentence> {
    let unreadable = |error: io::Error| {
        Sentence::new("ingest-unreadable")
            .with("path", job.path.display())
            .with("problem", error)
    };
    let file = File::open(&job.path).map_err(unreadable)?;
    let of = file.metadata().map_err(unreadable)?.len();
    let source_id = engine
        .ensure_source(&job.source)
        .await
        .map_err(|error| error.sentence)?
        .source_id;
    let count = Arc::new(AtomicU64::new(0));
    let reader = Counted {
        inner: BufReader::with_capacity(BUFFER, file),
        count: Arc::clone(&count),
    };
    let began = Instant::now();
    let mut told_at = began;
    let progress = |summary: &FileSummary| {
        if told_at.elapsed() >= PACE {
            told_at = Instant::now();
            tell(Told::Progress {
                summary: summary.clone(),
                bytes: count.load(Ordering::Relaxed),
                of,
            });
        }
    };
    let name = file_name(&job.path);
    let summary = engine
        .ingest_file(source_id, &name, Box::new(reader), progress)
        .await
        .map_err(|error| error.sentence)?;
    Ok(Told::Done {
        summary,
        took: u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
    })
}

/// The name of a file as people know it.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Shows on a terminal what a job tells.
pub struct Show<'a> {
    out: &'a Out,
    file: String,
    began: Instant,
}

impl<'a> Show<'a> {
    /// For the file at `path`.
    #[must_use]
    pub fn new(out: &'a Out, path: &Path) -> Self {
        Self {
            out,
            file: file_name(path),
            began: Instant::now(),
        }
    }

    /// Shows one thing told. `false` when the file failed.
    pub fn tell(&self, told: &Told) -> bool {
        match told {
            Told::Progress { summary, bytes, of } => {
                let args = [
                    ("file", Value::from(self.file.as_str())),
                    ("percent", percent(*bytes, *of).into()),
                    ("read", grouped(summary.read).into()),
                    ("rate", grouped(per_second(summary.read, self.began.elapsed())).into()),
                ];
                self.out.progress(&tn("ingest-progress", &args));
                true
            }
            Told::Done { summary, took } => {
                self.summary(summary, Duration::from_micros(*took));
                true
            }
            Told::Failed { why } => {
                self.out.line(&tn(
                    "ingest-failed",
                    &[("file", self.file.as_str().into()), ("why", say(why).into())],
                ));
                false
            }
        }
    }

    fn summary(&self, summary: &FileSummary, took: Duration) {
        let out = self.out;
        let number = |key, n: u64| out.line(&tn(key, &[("n", grouped(n).into())]));
        let seconds = format!("{:.1}", took.as_secs_f64());
        let rate = grouped(per_second(summary.read, took));
        out.line(&tn(
            "ingest-done",
            &[
                ("file", self.file.as_str().into()),
                ("seconds", seconds.into()),
                ("rate", rate.into()),
            ],
        ));
        number("ingest-read", summary.read);
        number("ingest-accepted", summary.accepted);
        number("ingest-duplicate", summary.duplicate);
        if summary.conflict > 0 {
            number("ingest-conflict", summary.conflict);
        }
        number("ingest-parked", summary.parked);
        for (why, n) in summary.reasons.iter().take(3) {
            out.line(&tn(
                "ingest-reason",
                &[("n", grouped(*n).into()), ("why", say(why).into())],
            ));
        }
        number("ingest-orders", summary.cases);
        if let Some((first, last)) = summary.span {
            let (first, last) = (first.to_string(), last.to_string());
            out.line(&tn("ingest-span", &[("first", first.into()), ("last", last.into())]));
        }
        if !summary.unknown.is_empty() {
            let words = summary
                .unknown
                .iter()
                .take(5)
                .map(|(word, n)| format!("{word} ({})", grouped(*n)));
            let words = words.collect::<Vec<_>>().join(", ");
            let n = i64::try_from(summary.unknown.len()).unwrap_or(i64::MAX);
            out.line(&tn("ingest-unknown", &[("n", n.into()), ("words", words.into())]));
        }
    }
}

fn percent(part: u64, of: u64) -> i64 {
    i64::try_from(part.saturating_mul(100).checked_div(of).unwrap_or(100).min(100)).unwrap_or(100)
}

fn per_second(n: u64, took: Duration) -> u64 {
    n.saturating_mul(1_000)
        .checked_div(u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1))
        .unwrap_or(n)
}

/// `224,201`.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{grouped, per_second, percent};

    #[test]
    fn large_numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1_000, 224_201].map(grouped), ["0", "999", "1,000", "224,201"]);
    }

    #[test]
    fn an_empty_file_is_read_whole() {
        assert_eq!((percent(0, 0), percent(1, 3), percent(5, 3)), (100, 33, 100));
        assert_eq!(per_second(500, Duration::from_millis(250)), 2_000);
    }
}
