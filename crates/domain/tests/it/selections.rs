//! Frozen lists: what was chosen is what is acted on, and nothing else.

use std::collections::BTreeMap;

use domain::selections::{Fate, Picked, Selection, SelectionError, fates};
use proptest::prelude::{any, proptest};

fn picked(id: i64, version: i64, worth: Option<i64>) -> Picked {
    Picked { id, version, worth }
}

#[test]
fn a_selection_counts_and_sums_what_it_can_and_says_what_it_cannot() {
    let rows = vec![
        picked(9, 2, Some(15_000)),
        picked(3, 1, None),
        picked(9, 2, Some(15_000)),
    ];
    let selection = Selection::freeze("messages", "EUR", rows).unwrap();
    assert_eq!((selection.count, selection.sum), (2, 15_000));
    assert_eq!(selection.without_worth(), Ok(1));
    assert_eq!(selection.open(), Ok(vec![(3, 1), (9, 2)]));
}

#[test]
fn a_row_in_two_versions_is_not_frozen() {
    let rows = vec![picked(9, 2, None), picked(9, 3, None)];
    assert_eq!(Selection::freeze("messages", "EUR", rows), Err(SelectionError::Twice));
    let rows = vec![picked(1, 1, Some(i64::MAX)), picked(2, 1, Some(1))];
    assert_eq!(
        Selection::freeze("messages", "EUR", rows),
        Err(SelectionError::TooLarge)
    );
}

#[test]
fn ten_thousand_neighbours_take_three_bytes_each() {
    let rows = (5_000_000..5_010_000).map(|id| picked(id, 1, None)).collect();
    let selection = Selection::freeze("messages", "EUR", rows).unwrap();
    assert!(selection.rows.len() < 30_000, "{}", selection.rows.len());
}

#[test]
fn rows_that_changed_or_went_are_skipped_with_the_reason() {
    let chosen = [(1, 1), (2, 1), (3, 5), (9, 1)];
    let now = [(1, 1), (2, 2), (4, 1), (9, 1)];
    assert_eq!(
        fates(&chosen, &now),
        [(1, Fate::Act), (2, Fate::Changed), (3, Fate::Gone), (9, Fate::Act)]
    );
    assert_eq!(Fate::Act.why_skipped(), None);
    assert!(Fate::Gone.why_skipped().is_some() && Fate::Changed.why_skipped().is_some());
}

proptest! {
    #[test]
    fn what_is_frozen_is_what_is_opened(
        rows in proptest::collection::btree_map(any::<i64>(), (any::<i64>(), proptest::option::of(-1_000_000_i64..1_000_000)), 0..60),
    ) {
        let given: Vec<Picked> = rows.iter().rev().map(|(id, (version, worth))| picked(*id, *version, *worth)).collect();
        let selection = Selection::freeze("orders", "PLN", given).unwrap();
        let opened: BTreeMap<i64, i64> = selection.open().unwrap().into_iter().collect();
        let expected: BTreeMap<i64, i64> = rows.iter().map(|(id, (version, _))| (*id, *version)).collect();
        assert_eq!(opened, expected);
        assert_eq!(selection.count, rows.len() as u64);
        assert_eq!(selection.sum, rows.values().filter_map(|(_, worth)| *worth).sum::<i64>());
    }

    #[test]
    fn a_selection_that_was_changed_does_not_open(
        ids in proptest::collection::btree_set(0_i64..10_000, 1..40), what in 0_u8..5, at in any::<usize>(), bit in 0_u32..8,
    ) {
        let rows = ids.iter().map(|id| picked(*id, id % 5, Some(*id))).collect();
        let mut selection = Selection::freeze("orders", "EUR", rows).unwrap();
        match what {
            0 => {
                let at = at % selection.rows.len();
                selection.rows[at] ^= 1 << bit;
            }
            1 => selection.count += 1,
            2 => selection.sum -= 1,
            3 => selection.currency = "USD".into(),
            _ => selection.kind = "messages".into(),
        }
        assert_eq!(selection.open(), Err(SelectionError::Changed));
    }
}
