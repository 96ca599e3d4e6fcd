//! The quantity algebra (domain §1.6): documents count once, later versions replace, reversals take back.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::OrderFold;
use domain::time::{Instant, Precision};

use crate::support::{
    START, Telling, fold_of, invoiced, line, on_invoice, order, ordered, q, received, sent, story, tell,
};

fn notice(kind: E, shipment: &str, quantity: &str) -> Telling {
    tell(kind).about(D::Shipment, shipment).line("10", quantity)
}

fn answer(kind: E, document: &str, quantity: &str) -> Telling {
    tell(kind).about(D::Acknowledgment, document).line("10", quantity)
}

#[test]
fn a_receipt_told_by_two_systems_counts_once() {
    let twice = line([ordered(), received("R1", "4"), received("R1", "4").source(2)]);
    assert_eq!(twice.quantities.received, q("4"));
    let corrected = line([ordered(), received("R1", "4"), received("R1", "5").source(2)]);
    assert_eq!(corrected.quantities.received, q("5"), "the later telling replaces");
    let silent = line([ordered(), received("R1", "4"), received("R1", "?").source(2)]);
    assert_eq!(
        silent.quantities.received,
        q("4"),
        "a telling without a quantity takes none away"
    );
}

#[test]
fn a_later_version_of_a_message_supersedes_it_in_any_order_of_arrival() {
    let first = || received("R1", "4").item("m", 0).version(1);
    let second = || {
        received("R1", "7")
            .item("m", 0)
            .version(2)
            .at(START, Precision::Instant)
    };
    for messages in [[first(), second()], [second(), first()]] {
        let mut fold = fold_of(&story([ordered()].into_iter().chain(messages)));
        assert_eq!(fold.order().lines[0].quantities.received, q("7"));
        assert_eq!(fold.state().facts().iter().filter(|fact| fact.superseded).count(), 1);
    }
    let mut fold = fold_of(&story([ordered(), first(), second()]));
    fold.order();
    let before = OrderFold::new(fold.state().as_of(Instant(i64::MAX), 2)).order().lines[0].quantities;
    assert_eq!(before.received, q("4"), "in force until we knew better");
}

#[test]
fn the_lines_of_one_message_add_up() {
    let lots = tell(E::GrReceived)
        .about(D::Receipt, "R1")
        .line("10", "4")
        .line("10", "3");
    assert_eq!(line([ordered(), lots]).quantities.received, q("7"));
    let parts = [0, 1].map(|part| received("R1", "4").item("m", part));
    assert_eq!(line([ordered()].into_iter().chain(parts)).quantities.received, q("8"));
    let nameless = [0, 1].map(|_| tell(E::GrReceived).line("10", "4"));
    assert_eq!(
        line([ordered()].into_iter().chain(nameless)).quantities.received,
        q("8"),
        "each its own document"
    );
}

#[test]
fn a_shipment_update_replaces_the_notice_whole() {
    let first = notice(E::ShipShipped, "S1", "4").line("20", "5");
    let both = order([ordered(), sent(), first.clone()]);
    assert_eq!(both.line("20").unwrap().quantities.shipped, q("5"));
    let updated = order([ordered(), sent(), first, notice(E::ShipUpdated, "S1", "6")]);
    assert_eq!(updated.line("10").unwrap().quantities.shipped, q("6"));
    assert_eq!(
        updated.line("20").unwrap().quantities.shipped,
        q("0"),
        "the update no longer has the line"
    );
    let two = line([
        ordered(),
        sent(),
        notice(E::ShipShipped, "S1", "4"),
        notice(E::ShipShipped, "S2", "5"),
    ]);
    assert_eq!(two.quantities.shipped, q("9"));
}

#[test]
fn a_planned_shipment_counts_from_when_it_leaves() {
    let plan = notice(E::ShipPlanned, "S1", "4");
    assert_eq!(line([ordered(), plan.clone()]).quantities.shipped, q("0"));
    let left = line([ordered(), sent(), plan.clone(), notice(E::ShipShipped, "S1", "?")]);
    assert_eq!(left.quantities.shipped, q("4"), "in the planned quantity");
    let planned_late = [ordered(), sent(), notice(E::ShipShipped, "S1", "4"), plan.clone()];
    assert_eq!(line(planned_late).quantities.shipped, q("4"), "it left all the same");
    let carried = tell(E::ShipInTransit).about(D::Shipment, "S1");
    assert_eq!(line([ordered(), sent(), plan, carried]).quantities.shipped, q("4"));
}

#[test]
fn a_carrier_without_a_notice_ships_an_unknown_quantity_until_the_notice_comes() {
    let carried = || tell(E::ShipDelivered).about(D::Shipment, "TRUCK").line("10", "?");
    assert_eq!(line([ordered(), sent(), carried()]).quantities.shipped, q("?"));
    let noticed = line([ordered(), sent(), carried(), notice(E::ShipShipped, "S1", "4")]);
    assert_eq!(noticed.quantities.shipped, q("4"));
}

#[test]
fn a_cancelled_shipment_is_not_shipped() {
    let shipped = || notice(E::ShipShipped, "S1", "4");
    let cancelled = line([
        ordered(),
        sent(),
        shipped(),
        tell(E::ShipCancelled).about(D::Shipment, "S1"),
    ]);
    assert_eq!(cancelled.quantities.shipped, q("0"));
    let received = line([ordered(), sent(), shipped(), received("R1", "3")]);
    assert_eq!(received.quantities.in_transit, q("1"));
}

#[test]
fn a_later_answer_replaces_the_earlier_whole() {
    let split = [answer(E::AckAccepted, "A", "6"), answer(E::AckBackordered, "A", "4")];
    let first = line([ordered(), sent()].into_iter().chain(split.clone()));
    assert_eq!(
        (first.quantities.confirmed, first.quantities.backordered),
        (q("6"), q("4"))
    );
    let later = line(
        [ordered(), sent()]
            .into_iter()
            .chain(split)
            .chain([answer(E::AckAccepted, "B", "10")]),
    );
    assert_eq!(
        (later.quantities.confirmed, later.quantities.backordered),
        (q("10"), q("0"))
    );
}

#[test]
fn the_same_answer_told_twice_counts_once_and_a_new_version_of_it_replaces() {
    let twice = line([
        ordered(),
        sent(),
        answer(E::AckAccepted, "A", "6"),
        answer(E::AckAccepted, "A", "6"),
    ]);
    assert_eq!(twice.quantities.confirmed, q("6"));
    let versions = [
        answer(E::AckBackordered, "A", "4").version(1),
        answer(E::AckAccepted, "A", "10").version(2),
    ];
    let newer = line([ordered(), sent()].into_iter().chain(versions));
    assert_eq!(
        (newer.quantities.confirmed, newer.quantities.backordered),
        (q("10"), q("0"))
    );
}

#[test]
fn an_answer_without_a_quantity_is_for_the_whole_line() {
    let whole = line([ordered(), sent(), tell(E::AckAccepted)]);
    assert_eq!(whole.quantities.confirmed, q("10"));
    let updated = line([ordered(), sent(), answer(E::AckAccepted, "A", "6"), tell(E::AckUpdated)]);
    assert_eq!(
        updated.quantities.confirmed,
        q("6"),
        "an update without a quantity changes none"
    );
    let requantified = line([
        ordered(),
        sent(),
        answer(E::AckAccepted, "A", "6"),
        answer(E::AckUpdated, "A", "8"),
    ]);
    assert_eq!(requantified.quantities.confirmed, q("8"));
}

#[test]
fn reversals_take_back_what_they_name() {
    let story = |back: Telling| line([ordered(), received("R1", "4"), received("R2", "6"), back]).quantities;
    let by_name = story(tell(E::GrReversed).reverses(D::Receipt, "R1").line("10", "4"));
    assert_eq!(
        (by_name.received, by_name.reversed, by_name.received_net),
        (q("10"), q("4"), q("6"))
    );
    let by_subject = story(tell(E::GrReversed).about(D::Receipt, "R1"));
    assert_eq!(by_subject.received_net, q("6"), "all of it when no quantity is said");
    let part = story(tell(E::GrReversed).about(D::Receipt, "R2").line("10", "1"));
    assert_eq!(part.received_net, q("9"));
    let more = story(tell(E::GrReversed).about(D::Receipt, "R1").line("10", "99"));
    assert_eq!(
        (more.reversed, more.received_net),
        (q("4"), q("6")),
        "never more than there was"
    );
}

#[test]
fn a_reversal_told_twice_takes_back_once() {
    let back = || {
        tell(E::GrReversed)
            .about(D::Receipt, "V1")
            .reverses(D::Receipt, "R1")
            .line("10", "1")
    };
    let twice = line([ordered(), received("R1", "4"), back(), back().source(2)]);
    assert_eq!(twice.quantities.received_net, q("3"));
    let lots = back().line("10", "2");
    assert_eq!(
        line([ordered(), received("R1", "4"), lots]).quantities.received_net,
        q("1"),
        "lines of one add up"
    );
}

#[test]
fn returns_lower_what_is_here_and_can_be_undone() {
    let back = |quantity| tell(E::GrReturned).about(D::Return, "T1").line("10", quantity);
    let returned = line([ordered(), received("R1", "6"), back("2")]).quantities;
    assert_eq!(
        (returned.received, returned.returned, returned.received_net),
        (q("6"), q("2"), q("4"))
    );
    assert_eq!(returned.open_to_receive, q("6"));
    let undone = line([
        ordered(),
        received("R1", "6"),
        back("2"),
        tell(E::GrReturnReversed).about(D::Return, "T1"),
    ]);
    assert_eq!(
        (undone.quantities.returned, undone.quantities.received_net),
        (q("0"), q("6"))
    );
}

#[test]
fn blocked_stock_is_received_when_it_is_released() {
    let blocked = || tell(E::GrBlockedStock).about(D::Receipt, "R1").line("10", "4");
    let held = line([ordered(), blocked()]).quantities;
    assert_eq!((held.blocked, held.received), (q("4"), q("0")));
    let freed = tell(E::GrReleasedFromBlocked).about(D::Receipt, "R1").line("10", "?");
    let freed = line([ordered(), blocked(), freed]).quantities;
    assert_eq!((freed.blocked, freed.received), (q("0"), q("4")));
    let gone = line([
        ordered(),
        blocked(),
        tell(E::GrReversed).about(D::Receipt, "R1").line("10", "4"),
    ])
    .quantities;
    assert_eq!((gone.blocked, gone.received), (q("0"), q("0")));
}

#[test]
fn an_invoice_counts_from_receipt_and_once() {
    let issued = tell(E::InvIssued).about(D::Invoice, "I1").line("10", "4");
    assert_eq!(line([ordered(), issued.clone()]).quantities.invoiced, q("0"));
    let posted = on_invoice(E::InvPosted, "I1").line("10", "4");
    assert_eq!(
        line([ordered(), issued, invoiced("I1", "4"), posted.clone()])
            .quantities
            .invoiced,
        q("4")
    );
    assert_eq!(
        line([ordered(), posted]).quantities.invoiced,
        q("4"),
        "a posting shows the invoice is there"
    );
    let one_item = [
        invoiced("I1", "4").item("m", 0),
        on_invoice(E::InvPosted, "I1").line("10", "4").item("m", 1),
    ];
    assert_eq!(
        line([ordered()].into_iter().chain(one_item)).quantities.invoiced,
        q("4")
    );
    let nameless =
        [(E::InvReceived, 0), (E::InvPosted, 1)].map(|(kind, part)| tell(kind).line("10", "4").item("m", part));
    assert_eq!(
        line([ordered()].into_iter().chain(nameless)).quantities.invoiced,
        q("4")
    );
}

#[test]
fn a_cancelled_invoice_that_comes_in_anew_counts_again() {
    let cancel = || on_invoice(E::InvCancelled, "I1").line("10", "?");
    let cancelled = [ordered(), invoiced("I1", "4"), cancel()];
    assert_eq!(line(cancelled.clone()).quantities.invoiced, q("0"));
    let anew = cancelled.into_iter().chain([invoiced("I1", "5")]);
    assert_eq!(line(anew.clone()).quantities.invoiced, q("5"));
    assert_eq!(line(anew.chain([cancel()])).quantities.invoiced, q("0"));
}

#[test]
fn a_credit_never_changes_what_was_received() {
    let credit = tell(E::InvCreditIssued).about(D::Invoice, "C1").line("10", "3");
    let credited = line([ordered(), received("R1", "10"), invoiced("I1", "10"), credit]).quantities;
    assert_eq!(
        (credited.received_net, credited.credited, credited.invoiced_net),
        (q("10"), q("3"), q("7"))
    );
    assert_eq!(credited.open_to_invoice, q("3"));
}

#[test]
fn what_is_open_follows_from_what_is_known() {
    let some = line([ordered(), received("R1", "4"), invoiced("I1", "1")]).quantities;
    assert_eq!(
        (some.open_to_receive, some.over_receipt, some.open_to_invoice),
        (q("6"), q("0"), q("3"))
    );
    let over = line([ordered(), received("R1", "12")]).quantities;
    assert_eq!((over.open_to_receive, over.over_receipt), (q("0"), q("2")));
    let by_order = ordered().with(|l| l.receipt_required = Some(false));
    assert_eq!(line([by_order, invoiced("I1", "1")]).quantities.open_to_invoice, q("9"));
    let complete = tell(E::PoChanged)
        .line("10", "?")
        .with(|l| l.delivery_complete = Some(true));
    assert_eq!(
        line([ordered(), received("R1", "4"), complete])
            .quantities
            .open_to_receive,
        q("0")
    );
}

#[test]
fn what_was_asked_for_is_not_what_was_ordered() {
    let asked = tell(E::ReqCreated).line("10", "7");
    assert_eq!(line([asked.clone()]).quantities.ordered, q("7"));
    assert_eq!(line([asked.clone(), ordered()]).quantities.ordered, q("10"));
    assert_eq!(
        line([asked, tell(E::PoCreated).line("10", "?")]).quantities.ordered,
        q("?")
    );
}
