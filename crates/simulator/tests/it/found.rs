//! What is planted in the world is found by Docket, and nothing else is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::{Clock, Instant};
use engine::{Arrival, Clocks, Engine, Envelope, Options, Randomness, Sealer, SessionLength};
use simulator::{Detector, PlantedKind, World};
use store::{Store, StoreConfig};
use views::exceptions::{CaseFilter, CaseRow};
use views::page::Limit;
use views::sources::NewSource;
use views::{Caller, Origin, Role, Scope};

/// A clock that stands where the story is.
struct StoryClock(AtomicI64);

impl Clock for StoryClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

async fn tell(world: &World) -> (Arc<Engine>, Arc<StoryClock>, tempfile::TempDir) {
    // In memory where there is such a place: 8,000 commits one after the other would wait for the disk.
    let memory = std::path::Path::new("/dev/shm");
    let dir = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .unwrap();
    let config = StoreConfig::Sqlite {
        dir: dir.path().to_owned(),
    };
    let store = Store::open(&config, engine::FOLD_VERSION).await.unwrap();
    let clock = Arc::new(StoryClock(AtomicI64::new(world.deliveries()[0].at.0)));
    let clocks = Clocks {
        business: Arc::clone(&clock) as _,
        system: Arc::clone(&clock) as _,
    };
    let options = Options {
        queue: 64,
        limits: formats::json::Limits::default(),
        sealer: Sealer::from_key([1; 32], "test"),
        randomness: Randomness::from_seed(1),
        sessions: SessionLength::default(),
        emergency: domain::governance::EmergencyPolicy::default(),
    };
    let engine = Engine::start(store, clocks, options).await.unwrap();
    let mut ids = std::collections::HashMap::new();
    for source in World::sources() {
        let new = NewSource {
            name: source.name.to_owned(),
            title: source.title.to_owned(),
            lane: source.lane.to_owned(),
            entity: source.entity.to_owned(),
        };
        ids.insert(source.name, engine.ensure_source(&new).await.unwrap().source_id);
    }
    for delivery in world.deliveries() {
        clock.0.store(delivery.at.0, Ordering::SeqCst);
        let batch = delivery.content_type.contains("batch");
        let arrival = Arrival {
            source_id: ids[delivery.source],
            envelope: if batch { Envelope::Batch } else { Envelope::Structured },
            media_type: delivery.content_type.to_owned(),
            attributes: Vec::new(),
            traceparent: None,
            file: None,
            body: delivery.body.clone(),
        };
        engine.receive(arrival).await.unwrap();
    }
    clock.0.store(world.anchor().0, Ordering::SeqCst);
    engine.wait_folded(engine.health().head).await.unwrap();
    (engine, clock, dir)
}

async fn cases(engine: &Engine, state: &str) -> Vec<CaseRow> {
    let caller = Caller {
        id: "test".to_owned(),
        name: "Test".to_owned(),
        roles: Role::ALL.into_iter().collect(),
        scope: Scope::All,
        origin: Origin::default(),
    };
    let mut filter = CaseFilter {
        state: state.to_owned(),
        limit: Limit(200),
        ..CaseFilter::default()
    };
    let mut all = Vec::new();
    loop {
        let page = engine.ports().exceptions.list(&caller, &filter).await.unwrap();
        all.extend(page.rows);
        match page.next {
            Some(next) => filter.after = Some(next),
            None => return all,
        }
    }
}

/// The rule by which Docket should find it.
const fn rule(kind: PlantedKind) -> &'static str {
    match kind {
        PlantedKind::NeverCreated | PlantedKind::LateCreation => "order_never_created",
        PlantedKind::UnknownInvoice => "belongs_to_no_order",
        PlantedKind::ReceiptAfterCancel => "received_after_cancel",
        PlantedKind::PaidBeforePosted => "paid_before_posted",
        PlantedKind::PostedWhileBlocked => "posted_while_blocked",
        PlantedKind::SentBeforeApproval => "sent_before_approval",
        _ => "message_parked",
    }
}

/// Rule and order number, with repetitions.
fn sorted<'a>(found: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Vec<(String, String)> {
    let mut found: Vec<_> = found
        .map(|(rule, order)| (rule.to_owned(), order.unwrap_or_default().to_owned()))
        .collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planted_is_found_and_nothing_else_is() {
    let world = World::new(1, World::usual_anchor());
    let (engine, _clock, _dir) = tell(&world).await;
    let planted = world.planted();
    let about_orders = |heals: bool| -> Vec<(String, String)> {
        let of = planted
            .iter()
            .filter(|p| p.kind.detector() != Detector::Parked && p.kind.heals() == heals);
        sorted(of.map(|p| (rule(p.kind), p.order.as_ref().map(|o| o.1.as_str()))))
    };
    let named = |rows: &[CaseRow]| -> Vec<(String, String)> {
        let others = rows.iter().filter(|c| c.rule != "message_parked");
        sorted(others.map(|c| (c.rule.as_str(), c.order.as_ref().map(|o| o.1.as_str()))))
    };
    // Timers that are due by the anchor enter the log by themselves, a moment later.
    let mut open = Vec::new();
    for _ in 0..100 {
        open = cases(&engine, "open").await;
        if named(&open) == about_orders(false) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(named(&open), about_orders(false));
    let closed = cases(&engine, "closed").await;
    assert_eq!(named(&closed), about_orders(true), "{closed:#?}");
    let parked = planted.iter().filter(|p| p.kind.detector() == Detector::Parked).count();
    assert_eq!(open.iter().filter(|c| c.rule == "message_parked").count(), parked);
    engine.stop().await;
}
