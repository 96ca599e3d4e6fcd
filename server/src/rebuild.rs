//! `docket rebuild`: the views anew from the log, beside the live ones, and whether they are the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Sentence;
use engine::Engine;
use serde::{Deserialize, Serialize};
use store::views::Difference;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use views::words::{say, t, tn};

use crate::cli::Out;
use crate::ingest::grouped;

/// How often progress is told.
const PACE: Duration = Duration::from_millis(250);

/// What a rebuild tells as it goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Told {
    /// So far.
    Progress {
        /// Folded up to here.
        seq: i64,
        /// The log's end.
        of: i64,
    },
    /// The end.
    Done {
        /// Events folded.
        events: i64,
        /// The first place where they differ from the live ones; none: byte for byte the same.
        differ: Option<String>,
        /// They were compared: the live views were made by the same version of the fold.
        compared: bool,
        /// Microseconds it took.
        took: u64,
    },
    /// It could not go on.
    Failed {
        /// Why.
        why: Sentence,
    },
}

/// Builds the views anew in a thread of its own, to the end whether anybody listens or not. What it tells comes a few
/// times a second and once at the end.
#[must_use]
pub fn begin(engine: Arc<Engine>) -> UnboundedReceiver<Told> {
    let (tell, told) = unbounded_channel();
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(run(&engine, &tell)));
    told
}

async fn run(engine: &Engine, tell: &UnboundedSender<Told>) {
    let began = Instant::now();
    let mut told_at = began;
    let report = engine
        .rebuild(|seq, of| {
            if told_at.elapsed() >= PACE {
                told_at = Instant::now();
                // Nobody listening is fine.
                let _ = tell.send(Told::Progress { seq, of });
            }
        })
        .await;
    let end = match report {
        Ok(report) => Told::Done {
            events: report.events,
            differ: report.difference.map(|d| place(&d)),
            compared: report.compared,
            took: u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        },
        Err(error) => Told::Failed {
            why: views::AppError::from(error).sentence,
        },
    };
    let (more, failed) = match &end {
        Told::Done { events, differ, .. } => {
            let differ = differ.clone().unwrap_or_default();
            (vec![("events", events.to_string()), ("differ", differ)], None)
        }
        Told::Failed { why } => (Vec::new(), Some(why)),
        Told::Progress { .. } => return,
    };
    if let Err(error) = engine
        .audit_command("views.rebuilt", "installation", &more, failed)
        .await
    {
        tracing::error!(%error, "a rebuild could not be written into the audit");
    }
    let _ = tell.send(end);
}

/// Shows what a rebuild tells. `false` when it failed or the views differ.
pub fn show(out: &Out, told: &Told) -> bool {
    match told {
        Told::Progress { seq, of } => {
            let percent = seq.saturating_mul(100).checked_div(*of).unwrap_or(100);
            out.progress(&tn(
                "rebuild-progress",
                &[("percent", percent.into()), ("n", count(*seq).into())],
            ));
            true
        }
        Told::Done {
            events,
            differ,
            compared,
            took,
        } => {
            let seconds = format!("{:.1}", Duration::from_micros(*took).as_secs_f64());
            out.line(&tn(
                "rebuild-done",
                &[("n", count(*events).into()), ("seconds", seconds.into())],
            ));
            match differ {
                Some(place) => out.line(&tn("rebuild-differ", &[("where", place.as_str().into())])),
                None if *compared => out.line(&t("rebuild-same")),
                None => out.line(&t("rebuild-other-version")),
            }
            differ.is_none()
        }
        Told::Failed { why } => {
            out.line(&say(why));
            false
        }
    }
}

/// Table and rows where two generations begin to differ.
fn place(difference: &Difference) -> String {
    let row = |row: &Option<String>| row.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{}: {} | {}",
        difference.table,
        row(&difference.here),
        row(&difference.there)
    )
}

fn count(n: i64) -> String {
    grouped(u64::try_from(n).unwrap_or_default())
}
