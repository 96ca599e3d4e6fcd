//! Time between the milestones of an order, and order within a day (domain §1.7).

use domain::EventType as E;
use domain::orders::Commitment;
use domain::time::{Instant, Precision};

use crate::support::{START, Telling, invoiced, on_invoice, order, ordered, paid, received, sent, tell};

#[test]
fn events_known_to_the_day_sort_by_cause_within_it() {
    let day = |telling: Telling| telling.at(START.plus(-8 * Instant::HOUR), Precision::Day);
    let backwards = [
        paid("I1"),
        on_invoice(E::InvPosted, "I1"),
        invoiced("I1", "10"),
        received("R1", "10"),
        ordered(),
    ];
    let order = order(backwards.map(day));
    assert!(order.flags.is_empty(), "{:?}", order.flags);
    assert_eq!(order.lines[0].commitment, Commitment::Closed);
    assert!(
        order
            .steps()
            .all(|step| step.is_day() && step.elapsed().is_none_or(|us| us == 0))
    );
}

#[test]
fn steps_measure_from_first_to_first_with_the_middle_of_a_day() {
    use domain::orders::Stage;
    let day = START.plus(16 * Instant::HOUR);
    let first = received("R1", "1").at(day, Precision::Day);
    let order = order([
        ordered(),
        sent(),
        tell(E::AckAccepted),
        tell(E::ShipShipped),
        first,
        received("R2", "9").at(day.plus(30 * Instant::HOUR), Precision::Instant),
    ]);
    let step = |stage| {
        order
            .steps()
            .find(|step| step.stage == stage && step.line.is_none())
            .unwrap()
    };
    assert_eq!(step(Stage::ApprovalToTransmission).elapsed(), Some(Instant::HOUR));
    assert_eq!(step(Stage::OrderToShipment).elapsed(), Some(3 * Instant::HOUR));
    let way = step(Stage::ShipmentToReceipt);
    assert_eq!(
        (way.elapsed(), way.is_day()),
        (Some((16 + 12 - 4) * Instant::HOUR), true)
    );
    let open = step(Stage::ReceiptToInvoice);
    assert_eq!((open.elapsed(), open.stop), (None, None));
    assert!(
        order.steps().all(|step| step.stage != Stage::InvoiceToPosting),
        "not entered"
    );
    assert_eq!(
        order.steps().filter(|step| step.line.as_deref() == Some("10")).count(),
        5
    );
}

#[test]
fn a_stage_whose_end_passed_untold_is_not_open_for_ever() {
    use domain::orders::Stage;
    let stages = |telling: Vec<Telling>| order(telling).steps().map(|s| s.stage).collect::<Vec<_>>();
    let shipping = stages(vec![ordered(), sent()]);
    assert!(shipping.contains(&Stage::OrderToShipment) && shipping.contains(&Stage::TransmissionToAcknowledgment));
    // Nobody told of an answer or a shipment, and there the goods are.
    let there = stages(vec![ordered(), sent(), received("R1", "10")]);
    assert!(!there.contains(&Stage::OrderToShipment) && !there.contains(&Stage::TransmissionToAcknowledgment));
    assert!(there.contains(&Stage::ReceiptToInvoice));
}
