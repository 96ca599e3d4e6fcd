//! The audit: whatever is changed in it after it was sealed is found and named.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use domain::Instant;
use domain::access::{Origin, Role, Scope, SignedInBy};
use domain::audit::{Anchor, Changed, Checked, Detail, Entry, Finding, Outcome, Seal, Tail, seal, verify_chain};
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

const KEY: &[u8] = b"the installation's key";

fn entry(audit_id: i64, chain: i64) -> Entry {
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
struct Audit {
    rows: Vec<Entry>,
    seals: Vec<Seal>,
    anchors: Vec<Anchor>,
}

const CHAINS: [i64; 2] = [0, 7];

static WHOLE: LazyLock<Audit> = LazyLock::new(|| {
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
    fn check(&self) -> (BTreeSet<(i64, Finding)>, Checked) {
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

    fn sealed(&self, place: usize) -> usize {
        let sealed: Vec<usize> = (0..self.rows.len()).filter(|i| self.rows[*i].audit_id <= 52).collect();
        sealed[place % sealed.len()]
    }

    fn segment_of(&self, row: &Entry) -> i64 {
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

/// Something done to the audit by somebody who has the database but not the key.
#[derive(Clone, Debug)]
enum Tamper {
    Flip {
        row: usize,
        field: usize,
        by: i64,
    },
    BackDate {
        row: usize,
        days: i64,
    },
    Delete {
        row: usize,
    },
    Insert {
        id: usize,
        chain: usize,
    },
    SwapContents {
        one: usize,
        other: usize,
    },
    Renumber {
        row: usize,
        to: usize,
    },
    AlterSeal {
        seal: usize,
        field: usize,
        at: usize,
        bit: u32,
    },
    DeleteSeal {
        seal: usize,
    },
    SealWithAnotherKey {
        seal: usize,
    },
    CutRows {
        rows: usize,
    },
    CutWithSeals {
        chain: usize,
        seals: usize,
    },
}

fn tamper() -> impl Strategy<Value = Tamper> {
    use Tamper as T;
    let n = || any::<usize>();
    proptest::prop_oneof![
        4 => (n(), 0_usize..8, 1_i64..1_000).prop_map(|(row, field, by)| T::Flip { row, field, by }),
        2 => (n(), 1_i64..400).prop_map(|(row, days)| T::BackDate { row, days }),
        2 => n().prop_map(|row| T::Delete { row }),
        2 => (n(), n()).prop_map(|(id, chain)| T::Insert { id, chain }),
        2 => (n(), n()).prop_map(|(one, other)| T::SwapContents { one, other }),
        1 => (n(), n()).prop_map(|(row, to)| T::Renumber { row, to }),
        3 => (n(), 0_usize..6, n(), 0_u32..8).prop_map(|(seal, field, at, bit)| T::AlterSeal { seal, field, at, bit }),
        1 => n().prop_map(|seal| T::DeleteSeal { seal }),
        1 => n().prop_map(|seal| T::SealWithAnotherKey { seal }),
        1 => (1_usize..20).prop_map(|rows| T::CutRows { rows }),
        1 => (n(), 1_usize..4).prop_map(|(chain, seals)| T::CutWithSeals { chain, seals }),
    ]
}

/// Ids that no row has, below the end of what is sealed.
const FREE: [i64; 7] = [3, 10, 17, 24, 31, 38, 45];

fn flip_bit(bytes: &mut [u8], at: usize, bit: u32) {
    let at = at % bytes.len();
    bytes[at] ^= 1 << bit;
}

/// Does it; answers what must be found at least.
#[expect(clippy::too_many_lines, reason = "one arm for each way to tamper")]
fn commit(audit: &mut Audit, tamper: &Tamper) -> Vec<(i64, BTreeSet<Finding>)> {
    let one = |chain: i64, finding| vec![(chain, BTreeSet::from([finding]))];
    match *tamper {
        Tamper::Flip { row, field, by } => {
            let place = audit.sealed(row);
            let row = &mut audit.rows[place];
            let (id, chain) = (row.audit_id, row.chain);
            match field {
                0 => row.at = row.at.plus(by),
                1 => row.region.push('x'),
                2 => row.actor = "nobody".into(),
                3 => row.action = row.action.to_uppercase(),
                4 => row.object.insert(0, '0'),
                5 => row.outcome += by,
                6 => row.detail = row.detail.replacen("agreed", "asked", 1),
                _ => {
                    row.chain = CHAINS[usize::from(chain == CHAINS[0])];
                    let other = row.chain;
                    let mut expected = one(chain, Finding::Deleted(id));
                    // After the end of what is sealed there, it is a row that waits for its seal.
                    if audit.anchors.iter().any(|a| a.chain == other && id < a.to_id) {
                        expected.extend(one(other, Finding::Inserted(id)));
                    }
                    return expected;
                }
            }
            one(chain, Finding::Changed(id))
        }
        Tamper::BackDate { row, days } => {
            let place = audit.sealed(row);
            let row = &mut audit.rows[place];
            row.at = row.at.plus(-days * Instant::DAY);
            let row = row.clone();
            let is_first = audit.rows.iter().find(|r| r.chain == row.chain).unwrap().audit_id == row.audit_id;
            let finding = if is_first { Finding::Changed } else { Finding::BackDated };
            one(row.chain, finding(row.audit_id))
        }
        Tamper::Delete { row } => {
            let row = audit.rows.remove(audit.sealed(row));
            one(row.chain, Finding::Deleted(row.audit_id))
        }
        Tamper::Insert { id, chain } => {
            let new = entry(FREE[id % FREE.len()], CHAINS[chain % 2]);
            let (id, chain) = (new.audit_id, new.chain);
            audit.rows.push(new);
            one(chain, Finding::Inserted(id))
        }
        Tamper::SwapContents { one: a, other: b } => {
            let a = audit.sealed(a);
            let of_chain = |i: &usize| audit.rows[*i].chain == audit.rows[a].chain && *i != a;
            let others: Vec<usize> = (0..audit.rows.len())
                .filter(|i| of_chain(i) && audit.rows[*i].audit_id <= 52)
                .collect();
            let b = others[b % others.len()];
            let (first, second) = (audit.rows[a].clone(), audit.rows[b].clone());
            let (x, y) = (first.audit_id, second.audit_id);
            audit.rows[a] = Entry {
                audit_id: x,
                ..second.clone()
            };
            audit.rows[b] = Entry {
                audit_id: y,
                ..first.clone()
            };
            let changed = |id| BTreeSet::from([Finding::Changed(id), Finding::BackDated(id)]);
            if audit.segment_of(&first) == audit.segment_of(&second) {
                vec![
                    (first.chain, BTreeSet::from([Finding::Swapped(x, y)])),
                    (first.chain, BTreeSet::from([Finding::Swapped(y, x)])),
                ]
            } else {
                vec![(first.chain, changed(x)), (first.chain, changed(y))]
            }
        }
        Tamper::Renumber { row, to } => {
            let place = audit.sealed(row);
            let row = &mut audit.rows[place];
            let was = std::mem::replace(&mut row.audit_id, FREE[to % FREE.len()]);
            vec![
                (row.chain, BTreeSet::from([Finding::Deleted(was)])),
                (row.chain, BTreeSet::from([Finding::Inserted(row.audit_id)])),
            ]
        }
        Tamper::AlterSeal { seal, field, at, bit } => {
            let place = seal % audit.seals.len();
            let seal = &mut audit.seals[place];
            match field {
                0 => flip_bit(&mut seal.rows, at, bit),
                1 => flip_bit(&mut seal.hash, at, bit),
                2 if seal.prev.is_empty() => seal.prev.push(1),
                2 => flip_bit(&mut seal.prev, at, bit),
                3 => seal.at = seal.at.plus(1 << bit),
                4 => seal.from_id += 1 << bit,
                _ => seal.to_id += 1 << bit,
            }
            one(seal.chain, Finding::BrokenSeal(seal.to_id))
        }
        Tamper::DeleteSeal { seal } => {
            // The end of a chain is cut by another tamper.
            let is_end = |s: &Seal| audit.anchors.iter().any(|a| a.hash == s.hash);
            let inner: Vec<usize> = (0..audit.seals.len()).filter(|i| !is_end(&audit.seals[*i])).collect();
            let place = inner[seal % inner.len()];
            let gone = audit.seals.remove(place);
            let before = audit.seals[..place].iter().rfind(|s| s.chain == gone.chain);
            let after = audit.seals[place..].iter().find(|s| s.chain == gone.chain).unwrap();
            one(
                gone.chain,
                Finding::MissingSeal(before.map_or(0, |s| s.to_id), after.to_id),
            )
        }
        Tamper::SealWithAnotherKey { seal: place } => {
            let place = place % audit.seals.len();
            let old = audit.seals[place].clone();
            let before = audit.seals[..place].iter().rfind(|s| s.chain == old.chain).cloned();
            let rows = audit.rows.iter().filter(|r| r.chain == old.chain);
            let rows = rows.filter(|r| (old.from_id..=old.to_id).contains(&r.audit_id));
            audit.seals[place] = seal(b"a guessed key", before.as_ref(), old.at, rows).unwrap();
            one(old.chain, Finding::BrokenSeal(old.to_id))
        }
        Tamper::CutRows { rows } => {
            let keep = audit
                .rows
                .iter()
                .filter(|r| r.audit_id <= 52)
                .count()
                .saturating_sub(rows);
            let gone = audit.rows.split_off(keep);
            gone.iter()
                .filter(|r| r.audit_id <= 52)
                .map(|r| (r.chain, BTreeSet::from([Finding::Deleted(r.audit_id)])))
                .collect()
        }
        Tamper::CutWithSeals { chain, seals } => {
            let chain = CHAINS[chain % 2];
            let mut ends: Vec<i64> = audit
                .seals
                .iter()
                .filter(|s| s.chain == chain)
                .map(|s| s.to_id)
                .collect();
            let end = *ends.last().unwrap();
            ends.truncate(ends.len() - seals);
            let kept = *ends.last().unwrap();
            audit.seals.retain(|s| s.chain != chain || s.to_id <= kept);
            audit.rows.retain(|r| r.chain != chain || r.audit_id <= kept);
            one(chain, Finding::CutOff(end))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn ten_thousand_tampers_are_all_found_and_named(tamper in tamper()) {
        let mut audit = WHOLE.clone();
        let expected = commit(&mut audit, &tamper);
        assert!(!expected.is_empty());
        let (found, checked) = audit.check();
        if !matches!(tamper, Tamper::AlterSeal { .. }) {
            assert_eq!(checked.findings, found.len() as u64, "each is said once");
        }
        for (chain, one_of) in expected {
            assert!(
                one_of.iter().any(|finding| found.contains(&(chain, *finding))),
                "one of {one_of:?} in chain {chain}; found {found:?}"
            );
        }
    }
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
fn without_a_copy_of_its_end_a_cut_chain_looks_whole_and_with_it_not() {
    let mut audit = WHOLE.clone();
    commit(&mut audit, &Tamper::CutWithSeals { chain: 0, seals: 2 });
    assert_eq!(audit.check().0.len(), 1);
    audit.anchors.clear();
    assert_eq!(
        audit.check().0,
        BTreeSet::new(),
        "this is why the last seal is kept elsewhere too"
    );
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
