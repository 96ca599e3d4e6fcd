//! The 42 activities of the BPI Challenge 2019 log.

use domain::EventType;
use domain::activities::{all, lookup};
use domain::time::Precision;

fn kinds(activity: &str) -> Vec<&'static str> {
    lookup(activity)
        .unwrap()
        .iter()
        .map(|event| event.kind.as_str())
        .collect()
}

#[test]
fn every_activity_of_the_log_has_at_least_one_event() {
    assert_eq!(all().count(), 42);
    for (activity, _) in all() {
        assert!(!kinds(activity).is_empty(), "{activity}");
    }
}

#[test]
fn an_invoice_receipt_is_received_and_posted_in_that_order() {
    assert_eq!(kinds("Record Invoice Receipt"), ["inv.received", "inv.posted"]);
}

#[test]
fn the_vendors_dates_are_known_to_the_day_and_others_as_written() {
    assert_eq!(
        lookup("Vendor creates invoice").unwrap()[0].precision,
        Some(Precision::Day)
    );
    assert_eq!(
        lookup("Vendor creates debit memo").unwrap()[0].precision,
        Some(Precision::Day)
    );
    assert_eq!(lookup("Record Goods Receipt").unwrap()[0].precision, None);
}

#[test]
fn a_change_says_what_it_changed_and_a_subsequent_invoice_moves_no_quantity() {
    let change = lookup("Change Delivery Indicator").unwrap()[0];
    assert_eq!(
        (change.kind, change.changes),
        (EventType::PoChanged, Some("delivery_complete"))
    );
    let cancel = lookup("Cancel Subsequent Invoice").unwrap()[0];
    assert_eq!((cancel.kind, cancel.value_only), (EventType::InvCancelled, true));
    assert!(!lookup("Cancel Invoice Receipt").unwrap()[0].value_only);
}

#[test]
fn an_activity_of_another_log_is_unknown() {
    assert_eq!(lookup("Ship Goods"), None);
    assert_eq!(lookup("activity"), None);
    assert_eq!(lookup(""), None);
}
