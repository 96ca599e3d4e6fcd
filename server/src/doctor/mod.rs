//! `docket doctor`: what stands in the way of Docket, or soon will, in sentences.

mod around;
mod folder;
mod inside;

use std::time::Duration;

use domain::Sentence;
use serde::{Deserialize, Serialize};
use views::Environment;
use views::words::{say, t};

use crate::cli::Out;
use crate::config::Config;
use crate::demo::Demo;
use crate::home::{Holder, Home, HomeError};
use crate::talk;

pub use inside::{BACKED_UP_AT, inside};

/// How long a running server may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(20);

/// How bad it is. The exit code is its place in this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In order.
    Fine,
    /// Somebody should look at it.
    Look,
    /// It does not work, or loses something.
    Broken,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at: a word for ever.
    pub about: String,
    /// How bad it is.
    pub verdict: Verdict,
    /// What was found, what it means and what to do.
    pub says: Sentence,
}

impl Finding {
    fn new(about: &'static str, verdict: Verdict, says: Sentence) -> Self {
        Self {
            about: about.to_owned(),
            verdict,
            says,
        }
    }

    fn fine(about: &'static str, says: Sentence) -> Self {
        Self::new(about, Verdict::Fine, says)
    }

    fn look(about: &'static str, says: Sentence) -> Self {
        Self::new(about, Verdict::Look, says)
    }

    fn broken(about: &'static str, says: Sentence) -> Self {
        Self::new(about, Verdict::Broken, says)
    }
}

/// Looks at everything that can be looked at from here. A running server is asked for what only it may open.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let environment = if Demo::is_in(&config.data) {
        Environment::Demo
    } else {
        config.environment
    };
    let config = &Config {
        environment,
        ..config.clone()
    };
    let mut found = folder::findings(config);
    if config.data.is_dir() {
        match Home::take_quietly(&config.data) {
            Ok(home) => {
                found.extend(around::settings(config));
                found.extend(inside::stopped(home, config).await);
            }
            Err(HomeError::Held(holder)) => {
                // The server may have been told on its command line where to listen.
                let listen = holder.as_ref().and_then(|h| h.address).unwrap_or(config.listen);
                let config = &Config {
                    listen,
                    ..config.clone()
                };
                found.extend(around::settings(config));
                found.extend(asked(holder.as_ref()).await);
                found.extend(around::answering(config).await);
            }
            Err(error) => found.push(Finding::broken("folder", crate::start::home_words(&error))),
        }
    } else {
        found.extend(around::settings(config));
    }
    found.extend(around::provider(config).await);
    found
}

/// What the server that holds the data folder says of itself.
async fn asked(holder: Option<&Holder>) -> Vec<Finding> {
    let mut found = Vec::new();
    let hear = |finding: Finding| found.push(finding);
    let asking = talk::ask(holder, "/console/doctor", &(), hear);
    let problem = match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(())) => return found,
        Ok(Err(sentence)) => sentence,
        Err(_) => Sentence::new("doctor-server-slow"),
    };
    found.push(Finding::broken("server", problem));
    found
}

/// The worst of them.
#[must_use]
pub fn worst(found: &[Finding]) -> Verdict {
    found.iter().map(|f| f.verdict).max().unwrap_or(Verdict::Fine)
}

/// Says what was found, the worst last: there the reader's eye is. `json`: one array, for machines.
pub fn show(out: &Out, found: &[Finding], json: bool) {
    if json {
        let rows = found.iter().map(|finding| {
            serde_json::json!({
                "about": finding.about,
                "verdict": finding.verdict,
                "key": finding.says.key,
                "text": say(&finding.says),
            })
        });
        out.line(&serde_json::Value::Array(rows.collect()).to_string());
        return;
    }
    let mut sorted: Vec<&Finding> = found.iter().collect();
    sorted.sort_by_key(|finding| finding.verdict);
    for finding in sorted {
        let word = match finding.verdict {
            Verdict::Fine => t("doctor-fine"),
            Verdict::Look => t("doctor-look"),
            Verdict::Broken => t("doctor-broken"),
        };
        out.line(&format!("{word:<10} {}", say(&finding.says)));
    }
    out.line(&match worst(found) {
        Verdict::Fine => t("doctor-all-fine"),
        Verdict::Look => t("doctor-some-look"),
        Verdict::Broken => t("doctor-some-broken"),
    });
}
