//! `docket audit verify`: what is not as it was written, row by row.

use std::time::{Duration, Instant};

use domain::Sentence;
use domain::audit::Checked;
use engine::audit::Progress;
use engine::{FOLD_VERSION, Sealer};
use serde::{Deserialize, Serialize};
use store::{Store, StoreConfig};
use views::words::{say, tn};

use crate::anchors;
use crate::cli::Out;
use crate::config::Config;
use crate::home::Home;
use crate::ingest::grouped;
use crate::start::{home_words, place, store_words};
use crate::state::Server;

/// How often progress is told.
const PACE: Duration = Duration::from_millis(250);

/// What a check tells as it goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Told {
    /// So far.
    Progress {
        /// Rows checked.
        rows: u64,
        /// About how many there are.
        of: i64,
    },
    /// Something is not as it was.
    Found {
        /// The chain it is in.
        chain: i64,
        /// What, naming the row.
        what: Sentence,
    },
    /// The end.
    Done {
        /// Rows under seals.
        rows: u64,
        /// Seals.
        seals: u64,
        /// Rows that wait for their seal.
        unsealed: u64,
        /// Things found.
        findings: u64,
        /// Microseconds it took.
        took: u64,
    },
    /// It could not go on.
    Failed {
        /// Why.
        why: Sentence,
    },
}

/// Tells progress now and then only.
struct Paced {
    began: Instant,
    told: Instant,
}

impl Paced {
    fn begin() -> Self {
        let now = Instant::now();
        Self { began: now, told: now }
    }

    fn progress(&mut self, now: Progress) -> Option<Told> {
        (self.told.elapsed() >= PACE).then(|| {
            self.told = Instant::now();
            Told::Progress {
                rows: now.rows,
                of: now.of,
            }
        })
    }

    fn done(&self, checked: Checked) -> Told {
        Told::Done {
            rows: checked.rows,
            seals: checked.seals,
            unsealed: checked.unsealed,
            findings: checked.findings,
            took: u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX),
        }
    }
}

/// Checks the audit of a running server.
pub async fn running(server: &Server, tell: impl Fn(&Told) + Send) {
    let mut paced = Paced::begin();
    let anchors = anchors::read(&server.config.data);
    let progress = |now| {
        if let Some(told) = paced.progress(now) {
            tell(&told);
        }
    };
    let found = |chain, finding: domain::audit::Finding| {
        let what = finding.sentence();
        tell(&Told::Found { chain, what });
    };
    let checked = server.engine.verify_audit(anchors, progress, found).await;
    tell(&match checked {
        Ok(checked) => paced.done(checked),
        Err(error) => Told::Failed { why: error.sentence },
    });
}

/// Checks the audit of a data folder that no server holds, without changing anything in it.
///
/// # Errors
/// A sentence: there is no log, or it cannot be read.
pub async fn stopped(home: &Home, config: &Config, mut tell: impl FnMut(&Told)) -> Result<(), Sentence> {
    let at = place(config, home)?;
    let absent = || Sentence::new("verify-no-log").with("path", home.dir().display());
    if let StoreConfig::Sqlite { dir } = &at
        && !dir.join("log.db").is_file()
    {
        return Err(absent());
    }
    let key = home.sealing_key().map_err(|e| home_words(&e))?;
    let store = Store::open(&at, FOLD_VERSION).await.map_err(|e| store_words(&e))?;
    let sealer = Sealer::from_key(key.key, key.id.as_str());
    let mut paced = Paced::begin();
    let mut heard = Vec::new();
    // Nobody sealed what was written last before the server ended.
    let sealed_by = None;
    let progress = |now| {
        if let Some(told) = paced.progress(now) {
            tell(&told);
        }
    };
    let found = |chain, finding: domain::audit::Finding| {
        let what = finding.sentence();
        heard.push(Told::Found { chain, what });
    };
    let anchors = anchors::read(home.dir());
    let checked = engine::audit::verify(&store, &sealer, anchors, sealed_by, progress, found).await;
    store.close().await;
    let checked = checked.map_err(|e| store_words(&e))?;
    heard.iter().for_each(&mut tell);
    tell(&paced.done(checked));
    Ok(())
}

/// Shows what a check tells. `false` when something is not as it was.
pub fn show(out: &Out, json: bool, told: &Told) -> bool {
    if json {
        show_json(out, told);
    } else {
        show_words(out, told);
    }
    match told {
        Told::Progress { .. } => true,
        Told::Found { .. } | Told::Failed { .. } => false,
        Told::Done { findings, .. } => *findings == 0,
    }
}

fn show_json(out: &Out, told: &Told) {
    if matches!(told, Told::Progress { .. }) {
        return;
    }
    let mut value = serde_json::to_value(told).unwrap_or_default();
    if let (Told::Found { what: said, .. } | Told::Failed { why: said }, Some(map)) = (told, value.as_object_mut()) {
        map.insert("text".to_owned(), say(said).into());
    }
    out.line(&value.to_string());
}

fn show_words(out: &Out, told: &Told) {
    match told {
        Told::Progress { rows, of } => {
            let of = grouped(u64::try_from(*of).unwrap_or_default());
            out.progress(&tn(
                "verify-progress",
                &[("n", grouped(*rows).into()), ("of", of.into())],
            ));
        }
        Told::Found { what, .. } => out.line(&tn("verify-found", &[("what", say(what).into())])),
        Told::Done {
            rows,
            seals,
            unsealed,
            findings,
            ..
        } => {
            let key = if *findings == 0 {
                "verify-whole"
            } else {
                "verify-broken"
            };
            let n = i64::try_from(*findings).unwrap_or(i64::MAX);
            out.line(&tn(
                key,
                &[
                    ("n", n.into()),
                    ("rows", grouped(*rows).into()),
                    ("seals", grouped(*seals).into()),
                    ("unsealed", grouped(*unsealed).into()),
                ],
            ));
        }
        Told::Failed { why } => out.line(&say(why)),
    }
}
