//! The audit: whatever is changed in it after it was sealed is found and named.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use domain::Instant;
use domain::access::{Origin, Role, Scope, SignedInBy};
use domain::audit::{Anchor, Changed, Checked, Detail, Entry, Finding, Outcome, Seal, Tail, seal, verify_chain};

const KEY: &[u8] = b"the installation's key";

pub(crate) fn entry(audit_id: i64, chain: i64) -> Entry {
    Entry {
        audit_id,
        at: Instant(1_790_000_000_000_000 + audit_id * 500_000),
        chain,
        region: "eu".into(),
        actor: ["maria", "jonas", "ada"][usize::try_from(audit_id % 3).unwrap()].into(),
        action: "cases.resolved".into(),
        object: format!("case:{audit_id}"),
        outcome: audit_id % 3,
        detail: Detail {
            version: Some(audit_id),
            comment: format!("as agreed, {audit_id}"),
            ..Detail::default()
        }
        .to_text(),
    }
}

/// Two chains, sealed in segments of 1 to 5 rows; some ids were never used, the last rows are not sealed.
#[derive(Clone)]
pub(crate) struct Audit {
    pub(crate) rows: Vec<Entry>,
    pub(crate) seals: Vec<Seal>,
    pub(crate) anchors: Vec<Anchor>,
}

pub(crate) const CHAINS: [i64; 2] = [0, 7];

pub(crate) static WHOLE: LazyLock<Audit> = LazyLock::new(|| {
    let ids = (1..=60).filter(|id| id % 7 != 3);
    let rows: Vec<Entry> = ids.map(|id| entry(id, CHAINS[usize::from(id % 4 == 1)])).collect();
    let mut seals: Vec<Seal> = Vec::new();
    let mut anchors = Vec::new();
    for chain in CHAINS {
        let of_chain: Vec<&Entry> = rows.iter().filter(|r| r.chain == chain && r.audit_id <= 52).collect();
        let (mut rest, mut last, mut size) = (of_chain.as_slice(), None, 1);
        while !rest.is_empty() {
            let (segment, after) = rest.split_at(size.min(rest.len()));
            let made = seal(
                KEY,
                last.as_ref(),
                segment[segment.len() - 1].at,
                segment.iter().copied(),
            )
            .unwrap();
            seals.push(made.clone());
            (rest, last, size) = (after, Some(made), size % 5 + 1);
        }
        let end = last.unwrap();
        anchors.push(Anchor {
            chain,
            to_id: end.to_id,
            hash: end.hash,
        });
    }
    Audit { rows, seals, anchors }
});

impl Audit {
    pub(crate) fn check(&self) -> (BTreeSet<(i64, Finding)>, Checked) {
        let mut found = BTreeSet::new();
        let mut total = Checked::default();
        for chain in CHAINS {
            let of_chain = |c: &i64| *c == chain;
            let mut rows: Vec<Entry> = self.rows.iter().filter(|r| of_chain(&r.chain)).cloned().collect();
            rows.sort_by_key(|r| r.audit_id);
            let mut seals: Vec<Seal> = self.seals.iter().filter(|s| of_chain(&s.chain)).cloned().collect();
            seals.sort_by_key(|s| s.to_id);
            let anchors = self.anchors.iter().filter(|a| of_chain(&a.chain)).cloned().collect();
            let checked = verify_chain(KEY, anchors, seals, rows, None, |finding| {
                found.insert((chain, finding));
            });
            total.rows += checked.rows;
            total.seals += checked.seals;
            total.unsealed += checked.unsealed;
            total.findings += checked.findings;
        }
        (found, total)
    }

    pub(crate) fn sealed(&self, place: usize) -> usize {
        let sealed: Vec<usize> = (0..self.rows.len()).filter(|i| self.rows[*i].audit_id <= 52).collect();
        sealed[place % sealed.len()]
    }

    pub(crate) fn segment_of(&self, row: &Entry) -> i64 {
        let over = |s: &&Seal| s.chain == row.chain && (s.from_id..=s.to_id).contains(&row.audit_id);
        self.seals.iter().find(over).unwrap().to_id
    }
}

#[test]
fn what_nobody_touched_is_whole() {
    let (found, checked) = WHOLE.check();
    assert_eq!(found, BTreeSet::new());
    assert_eq!(checked.rows + checked.unsealed, WHOLE.rows.len() as u64);
    assert_eq!(checked.seals, WHOLE.seals.len() as u64);
    assert!(checked.seals > 10 && checked.unsealed > 5, "{checked:?}");
}

#[test]
fn a_row_that_was_changed_is_the_only_one_named() {
    let mut audit = WHOLE.clone();
    let place = audit.rows.iter().position(|r| r.audit_id == 20).unwrap();
    audit.rows[place].actor = "somebody else".into();
    let (found, _) = audit.check();
    assert_eq!(found, BTreeSet::from([(0, Finding::Changed(20))]));
}

#[test]
fn rows_that_stay_unsealed_are_told_once() {
    let rows: Vec<Entry> = (1..=5).map(|id| entry(id, 0)).collect();
    let check = |by: Instant| {
        let mut found = Vec::new();
        let checked = verify_chain(KEY, Vec::new(), [], rows.clone(), Some(by), |f| found.push(f));
        (found, checked.unsealed)
    };
    assert_eq!(check(rows[0].at), (vec![], 5), "they may still be sealed in time");
    assert_eq!(check(rows[0].at.plus(1)), (vec![Finding::Unsealed(1)], 5));
}

#[test]
fn after_the_last_seal_a_gap_and_a_time_that_goes_back_are_told() {
    let mut tail = Tail::after(10, Instant(100));
    let mut row = |id, at| tail.row(id, Instant(at)).collect::<Vec<_>>();
    assert_eq!(row(11, 100), []);
    assert_eq!(row(13, 101), [Finding::Deleted(12)]);
    assert_eq!(row(20, 90), [Finding::Gap(14, 19), Finding::BackDated(20)]);
    assert_eq!(row(21, 101), []);
}

#[test]
fn a_segment_is_of_one_chain_and_in_order() {
    let (a, b, other) = (entry(1, 0), entry(2, 0), entry(3, 7));
    assert!(seal(KEY, None, a.at, [&b, &a]).is_none());
    assert!(seal(KEY, None, a.at, [&a, &other]).is_none());
    assert!(seal(KEY, None, a.at, []).is_none());
    let first = seal(KEY, None, a.at, [&a, &b]).unwrap();
    assert!(seal(KEY, Some(&first), a.at, [&b]).is_none(), "sealed already");
    assert_eq!((first.from_id, first.to_id), (1, 2));
}

#[test]
fn no_two_entries_have_the_same_canonical_bytes() {
    let one = Entry {
        actor: "ab".into(),
        action: "c".into(),
        ..entry(1, 0)
    };
    let other = Entry {
        actor: "a".into(),
        action: "bc".into(),
        ..entry(1, 0)
    };
    assert_ne!(one.canonical_bytes(), other.canonical_bytes());
    let renumbered = Entry {
        audit_id: 9,
        ..one.clone()
    };
    assert_eq!(
        one.hash(),
        renumbered.hash(),
        "the id stands in the seal, beside the hash"
    );
}

#[test]
fn what_an_entry_says_is_read_back_and_what_it_does_not_say_is_absent() {
    assert_eq!(Detail::default().to_text(), r#"{"method":"itself"}"#);
    let detail = Detail {
        changes: vec![
            Changed::new("roles", Some("support".into()), Some("support, auditor".into())),
            Changed::sensitive(KEY, "iban", Some("DE89370400440532013000"), None),
        ],
        ticket: "INC-9".into(),
        ..Detail::by(
            Origin {
                method: SignedInBy::Oidc,
                session: "s1".into(),
                on_behalf_of: Some("jonas".into()),
                ..Origin::default()
            },
            BTreeSet::from([Role::SecurityAdministrator]),
            Scope::entities(["DE01"]),
        )
    };
    let text = detail.to_text();
    assert!(!text.contains("DE8937"), "{text}");
    assert!(text.contains(r#""roles":["security"]"#) && text.contains(r#""scope":{"entities":["DE01"]}"#));
    assert_eq!(Detail::parse(&text), Some(detail));
    assert_eq!(Outcome::from_code(1), Some(Outcome::Refused));
    assert_eq!(Outcome::from_code(9), None);
}
