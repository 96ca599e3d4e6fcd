//! What is flagged of an order as a whole: dates, orphans, quantities.

use domain::EventType as E;
use domain::keys::DocKind as D;
use domain::orders::FlagKind as F;
use domain::time::{Instant, Precision};

use crate::support::{START, flags_of, invoiced, line, order, ordered, q, received, sent, story, tell};

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
    let linked = order([tell(E::LinkMade).at(START, Precision::Instant), received("R1", "4")]);
    assert_eq!(
        linked.flags[0].event,
        E::GrReceived,
        "our own bookkeeping is no part of the story"
    );
    assert_eq!(linked.opened_at, START.plus(2 * Instant::HOUR));
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
