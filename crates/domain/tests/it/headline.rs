//! The one label of a line (domain §1.3): what wins over what.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::Headline as H;

use crate::support::{Telling, invoiced, line, on_invoice, ordered, paid, received, sent, tell};

fn label(more: Vec<Telling>) -> H {
    line([ordered()].into_iter().chain(more)).headline
}

fn shipped(quantity: &str) -> Telling {
    tell(E::ShipShipped).about(D::Shipment, "S1").line("10", quantity)
}

fn posted() -> Vec<Telling> {
    vec![
        received("R1", "10"),
        invoiced("I1", "10"),
        on_invoice(E::InvPosted, "I1"),
    ]
}

#[test]
fn progress_shows_the_highest_reached() {
    let story = [
        (tell(E::PoCreated).line("10", "10"), H::Drafted),
        (tell(E::PoApprovalReset), H::PendingApproval),
        (tell(E::PoApprovalRejected), H::ApprovalRejected),
        (tell(E::PoApproved), H::Approved),
        (sent(), H::Transmitted),
        (tell(E::PoDelivered), H::Transmitted),
        (tell(E::AckAccepted).line("10", "4"), H::PartiallyAcknowledged),
        (
            tell(E::AckAcceptedWithChanges).line("10", "10"),
            H::AcknowledgedWithChanges,
        ),
        (tell(E::AckAccepted).line("10", "10"), H::Acknowledged),
        (shipped("4"), H::PartiallyShipped),
        (shipped("10"), H::Shipped),
        (received("R1", "4"), H::PartiallyReceived),
        (received("R2", "6"), H::FullyReceived),
        (invoiced("I1", "4"), H::FullyReceived),
        (invoiced("I2", "5"), H::FullyReceived),
        (invoiced("I3", "1"), H::Invoiced),
        (on_invoice(E::MatchMatched, "I1"), H::Invoiced),
        (on_invoice(E::MatchMatched, "I2"), H::Invoiced),
        (on_invoice(E::MatchMatched, "I3"), H::Matched),
        (on_invoice(E::InvPosted, "I1"), H::Matched),
        (on_invoice(E::InvPosted, "I2"), H::Matched),
        (on_invoice(E::InvPosted, "I3"), H::Posted),
        (paid("I1"), H::PartiallyPaid),
        (paid("I2"), H::PartiallyPaid),
        (paid("I3"), H::Closed),
    ];
    for many in 1..=story.len() {
        let told = story[..many].iter().map(|(telling, _)| telling.clone());
        let (last, expected) = &story[many - 1];
        assert_eq!(line(told).headline, *expected, "after {} ({many})", last.draft.kind);
    }
}

#[test]
fn an_end_wins_over_everything() {
    assert_eq!(label(vec![sent(), tell(E::PoCancelled)]), H::Cancelled);
    assert_eq!(
        label(vec![sent(), invoiced("I1", "1"), tell(E::PoCancelled)]),
        H::ShortClosed
    );
    assert_eq!(label(vec![tell(E::PoShortClosed)]), H::ShortClosed);
    assert_eq!(
        label(vec![received("R1", "4"), tell(E::PoShortClosed)]),
        H::FullyReceived
    );
    let blocked = [posted(), vec![on_invoice(E::InvBlockSet, "I1"), tell(E::PoClosed)]].concat();
    assert_eq!(label(blocked), H::Disputed, "closed, but not paid");
    assert_eq!(label(vec![tell(E::PoClosed)]), H::Closed);
}

#[test]
fn blocked_money_wins_over_progress() {
    let blocked = [posted(), vec![on_invoice(E::InvBlockSet, "I1")]].concat();
    assert_eq!(label(blocked.clone()), H::Disputed);
    assert_eq!(
        label([blocked, vec![on_invoice(E::InvBlockReleased, "I1")]].concat()),
        H::Posted
    );
}

#[test]
fn a_refusal_or_backorder_shows_until_something_moves() {
    let refused = || tell(E::AckRejected).line("10", "10");
    let later = || tell(E::AckBackordered).line("10", "4");
    assert_eq!(label(vec![sent(), refused()]), H::SupplierRejected);
    assert_eq!(label(vec![sent(), later()]), H::Backordered);
    assert_eq!(label(vec![sent(), later(), shipped("6")]), H::PartiallyShipped);
    assert_eq!(
        label(vec![sent(), refused(), received("R1", "1")]),
        H::PartiallyReceived
    );
    assert_eq!(
        label(vec![sent(), later(), invoiced("I1", "10")]),
        H::Backordered,
        "nothing moved: an invoice is no receipt"
    );
}

#[test]
fn an_invoice_never_shows_a_receipt() {
    let early = line([ordered(), invoiced("I1", "10"), on_invoice(E::InvPosted, "I1")]);
    assert_eq!((early.headline, early.fulfilment.as_str()), (H::Posted, "none"));
}

#[test]
fn labels_keep_their_numbers_and_words() {
    for label in H::ALL {
        assert_eq!(H::from_code(label.code()), Some(*label));
        assert_eq!(H::parse(label.as_str()), Some(*label));
    }
    assert_eq!(H::from_code(0), None);
    assert_eq!((H::Drafted.code(), H::Cancelled.code(), H::ALL.len()), (1, 25, 25));
}
