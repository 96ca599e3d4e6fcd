//! Governed records: what is sound, and what a change changes.

use domain::Instant;
use domain::access::{Role, Scope};
use domain::audit::Changed;
use domain::governance::{AccessBody, Body, GovernedKind, diff};

use crate::governance::{NOW, body, key, roles};

fn faults(kind: GovernedKind, key: &str, text: &str) -> Vec<String> {
    let body = Body::read(kind, text).unwrap();
    body.faults(key, NOW).into_iter().map(|s| s.key.into_owned()).collect()
}

#[test]
fn each_kind_says_what_is_wrong_with_a_record() {
    use GovernedKind as K;
    for kind in K::ALL {
        assert_eq!(body(kind).faults(key(kind), NOW), [], "{kind:?}");
        assert_eq!(Body::read(kind, &body(kind).to_text()), Ok(body(kind)));
        assert!(Body::read(kind, r#"{"surprise":1}"#).is_err(), "{kind:?}");
    }
    let clash = r#"{"roles":["finance","administrator","warehouse"],"scope":"all"}"#;
    assert_eq!(faults(K::Access, "nina", clash), ["error-roles-incompatible"; 2]);
    assert_eq!(
        faults(K::Source, "WMS", r#"{"title":" ","lane":"sky"}"#),
        ["error-source-name", "error-title-empty", "error-source-lane"]
    );
    assert_eq!(
        faults(K::RoutingRule, "", r#"{"class":"ZZ-99","stand_in":"jan"}"#),
        [
            "error-record-name",
            "error-routing-team",
            "error-unknown-class",
            "error-routing-stand-in"
        ]
    );
    assert_eq!(
        faults(K::CurrencyRate, "USD/USD", r#"{"rate":"-1"}"#),
        ["error-rate-currencies", "error-rate-positive"]
    );
    let broken = r#"{"zone":"Mars/Base","hours":{"mon":[{"from":"12:00","to":"08:00"}]},"holidays":{"2026-12-25":""},
        "windows":[{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}]}"#;
    assert_eq!(
        faults(K::Calendar, "PL", broken),
        [
            "error-calendar-zone",
            "error-calendar-hours",
            "error-calendar-window",
            "error-calendar-holiday"
        ]
    );
    assert_eq!(
        faults(K::Calendar, "PL", r#"{"zone":"UTC","hours":{}}"#),
        ["error-calendar-empty"]
    );
}

#[test]
fn roles_that_do_not_go_together_need_a_control_that_ends() {
    let with = |until: Instant, control: &str| {
        let text = format!(
            r#"{{"roles":["finance","warehouse"],"scope":"all","compensation":{{"control":"{control}","until":"{until}"}}}}"#
        );
        faults(GovernedKind::Access, "nina", &text)
    };
    assert_eq!(
        with(NOW.plus(30 * Instant::DAY), "controller reads every receipt"),
        [] as [&str; 0]
    );
    assert_eq!(with(NOW, "x"), ["error-compensation-until"]);
    assert_eq!(
        with(NOW.plus(100 * Instant::DAY), ""),
        ["error-compensation-empty", "error-compensation-until"]
    );
}

#[test]
fn a_change_is_shown_field_by_field() {
    let before = body(GovernedKind::Access).to_value();
    let after = Body::Access(AccessBody {
        roles: roles(&[Role::Support, Role::Auditor]),
        scope: Scope::All,
        compensation: None,
    })
    .to_value();
    let text = |t: &str| Some(t.to_owned());
    assert_eq!(
        diff(Some(&before), Some(&after)),
        [
            Changed::new("roles", text("support"), text("support, auditor")),
            Changed::new("scope", None, text("all")),
            Changed::new("scope.entities", text("DE01"), None),
        ]
    );
    assert_eq!(diff(Some(&before), Some(&before)), []);
    assert_eq!(diff(None, Some(&body(GovernedKind::CurrencyRate).to_value())).len(), 2);
    let calendar = body(GovernedKind::Calendar).to_value();
    assert_eq!(
        diff(Some(&calendar), None)[0],
        Changed::new("hours.mon", text("08:00–16:00"), None)
    );
}
