use domain::audit::{Detail, Finding};
use domain::exceptions::Resolution;
use domain::{DocKey, DocKind, Instant};
use serde_json::json;
use store::log::{AuditFilter as Rows, AuditRow};
use views::audit::AuditFilter;
use views::exceptions::{CaseAct, CaseFilter};
use views::orders::OrderFilter;
use views::{ErrorKind, Moment, Permission, Role};

use crate::support::{Place, TestEngine, anybody, event, on_both, order, person, scoped};

on_both!(
    each_act_leaves_a_row_that_says_who_what_to_what_and_what_changed,
    an_act_that_came_too_late_is_written_as_one_that_failed,
    who_asks_by_address_for_what_they_may_not_know_of_is_told_no_and_written_down,
    what_was_shown_of_the_bytes_is_written_before_the_answer,
    a_flood_of_refusals_becomes_a_few_rows_that_count_it,
    new_rows_are_sealed_and_the_check_names_what_stays_open_or_was_cut_off,
    people_find_their_own_acts_and_auditors_everybodys,
);

async fn rows(test: &TestEngine) -> Vec<AuditRow> {
    test.engine.seal_audit().await.unwrap();
    test.engine
        .store()
        .log
        .list_audit(Rows::default(), None, 1_000)
        .await
        .unwrap()
}

async fn last(test: &TestEngine, action: &str) -> (AuditRow, Detail) {
    let found = rows(test).await.into_iter().find(|row| row.action == action);
    let row = found.unwrap_or_else(|| panic!("no row says {action}"));
    let detail = Detail::parse(&row.detail).unwrap();
    (row, detail)
}

/// A parked message and its case.
async fn parked(test: &TestEngine) -> (i64, i64, i64) {
    let mut unknown = event(
        "1",
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({ "order": order("1") }),
    );
    unknown["type"] = json!("com.example.order");
    let receipt = test.send(&[unknown]).await;
    let cases = test
        .engine
        .ports()
        .exceptions
        .list(&anybody(), &CaseFilter::default())
        .await
        .unwrap();
    (receipt.message_id, cases.rows[0].id, cases.rows[0].version)
}

async fn each_act_leaves_a_row_that_says_who_what_to_what_and_what_changed(place: &Place) {
    let test = place.start().await;
    let ports = test.engine.ports();
    let (message, case, version) = parked(&test).await;
    let classify = CaseAct::Classify {
        class: "IT-01".into(),
        comment: "the map".into(),
    };
    let after = ports.exceptions.act(&anybody(), case, version, classify).await.unwrap();
    let (row, detail) = last(&test, "case.classified").await;
    assert_eq!((row.actor.as_str(), row.object), ("jbrandt", format!("case:{case}")));
    assert_eq!((detail.version, detail.comment.as_str()), (Some(version), "the map"));
    assert_eq!(detail.seq, Some(test.engine.health().head));
    assert_eq!(detail.changes[0].field, "class");
    assert_eq!(detail.changes[0].before.as_deref(), Some("MD-04"));
    assert_eq!(detail.changes[0].after.as_deref(), Some("IT-01"));
    assert_eq!(detail.roles.len(), Role::ALL.len());

    let again = CaseAct::Retry {
        comment: "again".into(),
    };
    let after = ports
        .exceptions
        .act(&anybody(), case, after.row.version, again)
        .await
        .unwrap();
    let (row, detail) = last(&test, "case.retried").await;
    assert_eq!((row.object, detail.comment.as_str()), (format!("case:{case}"), "again"));
    assert_eq!(
        (detail.more["tried"].as_str(), detail.more["processed"].as_str()),
        ("1", "0")
    );
    assert_eq!(
        last(&test, "message.retried").await.0.object,
        format!("message:{message}")
    );

    let resolve = CaseAct::Resolve {
        resolution: Resolution::Accepted,
        comment: "agreed".into(),
    };
    ports
        .exceptions
        .act(&anybody(), case, after.row.version, resolve)
        .await
        .unwrap();
    let (_, detail) = last(&test, "case.resolved").await;
    assert_eq!(detail.changes[0].after.as_deref(), Some("accepted"));

    let key = |n: &str| DocKey::new(DocKind::PurchaseOrder, "DE01", n);
    test.engine.link_orders(&anybody(), key("1"), key("2")).await.unwrap();
    let (row, detail) = last(&test, "order.linked").await;
    assert_eq!(
        (row.object.as_str(), detail.more["other"].as_str()),
        ("order:DE01/1", "DE01/2")
    );
    test.engine.unlink_orders(&anybody(), key("1"), key("2")).await.unwrap();
    last(&test, "order.unlinked").await;
}

async fn an_act_that_came_too_late_is_written_as_one_that_failed(place: &Place) {
    let test = place.start().await;
    let (_, case, version) = parked(&test).await;
    let ports = test.engine.ports();
    let classify = |class: &str| CaseAct::Classify {
        class: class.into(),
        comment: String::new(),
    };
    let caller = anybody();
    let (one, other) = tokio::join!(
        ports.exceptions.act(&caller, case, version, classify("IT-01")),
        ports.exceptions.act(&caller, case, version, classify("IT-02")),
    );
    let refused = [one, other]
        .into_iter()
        .filter_map(std::result::Result::err)
        .collect::<Vec<_>>();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].kind, ErrorKind::Conflict);
    let all = rows(&test).await;
    let of = |action: &str| all.iter().filter(|row| row.action == action).count();
    // Either it was seen before it was written, or both were and the later one is told to have had no effect.
    assert_eq!(of("case.classified"), 1 + of("case.unchanged"));
}

async fn who_asks_by_address_for_what_they_may_not_know_of_is_told_no_and_written_down(place: &Place) {
    let test = place.start().await;
    test.send(&[event(
        "1",
        "po.created",
        "2026-02-20T10:00:00Z",
        json!({ "order": order("1") }),
    )])
    .await;
    let (message, case, _) = parked(&test).await;
    let other = scoped("PL02");
    let ports = test.engine.ports();
    let no = |kind: ErrorKind| assert_eq!(kind, ErrorKind::NotFound);
    no(ports
        .orders
        .get(&other, "DE01", "1", Moment::default())
        .await
        .unwrap_err()
        .kind);
    no(ports.exceptions.get(&other, case).await.unwrap_err().kind);
    no(ports.messages.get(&other, message).await.unwrap_err().kind);
    // What is not there at all is no refusal.
    no(ports
        .orders
        .get(&other, "DE01", "999", Moment::default())
        .await
        .unwrap_err()
        .kind);
    let refused: Vec<_> = rows(&test).await.into_iter().filter(|row| row.outcome == 1).collect();
    let mut objects: Vec<_> = refused.iter().map(|row| row.object.as_str()).collect();
    objects.sort_unstable();
    assert_eq!(
        objects,
        [
            format!("case:{case}"),
            format!("message:{message}"),
            "order:DE01/1".to_owned()
        ]
    );
    assert!(
        refused
            .iter()
            .all(|row| row.action == "access.refused" && row.actor == "jbrandt")
    );
}

async fn what_was_shown_of_the_bytes_is_written_before_the_answer(place: &Place) {
    let test = place.start().await;
    let (message, ..) = parked(&test).await;
    let messages = test.engine.ports().messages;
    let support = person(&[Role::Support]);
    assert!(messages.get(&support, message).await.unwrap().raw.is_some());
    let (row, detail) = last(&test, "data.viewed").await;
    assert_eq!((row.object, detail.viewed.len()), (format!("message:{message}"), 1));
    let before = rows(&test).await.len();
    assert!(
        messages
            .get(&person(&[Role::Procurement]), message)
            .await
            .unwrap()
            .raw
            .is_none()
    );
    assert_eq!(rows(&test).await.len(), before, "nothing was shown, nothing is written");
}

async fn a_flood_of_refusals_becomes_a_few_rows_that_count_it(place: &Place) {
    let test = place.start().await;
    let audit = test.engine.ports().audit;
    let why = person(&[]).require(Permission::Administer).unwrap_err().sentence;
    for n in 0..5_000 {
        audit.refused(&anybody(), &format!("/orders/DE01/{n}"), &why);
    }
    let found: Vec<_> = rows(&test)
        .await
        .into_iter()
        .filter(|row| row.action == "access.refused")
        .collect();
    assert!(found.len() < 200, "{} rows", found.len());
    let times = |row: &AuditRow| {
        let detail = Detail::parse(&row.detail).unwrap();
        detail.more.get("times").map_or(1, |n| n.parse::<u64>().unwrap())
    };
    assert_eq!(found.iter().map(times).sum::<u64>(), 5_000);
}

async fn new_rows_are_sealed_and_the_check_names_what_stays_open_or_was_cut_off(place: &Place) {
    let test = place.start().await;
    let engine = &test.engine;
    for n in 0..20 {
        engine
            .audit_command("test.done", &format!("thing:{n}"), &[], None)
            .await
            .unwrap();
    }
    engine.seal_audit().await.unwrap();
    let anchors = engine.audit_anchors().await.unwrap();
    let check = async || {
        let mut found = Vec::new();
        let checked = engine
            .verify_audit(anchors.clone(), |_| {}, |_, finding| found.push(finding))
            .await
            .unwrap();
        (checked, found)
    };
    let (checked, found) = check().await;
    assert_eq!(found, []);
    assert!(
        checked.rows >= 20 && checked.seals >= 1 && checked.unsealed == 0,
        "{checked:?}"
    );
    // A row that stays open longer than a sealer would leave it.
    engine
        .audit_command("test.done", "thing:open", &[], None)
        .await
        .unwrap();
    let open = engine.store().log.last_audit_id().await.unwrap();
    test.clock.forward(10 * Instant::MINUTE);
    let (_, found) = check().await;
    assert!(found.is_empty() || found == [Finding::Unsealed(open)], "{found:?}");
    // An end that was once there.
    let mut cut = anchors.clone();
    cut[0].to_id += 1;
    let mut found = Vec::new();
    engine
        .verify_audit(cut.clone(), |_| {}, |_, finding| found.push(finding))
        .await
        .unwrap();
    assert!(found.contains(&Finding::CutOff(cut[0].to_id)), "{found:?}");
}

async fn people_find_their_own_acts_and_auditors_everybodys(place: &Place) {
    let test = place.start().await;
    let (message, ..) = parked(&test).await;
    let ports = test.engine.ports();
    let support = person(&[Role::Support]);
    ports.messages.retry(&support, message).await.unwrap();
    let all = AuditFilter::default();
    let own = ports.audit.list(&support, &all).await.unwrap().rows;
    assert!(
        !own.is_empty() && own.iter().all(|entry| entry.actor == "jbrandt"),
        "{own:?}"
    );
    let others = AuditFilter {
        person: "console".into(),
        ..AuditFilter::default()
    };
    assert!(ports.audit.list(&support, &others).await.unwrap().rows.is_empty());
    let auditor = person(&[Role::Auditor]);
    let theirs = ports.audit.list(&auditor, &others).await.unwrap().rows;
    assert!(
        theirs.iter().any(|entry| entry.action == "source.created"),
        "{theirs:?}"
    );
    assert_eq!(
        ports.audit.get(&support, theirs[0].id).await.unwrap_err().kind,
        ErrorKind::NotFound
    );
    let by_object = AuditFilter {
        object: format!("message:{message}"),
        action: "message.retried".into(),
        outcome: "done".into(),
        from: Some(Instant(0)),
        ..AuditFilter::default()
    };
    let found = ports.audit.list(&auditor, &by_object).await.unwrap().rows;
    assert_eq!(found.len(), 1);
    let view = ports.audit.get(&auditor, found[0].id).await.unwrap();
    assert!(
        view.facts.contains(&("roles".into(), "support".into())),
        "{:?}",
        view.facts
    );
    let kind = ports
        .audit
        .list(&person(&[Role::Executive]), &all)
        .await
        .unwrap_err()
        .kind;
    assert_eq!(kind, ErrorKind::NotAllowed);
    // An export is one itself, and ends where it began.
    let begin = ports.audit.begin_export(&auditor, &all, "csv").await.unwrap();
    let page = ports.audit.list(&auditor, &begin).await.unwrap();
    assert!(page.rows.iter().all(|entry| entry.action != "audit.exported"));
    assert_eq!(last(&test, "audit.exported").await.1.more["format"], "csv");
    // Pages follow each other without a gap.
    let mut filter = AuditFilter {
        limit: views::Limit(2),
        ..AuditFilter::default()
    };
    let mut ids = Vec::new();
    loop {
        let page = ports.audit.list(&auditor, &filter).await.unwrap();
        ids.extend(page.rows.iter().map(|entry| entry.id));
        let Some(next) = page.next else { break };
        filter.after = Some(next);
    }
    assert_eq!(ids, (1..=ids[0]).rev().collect::<Vec<_>>());
    assert_eq!(
        ports
            .orders
            .list(&auditor, &OrderFilter::default())
            .await
            .unwrap()
            .rows
            .len(),
        0
    );
}
