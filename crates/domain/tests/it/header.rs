//! The order as a whole (domain §1.4), and its fields.

use domain::EventType as E;
use domain::events::Party;
use domain::keys::DocKind as D;
use domain::orders::{Acknowledgment, Commitment, Fulfilment, Header, Headline as H, Invoicing, Overlay, Settlement};
use domain::time::Instant;

use crate::support::{START, Telling, n, on_invoice, order, paid, sent, tell};

/// Two lines of 10 at 1.00, approved.
fn two() -> Telling {
    let price = |l: &mut domain::events::LineData| l.price = Some(n("1"));
    tell(E::PoCreated)
        .said(|p| p.approved = Some(true))
        .line("10", "10")
        .with(price)
        .line("20", "10")
        .with(price)
}

fn header(more: Vec<Telling>) -> Header {
    order([two()].into_iter().chain(more)).header
}

fn on(kind: E, line_no: &str, quantity: &str) -> Telling {
    tell(kind).line(line_no, quantity)
}

fn bill(invoice: &str, line_no: &str, quantity: &str) -> Telling {
    on_invoice(E::InvReceived, invoice).line(line_no, quantity)
}

#[test]
fn the_least_firm_line_speaks_for_the_order() {
    assert_eq!(header(vec![]).commitment, Commitment::Approved);
    assert_eq!(
        header(vec![on(E::PoApprovalReset, "20", "?")]).commitment,
        Commitment::ChangePending
    );
    assert_eq!(
        header(vec![on(E::PoTransmitted, "10", "?")]).transmission.as_str(),
        "none"
    );
    assert_eq!(header(vec![sent()]).transmission.as_str(), "transmitted");
}

#[test]
fn cancelled_lines_do_not_count_unless_all_are() {
    let one = header(vec![on(E::PoLineCancelled, "20", "?"), on(E::GrReceived, "10", "10")]);
    assert_eq!(
        (one.headline, one.fulfilment),
        (H::FullyReceived, Fulfilment::FullyReceived)
    );
    assert_eq!(
        (one.line_count, one.active_count, one.percent_received),
        (2, 1, Some(10_000))
    );
    let all = header(vec![tell(E::PoCancelled)]);
    assert_eq!(
        (all.headline, all.commitment, all.active_count),
        (H::Cancelled, Commitment::Cancelled, 0)
    );
}

#[test]
fn all_or_some_lines_are_answered() {
    let ack = |kinds: Vec<Telling>| header([vec![sent()], kinds].concat()).acknowledgment;
    assert_eq!(
        ack(vec![on(E::AckAccepted, "10", "10")]),
        Acknowledgment::PartiallyAcknowledged
    );
    assert_eq!(ack(vec![tell(E::AckAccepted)]), Acknowledgment::Acknowledged);
    assert_eq!(
        ack(vec![
            on(E::AckAccepted, "10", "10"),
            on(E::AckAcceptedWithChanges, "20", "10")
        ]),
        Acknowledgment::AcknowledgedWithChanges
    );
    assert_eq!(ack(vec![tell(E::AckRejected)]), Acknowledgment::SupplierRejected);
    assert_eq!(
        ack(vec![on(E::AckRejected, "10", "10")]),
        Acknowledgment::PartiallyAcknowledged
    );
    assert_eq!(ack(vec![on(E::AckPending, "10", "?")]), Acknowledgment::AckPending);
}

#[test]
fn all_or_some_lines_are_shipped_and_received() {
    let moved = |moves: Vec<Telling>| header([vec![sent()], moves].concat()).fulfilment;
    let ship = |line_no| on(E::ShipShipped, line_no, "10");
    let get = |line_no, quantity| on(E::GrReceived, line_no, quantity);
    assert_eq!(moved(vec![ship("10")]), Fulfilment::PartiallyShipped);
    assert_eq!(moved(vec![ship("10"), ship("20")]), Fulfilment::Shipped);
    assert_eq!(
        moved(vec![ship("10"), ship("20"), get("10", "1")]),
        Fulfilment::PartiallyReceived
    );
    assert_eq!(moved(vec![get("10", "10")]), Fulfilment::PartiallyReceived);
    assert_eq!(moved(vec![get("10", "10"), get("20", "12")]), Fulfilment::FullyReceived);
}

#[test]
fn over_receipt_of_one_line_cannot_hide_a_short_one() {
    let got = header(vec![on(E::GrReceived, "10", "15"), on(E::GrReceived, "20", "5")]);
    assert_eq!(
        (got.percent_received, got.fulfilment),
        (Some(7_500), Fulfilment::PartiallyReceived)
    );
    let unknown = header(vec![on(E::GrReceived, "10", "?")]);
    assert_eq!(unknown.percent_received, None);
    let weighed = order([
        tell(E::PoCreated)
            .line("10", "100")
            .with(|l| {
                l.unit = Some("C62".into());
                l.price = Some(n("1"));
            })
            .line("20", "1")
            .with(|l| {
                l.unit = Some("TNE".into());
                l.price = Some(n("300"));
            }),
        on(E::GrReceived, "10", "100"),
    ]);
    assert_eq!(
        weighed.header.percent_received,
        Some(2_500),
        "by value where units differ"
    );
}

#[test]
fn a_short_close_of_one_line_ends_the_order_when_the_others_are_in() {
    let short = vec![
        on(E::GrReceived, "10", "10"),
        on(E::GrReceived, "20", "4"),
        on(E::PoShortClosed, "20", "?"),
    ];
    assert_eq!(header(short).commitment, Commitment::ShortClosed);
    let open = vec![on(E::GrReceived, "20", "4"), on(E::PoShortClosed, "20", "?")];
    assert_eq!(header(open).commitment, Commitment::Approved);
    assert_eq!(header(vec![tell(E::PoClosed)]).headline, H::Closed);
}

#[test]
fn settlement_speaks_of_invoices_and_the_label_of_lines_without_one_too() {
    let one = vec![bill("I1", "10", "10"), on_invoice(E::InvPosted, "I1")];
    let posted = header(one.clone());
    assert_eq!(
        (posted.settlement, posted.headline, posted.invoicing),
        (Settlement::Posted, H::PartiallyPosted, Invoicing::PartiallyInvoiced)
    );
    let half_paid = header([one.clone(), vec![paid("I1")]].concat());
    assert_eq!(
        (half_paid.settlement, half_paid.headline),
        (Settlement::Paid, H::PartiallyPaid)
    );
    let both = [one, vec![bill("I2", "20", "10")]].concat();
    assert_eq!(header(both.clone()).headline, H::PartiallyPosted);
    let all = [both, vec![on_invoice(E::InvPosted, "I2")]].concat();
    assert_eq!(
        (header(all.clone()).headline, header(all.clone()).invoicing),
        (H::Posted, Invoicing::Invoiced)
    );
    assert_eq!(
        header([all.clone(), vec![paid("I1")]].concat()).headline,
        H::PartiallyPaid
    );
    assert_eq!(header([all, vec![paid("I1"), paid("I2")]].concat()).headline, H::Paid);
    let matched = vec![bill("I1", "10", "10"), on_invoice(E::MatchMatched, "I1")];
    assert_eq!(header(matched.clone()).headline, H::PartiallyMatched);
    let rest = vec![bill("I2", "20", "10"), on_invoice(E::MatchMatched, "I2")];
    assert_eq!(header([matched, rest].concat()).headline, H::Matched);
}

#[test]
fn a_dispute_is_the_headline_from_a_tenth_of_the_order_or_when_every_open_invoice_is_blocked() {
    let story = |amount: &str| {
        vec![
            bill("I1", "10", "1").with(|l| l.amount = Some(n(amount))),
            bill("I2", "20", "9"),
            on_invoice(E::InvBlockSet, "I1"),
        ]
    };
    let little = header(story("1.99"));
    assert_eq!(
        (little.headline, little.overlays.has(Overlay::Disputed)),
        (H::Approved, true)
    );
    assert_eq!(
        (little.disputed.lines, little.disputed.of, little.disputed.amount),
        (1, 2, Some(n("1.99")))
    );
    assert_eq!(little.settlement, Settlement::Unmatched);
    let much = header(story("2"));
    assert_eq!((much.headline, much.settlement), (H::Disputed, Settlement::Disputed));
    let all = header([story("1.99"), vec![on_invoice(E::InvPosted, "I2"), paid("I2")]].concat());
    assert_eq!(all.headline, H::Disputed, "the only open invoice is blocked");
}

#[test]
fn promised_dates_are_those_of_lines_that_still_wait() {
    let promise = |line_no: &str, days: i64| {
        on(E::AckAccepted, line_no, "10").with(|l| l.promised_at = Some(START.plus(days * Instant::DAY)))
    };
    let dates = |more: Vec<Telling>| {
        let h = header(more);
        let days = |at: Option<Instant>| at.map(|at| at.since(START) / Instant::DAY);
        (
            days(h.next_promised_at),
            days(h.last_promised_at),
            h.worst_slip.map(|us| us / Instant::DAY),
        )
    };
    let told = vec![promise("10", 5), promise("20", 7), promise("20", 9)];
    assert_eq!(dates(told.clone()), (Some(5), Some(9), Some(2)));
    assert_eq!(
        dates([told, vec![on(E::GrReceived, "20", "10")]].concat()),
        (Some(5), Some(5), Some(0))
    );
    assert_eq!(dates(vec![]), (None, None, None));
}

#[test]
fn sums_are_absent_where_a_line_is_not_known() {
    assert_eq!(header(vec![]).amounts.ordered, Some(n("20")));
    assert_eq!(header(vec![on(E::PoChanged, "30", "5")]).amounts.ordered, None);
    assert_eq!(
        header(vec![on(E::GrReceived, "10", "4")]).amounts.received,
        Some(n("4"))
    );
    assert_eq!(header(vec![on(E::GrReceived, "10", "?")]).amounts.received, None);
}

#[test]
fn the_order_itself_wins_over_documents_that_follow_it() {
    let party = |id: &str, name: Option<&str>| {
        Some(Party {
            id: id.into(),
            name: name.map(Into::into),
        })
    };
    let made = two().said(|p| {
        (p.supplier, p.currency) = (party("S1", None), Some("EUR".into()));
        (p.site, p.amount) = (Some("LODZ".into()), Some(n("20")));
    });
    let bill = bill("I1", "10", "1").said(|p| {
        (p.supplier, p.currency) = (party("S9", Some("Other Oy")), Some("USD".into()));
        (p.buyer, p.amount) = (Some("MK".into()), Some(n("99")));
    });
    let moved = tell(E::PoChanged)
        .version(3)
        .said(|p| (p.site, p.category) = (Some("GDN".into()), Some("steel".into())));
    let order = order([made, bill.clone(), moved]);
    let supplier = order.supplier.unwrap();
    assert_eq!(
        (&*supplier.id, supplier.name),
        ("S1", None),
        "the name of another supplier is not this one's"
    );
    assert_eq!(
        (order.currency.as_deref(), order.site.as_deref()),
        (Some("EUR"), Some("GDN"))
    );
    assert_eq!(
        (order.buyer.as_deref(), order.category.as_deref()),
        (Some("MK"), Some("steel"))
    );
    assert_eq!(
        (order.entity.as_deref(), order.version, order.amount),
        (Some("NWT"), Some(3), Some(n("20")))
    );
    let named = two().said(|p| p.supplier = party("S1", Some("First Oy")));
    let other = tell(E::PoChanged).said(|p| p.supplier = party("S2", None));
    assert_eq!(
        crate::support::order([named, other]).supplier.unwrap().name,
        None,
        "a name goes with its id"
    );
    let stub = crate::support::order([bill]);
    assert_eq!(stub.supplier.unwrap().name.as_deref(), Some("Other Oy"));
}

#[test]
fn an_order_without_lines_stands_for_itself() {
    let order = order([
        tell(E::PoCreated).said(|p| p.approved = Some(true)),
        sent(),
        tell(E::GrReceived).about(D::Receipt, "R"),
    ]);
    assert!(order.lines.is_empty());
    assert_eq!(
        (order.header.headline, order.header.line_count),
        (H::PartiallyReceived, 0)
    );
    assert!(order.flags.is_empty());
}

#[test]
fn lines_are_listed_as_people_count() {
    let order = order([["100", "20", "A", "9", "3a"]
        .iter()
        .fold(tell(E::PoCreated), |po, line_no| po.line(line_no, "1"))]);
    let numbers: Vec<&str> = order.lines.iter().map(|line| &*line.line_no).collect();
    assert_eq!(numbers, ["9", "20", "100", "3a", "A"]);
}
