//! What lines are worth, and sums that give back what they took.

use domain::EventType as E;
use domain::orders::Sum;

use crate::support::{invoiced, line, n, on_invoice, ordered, q, received, tell};

#[test]
fn values_follow_the_orders_price() {
    let per = ordered().with(|l| l.per = Some(n("100")));
    let values = line([
        per,
        received("R1", "4"),
        invoiced("I1", "4").with(|l| l.amount = Some(n("9.99"))),
    ])
    .amounts;
    assert_eq!(
        (values.ordered, values.received, values.invoiced),
        (Some(n("0.25")), Some(n("0.1")), Some(n("9.99")))
    );
    let cancelled = [
        ordered(),
        invoiced("I1", "4"),
        invoiced("I2", "1"),
        on_invoice(E::InvCancelled, "I1"),
    ];
    assert_eq!(
        line(cancelled).amounts.invoiced,
        Some(n("2.5")),
        "a cancelled invoice bills nothing"
    );
    let stated = ordered().with(|l| l.amount = Some(n("30")));
    assert_eq!(line([stated.clone()]).amounts.ordered, Some(n("30")));
    let repriced = tell(E::PoChanged).line("10", "?").with(|l| l.price = Some(n("2")));
    assert_eq!(line([stated.clone(), repriced]).amounts.ordered, Some(n("20")));
    let part = tell(E::PoLineCancelled).line("10", "4");
    assert_eq!(
        line([stated.clone(), part]).amounts.ordered,
        Some(n("15")),
        "what is left, at the price"
    );
    assert_eq!(line([stated, tell(E::PoCancelled)]).amounts.ordered, Some(n("0")));
    assert_eq!(line([tell(E::PoCreated).line("10", "10")]).amounts.ordered, None);
}

#[test]
fn an_invoices_price_is_not_the_orders() {
    let dear = invoiced("I1", "4").with(|l| {
        l.price = Some(n("99"));
        l.item = Some("other".into());
    });
    let kept = line([ordered().with(|l| l.item = Some("A-1".into())), dear.clone()]);
    assert_eq!((kept.price, kept.item.as_deref()), (Some(n("2.5")), Some("A-1")));
    let stub = line([dear]);
    assert_eq!(
        (stub.price, stub.item.as_deref()),
        (None, Some("other")),
        "better than nothing while nobody ordered"
    );
}

#[test]
fn a_sum_gives_back_what_it_took() {
    let mut sum = Sum::default();
    sum.add(q("3"));
    sum.add(q("?"));
    assert_eq!(sum.quantity(), q("?"));
    sum.take(q("?"));
    sum.take(q("1"));
    assert_eq!(sum.quantity(), q("2"));
}
