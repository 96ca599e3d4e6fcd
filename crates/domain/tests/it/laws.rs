//! The laws of the fold, over generated histories (domain §1.6, §1.7).

use domain::events::{Event, EventType as E};
use domain::keys::{DocKey, DocKind as D, Ref, Role};
use domain::numbers::Quantity;
use domain::orders::{Fulfilment, Order, OrderFold, OrderState, Quantities};
use domain::time::{Instant, Precision};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;

use crate::support::{START, Telling, admit, fold_of, n, order_key, tell};

/// What a generated event is about: kind, and the sort of document it carries.
const KINDS: &[(u32, E, Option<D>)] = &[
    (2, E::ReqCreated, Some(D::Requisition)),
    (1, E::ReqApproved, Some(D::Requisition)),
    (6, E::PoCreated, None),
    (3, E::PoApproved, None),
    (2, E::PoApprovalReset, None),
    (6, E::PoChanged, None),
    (1, E::PoHeld, None),
    (2, E::PoLineCancelled, None),
    (1, E::PoCancelled, None),
    (2, E::PoLineReinstated, None),
    (1, E::PoShortClosed, None),
    (1, E::PoClosed, None),
    (3, E::PoTransmitted, None),
    (1, E::PoTransmissionFailed, None),
    (2, E::PoDelivered, None),
    (4, E::AckAccepted, Some(D::Acknowledgment)),
    (2, E::AckAcceptedWithChanges, Some(D::Acknowledgment)),
    (2, E::AckBackordered, Some(D::Acknowledgment)),
    (2, E::AckRejected, Some(D::Acknowledgment)),
    (1, E::AckPending, None),
    (1, E::AckUpdated, Some(D::Acknowledgment)),
    (1, E::ShipPlanned, Some(D::Shipment)),
    (5, E::ShipShipped, Some(D::Shipment)),
    (2, E::ShipUpdated, Some(D::Shipment)),
    (2, E::ShipDelivered, Some(D::Shipment)),
    (2, E::ShipCancelled, Some(D::Shipment)),
    (10, E::GrReceived, Some(D::Receipt)),
    (5, E::GrReversed, Some(D::Receipt)),
    (2, E::GrBlockedStock, Some(D::Receipt)),
    (2, E::GrReleasedFromBlocked, Some(D::Receipt)),
    (3, E::GrReturned, Some(D::Return)),
    (1, E::GrReturnReversed, Some(D::Return)),
    (2, E::SvcAccepted, Some(D::ServiceEntry)),
    (1, E::InvIssued, Some(D::Invoice)),
    (8, E::InvReceived, Some(D::Invoice)),
    (4, E::InvCancelled, Some(D::Invoice)),
    (5, E::InvPosted, Some(D::Invoice)),
    (1, E::InvRejected, Some(D::Invoice)),
    (2, E::InvBlockSet, Some(D::Invoice)),
    (2, E::InvBlockReleased, Some(D::Invoice)),
    (1, E::InvDisputed, Some(D::Invoice)),
    (2, E::InvCreditIssued, Some(D::Invoice)),
    (2, E::MatchMatched, Some(D::Invoice)),
    (2, E::MatchBlocked, Some(D::Invoice)),
    (1, E::MatchOverrideApproved, Some(D::Invoice)),
    (4, E::PayCleared, Some(D::Payment)),
    (2, E::PayReversed, Some(D::Payment)),
];

/// How its time is known: mostly instants on a coarse grid, so that ties and inversions are common.
fn when() -> impl Strategy<Value = (Instant, Precision)> {
    prop_oneof![
        8 => (0..48_i64).prop_map(|h| (START.plus(h * Instant::HOUR), Precision::Instant)),
        2 => (0..48_i64).prop_map(|h| (START.plus(h * Instant::HOUR + 30_000_000), Precision::Minute)),
        2 => (0..3_i64).prop_map(|d| (START.plus(d * Instant::DAY - 8 * Instant::HOUR), Precision::Day)),
        1 => Just((START.plus(-1_000 * Instant::DAY), Precision::Day)),
    ]
}

fn rows() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let quantity = select(vec!["?", "0", "1", "2", "2.5", "3", "4", "10", "-1"]);
    vec((select(vec!["10", "20", "30"]), quantity), 0..3)
}

/// One plausible event: documents come from small pools, so that reversals and payments find theirs.
fn telling() -> impl Strategy<Value = Telling> {
    let kind = proptest::strategy::Union::new_weighted(
        KINDS
            .iter()
            .map(|(weight, kind, doc)| (*weight, Just((*kind, *doc))))
            .collect(),
    );
    let names = (0..4_u8, 0..4_u8, any::<bool>(), 0..4_u8);
    (kind, when(), rows(), names, 0..6_i64, 1..3_i64, any::<u8>()).prop_map(
        |((kind, doc), (at, precision), rows, (own, other, linked, reversal), version, source, bits)| {
            let mut telling = tell(kind).at(at, precision).source(source);
            telling.draft.source_seq = i64::from(bits % 3);
            for (line_no, quantity) in rows {
                telling = telling.line(line_no, quantity).with(|l| {
                    l.price = (bits & 1 == 1).then(|| n("2.5"));
                    l.amount = (bits & 6 == 6).then(|| n("5"));
                    l.delivery_complete = (bits > 250).then_some(true);
                    l.receipt_required = (bits & 24 == 24).then_some(true);
                    l.promised_at = (bits & 32 == 32).then(|| START.plus(i64::from(bits) * Instant::HOUR));
                });
            }
            let family = |kind| match kind {
                D::Payment => D::Invoice,
                D::Return => D::Receipt,
                kind => kind,
            };
            if let (Some(sort), true) = (doc, own > 0) {
                telling = telling.about(sort, &format!("{own}"));
                if linked {
                    telling = telling.cites(family(sort), &format!("{other}"));
                }
                if reversal == 0 {
                    telling = telling.reverses(family(sort), &format!("{other}"));
                }
            }
            let versioned = version > 0 && version < 4;
            telling.said(|p| {
                p.version = versioned.then_some(version);
                p.approved = (bits & 64 == 64).then_some(bits & 128 == 128);
                p.currency = (bits % 7 == 0).then(|| "EUR".into());
                p.reason = (bits % 5 == 0).then(|| "final".into());
            })
        },
    )
}

/// A history: some events are said as parts of one item, some are later versions of the saying before.
fn history(most: usize) -> impl Strategy<Value = Vec<Event>> {
    vec((telling(), 0..8_u8), 1..=most).prop_map(|tellings| {
        let (mut item, mut part, mut version) = (0, 0, None);
        let told = tellings.into_iter().zip(1..).map(|((telling, joins), seq)| {
            let mut telling = telling;
            match joins {
                0 if seq > 1 => part += 1,
                1 if seq > 1 => telling = telling.version(version.unwrap_or(0) + 1),
                _ => (item, part) = (seq, 0),
            }
            version = telling.draft.payload.version;
            let alone = joins > 1 || seq == 1;
            admit(
                if alone { telling } else { telling.source(1) }.item(&format!("m{item}"), part),
                seq,
            )
        });
        told.collect()
    })
}

/// Everything but the places in the log.
fn timeless(order: &Order) -> String {
    let mut order = order.clone();
    order.flags.iter_mut().for_each(|flag| flag.seq = 0);
    order.flags.sort_unstable();
    let text = format!("{order:?}");
    let mut parts = text.split("seq: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |sum, part| {
        sum + "seq: " + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

fn scratch(events: &[Event]) -> Order {
    fold_of(events).order().clone()
}

fn not_negative(q: &Quantities) -> bool {
    q.named()
        .iter()
        .all(|(_, quantity)| quantity.known().is_none_or(|n| !n.is_negative()))
}

/// Heap's algorithm.
fn permutations<T: Clone>(items: &mut [T], k: usize, each: &mut impl FnMut(&[T])) {
    if k <= 1 {
        return each(items);
    }
    for i in 0..k {
        permutations(items, k - 1, each);
        if i < k - 1 {
            items.swap(if k.is_multiple_of(2) { i } else { 0 }, k - 1);
        }
    }
}

/// So many histories, unless `PROPTEST_CASES` asks for another number.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(usual),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn every_permutation_of_seven_events_makes_the_same_order(events in history(7)) {
        let mut fold = fold_of(&events);
        let (state, order) = (fold.state().encode(), fold.order().clone());
        let mut shuffled = events.clone();
        let many = shuffled.len();
        permutations(&mut shuffled, many, &mut |arrival| {
            let mut fold = fold_of(arrival);
            assert_eq!(fold.state().encode(), state);
            assert_eq!(*fold.order(), order);
        });
    }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn any_arrival_order_makes_the_same_bytes_and_the_same_order(
        (events, arrival) in history(200).prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
    ) {
        let renumbered: Vec<Event> = arrival.into_iter().zip(1..).map(|(event, seq)| Event { seq, ..event }).collect();
        let (mut there, mut here) = (fold_of(&events), fold_of(&renumbered));
        prop_assert_eq!(there.state().encode(), here.state().encode());
        prop_assert_eq!(timeless(there.order()), timeless(here.order()));
    }

    #[test]
    fn stepping_is_sweeping_from_scratch(
        (arrival, looks) in history(60).prop_flat_map(|events| (Just(events).prop_shuffle(), vec(any::<bool>(), 60)))
    ) {
        let mut fold = OrderFold::new(OrderState::new([order_key("4500001")]));
        for (many, (event, look)) in arrival.iter().zip(looks).enumerate() {
            fold.insert(event);
            if look {
                prop_assert_eq!(fold.order(), &scratch(&arrival[..=many]), "after {}", event.said.kind);
            }
        }
        prop_assert_eq!(fold.order(), &scratch(&arrival));
    }

    #[test]
    fn an_event_that_is_already_here_changes_nothing(events in history(40)) {
        let mut fold = fold_of(&events);
        let order = fold.order().clone();
        for event in &events {
            prop_assert!(!fold.insert(event));
        }
        prop_assert_eq!(fold.order(), &order);
        prop_assert_eq!(fold.state().facts().len(), events.len());
    }

    #[test]
    fn what_is_stored_comes_back(events in history(60)) {
        let mut fold = fold_of(&events);
        let (state, history) = (fold.state().encode(), fold.state().encode_history());
        let back = OrderState::decode(&state, &history).unwrap();
        prop_assert_eq!(back.encode(), state.clone());
        prop_assert_eq!(back.encode_history(), history.clone());
        prop_assert_eq!(back.seqs().collect::<Vec<_>>(), fold.state().seqs().collect::<Vec<_>>());
        let mut back = OrderFold::new(back);
        prop_assert_eq!(back.order(), fold.order());
        prop_assert!(OrderState::decode(&state[..state.len() / 2], &history).is_err());
        prop_assert!(OrderState::decode(&state, &history[..history.len() - 1]).is_err());
    }

    #[test]
    fn quantities_keep_their_invariants(events in history(200)) {
        for line in &scratch(&events).lines {
            let q = &line.quantities;
            prop_assert!(not_negative(q), "{q:?}");
            let at_most = |part: Quantity, whole: Quantity| {
                part.known().zip(whole.known()).is_none_or(|(part, whole)| part <= whole)
            };
            prop_assert!(at_most(q.reversed, q.received), "V <= R: {q:?}");
            prop_assert!(at_most(q.received_net, q.received), "R_net <= R: {q:?}");
            prop_assert!(at_most(q.invoiced_net, q.invoiced), "I_net <= I: {q:?}");
            prop_assert!(at_most(q.expected, q.ordered) || q.expected.known().is_some(), "{q:?}");
            let over = q.over_receipt.known().is_some_and(|n| !n.is_zero());
            prop_assert_eq!(over, line.fulfilment == Fulfilment::OverReceived);
            let answered = q.confirmed.plus(q.backordered).plus(q.supplier_rejected);
            let flagged = scratch(&events).flags.iter().any(|f| f.kind.as_str() == "over_acknowledged");
            let cancelled = line.commitment.as_str() == "cancelled";
            prop_assert!(cancelled || flagged || at_most(answered, q.expected), "C+B+J <= E or flagged: {q:?}");
        }
    }

    #[test]
    fn a_later_reversal_leaves_earlier_views_as_they_were(events in history(40), of in 1..4_u8) {
        let mut fold = fold_of(&events);
        let (before, known) = (fold.order().clone(), i64::try_from(events.len()).unwrap());
        let back = tell(E::GrReversed).about(D::Receipt, &format!("{of}")).at(START, Precision::Instant);
        let last = START.plus(100 * Instant::DAY);
        fold.insert(&admit(back.clone(), known + 1));
        fold.insert(&admit(back.at(last, Precision::Instant), known + 2));
        let by_knowledge = OrderFold::new(fold.state().as_of(last, known)).order().clone();
        prop_assert_eq!(&by_knowledge, &before);
        let by_world = OrderFold::new(fold.state().as_of(last.plus(-1), known + 2)).order().clone();
        let without: Vec<Event> = fold_events(&events, &admit(tell(E::GrReversed).about(D::Receipt, &format!("{of}"))
            .at(START, Precision::Instant), known + 1));
        prop_assert_eq!(by_world, scratch(&without));
    }

    #[test]
    fn the_view_of_everything_is_the_whole(events in history(60), world in 0..60_i64, known in 0..60_i64) {
        let fold = fold_of(&events);
        let all = fold.state().as_of(Instant(i64::MAX), i64::MAX);
        prop_assert_eq!(all.encode(), fold.state().encode());
        let world = START.plus(world * Instant::HOUR);
        let then = fold.state().as_of(world, known);
        let seen: Vec<Event> =
            events.into_iter().filter(|e| e.said.occurred_at <= world && e.seq <= known).collect();
        let expected = fold_of(&seen);
        prop_assert_eq!(then.encode(), expected.state().encode(), "names of what is not seen are not kept");
        let (mut then, mut expected) = (OrderFold::new(then), OrderFold::new(expected.into_state()));
        prop_assert_eq!(then.order(), expected.order());
    }

    #[test]
    fn two_orders_under_one_document_each_have_their_lines(
        events in history(40), owners in vec(select(vec![None, Some("4500001"), Some("4500002")]), 120)
    ) {
        let mut owners = owners.into_iter().cycle();
        let mut shared = events;
        for event in &mut shared {
            event.said.refs.push(Ref::new(Role::Order, order_key("4500002")));
            // A later version that names only lines of the other order takes ours back: no versions here.
            event.part = event.seq;
            for line in &mut event.said.payload.lines {
                line.order = owners.next().flatten().map(order_key);
            }
            if matches!(event.said.kind, E::ShipPlanned | E::ShipShipped | E::ShipUpdated) {
                // A notice that names only lines of the other order takes ours back: said to both.
                event.said.payload.lines.iter_mut().take(1).for_each(|line| line.order = None);
            }
        }
        for mine in ["4500001", "4500002"] {
            let mut fold = OrderFold::new(OrderState::new([order_key(mine)]));
            let mut alone = OrderFold::new(OrderState::new([order_key(mine)]));
            for event in &shared {
                prop_assert!(fold.insert(event));
                let mut own = event.clone();
                let had = !own.said.payload.lines.is_empty();
                own.said.payload.lines.retain(|line| line.order.as_ref().is_none_or(|key| *key == order_key(mine)));
                if had == own.said.payload.lines.is_empty() && had {
                    continue;
                }
                prop_assert!(alone.insert(&own));
            }
            prop_assert_eq!(&fold.order().lines, &alone.order().lines);
            prop_assert_eq!(&fold.order().header, &alone.order().header);
        }
    }
}

/// With one more.
fn fold_events(events: &[Event], more: &Event) -> Vec<Event> {
    events.iter().chain([more]).cloned().collect()
}

#[test]
fn a_key_won_later_asks_for_the_lines_that_were_not_kept() {
    let other = DocKey::new(D::OrderAlias, "COUPA", "77");
    let mut foreign = admit(tell(E::GrReceived).line("10", "4").line("20", "5"), 1);
    foreign.said.payload.lines[1].order = Some(other.clone());
    let mut fold = fold_of(std::slice::from_ref(&foreign));
    assert_eq!(fold.order().lines.len(), 1);
    assert!(fold.add_key(other.clone()), "lines of that key were not kept");
    assert!(!fold.add_key(other.clone()), "known already");
    let mut again = OrderFold::new(OrderState::new(fold.state().keys().iter().cloned()));
    assert!(again.insert(&foreign));
    assert_eq!(again.order().lines.len(), 2);
    assert_eq!(again.state().primary(), Some(&order_key("4500001")));
    assert_eq!(OrderState::new([other.clone()]).primary(), Some(&other));
    assert!(again.order().keys.contains(&other));
}
