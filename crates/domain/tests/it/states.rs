//! Facets of a line, with and without reported quantities (domain §1.2).

use domain::EventType as E;
use domain::events::LineData;
use domain::keys::DocKind as D;
use domain::orders::{Acknowledgment as A, Commitment, Fulfilment as F, Invoicing as I, Overlay, Settlement as S};
use domain::time::{Instant, Precision};

use crate::support::{START, Telling, invoiced, line, on_invoice, order, ordered, paid, q, received, sent, tell};

fn bare() -> Telling {
    tell(E::PoCreated).line("10", "?")
}

fn says(kind: E, quantity: &str) -> Telling {
    tell(kind).line("10", quantity)
}

fn flagged(set: impl FnOnce(&mut LineData)) -> Telling {
    tell(E::PoChanged).line("10", "?").with(set)
}

#[test]
fn answers_make_the_acknowledgment() {
    let after = |answers: Vec<Telling>| line([ordered(), sent()].into_iter().chain(answers)).acknowledgment;
    assert_eq!(after(vec![]), A::None);
    assert_eq!(after(vec![says(E::AckPending, "?")]), A::AckPending);
    assert_eq!(after(vec![says(E::AckAccepted, "10")]), A::Acknowledged);
    assert_eq!(after(vec![says(E::AckAccepted, "9")]), A::PartiallyAcknowledged);
    assert_eq!(
        after(vec![says(E::AckAcceptedWithChanges, "10")]),
        A::AcknowledgedWithChanges
    );
    assert_eq!(after(vec![says(E::AckBackordered, "1")]), A::Backordered);
    assert_eq!(after(vec![says(E::AckRejected, "10")]), A::SupplierRejected);
    assert_eq!(after(vec![says(E::AckRejected, "?")]), A::SupplierRejected);
    assert_eq!(after(vec![says(E::AckRejected, "4")]), A::PartiallyAcknowledged);
    assert_eq!(
        after(vec![says(E::AckAccepted, "6"), tell(E::PoChanged).line("10", "6")]),
        A::Acknowledged
    );
    assert_eq!(
        after(vec![says(E::AckAccepted, "10"), says(E::AckPending, "?")]),
        A::AckPending
    );
}

#[test]
fn answers_for_an_unknown_quantity_speak_for_the_whole_line() {
    let after = |answer: Telling| line([bare(), answer]).acknowledgment;
    assert_eq!(after(tell(E::AckAccepted)), A::Acknowledged);
    assert_eq!(after(says(E::AckAccepted, "4")), A::Acknowledged);
    assert_eq!(after(tell(E::AckAcceptedWithChanges)), A::AcknowledgedWithChanges);
    assert_eq!(after(tell(E::AckRejected)), A::SupplierRejected);
    assert_eq!(after(tell(E::AckBackordered)), A::Backordered);
    assert_eq!(after(tell(E::AckUpdated)), A::Acknowledged);
}

#[test]
fn movements_make_the_fulfilment() {
    let after = |moves: Vec<Telling>| line([ordered(), sent()].into_iter().chain(moves)).fulfilment;
    let shipped = |quantity| says(E::ShipShipped, quantity);
    assert_eq!(after(vec![]), F::None);
    assert_eq!(after(vec![shipped("4")]), F::PartiallyShipped);
    assert_eq!(after(vec![shipped("4"), shipped("6")]), F::Shipped);
    assert_eq!(after(vec![shipped("10"), received("R1", "4")]), F::PartiallyReceived);
    assert_eq!(after(vec![received("R1", "4"), received("R2", "6")]), F::FullyReceived);
    assert_eq!(after(vec![received("R1", "11")]), F::OverReceived);
    let back = |quantity| tell(E::GrReturned).about(D::Return, "T").line("10", quantity);
    assert_eq!(after(vec![received("R1", "10"), back("3")]), F::PartiallyReceived);
    assert_eq!(after(vec![received("R1", "10"), back("10")]), F::Returned);
    let reversed = tell(E::GrReversed).about(D::Receipt, "R1");
    assert_eq!(
        after(vec![shipped("10"), received("R1", "10"), reversed]),
        F::Shipped,
        "a reversal is no return"
    );
}

#[test]
fn receipts_of_unknown_quantity_show_progress_and_never_completion() {
    let got = |receipt: &str| received(receipt, "?");
    let after = |moves: Vec<Telling>| line([bare()].into_iter().chain(moves));
    let one = after(vec![got("R1")]);
    assert_eq!(
        (one.fulfilment, one.quantities.received_net),
        (F::PartiallyReceived, q("?"))
    );
    assert_eq!(
        (one.quantities.over_receipt, one.quantities.open_to_receive),
        (q("?"), q("?"))
    );
    assert_eq!(line([ordered(), got("R1")]).fulfilment, F::PartiallyReceived);
    let back = tell(E::GrReversed).about(D::Receipt, "R1");
    let none = after(vec![got("R1"), back.clone()]);
    assert_eq!(
        (none.fulfilment, none.quantities.received_net, none.receipt_count),
        (F::None, q("0"), 0)
    );
    let rest = after(vec![got("R1"), got("R2"), back]);
    assert_eq!((rest.fulfilment, rest.receipt_count), (F::PartiallyReceived, 1));
    let done = flagged(|l| l.delivery_complete = Some(true));
    assert_eq!(after(vec![got("R1"), done.clone()]).fulfilment, F::FullyReceived);
    let not_done = flagged(|l| l.delivery_complete = Some(false));
    assert_eq!(after(vec![got("R1"), done, not_done]).fulfilment, F::PartiallyReceived);
    let service = after(vec![tell(E::SvcAccepted).line("10", "?")]);
    assert_eq!(service.fulfilment, F::PartiallyReceived);
}

#[test]
fn a_known_quantity_beside_an_unknown_one_is_unknown_not_a_variance() {
    let mixed = line([ordered(), received("R1", "?"), received("R2", "12")]);
    assert_eq!(
        (mixed.quantities.received, mixed.quantities.over_receipt),
        (q("?"), q("?"))
    );
    assert_eq!(mixed.fulfilment, F::PartiallyReceived);
}

#[test]
fn invoices_make_the_invoicing() {
    let after = |more: Vec<Telling>| line([ordered(), received("R1", "6")].into_iter().chain(more)).invoicing;
    assert_eq!(after(vec![]), I::None);
    assert_eq!(after(vec![invoiced("I1", "6")]), I::PartiallyInvoiced);
    assert_eq!(after(vec![invoiced("I1", "10")]), I::Invoiced);
    assert_eq!(after(vec![invoiced("I1", "11")]), I::OverInvoiced);
    assert_eq!(
        after(vec![invoiced("I1", "6"), tell(E::PoShortClosed)]),
        I::Invoiced,
        "against what came"
    );
    let complete = flagged(|l| l.delivery_complete = Some(true));
    assert_eq!(
        after(vec![invoiced("I1", "6"), complete]),
        I::Invoiced,
        "nothing more is to come"
    );
    let credit = |quantity| tell(E::InvCreditIssued).about(D::Invoice, "C").line("10", quantity);
    assert_eq!(after(vec![invoiced("I1", "6"), credit("6")]), I::Credited);
    assert_eq!(after(vec![invoiced("I1", "6"), credit("1")]), I::PartiallyInvoiced);
    assert_eq!(
        after(vec![invoiced("I1", "6"), on_invoice(E::InvRejected, "I1")]),
        I::None
    );
}

#[test]
fn invoices_of_unknown_quantity_are_partial_until_one_is_final() {
    let after = |more: Vec<Telling>| line([bare()].into_iter().chain(more)).invoicing;
    assert_eq!(after(vec![invoiced("I1", "?")]), I::PartiallyInvoiced);
    let last = flagged(|l| l.final_invoice = Some(true));
    assert_eq!(after(vec![invoiced("I1", "?"), last]), I::Invoiced);
    let credit = tell(E::InvCreditIssued).line("10", "?");
    assert_eq!(after(vec![invoiced("I1", "?"), credit.clone()]), I::Credited);
    assert_eq!(
        after(vec![invoiced("I1", "?"), invoiced("I2", "?"), credit]),
        I::PartiallyInvoiced
    );
    assert_eq!(
        after(vec![invoiced("I1", "?"), on_invoice(E::InvCancelled, "I1")]),
        I::None
    );
}

#[test]
fn settlement_is_the_least_any_invoice_reached() {
    let after = |more: Vec<Telling>| line([ordered(), received("R1", "10")].into_iter().chain(more)).settlement;
    let posted = |invoice| on_invoice(E::InvPosted, invoice);
    let (one, two) = (|| invoiced("I1", "4"), || invoiced("I2", "6"));
    assert_eq!(after(vec![]), S::Unmatched);
    assert_eq!(after(vec![one()]), S::Unmatched);
    assert_eq!(after(vec![one(), on_invoice(E::MatchMatched, "I1")]), S::Matched);
    assert_eq!(
        after(vec![one(), on_invoice(E::MatchMatched, "I1"), two()]),
        S::Unmatched
    );
    assert_eq!(after(vec![one(), posted("I1")]), S::Posted);
    assert_eq!(
        after(vec![one(), posted("I1"), two(), on_invoice(E::InvApproved, "I2")]),
        S::Matched
    );
    assert_eq!(
        after(vec![one(), two(), posted("I1"), posted("I2"), paid("I1")]),
        S::PartiallyPaid
    );
    let both = [paid("I1"), paid("I2")];
    assert_eq!(
        after(
            [one(), two(), posted("I1"), posted("I2")]
                .into_iter()
                .chain(both)
                .collect()
        ),
        S::Paid
    );
    assert_eq!(after(vec![one(), on_invoice(E::InvDisputed, "I1")]), S::Disputed);
    assert_eq!(
        after(vec![
            one(),
            on_invoice(E::InvDisputed, "I1"),
            on_invoice(E::InvDisputeResolved, "I1")
        ]),
        S::Unmatched
    );
    assert_eq!(
        after(vec![
            one(),
            on_invoice(E::InvBlockSet, "I1"),
            on_invoice(E::InvCancelled, "I1")
        ]),
        S::Unmatched
    );
}

#[test]
fn an_invoice_waits_for_a_receipt_that_is_required() {
    let required = || ordered().with(|l| l.receipt_required = Some(true));
    assert_eq!(line([required(), invoiced("I1", "4")]).settlement, S::PendingReceipt);
    assert_eq!(
        line([required(), received("R1", "3"), invoiced("I1", "4")]).settlement,
        S::PendingReceipt
    );
    assert_eq!(
        line([required(), received("R1", "4"), invoiced("I1", "4")]).settlement,
        S::Unmatched
    );
    assert_eq!(
        line([ordered(), invoiced("I1", "4")]).settlement,
        S::Unmatched,
        "nobody said one is required"
    );
}

#[test]
fn an_event_of_an_invoice_speaks_of_its_lines_only() {
    let both = tell(E::PoCreated).line("10", "1").line("20", "1");
    let order = order([
        both,
        invoiced("I1", "1"),
        on_invoice(E::InvPosted, "I1"),
        paid("I1"),
        sent(),
    ]);
    assert_eq!(order.line("10").unwrap().settlement, S::Paid);
    assert_eq!(order.line("20").unwrap().settlement, S::Unmatched);
    assert!(order.flags.is_empty(), "{:?}", order.flags);
    assert!(
        order
            .lines
            .iter()
            .all(|line| line.transmission.as_str() == "transmitted"),
        "an order's event: of all"
    );
}

#[test]
fn an_invoices_event_that_sorts_before_its_lines_still_finds_them() {
    let both = tell(E::PoCreated).line("10", "1").line("20", "1");
    let late = invoiced("I1", "1").at(START.plus(9 * Instant::HOUR), Precision::Instant);
    let order = order([both, on_invoice(E::InvPosted, "I1"), late]);
    let posted = |line_no: &str| order.line(line_no).unwrap().posted_count;
    assert_eq!((posted("10"), posted("20")), (1, 0));
}

#[test]
fn overlays_stand_beside_the_facets() {
    let on = |story: Vec<Telling>| line(story).overlays.iter().collect::<Vec<_>>();
    assert_eq!(on(vec![ordered()]), []);
    assert_eq!(on(vec![ordered(), tell(E::PoHeld)]), [Overlay::OnHold]);
    assert_eq!(on(vec![ordered(), tell(E::PoLineBlocked), tell(E::PoHoldReleased)]), []);
    assert_eq!(
        on(vec![ordered(), tell(E::PoLineBlocked), tell(E::PoLineReinstated)]),
        []
    );
    assert_eq!(
        on(vec![ordered(), tell(E::PoHeld), tell(E::PoReopened)]),
        [Overlay::OnHold]
    );
    assert_eq!(
        on(vec![tell(E::PoHeld), ordered()]),
        [],
        "a hold on the request ends when the order is made"
    );
    assert_eq!(on(vec![ordered(), tell(E::PoApprovalReset)]), [Overlay::ChangePending]);
    assert_eq!(on(vec![received("R1", "1")]), [Overlay::Stub]);
    let asked = on_invoice(E::MatchOverrideRequested, "I1");
    assert_eq!(
        on(vec![ordered(), invoiced("I1", "1"), asked.clone()]),
        [Overlay::OverridePending]
    );
    assert_eq!(
        on(vec![
            ordered(),
            invoiced("I1", "1"),
            asked,
            on_invoice(E::MatchOverrideVoid, "I1")
        ]),
        []
    );
    let back = tell(E::GrReturned).line("10", "1");
    let bad = tell(E::GrRejected).line("10", "1");
    assert_eq!(
        on(vec![ordered(), received("R1", "2"), back, bad]),
        [Overlay::Returned, Overlay::QualityRejected]
    );
}

#[test]
fn a_line_delivered_invoiced_and_paid_up_is_closed() {
    let posted = on_invoice(E::InvPosted, "I1");
    let story = [
        ordered(),
        received("R1", "10"),
        invoiced("I1", "10"),
        posted,
        paid("I1"),
    ];
    assert_eq!(line(story.clone()).commitment, Commitment::Closed);
    let unbalanced = [
        ordered(),
        received("R1", "10"),
        invoiced("I1", "9"),
        on_invoice(E::InvPosted, "I1"),
        paid("I1"),
    ];
    let unbalanced = line(unbalanced);
    assert_eq!(
        (unbalanced.settlement, unbalanced.commitment),
        (S::Paid, Commitment::Approved),
        "one is not billed yet"
    );
    let reversed = tell(E::GrReversed).about(D::Receipt, "R1").line("10", "1");
    assert_eq!(
        line(story.into_iter().chain([reversed])).commitment,
        Commitment::Approved
    );
    let open = [
        ordered(),
        received("R1", "9"),
        invoiced("I1", "9"),
        on_invoice(E::InvPosted, "I1"),
        paid("I1"),
    ];
    assert_eq!(line(open.clone()).commitment, Commitment::Approved);
    assert_eq!(
        line(open.into_iter().chain([tell(E::PoShortClosed)])).commitment,
        Commitment::Closed
    );
    assert_eq!(line([ordered(), tell(E::PoClosed)]).commitment, Commitment::Closed);
    assert_eq!(
        line([ordered(), tell(E::PoCancelled), tell(E::PoClosed)]).commitment,
        Commitment::Cancelled
    );
}
