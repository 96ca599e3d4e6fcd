//! `docket demo`: a world of its own in a data folder of its own. The page is there at once; the world's history is told
//! in the background, each message when its system would have sent it, and goes on from there.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::{Clock, Instant, Sentence};
use engine::{Arrival, Engine, Envelope, SystemClock};
use serde::{Deserialize, Serialize};
use simulator::{Delivery, World};
use tokio_util::sync::CancellationToken;
use views::sources::NewSource;
use views::words::tn;
use views::{AppError, ErrorKind, Role, Scope};

use crate::cli::Out;
use crate::clocks::ShiftedClock;
use crate::ingest::grouped;

/// How far the world was told.
const STATE: &str = "demo.json";
/// How often the background looks whether something is due.
const PACE: Duration = Duration::from_secs(1);
/// Deliveries between two notes on progress.
const STEP: usize = 100;

/// How far the world was told, kept in the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    seed: u64,
    anchor: Instant,
    /// When the world stood at its anchor, on the system clock; absent: its history is not told to the end.
    began: Option<Instant>,
    /// The last delivery told.
    until: Instant,
}

/// The business clock of the demo: it stands where the story is while history is told, then runs on.
pub struct WorldClock {
    system: Arc<dyn Clock>,
    stands_at: AtomicI64,
    runs: std::sync::OnceLock<ShiftedClock>,
}

impl Clock for WorldClock {
    fn now(&self) -> Instant {
        self.runs
            .get()
            .map_or_else(|| Instant(self.stands_at.load(Ordering::Relaxed)), Clock::now)
    }
}

/// The demo of one data folder.
pub struct Demo {
    path: PathBuf,
    told: Told,
    world: World,
    clock: Arc<WorldClock>,
    system: Arc<dyn Clock>,
}

impl Demo {
    /// The demo of the data folder `dir`: its world as it was begun, or a new one of `seed`.
    ///
    /// # Errors
    /// When its state does not read.
    pub fn open(dir: &Path, seed: u64) -> Result<Self, Sentence> {
        let path = dir.join(STATE);
        let broken = |problem: String| {
            Sentence::new("home-disk")
                .with("path", path.display())
                .with("problem", problem)
        };
        let told = match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|e| broken(e.to_string()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Told {
                seed,
                anchor: World::usual_anchor(),
                began: None,
                until: Instant(0),
            },
            Err(error) => return Err(broken(error.to_string())),
        };
        let world = World::new(told.seed, told.anchor);
        let system: Arc<dyn Clock> = Arc::new(SystemClock);
        let first = world.deliveries().first().map_or(told.anchor, |d| d.at);
        let clock = WorldClock {
            system: Arc::clone(&system),
            stands_at: AtomicI64::new(told.until.max(first).0),
            runs: std::sync::OnceLock::new(),
        };
        if let Some(began) = told.began {
            let _ = clock
                .runs
                .set(ShiftedClock::new(Arc::clone(&system), began, told.anchor));
        }
        Ok(Self {
            path,
            told,
            world,
            clock: Arc::new(clock),
            system,
        })
    }

    /// Whether the data folder `dir` was begun as a demo.
    #[must_use]
    pub fn is_in(dir: &Path) -> bool {
        dir.join(STATE).is_file()
    }

    /// The business clock.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as _
    }

    /// Makes the world's systems and people known. What is there stays.
    ///
    /// # Errors
    /// The engine's.
    pub async fn settle(&self, engine: &Engine) -> Result<(), Sentence> {
        let words = |error: AppError| error.sentence;
        for source in World::sources() {
            let new = NewSource {
                name: source.name.to_owned(),
                title: source.title.to_owned(),
                lane: source.lane.to_owned(),
                entity: source.entity.to_owned(),
            };
            engine.ensure_source(&new).await.map_err(words)?;
        }
        for person in World::people() {
            let roles: Vec<Role> = person.roles.iter().filter_map(|word| Role::parse(word)).collect();
            let scope = match person.entities {
                [] => Scope::All,
                some => Scope::entities(some.iter().copied()),
            };
            engine
                .add_demo_person(person.user, person.name, &roles, &scope)
                .await
                .map_err(words)?;
        }
        Ok(())
    }

    /// Tells the history that is not told yet, then what happens as it happens, until the server closes.
    pub async fn tell(mut self, engine: Arc<Engine>, closing: CancellationToken, out: Out) {
        let ended = tokio::select! {
            ended = self.history(&engine, &out) => ended,
            () = closing.cancelled() => return,
        };
        let ended = match ended {
            Ok(()) => tokio::select! {
                ended = self.live(&engine) => ended,
                () = closing.cancelled() => return,
            },
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            tracing::error!(error = %error, "the demo's world cannot be told");
            // The pages stay; the worker ends with the server.
            closing.cancelled().await;
        }
    }

    async fn history(&mut self, engine: &Engine, out: &Out) -> anyhow::Result<()> {
        if self.told.began.is_some() {
            return Ok(());
        }
        let deliveries = self.world.deliveries().to_vec();
        let of = deliveries.len();
        let mut events = 0_u64;
        for (n, delivery) in deliveries.into_iter().enumerate() {
            events += delivery.events as u64;
            if delivery.at > self.told.until {
                let at = delivery.at;
                self.clock.stands_at.store(at.0, Ordering::Relaxed);
                deliver(engine, delivery).await?;
                // Several may share an instant: only what came before it is told for certain.
                self.told.until = Instant(at.0 - 1);
            }
            if n % STEP == 0 {
                self.save()?;
                let percent = i64::try_from(n * 100 / of.max(1)).unwrap_or(100);
                out.progress(&tn(
                    "demo-progress",
                    &[("percent", percent.into()), ("n", grouped(events).into())],
                ));
            }
        }
        let began = self.system.now();
        let _ = self.clock.runs.set(ShiftedClock::new(
            Arc::clone(&self.clock.system),
            began,
            self.told.anchor,
        ));
        self.told = Told {
            began: Some(began),
            until: self.told.anchor,
            ..self.told.clone()
        };
        self.save()?;
        out.line(&tn("demo-loaded", &[("n", grouped(events).into())]));
        Ok(())
    }

    async fn live(&mut self, engine: &Engine) -> anyhow::Result<()> {
        for delivery in self.world.live() {
            if delivery.at <= self.told.until {
                continue;
            }
            while delivery.at > self.clock.now() {
                tokio::time::sleep(PACE).await;
            }
            let at = delivery.at;
            deliver(engine, delivery).await?;
            self.told.until = Instant(at.0 - 1);
            self.save()?;
        }
        Ok(())
    }

    fn save(&self) -> io::Result<()> {
        let draft = self.path.with_extension("tmp");
        std::fs::write(&draft, serde_json::to_vec(&self.told)?)?;
        std::fs::rename(draft, &self.path)
    }
}

/// Hands a delivery in, as its system would: it waits when there is no room.
async fn deliver(engine: &Engine, delivery: Delivery) -> anyhow::Result<()> {
    let source = engine.source_by_name(delivery.source).await?;
    let source_id = source
        .ok_or_else(|| anyhow::anyhow!("no source {}", delivery.source))?
        .source_id;
    let batch = delivery.content_type.contains("batch");
    let arrival = Arrival {
        source_id,
        envelope: if batch { Envelope::Batch } else { Envelope::Structured },
        media_type: delivery.content_type.to_owned(),
        attributes: Vec::new(),
        traceparent: None,
        file: None,
        body: delivery.body,
    };
    loop {
        match engine.receive(arrival.clone()).await {
            Ok(_) => return Ok(()),
            Err(AppError {
                kind: ErrorKind::Unavailable,
                ..
            }) => tokio::time::sleep(PACE).await,
            Err(error) => return Err(error.into()),
        }
    }
}
