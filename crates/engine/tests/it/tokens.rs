//! Tokens of sources and services: who gets in with one, until when, how often, and to what.

use domain::Instant;
use domain::access::Scope;
use engine::Signed;
use serde_json::json;
use store::log::{AuditRow, Person};
use views::exceptions::{CaseAct, CaseFilter, Resolution};
use views::orders::OrderFilter;
use views::tokens::{IssuedToken, NewService, TokenOf, TokenRotation, TokenState, TokenWish};
use views::{Caller, ErrorKind, Role, SignedInBy};

use crate::support::{Place, TestEngine, event, on_both, order, person};

on_both!(
    a_token_lets_its_own_source_in_until_it_ends,
    a_replaced_token_works_until_the_end_of_the_overlap_and_no_longer,
    a_revoked_token_lets_nobody_in_from_that_moment,
    a_quota_turns_away_what_is_too_much_and_says_when_to_come_back,
    the_end_of_a_token_is_told_to_who_may_replace_it,
    a_service_reads_what_was_agreed_and_cannot_act_or_see_more,
    a_service_is_let_in_by_who_may_and_within_their_own_rows,
    what_is_done_with_tokens_stands_in_the_audit_without_their_secrets,
);

fn admin() -> Caller {
    person(&[Role::Administrator])
}

fn wish(quota: Option<u32>) -> TokenWish {
    TokenWish {
        quota_per_minute: quota,
        ..TokenWish::default()
    }
}

async fn token(test: &TestEngine, quota: Option<u32>) -> IssuedToken {
    let tokens = test.engine.ports().tokens;
    tokens.issue_for_source(&admin(), "erp", &wish(quota)).await.unwrap()
}

async fn lets_in(test: &TestEngine, token: &str) -> Option<String> {
    let found = test.engine.source_by_token(token).await.unwrap();
    found.map(|source| source.name)
}

/// Who answers for the services.
fn owner() -> Person {
    Person {
        login: "ada".into(),
        name: "Ada".into(),
        password_hash: None,
        roles: "administrator".into(),
        scope: "\"all\"".into(),
        created_at: Instant(0),
        email: None,
        blocked_at: None,
        oidc_subject: None,
    }
}

async fn service(test: &TestEngine, scopes: &[&str], rows: Scope) -> IssuedToken {
    let new = NewService {
        name: "dashboard".into(),
        owner: "ada".into(),
        scopes: scopes.iter().map(|s| (*s).into()).collect(),
        rows,
        token: TokenWish::default(),
    };
    let ports = test.engine.ports();
    let log = &test.engine.store().log;
    let mut change = log.begin_change().await.unwrap();
    change.insert_person(&owner()).await.unwrap();
    let row = AuditRow::done(Instant(0), "console", "person.created", "person:ada");
    change.commit(&[row]).await.unwrap();
    ports.tokens.issue_for_service(&admin(), &new).await.unwrap()
}

async fn a_token_lets_its_own_source_in_until_it_ends(place: &Place) {
    let test = place.start().await;
    let issued = token(&test, None).await;
    assert_eq!(lets_in(&test, &issued.token).await.as_deref(), Some("erp"));
    assert_eq!(lets_in(&test, "dkt_0000").await, None);
    let tokens = test.engine.ports().tokens;
    assert!(
        tokens.service(&issued.token).await.unwrap().is_none(),
        "it stands for no service"
    );
    test.clock.forward(90 * Instant::DAY - 1);
    assert_eq!(lets_in(&test, &issued.token).await.as_deref(), Some("erp"));
    test.clock.forward(1);
    assert_eq!(lets_in(&test, &issued.token).await, None);
    let view = tokens.source(&admin(), "erp").await.unwrap();
    assert_eq!(view.tokens[0].state, TokenState::Ended);
    assert!(view.tokens[0].last_used_at.is_some());
    for days in [0, 91] {
        let wish = TokenWish {
            days,
            ..TokenWish::default()
        };
        let refused = tokens.issue_for_source(&admin(), "erp", &wish).await.err().unwrap();
        assert_eq!(refused.sentence.key, "error-token-days");
    }
}

async fn a_replaced_token_works_until_the_end_of_the_overlap_and_no_longer(place: &Place) {
    let test = place.start().await;
    let old = token(&test, Some(600)).await;
    let tokens = test.engine.ports().tokens;
    let how = TokenRotation {
        overlap_hours: 2,
        ..TokenRotation::default()
    };
    let new = tokens.rotate(&admin(), old.id, how).await.unwrap();
    assert_eq!(lets_in(&test, &old.token).await.as_deref(), Some("erp"));
    assert_eq!(lets_in(&test, &new.token).await.as_deref(), Some("erp"));
    let view = tokens.source(&admin(), "erp").await.unwrap();
    let states: Vec<_> = view
        .tokens
        .iter()
        .map(|row| (row.state, row.quota_per_minute))
        .collect();
    assert_eq!(
        states,
        [(TokenState::Works, Some(600)), (TokenState::Replaced, Some(600))],
        "the new one has what the old one had"
    );
    let again = tokens.rotate(&admin(), old.id, how).await.err().unwrap();
    assert_eq!(again.kind, ErrorKind::Conflict, "it is replaced already");
    test.clock.forward(2 * Instant::HOUR);
    assert_eq!(lets_in(&test, &old.token).await, None);
    assert_eq!(lets_in(&test, &new.token).await.as_deref(), Some("erp"));
    let at_once = TokenRotation {
        overlap_hours: 0,
        ..TokenRotation::default()
    };
    tokens.rotate(&admin(), new.id, at_once).await.unwrap();
    assert_eq!(lets_in(&test, &new.token).await, None);
}

async fn a_revoked_token_lets_nobody_in_from_that_moment(place: &Place) {
    let test = place.start().await;
    let (kept, lost) = (token(&test, None).await, token(&test, None).await);
    let tokens = test.engine.ports().tokens;
    let buyer = tokens
        .revoke(&person(&[Role::Procurement]), lost.id)
        .await
        .err()
        .unwrap();
    assert_eq!(buyer.kind, ErrorKind::NotAllowed);
    assert_eq!(
        tokens.revoke(&admin(), lost.id).await.unwrap(),
        TokenOf::Source("erp".into())
    );
    assert_eq!(lets_in(&test, &lost.token).await, None);
    assert_eq!(lets_in(&test, &kept.token).await.as_deref(), Some("erp"));
    let signed = Signed {
        id: "m1",
        timestamp: "1772438400",
        signature: "v1,AAAA",
    };
    let by_signature = test.engine.source_by_signature("erp", signed, b"{}").await.unwrap();
    assert!(by_signature.is_none());
    let again = tokens.revoke(&admin(), lost.id).await.err().unwrap();
    assert_eq!(again.kind, ErrorKind::Conflict);
    assert_eq!(
        tokens.revoke(&admin(), 999).await.err().unwrap().kind,
        ErrorKind::NotFound
    );
}

async fn a_quota_turns_away_what_is_too_much_and_says_when_to_come_back(place: &Place) {
    let test = place.start().await;
    let (narrow, wide) = (token(&test, Some(3)).await, token(&test, None).await);
    for _ in 0..3 {
        assert_eq!(lets_in(&test, &narrow.token).await.as_deref(), Some("erp"));
    }
    let refused = test.engine.source_by_token(&narrow.token).await.unwrap_err();
    assert_eq!((refused.kind, refused.retry_after), (ErrorKind::TooMany, Some(20)));
    assert_eq!(
        lets_in(&test, &wide.token).await.as_deref(),
        Some("erp"),
        "another token is not held up"
    );
    test.clock.forward(20 * Instant::SECOND);
    assert_eq!(lets_in(&test, &narrow.token).await.as_deref(), Some("erp"));
    assert!(test.engine.source_by_token(&narrow.token).await.is_err());
}

async fn the_end_of_a_token_is_told_to_who_may_replace_it(place: &Place) {
    let test = place.start().await;
    let issued = token(&test, None).await;
    let tokens = test.engine.ports().tokens;
    let told = async || {
        let found = tokens.ending(&admin()).await.unwrap();
        found.iter().map(|warning| warning.ends_in_days).collect::<Vec<_>>()
    };
    assert_eq!(told().await, Vec::<i64>::new());
    test.clock.forward(60 * Instant::DAY);
    assert_eq!(told().await, [30]);
    test.clock.forward(27 * Instant::DAY);
    assert_eq!(told().await, [3]);
    assert_eq!(
        tokens.source(&admin(), "erp").await.unwrap().tokens[0].ends_in_days,
        Some(3)
    );
    assert_eq!(test.engine.ending_tokens().await.unwrap().len(), 1);
    test.clock.forward(4 * Instant::DAY);
    assert_eq!(told().await, [0], "it has ended and nobody replaced it");
    tokens
        .rotate(&admin(), issued.id, TokenRotation::default())
        .await
        .unwrap();
    assert_eq!(told().await, Vec::<i64>::new());
    let support = tokens.ending(&person(&[Role::Support])).await.unwrap_err();
    assert_eq!(support.kind, ErrorKind::NotAllowed);
}

async fn a_service_reads_what_was_agreed_and_cannot_act_or_see_more(place: &Place) {
    let test = place.start().await;
    let created = |id: &str, entity: &str, number: &str| {
        let lines = json!([{"line": "10", "quantity": "10"}]);
        let order = json!({"entity": entity, "number": number});
        event(
            id,
            "po.created",
            "2026-02-20T10:00:00Z",
            json!({"order": order, "approved": true, "lines": lines}),
        )
    };
    let invoice = json!({"order": order("1"), "document": {"kind": "invoice", "scheme": "S1", "number": "I1"}, "lines": [{"line": "10", "quantity": "10"}]});
    test.send(&[
        created("1", "DE01", "1"),
        created("2", "PL02", "2"),
        event("3", "inv.received", "2026-02-22T10:00:00Z", invoice.clone()),
        event("4", "inv.block_set", "2026-02-23T10:00:00Z", invoice.clone()),
        event("5", "inv.posted", "2026-02-24T10:00:00Z", invoice),
    ])
    .await;
    let issued = service(&test, &["orders:read", "exceptions:read"], Scope::entities(["DE01"])).await;
    let ports = test.engine.ports();
    assert!(
        test.engine.source_by_token(&issued.token).await.unwrap().is_none(),
        "it hands nothing in"
    );
    let caller = ports.tokens.service(&issued.token).await.unwrap().unwrap();
    assert_eq!(
        (caller.id.as_str(), caller.origin.method),
        ("service:dashboard", SignedInBy::Token)
    );
    let orders = ports.orders.list(&caller, &OrderFilter::default()).await.unwrap();
    let entities: Vec<_> = orders.rows.iter().map(|row| row.entity.as_str()).collect();
    assert_eq!(entities, ["DE01"]);
    assert!(
        orders.rows.iter().all(|row| row.value.is_none()),
        "prices were not agreed"
    );
    let elsewhere = ports
        .orders
        .get(&caller, "PL02", "2", views::Moment::NOW)
        .await
        .unwrap_err();
    assert_eq!(elsewhere.kind, ErrorKind::NotFound);
    let cases = ports
        .exceptions
        .list(&caller, &CaseFilter::default())
        .await
        .unwrap()
        .rows;
    assert_eq!(cases.len(), 1);
    let case = &cases[0];
    for act in [
        CaseAct::Classify {
            class: "MA-01".into(),
            comment: String::new(),
        },
        CaseAct::Resolve {
            resolution: Resolution::Accepted,
            comment: "x".into(),
        },
    ] {
        let refused = ports
            .exceptions
            .act(&caller, case.id, case.version, act)
            .await
            .unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NotAllowed);
    }
    let messages = ports
        .messages
        .list(&caller, &views::messages::MessageFilter::default())
        .await;
    assert_eq!(messages.unwrap_err().kind, ErrorKind::NotAllowed);
    assert_eq!(
        ports.tokens.services(&caller).await.unwrap_err().kind,
        ErrorKind::NotAllowed
    );
    assert_eq!(
        ports.sources.list(&caller).await.unwrap_err().kind,
        ErrorKind::NotAllowed
    );
    ports.tokens.revoke(&admin(), issued.id).await.unwrap();
    assert!(ports.tokens.service(&issued.token).await.unwrap().is_none());
}

async fn a_service_is_let_in_by_who_may_and_within_their_own_rows(place: &Place) {
    let test = place.start().await;
    service(&test, &["orders:read"], Scope::All).await;
    let tokens = test.engine.ports().tokens;
    let new = |name: &str, scopes: &[&str], owner: &str| NewService {
        name: name.into(),
        owner: owner.into(),
        scopes: scopes.iter().map(|s| (*s).into()).collect(),
        rows: Scope::All,
        token: TokenWish::default(),
    };
    let refused = async |caller: &Caller, new: NewService| {
        let error = tokens.issue_for_service(caller, &new).await.err().unwrap();
        error.sentence.key.into_owned()
    };
    assert_eq!(
        refused(&admin(), new("dashboard", &["orders:read"], "ada")).await,
        "error-service-taken"
    );
    assert_eq!(
        refused(&admin(), new("Dash board", &["orders:read"], "ada")).await,
        "error-service-name"
    );
    assert_eq!(
        refused(&admin(), new("other", &["orders:write"], "ada")).await,
        "error-service-scopes"
    );
    assert_eq!(
        refused(&admin(), new("other", &[], "ada")).await,
        "error-service-scopes"
    );
    assert_eq!(
        refused(&admin(), new("other", &["orders:read"], "nobody")).await,
        "error-service-owner"
    );
    let of_poland = Caller {
        scope: Scope::entities(["PL02"]),
        ..admin()
    };
    assert_eq!(
        refused(&of_poland, new("other", &["orders:read"], "ada")).await,
        "error-service-rows"
    );
    assert!(
        tokens.services(&of_poland).await.unwrap().rows.is_empty(),
        "nor do they know of it"
    );
    assert_eq!(
        tokens.source(&of_poland, "erp").await.unwrap_err().kind,
        ErrorKind::NotFound
    );
    assert_eq!(
        tokens
            .issue_for_source(&of_poland, "erp", &wish(None))
            .await
            .err()
            .unwrap()
            .kind,
        ErrorKind::NotFound
    );
    let auditor = person(&[Role::Auditor]);
    assert_eq!(
        refused(&auditor, new("other", &["orders:read"], "ada")).await,
        "error-not-allowed"
    );
}

async fn what_is_done_with_tokens_stands_in_the_audit_without_their_secrets(place: &Place) {
    let test = place.start().await;
    let issued = token(&test, None).await;
    let tokens = test.engine.ports().tokens;
    let new = tokens
        .rotate(&admin(), issued.id, TokenRotation::default())
        .await
        .unwrap();
    tokens.revoke(&admin(), new.id).await.unwrap();
    let rows = test.engine.store().log.list_audit_after(0, 100).await.unwrap();
    let done: Vec<_> = rows
        .iter()
        .filter(|row| row.actor == "jbrandt")
        .map(|row| (row.action.as_str(), row.object.as_str()))
        .collect();
    assert_eq!(
        done,
        [
            ("token.created", "source:erp"),
            ("token.replaced", "source:erp"),
            ("token.created", "source:erp"),
            ("token.revoked", "source:erp"),
        ]
    );
    for row in &rows {
        assert!(!row.detail.contains(&issued.token) && !row.detail.contains(&new.token));
    }
}
