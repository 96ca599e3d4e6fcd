use domain::exceptions::Resolution;
use serde_json::{Value, json};
use views::exceptions::{CaseAct, CaseFilter, CaseRow};
use views::{ErrorKind, Role};

use crate::support::{Place, TestEngine, anybody, event, on_both, order, person};

on_both!(
    a_message_that_cannot_be_read_is_a_case_that_heals_when_a_retry_gets_it_through,
    what_was_parked_for_want_of_a_buying_entity_lands_when_the_source_gets_one_and_it_is_retried,
    an_invoice_posted_while_blocked_is_a_control_breach_that_a_person_can_classify_and_accept,
    an_order_known_only_by_reference_gets_its_grace_then_a_case_that_heals_when_the_order_comes,
    time_alone_opens_the_case_of_a_payment_that_belongs_to_no_order,
);

async fn open(test: &TestEngine) -> Vec<CaseRow> {
    test.engine
        .ports()
        .exceptions
        .list(&anybody(), &CaseFilter::default())
        .await
        .unwrap()
        .rows
}

fn created(id: &str, number: &str) -> Value {
    event(
        id,
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({
            "order": order(number), "approved": true, "lines": [{"line": "10", "quantity": "10"}]
        }),
    )
}

async fn a_message_that_cannot_be_read_is_a_case_that_heals_when_a_retry_gets_it_through(place: &Place) {
    let test = place.start().await;
    // The type has no rule: the item is parked, the rest of the batch goes through.
    let mut unknown = created("1", "1");
    unknown["type"] = json!("com.example.order");
    let receipt = test.send(&[unknown, created("2", "2")]).await;
    let cases = open(&test).await;
    assert_eq!(cases.len(), 1);
    assert_eq!(
        (cases[0].class.as_str(), cases[0].message_id),
        ("MD-04", Some(receipt.message_id))
    );
    // Nothing was fixed: it is still parked, and the case says that somebody tried.
    let act = CaseAct::Retry {
        comment: "again".into(),
    };
    let after = test
        .engine
        .ports()
        .exceptions
        .act(&anybody(), cases[0].id, cases[0].version, act)
        .await
        .unwrap();
    assert_eq!(after.row.state, "open");
    assert!(
        after
            .history
            .iter()
            .any(|e| e.what.key == "case-retried" && e.actor.as_deref() == Some("jbrandt"))
    );
    let result = test
        .engine
        .ports()
        .messages
        .retry(&anybody(), receipt.message_id)
        .await
        .unwrap();
    assert_eq!((result.tried, result.processed, result.parked), (1, 0, 1));
    test.rebuild_is_identical().await;
}

async fn what_was_parked_for_want_of_a_buying_entity_lands_when_the_source_gets_one_and_it_is_retried(place: &Place) {
    let test = place.start().await;
    let ports = test.engine.ports();
    test.set_entity("").await;
    let bare = json!({"order": {"number": "7"}, "approved": true});
    let receipt = test
        .send(&[
            event("1", "po.created", "2026-02-20T10:00:00Z", bare),
            created("2", "2"),
        ])
        .await;
    let cases = open(&test).await;
    assert_eq!((cases.len(), cases[0].class.as_str()), (1, "MD-04"));
    test.set_entity("PL02").await;
    let result = ports.messages.retry(&anybody(), receipt.message_id).await.unwrap();
    assert_eq!((result.tried, result.processed, result.parked), (1, 1, 0));
    let healed = ports.exceptions.get(&anybody(), cases[0].id).await.unwrap();
    assert_eq!(healed.row.state, "healed");
    let message = ports.messages.get(&anybody(), receipt.message_id).await.unwrap();
    assert_eq!((message.row.parked, message.row.accepted), (0, 2));
    let landed = ports
        .orders
        .get(&anybody(), "PL02", "7", views::Moment::NOW)
        .await
        .unwrap();
    assert!(matches!(landed, views::orders::OrderFound::Here(order) if order.row.headline == "approved"));
    let nothing = ports.messages.retry(&anybody(), receipt.message_id).await.unwrap_err();
    assert_eq!(nothing.sentence.key, "error-nothing-parked");
    test.rebuild_is_identical().await;
}

async fn an_invoice_posted_while_blocked_is_a_control_breach_that_a_person_can_classify_and_accept(place: &Place) {
    let test = place.start().await;
    let invoice = json!({"order": order("1"), "document": {"kind": "invoice", "scheme": "S1", "number": "I1"}, "lines": [{"line": "10", "quantity": "10"}]});
    test.send(&[
        created("1", "1"),
        event("2", "inv.received", "2026-02-22T10:00:00Z", invoice.clone()),
        event("3", "inv.block_set", "2026-02-23T10:00:00Z", invoice.clone()),
        event("4", "inv.posted", "2026-02-24T10:00:00Z", invoice),
    ])
    .await;
    let cases = open(&test).await;
    assert_eq!(cases.len(), 1, "{cases:?}");
    let case = &cases[0];
    assert_eq!(
        (case.class.as_str(), case.severity.as_str(), case.rule.as_str()),
        ("GO-04", "S1", "posted_while_blocked")
    );
    assert_eq!(case.order, Some(("DE01".to_owned(), "1".to_owned())));
    let exceptions = test.engine.ports().exceptions;
    let executive = person(&[Role::Executive]);
    let resolve = |how, comment: &str| CaseAct::Resolve {
        resolution: how,
        comment: comment.into(),
    };
    let refused = exceptions
        .act(&executive, case.id, case.version, resolve(Resolution::Accepted, "ok"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NotAllowed);
    let classify = CaseAct::Classify {
        class: "MA-01".into(),
        comment: "price".into(),
    };
    let after = exceptions
        .act(&anybody(), case.id, case.version, classify)
        .await
        .unwrap();
    assert_eq!(
        (after.row.class.as_str(), after.row.version),
        ("MA-01", case.version + 1)
    );
    let stale = exceptions
        .act(&anybody(), case.id, case.version, resolve(Resolution::Accepted, "ok"))
        .await
        .unwrap_err();
    assert_eq!(stale.kind, ErrorKind::Conflict);
    let fixed = exceptions
        .act(&anybody(), case.id, after.row.version, resolve(Resolution::Fixed, "x"))
        .await
        .unwrap_err();
    assert_eq!(fixed.sentence.key, "error-still-holds");
    let done = exceptions
        .act(
            &anybody(),
            case.id,
            after.row.version,
            resolve(Resolution::Accepted, "agreed"),
        )
        .await
        .unwrap();
    assert_eq!(
        (done.row.state.as_str(), done.resolution.as_deref()),
        ("resolved", Some("accepted"))
    );
    assert!(open(&test).await.is_empty());
    test.rebuild_is_identical().await;
}

async fn an_order_known_only_by_reference_gets_its_grace_then_a_case_that_heals_when_the_order_comes(place: &Place) {
    let test = place.start().await;
    let shipped = event(
        "1",
        "ship.shipped",
        "2026-02-22T10:00:00Z",
        json!({
            "order": order("7"), "document": {"kind": "shipment", "scheme": "S1", "number": "88"}
        }),
    );
    test.send(&[shipped]).await;
    assert_eq!(open(&test).await, [], "nobody is bothered within the grace");
    test.clock.forward(16 * 60 * 1_000_000);
    // Anything that comes later fires what is due.
    test.send(&[created("2", "8")]).await;
    let cases = open(&test).await;
    assert_eq!(cases.len(), 1);
    assert_eq!(
        (cases[0].rule.as_str(), cases[0].class.as_str()),
        ("order_never_created", "IT-07")
    );
    let sent = event(
        "4",
        "po.transmitted",
        "2026-02-21T10:00:00Z",
        json!({"order": order("7")}),
    );
    test.send(&[created("3", "7"), sent]).await;
    assert_eq!(open(&test).await, []);
    let healed = test
        .engine
        .ports()
        .exceptions
        .get(&anybody(), cases[0].id)
        .await
        .unwrap();
    assert_eq!(healed.row.state, "healed");
    test.rebuild_is_identical().await;
}

async fn time_alone_opens_the_case_of_a_payment_that_belongs_to_no_order(place: &Place) {
    let test = place.start().await;
    let paid = event(
        "1",
        "pay.cleared",
        "2026-02-22T10:00:00Z",
        json!({
            "document": {"kind": "payment", "scheme": "bank", "number": "P1"},
            "cites": [{"kind": "invoice", "scheme": "S1", "number": "I1"}]
        }),
    );
    test.send(&[paid]).await;
    test.clock.forward(16 * 60 * 1_000_000);
    // The clock ticks by itself within a second or so.
    let mut cases = open(&test).await;
    for _ in 0..100 {
        if !cases.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        cases = open(&test).await;
    }
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].rule, "belongs_to_no_order");
    test.rebuild_is_identical().await;
}
