use domain::{DocKey, DocKind};
use futures_util::future::{join, join_all};
use views::messages::{MessageFilter, Outcome};
use views::orders::{OrderFilter, OrderFound};
use views::page::Limit;
use views::{Caller, Moment};

use serde_json::json;

use crate::support::{Place, TestEngine, anybody, event, on_both, order, scoped};

on_both!(
    one_request_that_cannot_be_written_takes_no_other_with_it,
    each_item_of_a_batch_is_answered_for_itself,
    an_order_can_be_read_as_it_was_and_as_we_knew_it,
    what_is_out_of_scope_is_not_found,
    an_order_is_found_by_the_beginning_of_any_of_its_numbers,
    every_event_of_the_public_purchasing_log_comes_through_and_a_second_run_adds_nothing,
);

async fn the_order(test: &TestEngine, number: &str) -> views::orders::OrderView {
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
    order
}

fn created(id: &str, number: &str, time: &str) -> serde_json::Value {
    event(
        id,
        "po.created",
        time,
        json!({
            "order": order(number), "supplier": {"id": "S1", "name": "Baltic Steel Oy"}, "currency": "EUR", "approved": true,
            "lines": [{"line": "10", "item": "A1", "quantity": "24", "unit": "TNE", "price": "10.00", "receipt_required": true}]
        }),
    )
}

async fn each_item_of_a_batch_is_answered_for_itself(place: &Place) {
    let test = place.start().await;
    let good = created("1", "4500000001", "2026-02-20T10:00:00Z");
    let first = test.send(std::slice::from_ref(&good)).await;
    assert_eq!(first.items[0].outcome, Outcome::Accepted);
    let other = created("1", "4500000009", "2026-02-20T10:00:00Z");
    let absurd = event("2", "po.created", "not a time", json!({"order": order("4500000002")}));
    let next = event(
        "3",
        "po.transmitted",
        "2026-02-20T11:00:00Z",
        json!({"order": order("4500000001")}),
    );
    let answers = test.send(&[good, other, absurd, next]).await;
    let outcomes: Vec<Outcome> = answers.items.iter().map(|i| i.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Duplicate,
            Outcome::Conflict,
            Outcome::Parked,
            Outcome::Accepted
        ]
    );
    assert_eq!(answers.items[0].seq, first.items[0].seq);
    assert_eq!(the_order(&test, "4500000001").await.row.headline, "transmitted");
    test.rebuild_is_identical().await;
}

async fn an_order_can_be_read_as_it_was_and_as_we_knew_it(place: &Place) {
    let test = place.start().await;
    test.send(&[created("1", "4500000001", "2026-02-20T10:00:00Z")]).await;
    test.clock.forward(3_600_000_000);
    // It happened before the order was last looked at, but came an hour later.
    let received = event(
        "2",
        "gr.received",
        "2026-02-25T10:00:00Z",
        json!({
            "order": order("4500000001"), "document": {"kind": "receipt", "scheme": "W", "number": "50"},
            "lines": [{"line": "10", "quantity": "24"}]
        }),
    );
    test.send(&[received]).await;
    assert_eq!(the_order(&test, "4500000001").await.row.headline, "fully_received");
    let orders = test.engine.ports().orders;
    let at = |world: &str, known: Option<&str>| Moment {
        world: domain::Instant::parse(world),
        known: known.and_then(domain::Instant::parse),
    };
    let then = orders
        .get(&anybody(), "DE01", "4500000001", at("2026-02-24T00:00:00Z", None))
        .await
        .unwrap();
    let OrderFound::Here(then) = then else { panic!() };
    assert_eq!((then.row.headline.as_str(), then.hidden_events), ("approved", 1));
    let known = at("2026-03-01T00:00:00Z", Some("2026-03-02T08:30:00Z"));
    let OrderFound::Here(then) = orders.get(&anybody(), "DE01", "4500000001", known).await.unwrap() else {
        panic!()
    };
    assert_eq!((then.row.headline.as_str(), then.hidden_events), ("approved", 1));
}

async fn what_is_out_of_scope_is_not_found(place: &Place) {
    let test = place.start().await;
    test.send(&[created("1", "4500000001", "2026-02-20T10:00:00Z")]).await;
    let orders = test.engine.ports().orders;
    let outsider = scoped("PL02");
    let refused = orders
        .get(&outsider, "DE01", "4500000001", Moment::NOW)
        .await
        .unwrap_err();
    assert_eq!(refused.kind, views::ErrorKind::NotFound);
    assert!(
        orders
            .list(&outsider, &OrderFilter::default())
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    assert!(
        test.engine
            .ports()
            .messages
            .list(&outsider, &MessageFilter::default())
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    let insider = scoped("DE01");
    assert_eq!(
        orders.list(&insider, &OrderFilter::default()).await.unwrap().rows.len(),
        1
    );
    assert_eq!(
        test.engine
            .ports()
            .messages
            .list(&insider, &MessageFilter::default())
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}

async fn an_order_is_found_by_the_beginning_of_any_of_its_numbers(place: &Place) {
    let test = place.start().await;
    let invoice = event(
        "2",
        "inv.received",
        "2026-02-26T10:00:00Z",
        json!({
            "order": order("4500000001"), "document": {"kind": "invoice", "scheme": "S1", "number": "INV-90217"}
        }),
    );
    test.send(&[created("1", "4500000001", "2026-02-20T10:00:00Z"), invoice])
        .await;
    for q in ["45000", "INV-90217", "INV-9"] {
        let filter = OrderFilter {
            q: q.into(),
            ..OrderFilter::default()
        };
        let found = test.engine.ports().orders.list(&anybody(), &filter).await.unwrap();
        assert_eq!(found.rows.len(), 1, "searching {q}");
    }
}

async fn one_request_that_cannot_be_written_takes_no_other_with_it(place: &Place) {
    let test = place.start().await;
    let number = |n: u32| DocKey::new(DocKind::PurchaseOrder, "DE01", n.to_string());
    // Postgres keeps no text with a zero in it, SQLite does.
    let poisonous = Caller {
        id: "jbr\0ndt".into(),
        ..anybody()
    };
    let sends = (0..40).map(|n| {
        let event = created(&n.to_string(), &format!("45000000{n:02}"), "2026-02-20T10:00:00Z");
        let body = serde_json::to_vec(&[event]).unwrap();
        let test = &test;
        async move { test.send_bytes(&body).await }
    });
    let poison = test.engine.link_orders(&poisonous, number(1), number(2));
    let (receipts, link) = join(join_all(sends), poison).await;
    assert!(receipts.iter().all(|r| r.items[0].outcome == Outcome::Accepted));
    assert_eq!(link.is_err(), place.is_postgres(), "{link:?}");
    test.settle().await;
    for receipt in &receipts {
        let message = test
            .engine
            .ports()
            .messages
            .get(&anybody(), receipt.message_id)
            .await
            .unwrap();
        assert_eq!(message.row.accepted, 1);
    }
    let filter = OrderFilter {
        q: "45000000".into(),
        limit: Limit(200),
        ..OrderFilter::default()
    };
    let orders = test.engine.ports().orders.list(&anybody(), &filter).await.unwrap();
    assert_eq!(orders.rows.len(), 40);
    let again = created("0", "4500000000", "2026-02-20T10:00:00Z");
    assert_eq!(test.send(&[again]).await.items[0].outcome, Outcome::Duplicate);
    test.rebuild_is_identical().await;
}

#[expect(clippy::print_stdout, reason = "says what was not tested")]
async fn every_event_of_the_public_purchasing_log_comes_through_and_a_second_run_adds_nothing(place: &Place) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/logs/bpic2019/variants.xes.gz"
    );
    let Ok(file) = std::fs::File::open(path) else {
        println!("SKIPPED: {path} is not here");
        return;
    };
    let test = place.start().await;
    let mut chunks = 0;
    let summary = test
        .engine
        .ingest_file(test.source, "variants.xes.gz", Box::new(file), |_| chunks += 1)
        .await
        .unwrap();
    assert!(chunks > 10);
    assert_eq!(
        (summary.read, summary.accepted + summary.parked, summary.duplicate),
        (224_201, 224_201, 0)
    );
    assert_eq!(summary.cases, 7_781);
    assert_eq!(summary.parked, 0);
    test.settle().await;
    let again = std::fs::File::open(path).unwrap();
    let again = test
        .engine
        .ingest_file(test.source, "variants.xes.gz", Box::new(again), |_| {})
        .await
        .unwrap();
    assert_eq!((again.read, again.duplicate), (224_201, 224_201));
    test.rebuild_is_identical().await;
}
