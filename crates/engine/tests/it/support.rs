//! A running engine for tests.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use domain::governance::EmergencyPolicy;
use domain::{Clock, Instant};
use engine::{Arrival, Clocks, Engine, Envelope, Options, Randomness, Sealer, SessionLength};
use futures_util::FutureExt;
use serde_json::{Value, json};
use store::{Store, StoreConfig};
use views::ingest::Receipt;
use views::sources::NewSource;
use views::{Caller, Origin, Role, Scope};

/// A clock that tests set.
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn forward(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct TestEngine {
    pub(crate) engine: Arc<Engine>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) source: i64,
    _dir: tempfile::TempDir,
}

/// 2 March 2026, 08:00 UTC.
pub(crate) const NOW: &str = "2026-03-02T08:00:00Z";

/// Runs tests `async fn name(place: &Place)` on both engines.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(&$crate::support::Place::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                if let Some(place) = $crate::support::Place::postgres() {
                    let outcome = $crate::support::caught(super::$name(&place)).await;
                    place.finish(outcome).await;
                }
            }
        })*
    };
}
pub(crate) use on_both;

/// Where a test's stores are.
pub(crate) struct Place {
    /// Of the Postgres to use; absent: SQLite.
    url: Option<String>,
    started: Mutex<Vec<(StoreConfig, Arc<Engine>)>>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self {
            url: None,
            started: Mutex::default(),
        }
    }

    #[expect(clippy::print_stdout, reason = "says what was not tested")]
    pub(crate) fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("DOCKET_TEST_POSTGRES") else {
            println!("SKIPPED: DOCKET_TEST_POSTGRES is not set, so nothing was tested on Postgres");
            return None;
        };
        Some(Self {
            url: Some(url),
            started: Mutex::default(),
        })
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        self.url.is_some()
    }

    /// A new engine on an empty store.
    pub(crate) async fn start(&self) -> TestEngine {
        self.start_where(false).await
    }

    /// A new engine on an empty store, where one person may act alone in an emergency, or may not.
    pub(crate) async fn start_where(&self, alone: bool) -> TestEngine {
        static NEXT: AtomicI64 = AtomicI64::new(0);
        let dir = tempfile::tempdir().unwrap();
        let config = match &self.url {
            None => StoreConfig::Sqlite {
                dir: dir.path().to_owned(),
            },
            Some(url) => {
                let n = NEXT.fetch_add(1, Ordering::Relaxed);
                let config = StoreConfig::Postgres {
                    url: url.clone(),
                    schema: Some(format!("docket_engine_{}_{n}", std::process::id())),
                };
                store::erase(&config).await.unwrap();
                config
            }
        };
        let test = start_on(&config, dir, alone).await;
        let started = (config, Arc::clone(&test.engine));
        self.started.lock().unwrap().push(started);
        test
    }

    /// Drops what the test made on Postgres, and lets its panic go on.
    pub(crate) async fn finish(self, outcome: std::thread::Result<()>) {
        for (config, engine) in self.started.into_inner().unwrap() {
            engine.stop().await;
            engine.store().close().await;
            store::erase(&config).await.unwrap();
        }
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }
}

/// Catches a panic of the test, so that its schemas are dropped in any case.
pub(crate) async fn caught(test: impl Future<Output = ()>) -> std::thread::Result<()> {
    AssertUnwindSafe(test).catch_unwind().await
}

async fn start_on(config: &StoreConfig, dir: tempfile::TempDir, alone: bool) -> TestEngine {
    let store = Store::open(config, engine::FOLD_VERSION).await.unwrap();
    let clock = Arc::new(SetClock(AtomicI64::new(Instant::parse(NOW).unwrap().0)));
    let clocks = Clocks {
        business: Arc::clone(&clock) as _,
        system: Arc::clone(&clock) as _,
    };
    let options = Options {
        queue: 64,
        limits: formats::json::Limits::default(),
        sealer: Sealer::from_key([7; 32], "test"),
        randomness: Randomness::from_seed(1),
        sessions: SessionLength::default(),
        emergency: EmergencyPolicy { allowed: alone },
    };
    let engine = Engine::start(store, clocks, options).await.unwrap();
    let new = NewSource {
        name: "erp".into(),
        title: "ERP".into(),
        lane: "erp".into(),
        entity: "DE01".into(),
    };
    let source = engine.ensure_source(&new).await.unwrap().source_id;
    TestEngine {
        engine,
        clock,
        source,
        _dir: dir,
    }
}

/// A CloudEvent of Docket's data contract.
pub(crate) fn event(id: &str, kind: &str, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/erp", "type": format!("docket.{kind}.v1"),
        "time": time, "datacontenttype": "application/json", "data": data
    })
}

pub(crate) fn order(number: &str) -> Value {
    json!({"entity": "DE01", "number": number})
}

pub(crate) fn person(roles: &[Role]) -> Caller {
    Caller {
        id: "jbrandt".into(),
        name: "Jonas Brandt".into(),
        roles: roles.iter().copied().collect(),
        scope: Scope::All,
        origin: Origin::default(),
    }
}

/// Somebody of that name who holds these roles.
pub(crate) fn named(id: &str, roles: &[Role]) -> Caller {
    Caller {
        id: id.into(),
        name: id.into(),
        ..person(roles)
    }
}

/// Somebody who may do everything that is tested here.
pub(crate) fn anybody() -> Caller {
    person(&Role::ALL)
}

pub(crate) fn scoped(entity: &str) -> Caller {
    Caller {
        scope: Scope::entities([entity]),
        ..anybody()
    }
}

impl TestEngine {
    pub(crate) async fn send_bytes(&self, body: &[u8]) -> Receipt {
        let arrival = Arrival {
            source_id: self.source,
            envelope: Envelope::Any,
            media_type: "application/cloudevents-batch+json".into(),
            attributes: Vec::new(),
            traceparent: None,
            file: None,
            body: body.to_vec(),
        };
        self.engine.receive(arrival).await.unwrap()
    }

    /// Sends a batch and waits until the views show it.
    pub(crate) async fn send(&self, events: &[Value]) -> Receipt {
        let receipt = self.send_bytes(&serde_json::to_vec(events).unwrap()).await;
        self.settle().await;
        receipt
    }

    pub(crate) async fn settle(&self) {
        let head = self.engine.store().log.head().await.unwrap().last_seq;
        self.engine.wait_folded(head).await.unwrap();
    }

    /// Says for whom the source buys, as two people who agree on it.
    pub(crate) async fn set_entity(&self, entity: &str) {
        let governance = self.engine.ports().governance;
        let asks = named("asks", &[Role::Administrator]);
        let request = views::governance::NewRequest {
            kind: "source".into(),
            key: "erp".into(),
            version: None,
            body: Some(json!({"title": "ERP", "lane": "erp", "entity": entity})),
            back_to: None,
            end: false,
            valid_from: None,
            reason: "the sender names no buying entity".into(),
            ticket: String::new(),
            alone: false,
        };
        let open = governance.ask(&asks, &request).await.unwrap();
        let decision = views::governance::NewDecision {
            verdict: "agree".into(),
            hash: open.hash,
            version: open.row.version,
            comment: String::new(),
        };
        let agrees = named("agrees", &[Role::Administrator]);
        governance.decide(&agrees, open.row.id, &decision).await.unwrap();
    }

    /// Rebuilds the views; they must be the same bytes.
    pub(crate) async fn rebuild_is_identical(&self) {
        self.settle().await;
        let report = self.engine.rebuild(|_, _| {}).await.unwrap();
        assert!(report.compared);
        assert_eq!(report.difference, None, "the rebuilt views differ from the live ones");
    }
}
