use super::{
    Act, ActRefused, At, CLASSES, Case, Class, Finding, Resolution, Severity, Status, Subject, act, reconcile,
};
use crate::{EventType, Instant, Sentence};

fn finding(cause: u8, evidence: &str) -> Finding {
    let class = Class::by_code("GO-04").unwrap();
    Finding {
        fingerprint: [cause; 32],
        class,
        rule: "posted_while_blocked".into(),
        subject: Subject::Order {
            order_id: 7,
            line: None,
        },
        severity: class.severity,
        impact: Sentence::new("impact-posted-while-blocked").with("order", evidence),
        evidence: Vec::new(),
        evidence_key: evidence.into(),
    }
}

fn at(seq: i64, day: i64) -> At {
    At {
        seq,
        at: Instant(day * Instant::DAY),
        kind: EventType::InvPosted,
    }
}

fn run(cases: &mut Vec<Case>, findings: &[Finding], at: At) -> Vec<usize> {
    let mut n = 0;
    reconcile(cases, findings, at, || {
        n += 1;
        at.seq * 1024 + n - 1
    })
}

#[test]
fn the_classes_are_those_of_the_taxonomy_each_once() {
    assert_eq!(CLASSES.len(), 36);
    for class in CLASSES {
        assert_eq!(Class::by_code(class.code), Some(class));
    }
    for used in ["GO-04", "IT-07", "IT-05", "MD-04"] {
        assert!(Class::by_code(used).is_some(), "{used} is used by a detector");
    }
}

#[test]
fn a_finding_opens_one_case_and_keeps_it_while_it_holds() {
    let mut cases = Vec::new();
    assert_eq!(run(&mut cases, &[finding(1, "a"), finding(2, "b")], at(5, 1)), [0, 1]);
    assert_eq!((cases[0].id, cases[1].id), (5 * 1024, 5 * 1024 + 1));
    assert_eq!(
        run(&mut cases, &[finding(1, "a"), finding(2, "b")], at(6, 1)),
        Vec::<usize>::new()
    );
    assert_eq!(cases.len(), 2);
}

#[test]
fn more_evidence_is_told_on_the_open_case() {
    let mut cases = Vec::new();
    run(&mut cases, &[finding(1, "a")], at(5, 1));
    assert_eq!(run(&mut cases, &[finding(1, "a b")], at(6, 1)), [0]);
    assert_eq!((cases[0].version, cases[0].evidence_key.as_str()), (2, "a b"));
}

#[test]
fn a_case_heals_and_names_the_event_that_did_it() {
    let mut cases = Vec::new();
    run(&mut cases, &[finding(1, "a")], at(5, 1));
    run(&mut cases, &[], at(9, 2));
    assert_eq!((cases[0].status, cases[0].closed_seq), (Status::Healed, Some(9)));
    assert_eq!(cases[0].history.last().unwrap().what.arg("event"), Some("inv.posted"));
}

#[test]
fn found_again_within_a_week_it_comes_back_later_it_is_a_new_case() {
    let mut cases = Vec::new();
    run(&mut cases, &[finding(1, "a")], at(5, 1));
    run(&mut cases, &[], at(6, 2));
    run(&mut cases, &[finding(1, "b")], at(7, 9));
    assert_eq!((cases.len(), cases[0].is_open(), cases[0].closed_seq), (1, true, None));
    run(&mut cases, &[], at(8, 10));
    run(&mut cases, &[finding(1, "c")], at(9, 18));
    assert_eq!((cases.len(), cases[0].is_open(), cases[1].is_open()), (2, false, true));
}

#[test]
fn accepting_holds_until_the_evidence_changes() {
    let mut cases = Vec::new();
    run(&mut cases, &[finding(1, "a")], at(5, 1));
    let accept = Act::Resolve(Resolution::Accepted);
    act(&mut cases[0], &accept, 1, "maria", "agreed", at(6, 1)).unwrap();
    assert_eq!(run(&mut cases, &[finding(1, "a")], at(7, 2)), Vec::<usize>::new());
    assert_eq!(run(&mut cases, &[finding(1, "a b")], at(8, 3)), [0]);
    assert!(cases[0].is_open());
    assert_eq!(cases[0].history.last().unwrap().what.key, "case-came-back");
}

#[test]
fn an_act_that_does_not_fit_changes_nothing() {
    let mut cases = Vec::new();
    run(&mut cases, &[finding(1, "a")], at(5, 1));
    let before = cases[0].clone();
    let accept = Act::Resolve(Resolution::Accepted);
    let tries = [
        (Act::Resolve(Resolution::Fixed), 1, "x", ActRefused::StillHolds),
        (accept.clone(), 1, " ", ActRefused::CommentNeeded),
        (accept.clone(), 0, "x", ActRefused::Changed),
        (
            Act::Classify(Class::by_code("GO-04").unwrap()),
            1,
            "x",
            ActRefused::SameClass,
        ),
    ];
    for (what, version, comment, why) in tries {
        assert_eq!(act(&mut cases[0], &what, version, "maria", comment, at(6, 1)), Err(why));
        assert_eq!(cases[0], before);
    }
    act(&mut cases[0], &accept, 1, "maria", "x", at(6, 1)).unwrap();
    assert_eq!(
        act(&mut cases[0], &accept, 2, "maria", "x", at(7, 1)),
        Err(ActRefused::Closed)
    );
}

#[test]
fn classifying_moves_the_case_to_the_severity_of_its_class() {
    let mut cases = Vec::new();
    run(&mut cases, &[finding(1, "a")], at(5, 1));
    let classify = Act::Classify(Class::by_code("MA-04").unwrap());
    act(&mut cases[0], &classify, 1, "maria", "", at(6, 1)).unwrap();
    assert_eq!(
        (cases[0].class.as_str(), cases[0].severity, cases[0].version),
        ("MA-04", Severity::S4, 2)
    );
    // What the detector finds is still the same case.
    assert_eq!(run(&mut cases, &[finding(1, "a")], at(7, 1)), Vec::<usize>::new());
}
