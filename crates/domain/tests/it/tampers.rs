//! Ten thousand ways to tamper with the audit, all found.

use std::collections::BTreeSet;

use domain::Instant;
use domain::audit::{Entry, Finding, Seal, seal};
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

use crate::audit::{Audit, CHAINS, WHOLE, entry};

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
