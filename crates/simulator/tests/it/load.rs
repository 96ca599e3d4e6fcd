use std::collections::BTreeSet;

use simulator::load::{Load, STEPS};

#[test]
fn every_event_of_every_order_comes_once_and_in_the_order_of_its_life() {
    let mut seen = BTreeSet::new();
    let mut last = std::collections::BTreeMap::new();
    for step in Load::new(5, 2_345) {
        assert!(seen.insert((step.order, step.step)));
        let before = last.insert(step.order, step.step);
        assert_eq!(before.map_or(0, |b| b + 1), step.step);
    }
    assert_eq!(seen.len() as u64, 2_345 * STEPS);
    assert_eq!(seen.first().map(|s| s.0), Some(5));
    assert_eq!(seen.last().map(|s| s.0), Some(5 + 2_344));
}

#[test]
fn every_event_is_json_with_its_own_id() {
    let mut load = Load::new(0, 30);
    let mut ids = BTreeSet::new();
    while let Some((body, n)) = load.batch(77) {
        let list: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
        assert_eq!(list.len(), n);
        for event in list {
            assert!(ids.insert(event["id"].as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(ids.len() as u64, 30 * STEPS);
}
