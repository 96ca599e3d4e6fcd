//! What is kept of persons and of raw bodies, and how it goes.

use domain::Instant;
use serde_json::json;
use views::Moment;
use views::orders::OrderFound;

use crate::support::{Place, TestEngine, anybody, event, on_both, order};

on_both!(
    an_event_keeps_what_stands_for_a_person_and_erasing_them_leaves_every_event_as_it_was,
    bodies_go_after_thirty_days_but_for_those_that_something_needs,
);

async fn actors(test: &TestEngine, number: &str) -> Vec<Option<String>> {
    let found = test
        .engine
        .ports()
        .orders
        .get(&anybody(), "DE01", number, Moment::NOW)
        .await
        .unwrap();
    let OrderFound::Here(order) = found else {
        panic!("the order moved")
    };
    order.events.into_iter().map(|e| e.actor).collect()
}

async fn stored(test: &TestEngine) -> Vec<domain::Event> {
    test.engine.store().log.list_events(0, 1_000).await.unwrap()
}

async fn an_event_keeps_what_stands_for_a_person_and_erasing_them_leaves_every_event_as_it_was(place: &Place) {
    let test = place.start().await;
    let created = |id: &str, number: &str, by: &str| {
        event(
            id,
            "po.created",
            "2026-02-20T10:00:00Z",
            json!({
                "order": order(number), "currency": "EUR", "actor": {"kind": "human", "id": by},
                "lines": [{"line": "10", "item": "A1", "quantity": "24", "unit": "TNE", "price": "10.00"}]
            }),
        )
    };
    let job = event(
        "3",
        "po.transmitted",
        "2026-02-20T11:00:00Z",
        json!({"order": order("4500000002"), "actor": {"kind": "batch", "id": "RFC_JOB"}}),
    );
    test.send(&[
        created("1", "4500000001", "MKELLER"),
        created("2", "4500000002", "TWRONA"),
        job,
    ])
    .await;
    let before = stored(&test).await;
    assert!(!format!("{before:?}").contains("MKELLER"), "{before:?}");
    assert!(format!("{before:?}").contains("RFC_JOB"), "a job is no person");
    assert_eq!(actors(&test, "4500000001").await, [Some("MKELLER".to_owned())]);

    assert!(
        test.engine
            .erase_person(&anybody(), "MKELLER", "asked for it")
            .await
            .unwrap()
    );
    assert!(
        !test
            .engine
            .erase_person(&anybody(), "MKELLER", "asked again")
            .await
            .unwrap()
    );
    assert!(
        !test
            .engine
            .erase_person(&anybody(), "NOBODY", "never seen")
            .await
            .unwrap()
    );
    let shown = actors(&test, "4500000001").await;
    assert!(
        matches!(&shown[..], [Some(name)] if !name.contains("MKELLER")),
        "{shown:?}"
    );
    assert!(actors(&test, "4500000002").await.contains(&Some("TWRONA".to_owned())));
    assert_eq!(stored(&test).await, before);

    // Who comes again stays erased: what stands for them is known and has no key.
    test.send(&[created("4", "4500000004", "MKELLER")]).await;
    assert_eq!(actors(&test, "4500000004").await, shown);
    test.rebuild_is_identical().await;
}

async fn bodies_go_after_thirty_days_but_for_those_that_something_needs(place: &Place) {
    let test = place.start().await;
    let plain = event(
        "1",
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({"order": order("4500000001"), "approved": true}),
    );
    let gone = test.send(&[plain]).await.message_id;
    let broken = event("2", "po.created", "not a time", json!({"order": order("4500000002")}));
    let parked = test.send(&[broken]).await.message_id;
    // A control breach: posted while blocked. Its evidence is in its case.
    let created = event(
        "3",
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({"order": order("4500000003"), "approved": true}),
    );
    test.send(&[created]).await;
    let document = json!({"kind": "invoice", "scheme": "S1", "number": "9001"});
    let data = json!({"order": order("4500000003"), "document": document});
    test.send(&[
        event("4", "inv.received", "2026-02-21T10:00:00Z", data.clone()),
        event("5", "inv.block_set", "2026-02-21T11:00:00Z", data.clone()),
    ])
    .await;
    let posted = test
        .send(&[event("6", "inv.posted", "2026-02-21T12:00:00Z", data)])
        .await
        .message_id;
    let kept = async |id: i64| {
        let log = &test.engine.store().log;
        let inbox = log.get_inbox(id).await.unwrap().unwrap();
        log.get_body(inbox.month, &inbox.hash).await.unwrap().is_some()
    };
    test.clock.forward(29 * Instant::DAY);
    assert_eq!(test.engine.sweep_bodies().await.unwrap().deleted, 0);
    test.clock.forward(2 * Instant::DAY);
    let swept = test.engine.sweep_bodies().await.unwrap();
    assert!(swept.deleted >= 1 && swept.spared >= 2, "{swept:?}");
    assert!(!kept(gone).await, "nothing needs it");
    assert!(kept(parked).await, "it can be retried still");
    assert!(kept(posted).await, "it is the evidence of an open case");
    let message = test.engine.ports().messages.get(&anybody(), gone).await.unwrap();
    assert!(message.raw.is_none());
    test.rebuild_is_identical().await;
}
