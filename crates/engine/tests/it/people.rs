//! People: the first administrator, the second person, and what is asked for from then on.

use std::collections::BTreeSet;

use views::governance::{NewDecision, NewPerson, NewRequest, PersonAct};
use views::{Caller, ErrorKind, Role, Scope};

use crate::support::{Place, TestEngine, named, on_both};

const PASSWORD: &str = "a long enough password";

fn new(user: &str, roles: &[Role]) -> NewPerson {
    NewPerson {
        user: user.into(),
        name: user.to_uppercase(),
        password: PASSWORD.into(),
        roles: roles.iter().copied().collect(),
        scope: Scope::entities(["DE01"]),
        reason: "joins the team".into(),
    }
}

async fn session(test: &TestEngine, user: &str) -> String {
    test.engine.ports().access.sign_in(user, PASSWORD).await.unwrap().secret
}

async fn caller(test: &TestEngine, secret: &str) -> Option<Caller> {
    test.engine.ports().access.session(secret).await.unwrap()
}

/// An engine with a first administrator who let a second one in.
async fn two(place: &Place) -> (TestEngine, Caller, Caller) {
    let test = place.start().await;
    let ada = named("ada", &[Role::Administrator]);
    let people = test.engine.ports().people;
    let all = NewPerson {
        scope: Scope::All,
        ..new("ben", &[Role::Administrator])
    };
    assert_eq!(
        people.create(&ada, &all).await.unwrap(),
        None,
        "nobody else could agree"
    );
    (test, ada, named("ben", &[Role::Administrator]))
}

async fn agree(test: &TestEngine, who: &Caller, id: i64) {
    let governance = test.engine.ports().governance;
    let open = governance.request(who, id).await.unwrap();
    let decision = NewDecision {
        verdict: "agree".into(),
        hash: open.hash,
        version: open.row.version,
        comment: String::new(),
    };
    governance.decide(who, id, &decision).await.unwrap();
}

on_both!(
    from_the_second_administrator_on_roles_are_asked_for_and_agreed,
    a_change_of_roles_is_found_at_the_next_request_and_its_end_signs_out,
    roles_that_do_not_go_together_are_not_asked_for,
    who_is_blocked_is_out_at_once_and_comes_in_again_when_unblocked,
);

async fn from_the_second_administrator_on_roles_are_asked_for_and_agreed(place: &Place) {
    let (test, ada, ben) = two(place).await;
    let people = test.engine.ports().people;
    let id = people
        .create(&ada, &new("cem", &[Role::Procurement]))
        .await
        .unwrap()
        .unwrap();
    let secret = session(&test, "cem").await;
    let before = caller(&test, &secret).await.unwrap();
    assert!(
        before.roles.is_empty() && before.scope == Scope::nothing(),
        "they are in, but see nothing"
    );
    let row = people.get(&ada, "cem").await.unwrap();
    assert_eq!((row.row.open, row.record.open.len()), (1, 1));
    agree(&test, &ben, id).await;
    let after = caller(&test, &secret).await.unwrap();
    assert_eq!(after.roles, BTreeSet::from([Role::Procurement]));
    assert_eq!(after.scope, Scope::entities(["DE01"]));
    let taken = people.create(&ada, &new("cem", &[Role::Support])).await.unwrap_err();
    assert_eq!(taken.kind, ErrorKind::Conflict);
    let buyer = named("eve", &[Role::Procurement]);
    assert_eq!(
        people
            .create(&buyer, &new("mal", &[Role::Support]))
            .await
            .unwrap_err()
            .kind,
        ErrorKind::NotAllowed
    );
    test.rebuild_is_identical().await;
}

fn ask(user: &str, body: Option<serde_json::Value>) -> NewRequest {
    NewRequest {
        kind: "access".into(),
        key: user.into(),
        version: None,
        end: body.is_none(),
        body,
        back_to: None,
        valid_from: None,
        reason: "another job from Monday on".into(),
        ticket: String::new(),
        alone: false,
    }
}

async fn a_change_of_roles_is_found_at_the_next_request_and_its_end_signs_out(place: &Place) {
    let (test, ada, ben) = two(place).await;
    let id = test
        .engine
        .ports()
        .people
        .create(&ada, &new("cem", &[Role::Procurement]))
        .await
        .unwrap()
        .unwrap();
    agree(&test, &ben, id).await;
    let secret = session(&test, "cem").await;
    let governance = test.engine.ports().governance;
    let body = serde_json::json!({"roles": ["support"], "scope": "all"});
    let open = governance.ask(&ada, &ask("cem", Some(body))).await.unwrap();
    let words: Vec<&str> = open.will_happen.iter().map(|s| s.key.as_ref()).collect();
    assert_eq!(
        words,
        [
            "impact-access-gains",
            "impact-access-loses",
            "impact-access-scope",
            "impact-access-sessions"
        ]
    );
    assert_eq!(open.will_happen[3].arg("n"), Some("1"));
    let own = governance
        .ask(&named("cem", &[Role::Administrator]), &ask("cem", None))
        .await
        .unwrap();
    let decision = NewDecision {
        verdict: "agree".into(),
        hash: open.hash.clone(),
        version: 1,
        comment: String::new(),
    };
    let cem = named("cem", &[Role::SecurityAdministrator]);
    let about_them = governance.decide(&cem, open.row.id, &decision).await.unwrap_err();
    assert_eq!(about_them.sentence.key, "error-proposal-own-access");
    agree(&test, &ben, open.row.id).await;
    assert_eq!(
        caller(&test, &secret).await.unwrap().roles,
        BTreeSet::from([Role::Support])
    );
    assert_eq!(governance.request(&ada, own.row.id).await.unwrap().row.state, "void");
    let end = governance.ask(&ada, &ask("cem", None)).await.unwrap();
    agree(&test, &ben, end.row.id).await;
    assert_eq!(caller(&test, &secret).await, None, "signed out");
}

async fn roles_that_do_not_go_together_are_not_asked_for(place: &Place) {
    let (test, ada, _) = two(place).await;
    let both = new("cem", &[Role::Support, Role::Administrator]);
    let refused = test.engine.ports().people.create(&ada, &both).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.sentence.key.as_ref()),
        (ErrorKind::Invalid, "error-roles-incompatible")
    );
    let log = &test.engine.store().log;
    assert!(log.get_person("cem").await.unwrap().is_none());
}

async fn who_is_blocked_is_out_at_once_and_comes_in_again_when_unblocked(place: &Place) {
    let (test, ada, _) = two(place).await;
    let ports = test.engine.ports();
    let secret = session(&test, "ben").await;
    assert!(caller(&test, &secret).await.is_some());
    ports.people.act(&ada, "ben", &PersonAct::Block).await.unwrap();
    assert_eq!(caller(&test, &secret).await, None);
    assert!(ports.access.sign_in("ben", PASSWORD).await.is_err());
    // Nobody who can sign in could agree now.
    assert_eq!(
        ports.people.create(&ada, &new("cem", &[Role::Support])).await.unwrap(),
        None
    );
    ports.people.act(&ada, "ben", &PersonAct::Unblock).await.unwrap();
    let secret = session(&test, "ben").await;
    let one = ports.people.get(&ada, "ben").await.unwrap().sessions.remove(0);
    ports
        .people
        .act(&ada, "ben", &PersonAct::SignOut(one.id))
        .await
        .unwrap();
    assert_eq!(caller(&test, &secret).await, None);
    let own = ports.people.act(&ada, "ada", &PersonAct::Block).await;
    assert!(own.is_err(), "nobody blocks themselves");
}
