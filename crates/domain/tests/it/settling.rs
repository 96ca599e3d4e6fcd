//! The transition table (domain §1.5) for invoices and payments.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::{FlagKind as F, Settlement};

use crate::support::{Telling, flags_of, invoiced, line, n, on_invoice, order, ordered, paid, q, tell};

#[test]
fn an_invoice_needs_a_line_of_the_order() {
    let other = tell(E::InvReceived).about(D::Invoice, "I1").line("99", "1");
    let order = order([ordered(), other.clone(), on_invoice(E::InvPosted, "I1")]);
    assert_eq!(order.flags.len(), 1);
    assert_eq!(
        (order.flags[0].kind, order.flags[0].line.as_deref()),
        (F::InvoiceForUnknownLine, Some("99"))
    );
    let added = tell(E::PoChanged).line("99", "1");
    assert_eq!(flags_of([ordered(), other, added]), [], "the order has it after all");
}

#[test]
fn cancelling_an_invoice_needs_one() {
    let cancel = || tell(E::InvCancelled).line("10", "?");
    assert_eq!(flags_of([ordered(), cancel()]), [F::CancelInvoiceWithoutInvoice]);
    assert_eq!(
        flags_of([ordered(), invoiced("I1", "4"), on_invoice(E::InvCancelled, "I1")]),
        []
    );
    assert_eq!(
        flags_of([ordered(), invoiced("I1", "4"), cancel()]),
        [F::UnlinkedReversal]
    );
    let subsequent = cancel().said(|p| p.value_only = true);
    assert_eq!(flags_of([ordered(), subsequent.clone()]), []);
    assert_eq!(
        line([ordered(), invoiced("I1", "4"), subsequent]).quantities.invoiced,
        q("4")
    );
}

#[test]
fn posting_what_is_blocked_breaks_a_control() {
    for block in [E::InvBlockSet, E::MatchBlocked, E::InvDisputed] {
        let story = [
            ordered(),
            invoiced("I1", "4"),
            on_invoice(block, "I1"),
            on_invoice(E::InvPosted, "I1"),
        ];
        assert_eq!(flags_of(story.clone()), [F::PostedWhileBlocked], "{block}");
        assert_eq!(line(story).settlement, Settlement::Disputed);
    }
    let freed = |by| {
        [
            ordered(),
            invoiced("I1", "4"),
            on_invoice(E::MatchBlocked, "I1"),
            on_invoice(by, "I1"),
            on_invoice(E::InvPosted, "I1"),
        ]
    };
    for by in [E::MatchOverrideApproved, E::InvBlockReleased, E::MatchMatched] {
        assert_eq!(flags_of(freed(by)), [], "{by}");
        assert_eq!(line(freed(by)).settlement, Settlement::Posted);
    }
    assert_eq!(flags_of(freed(E::MatchOverrideRejected)), [F::PostedWhileBlocked]);
    let withdrawn = freed(E::MatchOverrideApproved)
        .into_iter()
        .chain([on_invoice(E::MatchOverrideVoid, "I1")]);
    assert_eq!(
        line(withdrawn).settlement,
        Settlement::Disputed,
        "an override that is void covers nothing"
    );
    assert!(F::PostedWhileBlocked.is_control());
}

#[test]
fn a_release_without_a_block_is_legal() {
    let story = [
        ordered(),
        invoiced("I1", "4"),
        on_invoice(E::InvPosted, "I1"),
        tell(E::InvBlockReleased),
    ];
    assert_eq!(flags_of(story.clone()), []);
    assert_eq!(line(story).settlement, Settlement::Posted);
    assert_eq!(flags_of([ordered(), tell(E::InvBlockReleased)]), []);
}

#[test]
fn paying_needs_a_posted_and_free_invoice() {
    let posted = || on_invoice(E::InvPosted, "I1");
    assert_eq!(flags_of([ordered(), invoiced("I1", "4"), posted(), paid("I1")]), []);
    assert_eq!(
        flags_of([ordered(), invoiced("I1", "4"), paid("I1")]),
        [F::PaidBeforePosted]
    );
    assert_eq!(flags_of([ordered(), paid("I1")]), [F::PaidBeforePosted]);
    let blocked = [
        ordered(),
        invoiced("I1", "4"),
        posted(),
        on_invoice(E::InvBlockSet, "I1"),
        paid("I1"),
    ];
    assert_eq!(flags_of(blocked.clone()), [F::PaidWhileBlocked]);
    assert_eq!(line(blocked).settlement, Settlement::Paid);
    let nameless = || tell(E::PayCleared).line("10", "?");
    let cancelled = [
        ordered(),
        invoiced("I1", "4"),
        posted(),
        on_invoice(E::InvCancelled, "I1"),
        nameless(),
    ];
    assert_eq!(
        flags_of(cancelled.clone()),
        [],
        "clears the invoice against its cancellation"
    );
    assert_eq!(line(cancelled).settlement, Settlement::Unmatched);
    let early = [ordered(), invoiced("I1", "4"), nameless()];
    assert_eq!(flags_of(early.clone()), [F::PaidBeforePosted]);
    assert_eq!(line(early).settlement, Settlement::Paid);
    assert!(!F::PaidBeforePosted.is_control() && F::PaidWhileBlocked.is_control());
}

#[test]
fn a_reversed_payment_leaves_the_invoice_posted() {
    let back = || tell(E::PayReversed).about(D::Payment, "P").cites(D::Invoice, "I1");
    let story = [
        ordered(),
        invoiced("I1", "4"),
        on_invoice(E::InvPosted, "I1"),
        paid("I1"),
        back(),
    ];
    assert_eq!(flags_of(story.clone()), []);
    assert_eq!(line(story).settlement, Settlement::Posted);
    let none = [ordered(), invoiced("I1", "4"), on_invoice(E::InvPosted, "I1"), back()];
    assert_eq!(flags_of(none), [F::PaymentReversalWithoutPayment]);
}

#[test]
fn a_payment_that_says_less_than_is_due_pays_in_part() {
    let payment = |name| tell(E::PayCleared).about(D::Payment, name).cites(D::Invoice, "I1");
    let due = || invoiced("I1", "4").with(|l| l.amount = Some(n("10")));
    let pays = |name, amount| payment(name).line("10", "?").with(|l| l.amount = Some(n(amount)));
    let story = |payments: Vec<Telling>| {
        line(
            [ordered(), due(), on_invoice(E::InvPosted, "I1")]
                .into_iter()
                .chain(payments),
        )
    };
    assert_eq!(story(vec![pays("P1", "4")]).settlement, Settlement::PartiallyPaid);
    assert_eq!(
        story(vec![pays("P1", "4"), pays("P2", "6")]).settlement,
        Settlement::Paid
    );
    let whole = |name, amount| payment(name).said(|p| p.amount = Some(n(amount)));
    let invoice = || invoiced("I1", "4").said(|p| p.amount = Some(n("10")));
    assert_eq!(
        line([ordered(), invoice(), whole("P1", "9")]).settlement,
        Settlement::PartiallyPaid
    );
    assert_eq!(
        line([ordered(), invoice(), whole("P1", "9"), whole("P2", "1")]).settlement,
        Settlement::Paid
    );
}

#[test]
fn a_payment_told_by_two_systems_pays_once_and_again_after_it_was_taken_back() {
    let due = || invoiced("I1", "4").said(|p| p.amount = Some(n("10")));
    let half = || paid("I1").said(|p| p.amount = Some(n("5")));
    let posted = || on_invoice(E::InvPosted, "I1");
    let twice = [ordered(), due(), posted(), half(), half().source(2)];
    assert_eq!(line(twice).settlement, Settlement::PartiallyPaid);
    let rest = half().cites(D::Invoice, "I2");
    assert_eq!(
        line([ordered(), due(), posted(), half(), rest]).settlement,
        Settlement::Paid,
        "another payment of it"
    );
    let back = tell(E::PayReversed).about(D::Payment, "P").cites(D::Invoice, "I1");
    let again = [ordered(), due(), posted(), paid("I1"), back, paid("I1")];
    assert_eq!(line(again).settlement, Settlement::Paid);
}

#[test]
fn a_payment_without_a_name_pays_the_earliest_open_invoice() {
    let nameless = || tell(E::PayCleared).line("10", "?");
    let posted = |invoice| [invoiced(invoice, "1"), on_invoice(E::InvPosted, invoice)];
    let story = |payments: usize| {
        let events = [ordered()].into_iter().chain(posted("I1")).chain(posted("I2"));
        line(events.chain(std::iter::repeat_with(nameless).take(payments)))
    };
    assert_eq!(
        (story(1).settlement, story(1).paid_count),
        (Settlement::PartiallyPaid, 1)
    );
    assert_eq!(story(2).settlement, Settlement::Paid);
    let early = || [ordered(), nameless()].into_iter().chain(posted("I1"));
    assert_eq!(
        line(early()).settlement,
        Settlement::Paid,
        "a payment that came first still pays"
    );
    assert_eq!(
        line(early().chain(posted("I2"))).settlement,
        Settlement::PartiallyPaid,
        "but once"
    );
}
