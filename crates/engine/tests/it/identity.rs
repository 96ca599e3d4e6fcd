use views::Moment;
use views::orders::OrderFound;

use domain::{DocKey, DocKind};
use serde_json::{Value, json};

use crate::support::{Place, TestEngine, anybody, event, on_both, order};

on_both!(
    a_payment_that_names_only_an_invoice_reaches_both_orders_of_it_in_any_order_of_arrival,
    orders_that_are_linked_become_one_and_part_again_when_the_link_is_withdrawn,
    a_cross_reference_in_a_document_joins_what_was_known_under_two_numbers,
);

fn created(id: &str, number: &str) -> Value {
    event(
        id,
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({
            "order": order(number), "lines": [{"line": "10", "quantity": "10"}]
        }),
    )
}

fn invoice(id: &str, number: &str, lines: Value, orders: Value) -> Value {
    event(
        id,
        "inv.received",
        "2026-02-25T10:00:00Z",
        json!({
            "orders": orders, "document": {"kind": "invoice", "scheme": "S1", "number": number}, "lines": lines
        }),
    )
}

fn paid(id: &str, number: &str) -> Value {
    event(
        id,
        "pay.cleared",
        "2026-02-28T10:00:00Z",
        json!({
            "document": {"kind": "payment", "scheme": "bank", "number": "P1"},
            "cites": [{"kind": "invoice", "scheme": "S1", "number": number}]
        }),
    )
}

async fn kinds(test: &TestEngine, entity: &str, number: &str) -> Vec<String> {
    match test
        .engine
        .ports()
        .orders
        .get(&anybody(), entity, number, Moment::NOW)
        .await
        .unwrap()
    {
        OrderFound::Here(order) => order.events.into_iter().map(|e| e.kind).collect(),
        OrderFound::Moved { entity, po_no } => vec![format!("moved to {entity}/{po_no}")],
    }
}

async fn a_payment_that_names_only_an_invoice_reaches_both_orders_of_it_in_any_order_of_arrival(place: &Place) {
    let both = json!([order("1"), order("2")]);
    let lines = json!([
        {"line": "10", "order": order("1"), "quantity": "4"}, {"line": "10", "order": order("2"), "quantity": "6"}
    ]);
    let events = [
        created("a", "1"),
        created("b", "2"),
        invoice("c", "I1", lines, both),
        paid("d", "I1"),
    ];
    for arrival in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [3, 0, 2, 1]] {
        let test = place.start().await;
        for i in arrival {
            test.send(std::slice::from_ref(&events[i])).await;
        }
        for number in ["1", "2"] {
            assert_eq!(
                kinds(&test, "DE01", number).await,
                ["po.created", "inv.received", "pay.cleared"]
            );
        }
        test.rebuild_is_identical().await;
    }
}

async fn orders_that_are_linked_become_one_and_part_again_when_the_link_is_withdrawn(place: &Place) {
    let test = place.start().await;
    let ship = event(
        "s",
        "ship.shipped",
        "2026-02-22T10:00:00Z",
        json!({
            "order": {"system": "procurement", "number": "PO-77"},
            "document": {"kind": "shipment", "scheme": "S1", "number": "88213"}, "lines": [{"line": "10", "quantity": "10"}]
        }),
    );
    let arrived = event(
        "t",
        "ship.arrived",
        "2026-02-23T10:00:00Z",
        json!({
            "document": {"kind": "shipment", "scheme": "S1", "number": "88213"}
        }),
    );
    test.send(&[arrived, created("a", "1"), ship]).await;
    assert_eq!(
        kinds(&test, "procurement", "PO-77").await,
        ["ship.shipped", "ship.arrived"]
    );
    let a = DocKey::new(DocKind::PurchaseOrder, "DE01", "1");
    let b = DocKey::new(DocKind::OrderAlias, "procurement", "PO-77");
    test.engine.link_orders(&anybody(), a.clone(), b.clone()).await.unwrap();
    assert_eq!(
        kinds(&test, "DE01", "1").await,
        ["po.created", "ship.shipped", "ship.arrived"]
    );
    assert_eq!(kinds(&test, "procurement", "PO-77").await, ["moved to DE01/1"]);
    test.rebuild_is_identical().await;
    test.engine.unlink_orders(&anybody(), a, b).await.unwrap();
    assert_eq!(kinds(&test, "DE01", "1").await, ["po.created"]);
    assert_eq!(
        kinds(&test, "procurement", "PO-77").await,
        ["ship.shipped", "ship.arrived"]
    );
    test.rebuild_is_identical().await;
}

async fn a_cross_reference_in_a_document_joins_what_was_known_under_two_numbers(place: &Place) {
    let test = place.start().await;
    let asked = event(
        "p",
        "po.approved",
        "2026-02-19T10:00:00Z",
        json!({
            "order": {"system": "procurement", "number": "PO-77"}
        }),
    );
    let same = event(
        "a",
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({
            "order": order("1"), "same_order": [{"system": "procurement", "number": "PO-77"}],
            "lines": [{"line": "10", "quantity": "10"}]
        }),
    );
    test.send(&[asked]).await;
    test.send(&[same]).await;
    assert_eq!(kinds(&test, "DE01", "1").await, ["po.approved", "po.created"]);
    test.rebuild_is_identical().await;
}
