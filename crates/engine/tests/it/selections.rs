//! Selections: what is frozen is what is done, whatever happens meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use views::exceptions::{CaseAct, CaseFilter, CaseRow, Resolution};
use views::selections::{NewSelection, Seen, SelectionAct, SelectionView};
use views::{Caller, ErrorKind, Limit, Role};

use crate::support::{Place, TestEngine, event, on_both, person, scoped};

on_both!(
    all_that_match_are_frozen_in_one_moment_and_done,
    an_act_without_the_hash_of_the_list_does_nothing,
    a_selection_is_its_owners_and_holds_only_what_they_may_see,
    what_is_executed_is_what_was_frozen_less_what_is_skipped,
    an_export_says_what_changed_and_is_written_down,
);

fn buyer() -> Caller {
    person(&[Role::Procurement])
}

/// A colleague, who acts at the same time.
fn colleague() -> Caller {
    Caller {
        id: "mkeller".into(),
        ..buyer()
    }
}

/// Cases about messages that cannot be read: one an arrival.
async fn cases(test: &TestEngine, n: usize) -> Vec<CaseRow> {
    for i in 0..n {
        let mut unknown = event(&format!("x{i}"), "po.created", "2026-02-20T10:00:00Z", json!({}));
        unknown["type"] = Value::from("com.example.order");
        test.send_bytes(&serde_json::to_vec(&[unknown]).unwrap()).await;
    }
    test.settle().await;
    open(test).await
}

async fn open(test: &TestEngine) -> Vec<CaseRow> {
    let filter = CaseFilter {
        limit: Limit(200),
        ..CaseFilter::default()
    };
    let mut rows = test
        .engine
        .ports()
        .exceptions
        .list(&buyer(), &filter)
        .await
        .unwrap()
        .rows;
    rows.sort_by_key(|row| row.id);
    rows
}

fn seen(rows: &[CaseRow]) -> Vec<Seen> {
    let seen = |row: &CaseRow| Seen {
        id: row.id,
        version: row.version,
    };
    rows.iter().map(seen).collect()
}

fn classify(class: &str) -> SelectionAct {
    SelectionAct::Classify {
        class: class.into(),
        comment: "together".into(),
    }
}

/// The selection when what is under way with it is done.
async fn ended(test: &TestEngine, id: i64) -> SelectionView {
    for _ in 0..200 {
        let view = test.engine.ports().selections.get(&buyer(), id).await.unwrap();
        if view.runs.first().is_none_or(|run| run.finished_at.is_some()) {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the run does not end");
}

async fn all_that_match_are_frozen_in_one_moment_and_done(place: &Place) {
    let test = place.start().await;
    let before = cases(&test, 5).await;
    let selections = test.engine.ports().selections;
    let frozen = selections.freeze(&buyer(), &NewSelection::default()).await.unwrap();
    assert_eq!((frozen.count, frozen.without_worth), (5, 5));
    assert_eq!(frozen.at_seq, test.engine.store().log.head().await.unwrap().last_seq);
    assert_eq!(selections.matching(&buyer(), &CaseFilter::default()).await.unwrap(), 5);
    // What comes later is not in it.
    cases(&test, 1).await;
    let close = SelectionAct::Resolve {
        resolution: Resolution::Accepted,
        comment: "agreed".into(),
    };
    selections.act(&buyer(), frozen.id, &frozen.hash, close).await.unwrap();
    let run = &ended(&test, frozen.id).await.runs[0];
    assert_eq!((run.done, run.skipped, run.left), (5, 0, 0));
    assert_eq!(run.done_ids, before.iter().map(|row| row.id).collect::<Vec<_>>());
    let left = open(&test).await;
    assert_eq!(left.len(), 1);
    let closed = test
        .engine
        .ports()
        .exceptions
        .get(&buyer(), before[0].id)
        .await
        .unwrap();
    let entry = closed.history.last().unwrap();
    assert_eq!(
        (entry.actor.as_deref(), entry.comment.as_deref()),
        (Some("jbrandt"), Some("agreed"))
    );
    test.rebuild_is_identical().await;
}

async fn an_act_without_the_hash_of_the_list_does_nothing(place: &Place) {
    let test = place.start().await;
    let before = cases(&test, 2).await;
    let selections = test.engine.ports().selections;
    let frozen = selections.freeze(&buyer(), &NewSelection::default()).await.unwrap();
    let other = selections
        .act(&buyer(), frozen.id, "00", classify("MA-01"))
        .await
        .unwrap_err();
    assert_eq!(other.kind, ErrorKind::Conflict);
    assert_eq!(
        other.sentence.arg("hash"),
        Some(frozen.hash.as_str()),
        "the current one is said"
    );
    let unsaid = SelectionAct::Resolve {
        resolution: Resolution::Accepted,
        comment: " ".into(),
    };
    let refused = selections
        .act(&buyer(), frozen.id, &frozen.hash, unsaid)
        .await
        .unwrap_err();
    assert_eq!(refused.sentence.key, "error-comment-needed");
    let auditor = Caller {
        id: "jbrandt".into(),
        ..person(&[Role::Auditor])
    };
    let refused = selections
        .act(&auditor, frozen.id, &frozen.hash, classify("MA-01"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NotAllowed);
    assert_eq!(open(&test).await, before);
    let nothing = NewSelection {
        class: "GO-04".into(),
        ..NewSelection::default()
    };
    let empty = selections.freeze(&buyer(), &nothing).await.unwrap_err();
    assert_eq!(empty.sentence.key, "error-selection-empty");
}

async fn a_selection_is_its_owners_and_holds_only_what_they_may_see(place: &Place) {
    let test = place.start().await;
    let before = cases(&test, 2).await;
    let selections = test.engine.ports().selections;
    let frozen = selections.freeze(&buyer(), &NewSelection::default()).await.unwrap();
    let not_theirs = selections.get(&colleague(), frozen.id).await.unwrap_err();
    assert_eq!(not_theirs.kind, ErrorKind::NotFound);
    let elsewhere = scoped("PL02");
    let named = NewSelection {
        cases: seen(&before),
        ..NewSelection::default()
    };
    for wanted in [&named, &NewSelection::default()] {
        let nothing = selections.freeze(&elsewhere, wanted).await.unwrap_err();
        assert_eq!(nothing.sentence.key, "error-selection-empty");
    }
    // Who can do nothing with a list is given none.
    for role in [Role::Executive, Role::Administrator] {
        let refused = selections.freeze(&person(&[role]), &named).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NotAllowed, "{role:?}");
    }
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(sides).unwrap()).unwrap()
    }
}

async fn what_is_executed_is_what_was_frozen_less_what_is_skipped(place: &Place) {
    const CLASSES: [&str; 4] = ["MD-04", "MA-01", "SU-02", "WH-02"];
    let test = place.start().await;
    cases(&test, 12).await;
    let ports = test.engine.ports();
    let mut dice = Dice(7);
    let (mut executed, mut left) = (0, 0);
    for round in 0..200 {
        let now = open(&test).await;
        let mut wanted = NewSelection::default();
        match dice.throw(3) {
            0 => {}
            1 => wanted.class = CLASSES[dice.throw(4)].to_owned(),
            _ => {
                let ticked: Vec<CaseRow> = now.iter().filter(|_| dice.throw(2) == 0).cloned().collect();
                wanted.cases = seen(&ticked);
            }
        }
        let expected: BTreeMap<i64, i64> = if wanted.cases.is_empty() {
            let matching = now
                .iter()
                .filter(|row| wanted.class.is_empty() || row.class == wanted.class);
            matching.map(|row| (row.id, row.version)).collect()
        } else {
            wanted.cases.iter().map(|seen| (seen.id, seen.version)).collect()
        };
        let frozen = match ports.selections.freeze(&buyer(), &wanted).await {
            Ok(frozen) => frozen,
            Err(error) => {
                assert_eq!(
                    (error.sentence.key.as_ref(), expected.len()),
                    ("error-selection-empty", 0)
                );
                continue;
            }
        };
        assert_eq!(frozen.count, expected.len() as u64, "round {round}");
        // A colleague changes some of them before and during the act.
        let rival = now[dice.throw(now.len())].clone();
        let (to, other) = (CLASSES[dice.throw(4)], CLASSES[dice.throw(4)]);
        let rival_act = CaseAct::Classify {
            class: other.to_owned(),
            comment: String::new(),
        };
        let (someone, me) = (colleague(), buyer());
        let (ran, _) = tokio::join!(
            ports.selections.act(&me, frozen.id, &frozen.hash, classify(to)),
            ports.exceptions.act(&someone, rival.id, rival.version, rival_act),
        );
        ran.unwrap();
        let run = ended(&test, frozen.id).await.runs.remove(0);
        let done: BTreeSet<i64> = run.done_ids.iter().copied().collect();
        let skipped: BTreeSet<i64> = run.rows.iter().filter(|r| r.skipped.is_some()).map(|r| r.id).collect();
        assert!(done.is_disjoint(&skipped));
        let all: BTreeSet<i64> = done.union(&skipped).copied().collect();
        assert_eq!(
            all,
            expected.keys().copied().collect(),
            "round {round}: executed = frozen - skipped"
        );
        for row in open(&test).await {
            let before = now.iter().find(|known| known.id == row.id).unwrap();
            if done.contains(&row.id) {
                assert!(row.version > expected[&row.id], "round {round}");
                assert!(row.class == to || row.id == rival.id, "round {round}");
            } else if row.id != rival.id {
                assert_eq!(
                    (row.version, &row.class),
                    (before.version, &before.class),
                    "round {round}"
                );
            }
        }
        executed += done.len();
        left += skipped.len();
    }
    assert!(executed > 300 && left > 50, "{executed} executed, {left} skipped");
    test.rebuild_is_identical().await;
}

async fn an_export_says_what_changed_and_is_written_down(place: &Place) {
    let test = place.start().await;
    let before = cases(&test, 3).await;
    let ports = test.engine.ports();
    let frozen = ports
        .selections
        .freeze(&buyer(), &NewSelection::default())
        .await
        .unwrap();
    let act = CaseAct::Classify {
        class: "MA-01".into(),
        comment: String::new(),
    };
    ports
        .exceptions
        .act(&colleague(), before[1].id, before[1].version, act)
        .await
        .unwrap();
    let export = ports.selections.export(&buyer(), frozen.id).await.unwrap();
    assert_eq!((export.rows.len(), &export.hash), (3, &frozen.hash));
    let changed: Vec<i64> = export
        .rows
        .iter()
        .filter(|row| row.case.as_ref().is_some_and(|case| case.version != row.version))
        .map(|row| row.id)
        .collect();
    assert_eq!(changed, [before[1].id]);
    let support = ports
        .selections
        .export(&person(&[Role::Support]), frozen.id)
        .await
        .unwrap_err();
    assert_eq!(support.kind, ErrorKind::NotAllowed);
    let rows = test.engine.store().log.list_audit_after(0, 100).await.unwrap();
    let actions: Vec<_> = rows
        .iter()
        .filter(|row| row.object == format!("selection:{}", frozen.id))
        .map(|row| row.action.as_str())
        .collect();
    assert_eq!(actions, ["selection.frozen", "selection.exported"]);
    assert!(
        rows.iter()
            .all(|row| row.action != "selection.exported" || row.detail.contains(&frozen.hash))
    );
}
