//! The transition table (domain §1.5) for receipts, reversals and returns.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::{Commitment, FlagKind as F};

use crate::support::{flags_of, line, ordered, q, received, tell};

#[test]
fn receiving_what_was_cancelled_is_flagged_and_counts() {
    let late = [ordered(), tell(E::PoCancelled), received("R1", "4")];
    assert_eq!(flags_of(late.clone()), [F::ReceivedAfterCancel]);
    assert_eq!(line(late.clone()).quantities.over_receipt, q("4"));
    let again = late.into_iter().chain([tell(E::PoCancelled)]);
    assert_eq!(line(again).commitment, Commitment::Cancelled, "as it was");
    let service = tell(E::SvcAccepted).line("10", "4");
    assert_eq!(
        flags_of([ordered(), tell(E::PoCancelled), service]),
        [F::ReceivedAfterCancel]
    );
}

#[test]
fn a_reversal_needs_a_receipt_and_no_more_than_it() {
    let reversed = |of: &str, quantity| {
        tell(E::GrReversed)
            .about(D::Receipt, "V")
            .reverses(D::Receipt, of)
            .line("10", quantity)
    };
    assert_eq!(flags_of([ordered(), reversed("R1", "4")]), [F::ReversalWithoutReceipt]);
    assert_eq!(flags_of([ordered(), received("R1", "4"), reversed("R1", "4")]), []);
    assert_eq!(
        flags_of([ordered(), received("R1", "4"), reversed("R1", "5")]),
        [F::ReversedMoreThanReceived]
    );
    let unlinked = tell(E::GrReversed).line("10", "4");
    let story = [
        ordered(),
        received("R1", "4"),
        received("R2", "4"),
        received("R3", "5"),
        unlinked,
    ];
    assert_eq!(flags_of(story.clone()), [F::UnlinkedReversal]);
    assert_eq!(line(story).quantities.received_net, q("9"));
}

#[test]
fn a_return_takes_no_more_than_is_here() {
    let back = |quantity| tell(E::GrReturned).about(D::Return, "T1").line("10", quantity);
    assert_eq!(flags_of([ordered(), received("R1", "4"), back("4")]), []);
    assert_eq!(
        flags_of([ordered(), received("R1", "4"), back("5")]),
        [F::ReturnedMoreThanReceived]
    );
    assert_eq!(flags_of([ordered(), back("?")]), [F::ReturnedMoreThanReceived]);
    assert_eq!(
        line([ordered(), received("R1", "4"), back("5")]).quantities.returned,
        q("4")
    );
}
