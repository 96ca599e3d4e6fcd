//! The transition table (domain §1.5), row by row: what holds, and what is flagged when it does not.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::{Commitment, FlagKind as F, Settlement, Transmission, transitions};
use domain::time::{Instant, Precision};

use crate::support::{
    START, flags_of, invoiced, line, on_invoice, order, ordered, paid, q, received, sent, story, tell,
};

#[test]
fn an_order_is_drafted_or_approved_as_its_source_says() {
    let silent = || tell(E::PoCreated).line("10", "10");
    assert_eq!(line([silent()]).commitment, Commitment::Drafted);
    assert_eq!(line([ordered()]).commitment, Commitment::Approved);
    assert_eq!(
        line([silent().said(|p| p.approved = Some(false))]).commitment,
        Commitment::Drafted
    );
}

#[test]
fn a_known_order_created_again_merges_by_version() {
    let again = |version| tell(E::PoCreated).line("10", "12").version(version);
    let first = ordered().version(2);
    assert_eq!(line([first.clone(), again(3)]).quantities.ordered, q("12"));
    assert_eq!(line([first.clone(), again(2)]).quantities.ordered, q("12"));
    assert_eq!(line([first.clone(), again(1)]).quantities.ordered, q("10"));
    assert_eq!(flags_of([first.clone(), again(1)]), [F::StaleVersion]);
    assert_eq!(flags_of([first, again(3)]), []);
}

#[test]
fn approval_goes_through_request_and_refusal() {
    let created = || tell(E::PoCreated).line("10", "10");
    assert_eq!(
        line([tell(E::ReqCreated).line("10", "9")]).commitment,
        Commitment::Drafted
    );
    assert_eq!(
        line([tell(E::ReqSubmitted).line("10", "9")]).commitment,
        Commitment::PendingApproval
    );
    assert_eq!(
        line([tell(E::ReqApproved).line("10", "9")]).commitment,
        Commitment::Approved
    );
    assert_eq!(line([created(), tell(E::PoApproved)]).commitment, Commitment::Approved);
    assert_eq!(
        line([created(), tell(E::PoApproved), tell(E::PoApproved)]).commitment,
        Commitment::Approved
    );
    assert_eq!(
        line([created(), tell(E::PoApprovalRejected)]).commitment,
        Commitment::ApprovalRejected
    );
    let asked = tell(E::ReqCreated).line("10", "9");
    assert_eq!(
        line([asked.clone(), tell(E::ReqRejected)]).commitment,
        Commitment::ApprovalRejected
    );
    assert_eq!(
        line([asked.clone(), tell(E::ReqCancelled)]).commitment,
        Commitment::Cancelled
    );
    assert_eq!(
        line([asked, created(), tell(E::ReqCancelled)]).commitment,
        Commitment::Drafted
    );
}

#[test]
fn a_reset_of_an_approved_order_is_a_pending_change_of_any_other_a_request() {
    assert_eq!(
        line([ordered(), tell(E::PoApprovalReset)]).commitment,
        Commitment::ChangePending
    );
    let silent = tell(E::PoCreated).line("10", "10");
    assert_eq!(
        line([silent, tell(E::PoApprovalReset)]).commitment,
        Commitment::PendingApproval
    );
    let change = tell(E::PoChanged).line("10", "12").said(|p| p.approved = Some(false));
    let changed = line([ordered(), change.clone()]);
    assert_eq!(
        (changed.commitment, changed.quantities.ordered),
        (Commitment::ChangePending, q("12"))
    );
    assert_eq!(
        line([ordered(), change, tell(E::PoApproved)]).commitment,
        Commitment::Approved
    );
}

#[test]
fn sending_what_is_pending_refused_or_asked_for_again_breaks_a_control() {
    assert_eq!(flags_of([ordered(), sent()]), []);
    assert_eq!(
        flags_of([tell(E::PoCreated).line("10", "1"), sent()]),
        [],
        "silence is no evidence"
    );
    for evidence in [E::PoApprovalRejected, E::PoApprovalReset] {
        assert_eq!(
            flags_of([ordered(), tell(evidence), sent()]),
            [F::SentBeforeApproval],
            "{evidence}"
        );
    }
    let early = line([ordered(), tell(E::PoApprovalReset), sent()]);
    assert_eq!(early.transmission, Transmission::Transmitted, "recorded all the same");
    assert!(F::SentBeforeApproval.is_control() && F::SentBeforeApproval.is_illegal());
}

#[test]
fn transmission_is_of_the_current_version() {
    let change = || tell(E::PoChanged).version(2).line("10", "12");
    let first = || ordered().version(1);
    assert_eq!(
        line([first(), sent().version(1)]).transmission,
        Transmission::Transmitted
    );
    assert_eq!(
        line([first(), sent().version(1), change()]).transmission,
        Transmission::None
    );
    assert_eq!(
        line([first(), change(), sent().version(2)]).transmission,
        Transmission::Transmitted
    );
    let stale = [first(), change(), sent().version(1)];
    assert_eq!(line(stale.clone()).transmission, Transmission::None);
    assert_eq!(flags_of(stale), [F::StaleVersion]);
    assert_eq!(line([first(), tell(E::PoQueued)]).transmission, Transmission::Queued);
    assert_eq!(
        line([first(), sent(), tell(E::PoQueued)]).transmission,
        Transmission::Transmitted
    );
    assert_eq!(
        line([first(), tell(E::PoTransmissionFailed)]).transmission,
        Transmission::Failed
    );
}

#[test]
fn a_technical_answer_without_a_sending_infers_it() {
    assert_eq!(
        line([ordered(), sent(), tell(E::PoDelivered)]).transmission,
        Transmission::Delivered
    );
    assert_eq!(flags_of([ordered(), sent(), tell(E::PoDelivered)]), []);
    assert_eq!(flags_of([ordered(), tell(E::PoDelivered)]), [F::InferredTransmission]);
    assert_eq!(
        flags_of([ordered(), tell(E::PoTechRejected)]),
        [F::InferredTransmission]
    );
    assert_eq!(
        line([ordered(), sent(), tell(E::PoTechRejected)]).transmission,
        Transmission::TechRejected
    );
    assert_eq!(
        line([ordered(), sent(), tell(E::PoDelivered), sent()]).transmission,
        Transmission::Delivered
    );
    assert!(!F::InferredTransmission.is_illegal());
}

#[test]
fn an_answer_to_an_earlier_version_is_kept_without_effect() {
    let change = tell(E::PoChanged).version(2).line("20", "5");
    let answer = tell(E::AckAccepted).version(1).line("10", "10");
    let order = order([ordered().version(1), sent(), change, answer]);
    assert_eq!(order.line("10").unwrap().quantities.confirmed, q("0"));
    assert_eq!(
        order.flags.iter().map(|f| f.kind).collect::<Vec<_>>(),
        [F::StaleVersion]
    );
    assert_eq!(order.version, Some(2));
}

#[test]
fn confirming_what_was_cancelled_is_flagged_and_it_stays_cancelled() {
    for answer in [
        E::AckAccepted,
        E::AckAcceptedWithChanges,
        E::AckBackordered,
        E::AckUpdated,
    ] {
        let story = [ordered(), sent(), tell(E::PoCancelled), tell(answer).line("10", "10")];
        assert_eq!(flags_of(story.clone()), [F::AckedAfterCancel], "{answer}");
        assert_eq!(line(story).commitment, Commitment::Cancelled);
    }
    assert_eq!(
        flags_of([
            ordered(),
            sent(),
            tell(E::PoCancelled),
            tell(E::AckRejected).line("10", "?")
        ]),
        []
    );
}

#[test]
fn a_change_below_what_was_received_is_accepted_and_flagged() {
    let change = |to| tell(E::PoChanged).line("10", to);
    let below = [ordered(), received("R1", "8"), change("5")];
    assert_eq!(flags_of(below.clone()), [F::ChangedBelowReceived]);
    assert_eq!(
        (
            line(below.clone()).quantities.ordered,
            line(below).quantities.over_receipt
        ),
        (q("5"), q("3"))
    );
    assert_eq!(flags_of([ordered(), received("R1", "8"), change("8")]), []);
}

#[test]
fn cancelling_what_moved_short_closes_the_rest() {
    let cancelled = line([ordered(), tell(E::PoCancelled)]);
    assert_eq!(cancelled.commitment, Commitment::Cancelled);
    assert_eq!(
        (cancelled.quantities.cancelled, cancelled.quantities.expected),
        (q("10"), q("0"))
    );
    for moved in [received("R1", "4"), invoiced("I1", "4")] {
        let kept = if moved.draft.kind == E::GrReceived { "4" } else { "0" };
        let rest = line([ordered(), moved, tell(E::PoLineCancelled).line("10", "?")]);
        assert_eq!(rest.commitment, Commitment::ShortClosed);
        assert_eq!(rest.quantities.expected, q(kept));
    }
    let undone = [
        ordered(),
        received("R1", "4"),
        tell(E::GrReversed).about(D::Receipt, "R1").line("10", "4"),
    ];
    assert_eq!(
        line(undone.into_iter().chain([tell(E::PoCancelled)])).commitment,
        Commitment::Cancelled
    );
}

#[test]
fn a_cancellation_that_says_how_much_leaves_the_rest() {
    let part = line([ordered(), tell(E::PoLineCancelled).line("10", "4")]);
    assert_eq!(
        (part.commitment, part.quantities.expected),
        (Commitment::Approved, q("6"))
    );
    assert_eq!(part.quantities.cancelled, q("4"));
    let all = line([ordered(), tell(E::PoLineCancelled).line("10", "10")]);
    assert_eq!(
        (all.commitment, all.quantities.expected),
        (Commitment::Cancelled, q("0"))
    );
}

#[test]
fn short_closing_needs_less_received_than_ordered() {
    let short = line([ordered(), received("R1", "4"), tell(E::PoShortClosed)]);
    assert_eq!(
        (short.commitment, short.quantities.cancelled),
        (Commitment::ShortClosed, q("6"))
    );
    let full = line([ordered(), received("R1", "10"), tell(E::PoShortClosed)]);
    assert_eq!(
        (full.commitment, full.quantities.cancelled),
        (Commitment::Approved, q("0"))
    );
}

#[test]
fn reopening_restores_what_was_expected_unless_closed_for_good() {
    for again in [E::PoReopened, E::PoLineReinstated] {
        let back = line([ordered(), tell(E::PoCancelled), tell(again)]);
        assert_eq!(
            (back.commitment, back.quantities.expected),
            (Commitment::Approved, q("10")),
            "{again}"
        );
        let closed = |reason: &str| tell(E::PoClosed).said(|p| p.reason = Some(reason.into()));
        assert_eq!(flags_of([ordered(), closed("done"), tell(again)]), []);
        let final_close = [ordered(), closed("finally closed"), tell(again)];
        assert_eq!(flags_of(final_close.clone()), [F::ReopenedAfterFinalClose]);
        assert_eq!(line(final_close).commitment, Commitment::Closed);
    }
    assert!(F::ReopenedAfterFinalClose.is_control());
}

#[test]
fn shipping_needs_a_supplier_who_knows() {
    let shipped = || tell(E::ShipShipped).about(D::Shipment, "S1").line("10", "4");
    assert_eq!(flags_of([ordered(), shipped()]), [F::ShippedBeforeTransmission]);
    assert_eq!(
        flags_of([ordered(), sent(), shipped()]),
        [],
        "before an answer is legal"
    );
    assert_eq!(
        flags_of([ordered(), tell(E::AckAccepted), shipped()]),
        [],
        "an answer shows the supplier knows"
    );
    assert_eq!(line([ordered(), shipped()]).quantities.shipped, q("4"));
}

#[test]
fn receiving_what_was_cancelled_is_flagged_and_counts() {
    let late = [ordered(), tell(E::PoCancelled), received("R1", "4")];
    assert_eq!(flags_of(late.clone()), [F::ReceivedAfterCancel]);
    assert_eq!(line(late).quantities.over_receipt, q("4"));
    let service = tell(E::SvcAccepted).line("10", "4");
    assert_eq!(
        flags_of([ordered(), tell(E::PoCancelled), service]),
        [F::ReceivedAfterCancel]
    );
}

#[test]
fn an_order_nobody_created_is_a_stub_until_it_is() {
    let stub = order([received("R1", "4"), invoiced("I1", "4")]);
    assert!(stub.stub);
    assert_eq!(stub.flags.len(), 1);
    assert_eq!(
        (stub.flags[0].kind, stub.flags[0].seq, &stub.flags[0].line),
        (F::Orphan, 1, &None)
    );
    let made = order([received("R1", "4"), ordered().at(START, Precision::Instant)]);
    assert!(!made.stub);
    assert!(made.flags.is_empty(), "{:?}", made.flags);
    assert!(!order([tell(E::ReqCreated).line("10", "1")]).stub);
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
fn an_answer_for_more_than_expected_is_flagged_at_the_answer() {
    let answers = |more| {
        [
            ordered(),
            sent(),
            tell(E::AckAccepted).about(D::Acknowledgment, "A").line("10", "6"),
            tell(E::AckBackordered).about(D::Acknowledgment, "A").line("10", more),
        ]
    };
    assert_eq!(flags_of(answers("4")), []);
    let over = order(answers("5"));
    assert_eq!((over.flags[0].kind, over.flags[0].seq), (F::OverAcknowledged, 4));
}

#[test]
fn what_happened_before_the_order_was_made_is_flagged_unless_known_to_the_day_or_a_request() {
    let before = START.plus(-Instant::HOUR);
    let created = || ordered().at(START, Precision::Instant);
    let early = |telling: crate::support::Telling, precision| [created(), telling.at(before, precision)];
    assert_eq!(
        flags_of(early(received("R1", "1"), Precision::Instant)),
        [F::EventBeforeCreation]
    );
    assert_eq!(
        flags_of(early(received("R1", "1"), Precision::Minute)),
        [F::EventBeforeCreation]
    );
    assert_eq!(flags_of(early(received("R1", "1"), Precision::Day)), []);
    assert_eq!(flags_of(early(tell(E::ReqApproved), Precision::Instant)), []);
    let day_order = [
        ordered().at(before, Precision::Day),
        received("R1", "1").at(before.plus(1), Precision::Instant),
    ];
    assert_eq!(flags_of(day_order), [], "the same day as an order known to the day");
}

#[test]
fn absurd_dates_are_flagged_counted_and_kept_out_of_latencies() {
    let old = |at| [ordered(), received("R1", "10").at(at, Precision::Day)];
    let y1948 = Instant(-692_150_400_000_000);
    for at in [y1948, START.plus(-3 * 366 * Instant::DAY)] {
        let order = order(old(at));
        assert_eq!(
            order.flags.iter().map(|f| f.kind).collect::<Vec<_>>(),
            [F::ImplausiblePast]
        );
        assert_eq!(order.line("10").unwrap().quantities.received, q("10"));
        assert_eq!(order.milestones.get(domain::orders::Milestone::Received), None);
        assert_eq!(order.opened_at, START.plus(Instant::HOUR));
    }
    let stub = order([received("R1", "1").at(y1948, Precision::Day), received("R2", "1")]);
    assert_eq!(
        stub.opened_at,
        START.plus(2 * Instant::HOUR),
        "the earliest date anyone can believe"
    );

    let mut events = story([ordered(), received("R1", "10"), tell(E::ShipPlanned).line("10", "1")]);
    let ahead = |event: &mut domain::Event, by: i64| event.received_at = event.said.occurred_at.plus(-by);
    ahead(&mut events[1], 5 * Instant::MINUTE);
    ahead(&mut events[2], Instant::DAY);
    assert!(
        crate::support::fold_of(&events).order().flags.is_empty(),
        "five minutes are forgiven, plans always"
    );
    ahead(&mut events[1], 5 * Instant::MINUTE + 1);
    let mut fold = crate::support::fold_of(&events);
    assert_eq!(fold.order().flags[0].kind, F::ImplausibleFuture);
    assert_eq!(fold.order().milestones.get(domain::orders::Milestone::Received), None);
}

#[test]
fn a_quantity_below_nought_is_flagged_and_unknown() {
    let story = [ordered(), received("R1", "-4")];
    assert_eq!(flags_of(story.clone()), [F::NegativeQuantity]);
    assert_eq!(line(story).quantities.received, q("?"));
}

#[test]
fn what_is_wrong_on_every_line_is_said_once_of_the_order() {
    let two = || tell(E::PoCreated).line("10", "1").line("20", "1");
    let order = order([
        two(),
        tell(E::PoApprovalReset),
        sent(),
        tell(E::GrReversed).line("20", "1"),
    ]);
    let said: Vec<_> = order.flags.iter().map(|f| (f.kind, f.line.as_deref())).collect();
    assert_eq!(
        said,
        [(F::SentBeforeApproval, None), (F::ReversalWithoutReceipt, Some("20"))]
    );
}

#[test]
fn every_event_type_that_moves_a_facet_has_rows() {
    let silent = |kind: &&E| transitions(**kind).is_empty();
    let silent: Vec<&str> = E::ALL.iter().filter(silent).map(|kind| kind.as_str()).collect();
    let silent: Vec<&str> = silent
        .into_iter()
        .filter(|name| {
            ["req", "po", "ack", "ship", "gr", "svc", "inv", "match", "pay"].contains(&name.split('.').next().unwrap())
        })
        .collect();
    let evidence_only = [
        "ship.delivery_failed",
        "gr.accepted",
        "gr.discrepancy",
        "inv.issued",
        "inv.subsequent_debit",
        "inv.subsequent_credit",
        "pay.scheduled",
        "pay.sent",
    ];
    assert_eq!(silent, evidence_only);
}

#[test]
fn words_of_flags_are_unique_and_controls_are_illegal() {
    let mut words: Vec<&str> = F::ALL.iter().map(|kind| kind.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), F::ALL.len());
    assert!(F::ALL.iter().all(|kind| F::parse(kind.as_str()) == Some(*kind)));
    assert!(
        F::ALL
            .iter()
            .filter(|kind| kind.is_control())
            .all(|kind| kind.is_illegal())
    );
}
