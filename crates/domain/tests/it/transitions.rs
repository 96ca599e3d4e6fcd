//! The transition table (domain §1.5), row by row, from request to shipment: what holds, and what is flagged when it
//! does not. The rest is in `receiving` and `settling`.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::{Commitment, FlagKind as F, Transmission, transitions};

use crate::support::{flags_of, invoiced, line, order, ordered, q, received, sent, tell};

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
    let complete = again(1).with(|l| l.delivery_complete = Some(true));
    assert!(
        !line([first.clone(), complete]).delivery_complete,
        "what is stale says nothing of now"
    );
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
    let unseen = [received("R1", "1"), tell(E::PoApproved)];
    assert_eq!(
        line(unseen).commitment,
        Commitment::Approved,
        "of an order nobody saw created"
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
    let undone = tell(E::GrReversed).about(D::Receipt, "R1");
    let ended = [ordered(), received("R1", "4"), tell(E::PoShortClosed), undone];
    assert_eq!(
        line(ended.clone()).quantities.open_to_receive,
        q("0"),
        "nothing more is to come"
    );
    let cancelled = ended.into_iter().chain([tell(E::PoLineCancelled).line("10", "2")]);
    assert_eq!(
        line(cancelled).commitment,
        Commitment::Cancelled,
        "nothing of it is left"
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
    assert_eq!(
        flags_of([ordered(), tell(E::AckPending), shipped()]),
        [],
        "so does the promise of one"
    );
    assert_eq!(line([ordered(), shipped()]).quantities.shipped, q("4"));
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
