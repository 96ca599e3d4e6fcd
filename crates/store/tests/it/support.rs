//! A store for one test, on either engine, and rows to put into it.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::events::{ActorKind, Draft, Payload};
use domain::{DocKey, DocKind, Event, EventType, Instant, Precision, Ref, Role};
use futures_util::FutureExt;
use store::log::{AuditRow, Inbox, InboxState, Item, Person, ScopeKey, Source};
use store::views::{DocKeyRow, Exception, Order};
use store::{Store, StoreConfig};
use tempfile::TempDir;

/// Version of the fold that tests pretend to have.
pub(crate) const FOLD: i64 = 7;

/// Runs a test on both engines: `db_test!(async fn name(t) { … })` with `t: &mut TestStore`.
macro_rules! db_test {
    ($(async fn $name:ident($t:ident) $body:block)*) => {
        $(async fn $name($t: &mut $crate::support::TestStore) $body

        mod $name {
            use super::$name as run;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let mut t = $crate::support::TestStore::sqlite().await;
                run(&mut t).await;
                t.store.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(mut t) = $crate::support::TestStore::postgres().await {
                    let outcome = $crate::support::caught(run(&mut t)).await;
                    t.finish(outcome).await;
                }
            }
        })*
    };
}
pub(crate) use db_test;

pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) config: StoreConfig,
    pub(crate) dir: TempDir,
}

impl TestStore {
    pub(crate) async fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let config = StoreConfig::Sqlite {
            dir: dir.path().join("data"),
        };
        let store = Store::open(&config, FOLD).await.unwrap();
        Self { store, config, dir }
    }

    #[expect(clippy::print_stdout, reason = "says what was not tested")]
    pub(crate) async fn postgres() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(url) = std::env::var("DOCKET_TEST_POSTGRES") else {
            println!("SKIPPED: DOCKET_TEST_POSTGRES is not set, so nothing was tested on Postgres");
            return None;
        };
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = Some(format!("docket_test_{}_{n}", std::process::id()));
        let config = StoreConfig::Postgres { url, schema };
        store::erase(&config).await.unwrap();
        let store = Store::open(&config, FOLD).await.unwrap();
        Some(Self {
            store,
            config,
            dir: TempDir::new().unwrap(),
        })
    }

    /// Drops what the test made on Postgres, and lets its panic go on.
    pub(crate) async fn finish(self, outcome: std::thread::Result<()>) {
        self.store.close().await;
        store::erase(&self.config).await.unwrap();
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    /// Closes the store and opens it again, as a restart does.
    pub(crate) async fn reopen(&mut self) {
        self.store.close().await;
        // The lock of the data folder goes with the last handle.
        let config = self.config.clone();
        let place = TempDir::new().unwrap();
        let other = StoreConfig::Sqlite {
            dir: place.path().join("none"),
        };
        self.store = Store::open(&other, FOLD).await.unwrap();
        self.store = Store::open(&config, FOLD).await.unwrap();
    }
}

/// Catches a panic of the test, so that its schemas are dropped in any case.
pub(crate) async fn caught(test: impl Future<Output = ()>) -> std::thread::Result<()> {
    AssertUnwindSafe(test).catch_unwind().await
}

pub(crate) fn event(seq: i64, item_key: &str) -> Event {
    let said = Draft {
        kind: EventType::GrReceived,
        activity: "Wareneingang gebucht ✓".into(),
        occurred_at: Instant(1_700_000_000_000_000 + seq),
        precision: Precision::Day,
        zone: Some("Europe/Warsaw".into()),
        source_seq: seq * 10,
        source_recorded_at: Some(Instant(1_700_000_000_500_000)),
        actor_kind: ActorKind::Batch,
        actor: Some("RFC_USER".into()),
        correlation_id: None,
        refs: vec![Ref::new(
            Role::Order,
            DocKey::new(DocKind::PurchaseOrder, "1000", "4500000001"),
        )],
        payload: Payload {
            version: Some(3),
            reason: Some("late \"again\"".into()),
            ..Payload::default()
        },
    };
    Event::admit(seq, 1, item_key.into(), 0, Instant(1_000_000 * seq), 1, said)
}

pub(crate) fn inbox(inbox_id: i64, source_id: i64) -> Inbox {
    Inbox {
        inbox_id,
        source_id,
        received_at: Instant(1_000_000 * inbox_id),
        month: 24_310,
        hash: vec![u8::try_from(inbox_id % 256).unwrap(); 32],
        media_type: "application/json".into(),
        trace: None,
        file: Some("a.json".into()),
        bytes: 100,
        state: InboxState::Done.code(),
        first_seq: None,
        last_seq: None,
        accepted: 3,
        duplicate: 1,
        conflict: 0,
        parked: 0,
    }
}

pub(crate) fn item(inbox_id: i64, ordinal: i64, key: &str) -> Item {
    Item {
        source_id: 1,
        item_key: key.into(),
        content: vec![1; 32],
        inbox_id,
        ordinal,
        byte_from: ordinal * 10,
        byte_to: ordinal * 10 + 10,
        outcome: 0,
        noted: false,
        fault: None,
        parked_on: None,
        seq: None,
        version: None,
    }
}

pub(crate) fn order(order_id: i64, entity: &str, po_no: &str, scope_id: i64) -> Order {
    Order {
        order_id,
        merged_into: None,
        entity: entity.into(),
        po_no: po_no.into(),
        supplier: "Müller".into(),
        scope_id,
        opened_at: Instant(1_000_000 * (order_id % 50)),
        last_at: Instant(2_000_000 * order_id),
        headline: "approved".into(),
        badges: "on_hold".into(),
        lines: 2,
        value: Some(12_345_678),
        currency: "EUR".into(),
        exceptions: 0,
        updated_seq: order_id,
        history: vec![1, 2, 3],
        state: vec![0; 300],
    }
}

pub(crate) fn doc_key(kind: DocKind, key: &str, order_id: i64) -> DocKeyRow {
    DocKeyRow {
        kind,
        scheme: "1000".into(),
        key: key.into(),
        order_id,
        by_seq: order_id,
    }
}

pub(crate) fn exception(exception_id: i64, scope_id: i64, class: &str) -> Exception {
    Exception {
        exception_id,
        fingerprint: exception_id.to_be_bytes().to_vec(),
        class: class.into(),
        order_id: Some(exception_id % 3 + 1),
        scope_id,
        status: 0,
        severity: exception_id % 4 + 1,
        opened_at: Instant(1_000 * (exception_id % 7)),
        act_by: None,
        could_cost: Some(5),
        step_at: None,
        opened_seq: exception_id,
        closed_seq: None,
        version: 1,
        inbox_id: None,
        body: vec![9, 9],
    }
}

/// Interns scopes of these (entity, site)s.
pub(crate) async fn scopes(store: &Store, keys: &[(&str, &str)]) -> Vec<i64> {
    let keys: Vec<ScopeKey> = keys
        .iter()
        .map(|(e, s)| ScopeKey {
            entity: (*e).into(),
            site: (*s).into(),
            ..ScopeKey::default()
        })
        .collect();
    store.log.intern_scopes(&keys).await.unwrap()
}

pub(crate) fn entities(names: &[&str]) -> ::views::Scope {
    ::views::Scope::entities(names.iter().copied())
}

/// An audit row for a change of which a test asks nothing more.
pub(crate) fn did(action: &str) -> AuditRow {
    AuditRow::done(Instant(1), "ada", action, "x")
}

pub(crate) fn person(login: &str) -> Person {
    Person {
        login: login.into(),
        name: login.to_uppercase(),
        password_hash: Some("$argon2id$".into()),
        roles: "finance support".into(),
        scope: "*".into(),
        created_at: Instant(1),
        email: None,
        blocked_at: None,
        oidc_subject: None,
    }
}

pub(crate) fn source(name: &str) -> Source {
    Source {
        source_id: 0,
        name: name.into(),
        title: "Warehouse Łódź".into(),
        lane: "warehouse".into(),
        entity: "1000".into(),
        kind: "api".into(),
        created_at: Instant(1),
        stopped_at: None,
    }
}
