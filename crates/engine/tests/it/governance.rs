//! One person asks, another decides: on the store, through the append loop.

use domain::Instant;
use domain::access::Grade;
use domain::governance::GovernedKind;
use serde_json::{Value, json};
use store::log::AuditFilter;
use views::governance::{NewDecision, NewRequest, RequestView};
use views::{Caller, ErrorKind, Role};

use crate::support::{Place, TestEngine, named, on_both};

fn ada() -> Caller {
    named("ada", &[Role::Administrator])
}

fn ben() -> Caller {
    named("ben", &[Role::Administrator])
}

fn rate(rate: &str) -> NewRequest {
    change("currency_rate", "USD/EUR", json!({"rate": rate, "publisher": "ECB"}))
}

fn erp(title: &str) -> NewRequest {
    change(
        "source",
        "erp",
        json!({"title": title, "lane": "erp", "entity": "DE01"}),
    )
}

fn change(kind: &str, key: &str, body: Value) -> NewRequest {
    NewRequest {
        kind: kind.into(),
        key: key.into(),
        version: None,
        body: Some(body),
        back_to: None,
        end: false,
        valid_from: None,
        reason: "as agreed in the weekly meeting".into(),
        ticket: String::new(),
        alone: false,
    }
}

fn verdict(verdict: &str, seen: &RequestView) -> NewDecision {
    NewDecision {
        verdict: verdict.into(),
        hash: seen.hash.clone(),
        version: seen.row.version,
        comment: "looked at it".into(),
    }
}

impl TestEngine {
    async fn ask(&self, who: &Caller, request: &NewRequest) -> RequestView {
        self.engine.ports().governance.ask(who, request).await.unwrap()
    }

    async fn decide(&self, who: &Caller, what: &str, seen: &RequestView) -> views::errors::Result<RequestView> {
        let governance = self.engine.ports().governance;
        governance.decide(who, seen.row.id, &verdict(what, seen)).await
    }

    async fn title(&self) -> String {
        let source = self.engine.store().log.get_source_by_name("erp").await.unwrap();
        source.unwrap().title
    }

    async fn written(&self, action: &str) -> usize {
        let filter = AuditFilter {
            action: Some(action),
            ..AuditFilter::default()
        };
        self.engine
            .store()
            .log
            .list_audit(filter, None, 100)
            .await
            .unwrap()
            .len()
    }
}

on_both!(
    what_two_people_agree_on_enters_the_log_and_has_effect_at_once,
    nobody_decides_what_they_asked_for_whatever_their_role,
    what_changed_meanwhile_is_void_and_what_was_not_seen_is_not_decided,
    what_nobody_decides_in_time_ends_by_itself,
    a_record_goes_back_to_the_very_same_text,
    acting_alone_is_refused_unless_the_policy_allows_it,
    what_was_done_alone_waits_for_a_review,
    two_who_agree_at_once_make_one_version,
);

async fn what_two_people_agree_on_enters_the_log_and_has_effect_at_once(place: &Place) {
    let test = place.start().await;
    let open = test.ask(&ada(), &erp("SAP ECC")).await;
    assert_eq!((open.row.state.as_str(), open.row.what.as_str()), ("open", "change"));
    assert_eq!(test.title().await, "ERP", "asking changes nothing");
    let agreed = test.decide(&ben(), "agree", &open).await.unwrap();
    assert_eq!((agreed.row.state.as_str(), agreed.became), ("agreed", Some(2)));
    assert_eq!(test.title().await, "SAP ECC");
    let log = &test.engine.store().log;
    let head = log.head().await.unwrap().last_seq;
    let event = log.get_events(&[head]).await.unwrap().remove(0);
    assert_eq!(event.said.kind.as_str(), "governed.published");
    let governed = log.get_governed("source", "erp", 2).await.unwrap().unwrap();
    assert_eq!(governed.seq, head);
    assert_eq!(event.said.payload.act.unwrap()["hash"], hex::encode(governed.hash));
    assert_eq!(
        (test.written("request.made").await, test.written("request.agreed").await),
        (1, 1)
    );
    test.rebuild_is_identical().await;
}

async fn nobody_decides_what_they_asked_for_whatever_their_role(place: &Place) {
    let test = place.start().await;
    let bodies = [
        (
            "source",
            "erp",
            json!({"title": "SAP", "lane": "erp", "entity": "DE01"}),
        ),
        ("routing_rule", "prices", json!({"class": "MA-01", "team": "finance"})),
        ("currency_rate", "USD/EUR", json!({"rate": "0.92"})),
        (
            "calendar",
            "company",
            json!({"zone": "Europe/Berlin", "hours": {"mon": [{"from": "08:00", "to": "16:00"}]}}),
        ),
    ];
    let (mut refused, mut decided) = (0, 0);
    for (kind, key, body) in bodies {
        let permission = GovernedKind::parse(kind).unwrap().permission();
        for role in Role::ALL {
            if !permission.grade(role).proposes() {
                let nobody = named("eve", &[role]);
                let asked = test
                    .engine
                    .ports()
                    .governance
                    .ask(&nobody, &change(kind, key, body.clone()))
                    .await;
                assert_eq!(asked.unwrap_err().kind, ErrorKind::NotAllowed, "{kind} {role:?}");
                continue;
            }
            let asker = named("eve", &[role]);
            let open = test.ask(&asker, &change(kind, key, body.clone())).await;
            let own = test.decide(&asker, "agree", &open).await.unwrap_err();
            assert_eq!(own.kind, ErrorKind::NotAllowed, "{kind} {role:?}");
            // With every role there is, it is still theirs.
            let all = named("eve", &Role::ALL);
            let own = test.decide(&all, "agree", &open).await.unwrap_err();
            assert_eq!(own.sentence.key, "error-proposal-own", "{kind} {role:?}");
            refused += 2;
            let still = test
                .engine
                .ports()
                .governance
                .request(&asker, open.row.id)
                .await
                .unwrap();
            assert_eq!(still.row.state, "open");
            let other = permission.roles_where(Grade::decides)[0];
            test.decide(&named("zoe", &[other]), "decline", &open).await.unwrap();
            decided += 1;
        }
    }
    assert!(refused > 15, "{refused}");
    assert_eq!(test.written("request.declined").await, decided);
    assert_eq!(
        test.written("request.agreed").await,
        refused,
        "each refusal is written down"
    );
}

async fn what_changed_meanwhile_is_void_and_what_was_not_seen_is_not_decided(place: &Place) {
    let test = place.start().await;
    let first = test.ask(&ada(), &erp("First")).await;
    let second = test.ask(&ada(), &erp("Second")).await;
    let mut other = second.clone();
    other.hash = first.hash.clone();
    assert_eq!(
        test.decide(&ben(), "agree", &other).await.unwrap_err().kind,
        ErrorKind::Conflict
    );
    other = second.clone();
    other.row.version += 1;
    assert_eq!(
        test.decide(&ben(), "agree", &other).await.unwrap_err().kind,
        ErrorKind::Conflict
    );
    test.decide(&ben(), "agree", &first).await.unwrap();
    let void = test
        .engine
        .ports()
        .governance
        .request(&ada(), second.row.id)
        .await
        .unwrap();
    assert_eq!(void.row.state, "void");
    let late = test.decide(&ben(), "agree", &void).await.unwrap_err();
    assert_eq!(
        (late.kind, late.sentence.key.as_ref()),
        (ErrorKind::Conflict, "error-proposal-not-open")
    );
    assert_eq!(
        (test.title().await.as_str(), test.written("request.void").await),
        ("First", 1)
    );
    let stale = NewRequest {
        version: Some(1),
        ..erp("Third")
    };
    let refused = test.engine.ports().governance.ask(&ada(), &stale).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict, "asked on what no longer holds");
}

async fn what_nobody_decides_in_time_ends_by_itself(place: &Place) {
    let test = place.start().await;
    let open = test.ask(&ada(), &erp("Late")).await;
    test.clock.forward(13 * Instant::DAY);
    assert_eq!(test.engine.expire_requests().await.unwrap(), 0);
    test.clock.forward(2 * Instant::DAY);
    assert_eq!(test.engine.expire_requests().await.unwrap(), 1);
    assert_eq!(test.engine.expire_requests().await.unwrap(), 0);
    let over = test
        .engine
        .ports()
        .governance
        .request(&ada(), open.row.id)
        .await
        .unwrap();
    assert_eq!(
        (over.row.state.as_str(), test.written("request.expired").await),
        ("expired", 1)
    );
    assert!(test.decide(&ben(), "agree", &over).await.is_err());
    assert_eq!(test.title().await, "ERP");
}

async fn a_record_goes_back_to_the_very_same_text(place: &Place) {
    let test = place.start().await;
    let finance = |id: &str| named(id, &[Role::Finance]);
    for figure in ["0.9213", "0.95"] {
        let open = test.ask(&finance("ada"), &rate(figure)).await;
        test.decide(&finance("ben"), "agree", &open).await.unwrap();
    }
    let back = NewRequest {
        body: None,
        back_to: Some(1),
        ..rate("")
    };
    let open = test.ask(&finance("ada"), &back).await;
    test.decide(&finance("ben"), "agree", &open).await.unwrap();
    let log = &test.engine.store().log;
    let version = async |n| log.get_governed("currency_rate", "USD/EUR", n).await.unwrap().unwrap();
    assert_eq!(version(1).await.body, version(3).await.body);
    assert_ne!(version(1).await.body, version(2).await.body);
    // What was set up and never asked for is kept before it is changed, so that it can be gone back to as well.
    let open = test.ask(&ada(), &erp("Other")).await;
    test.decide(&ben(), "agree", &open).await.unwrap();
    let back = NewRequest {
        body: None,
        back_to: Some(1),
        ..erp("")
    };
    let open = test.ask(&ada(), &back).await;
    test.decide(&ben(), "agree", &open).await.unwrap();
    assert_eq!(test.title().await, "ERP");
    test.rebuild_is_identical().await;
}

fn alone() -> NewRequest {
    NewRequest {
        ticket: "INC-7".into(),
        alone: true,
        ..erp("Alone")
    }
}

async fn acting_alone_is_refused_unless_the_policy_allows_it(place: &Place) {
    let test = place.start().await;
    let refused = test.engine.ports().governance.ask(&ada(), &alone()).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.sentence.key.as_ref()),
        (ErrorKind::NotAllowed, "error-alone-not-allowed")
    );
    assert_eq!(
        (test.title().await.as_str(), test.written("request.alone").await),
        ("ERP", 0)
    );
}

async fn what_was_done_alone_waits_for_a_review(place: &Place) {
    let test = place.start_where(true).await;
    let governance = test.engine.ports().governance;
    let no_ticket = NewRequest {
        ticket: String::new(),
        ..alone()
    };
    assert_eq!(
        governance.ask(&ada(), &no_ticket).await.unwrap_err().sentence.key,
        "error-alone-ticket"
    );
    let done = governance.ask(&ada(), &alone()).await.unwrap();
    assert_eq!(
        (done.row.state.as_str(), test.title().await.as_str()),
        ("agreed", "Alone")
    );
    assert_eq!(test.engine.request_figures().await.unwrap(), [0, 1, 0, 1]);
    let own = test.decide(&ada(), "right", &done).await.unwrap_err();
    assert_eq!(own.kind, ErrorKind::NotAllowed);
    assert_eq!(
        test.decide(&ben(), "right", &done).await.unwrap_err().kind,
        ErrorKind::NotAllowed
    );
    let sam = named("sam", &[Role::SecurityAdministrator]);
    let inbox = governance.inbox(&sam).await.unwrap();
    assert!(inbox.to_review.len() == 1 && inbox.to_review[0].may_decide && !inbox.to_review[0].overdue);
    assert_eq!(governance.waiting(&sam).await.unwrap(), 1);
    // Monday's act is to be reviewed by the end of Tuesday.
    test.clock.forward(3 * Instant::DAY);
    assert!(governance.inbox(&sam).await.unwrap().to_review[0].overdue);
    assert_eq!(test.engine.request_figures().await.unwrap(), [0, 1, 1, 1]);
    test.decide(&sam, "right", &done).await.unwrap();
    assert_eq!(test.engine.request_figures().await.unwrap(), [0, 0, 0, 1]);
    assert!(governance.inbox(&sam).await.unwrap().to_review.is_empty());
    test.rebuild_is_identical().await;
}

async fn two_who_agree_at_once_make_one_version(place: &Place) {
    let test = place.start().await;
    let open = test.ask(&ada(), &erp("Once")).await;
    let cid = named("cid", &[Role::SecurityAdministrator]);
    let (ben, cid) = (ben(), cid);
    let (one, other) = tokio::join!(test.decide(&ben, "agree", &open), test.decide(&cid, "agree", &open));
    let refused = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert_eq!(refused.len(), 1, "one of them is told that it was decided: {refused:?}");
    assert_eq!(refused[0].kind, ErrorKind::Conflict);
    let log = &test.engine.store().log;
    assert_eq!(log.get_governed_version("source", "erp").await.unwrap(), 2);
}
