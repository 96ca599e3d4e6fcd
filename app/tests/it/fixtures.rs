//! Hand-made data: the order of the wireframes, a very long one, and what stands around them.

use domain::{Instant, Precision, Sentence};
use views::exceptions::{ActView, CaseEntry, CaseRow, CaseView, EvidenceView};
use views::messages::{ItemView, MessageRow, MessageView, Outcome};
use views::orders::{
    EventRow, EventView, FacetView, KeyView, LineView, MoneyView, OrderRow, OrderView, QuantityView, RawView, StepView,
};
use views::sources::SourceRow;
use views::{Caller, Moment, Permission};

/// Tue 3 Mar 2026 09:12.
pub(crate) const NOW: Instant = Instant(1_772_529_120_000_000);

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn money(amount: &str, currency: &str) -> Option<MoneyView> {
    Some(MoneyView {
        amount: amount.into(),
        currency: currency.into(),
    })
}

fn facet(facet: &str, value: &str) -> FacetView {
    FacetView {
        facet: facet.into(),
        value: value.into(),
    }
}

fn key(kind: &str, value: &str) -> KeyView {
    KeyView {
        kind: kind.into(),
        scheme: "PL02".into(),
        value: value.into(),
    }
}

/// Rows of the list, one of every kind.
pub(crate) fn orders() -> Vec<OrderRow> {
    let row = |po: &str,
               supplier: &str,
               headline: &str,
               badges: &[&str],
               lines,
               value,
               opened: &str,
               last: &str,
               exceptions| OrderRow {
        entity: "DE01".into(),
        po_no: po.into(),
        supplier: supplier.into(),
        headline: headline.into(),
        badges: badges.iter().map(|b| (*b).to_owned()).collect(),
        lines,
        value,
        opened_at: at(opened),
        last_at: at(last),
        exceptions,
    };
    vec![
        row(
            "4500019031",
            "Baltic Steel Oy",
            "pending_approval",
            &[],
            2,
            money("4120", "EUR"),
            "2026-03-03T08:50:00Z",
            "2026-03-03T08:50:00Z",
            0,
        ),
        row(
            "4500019002",
            "Orla Foods Ltd",
            "transmitted",
            &[],
            8,
            money("8730.00", "GBP"),
            "2026-03-01T08:12:00Z",
            "2026-03-01T09:00:00Z",
            1,
        ),
        row(
            "4500018990",
            "Kaito Electronics",
            "backordered",
            &["change_pending"],
            1,
            money("1250000", "JPY"),
            "2026-02-28T07:00:00Z",
            "2026-03-02T17:22:00Z",
            0,
        ),
        row(
            "4500018823",
            "Baltic Steel Oy",
            "shipped",
            &[],
            3,
            money("84200.00", "PLN"),
            "2026-02-24T11:30:00Z",
            "2026-03-02T18:20:00Z",
            1,
        ),
        row(
            "4500018120",
            "Orla Foods Ltd",
            "disputed",
            &["override_pending", "on_hold"],
            12,
            money("12480.00", "EUR"),
            "2026-02-20T10:30:00Z",
            "2026-03-02T15:20:00Z",
            2,
        ),
        row(
            "4500017710",
            "Kaito Electronics Europe Distribution and Services Holding",
            "partially_received",
            &[],
            21,
            None,
            "2026-01-12T10:30:00Z",
            "2026-02-27T06:10:00Z",
            0,
        ),
        row(
            "4500017003",
            "Hansa Pack GmbH",
            "paid",
            &[],
            4,
            money("998.5", "EUR"),
            "2025-11-12T10:30:00Z",
            "2026-01-27T06:10:00Z",
            0,
        ),
        row(
            "4500016990",
            "Hansa Pack GmbH",
            "cancelled",
            &[],
            1,
            money("120.00", "EUR"),
            "2025-11-11T10:30:00Z",
            "2025-11-14T06:10:00Z",
            0,
        ),
        row(
            "77001",
            "vendorID_0042",
            "drafted",
            &["stub"],
            0,
            None,
            "1948-01-26T23:00:00Z",
            "2025-10-01T06:10:00Z",
            3,
        ),
    ]
}

fn event_row(seq: i64, kind: &str, lane: &str, when: &str) -> EventRow {
    EventRow {
        seq,
        kind: kind.into(),
        activity: String::new(),
        source: match lane {
            "warehouse" => "wms-lodz".into(),
            other => format!("{other}-1"),
        },
        lane: lane.into(),
        occurred_at: at(when),
        precision: Precision::Instant,
        received_at: at(when).plus(2_400_000),
        lines: Vec::new(),
        quantity: None,
        document: None,
        actor: None,
        flags: Vec::new(),
    }
}

fn line(line_no: &str, item: &str, unit: &str, n: &str, price: &str) -> LineView {
    let zero = Some("0");
    let quantity = |name: &str, amount: Option<&str>| QuantityView {
        name: name.into(),
        amount: amount.map(str::to_owned),
    };
    LineView {
        line_no: line_no.into(),
        item: item.into(),
        unit: unit.into(),
        headline: "shipped".into(),
        badges: Vec::new(),
        facets: vec![
            facet("commitment", "approved"),
            facet("transmission", "delivered"),
            facet("acknowledgment", "acknowledged_with_changes"),
            facet("fulfilment", "shipped"),
            facet("invoice", "none"),
            facet("settlement", "unmatched"),
        ],
        quantities: vec![
            quantity("ordered", Some(n)),
            quantity("acknowledged", Some(n)),
            quantity("shipped", Some(n)),
            quantity("in_transit", Some(n)),
            quantity("received", zero),
            quantity("invoiced", zero),
            quantity("to_come", Some(n)),
        ],
        price: money(price, "PLN"),
        needed_at: Some(at("2026-03-05T00:00:00Z")),
        promised_at: Some(at("2026-03-03T00:00:00Z")),
    }
}

/// The order of the wireframes.
pub(crate) fn order() -> OrderView {
    let mut events = vec![
        event_row(101, "req.created", "procurement", "2026-02-24T08:10:00Z"),
        event_row(118, "po.created", "erp", "2026-02-24T11:30:00Z"),
        event_row(140, "po.approved", "procurement", "2026-02-25T00:14:00Z"),
        event_row(141, "po.transmitted", "procurement", "2026-02-25T00:15:00Z"),
        event_row(190, "ack.accepted", "supplier", "2026-02-26T02:40:00Z"),
        event_row(233, "po.changed", "procurement", "2026-02-27T16:40:00Z"),
        event_row(234, "po.changed", "erp", "2026-02-27T16:41:00Z"),
        event_row(236, "msg.failed", "warehouse", "2026-02-27T16:41:12Z"),
        event_row(260, "ack.accepted_with_changes", "supplier", "2026-02-27T18:05:00Z"),
        event_row(402, "ship.shipped", "supplier", "2026-03-02T16:40:00Z"),
        event_row(409, "ship.in_transit", "carrier", "2026-03-02T18:20:00Z"),
    ];
    events[3].activity = "Order dispatched to network".into();
    events[7].flags = vec!["shipped_before_transmission".into()];
    events[9].quantity = Some("194".into());
    events[9].document = Some(key("shipment", "88213"));
    events[9].lines = vec!["10".into(), "20".into(), "30".into()];
    events[4].precision = Precision::Day;
    events[4].occurred_at = at("2026-02-26T00:00:00Z");
    events[8].received_at = at("2026-02-28T17:50:00Z");
    let step = |stage: &str, from: &str, to: Option<&str>, to_the_day| {
        let (from, to) = (at(from), to.map(at));
        StepView {
            stage: stage.into(),
            from,
            to,
            elapsed_us: to.unwrap_or(NOW).since(from),
            to_the_day,
        }
    };
    OrderView {
        row: OrderRow {
            entity: "PL02".into(),
            ..orders().remove(3)
        },
        sentence: Sentence::new("order-sentence")
            .with("state", "shipped")
            .with("exceptions", 1)
            .with("next", "receipt"),
        site: "Lodz".into(),
        buyer: "M. Keller".into(),
        version: Some(2),
        also_known_as: vec![
            key("requisition", "REQ-55102"),
            key("order_alias", "PO-77120"),
            key("shipment", "88213"),
        ],
        facets: line("10", "", "", "1", "1").facets,
        percent_received: Some("0".into()),
        lines: vec![
            line("10", "Coil 1.5 mm S235", "t", "24", "2310.00"),
            line("20", "Coil 2.0 mm S235", "t", "10", "2340.00"),
            line(
                "30",
                "Edge protection, cardboard, 50 × 50 × 1,000",
                "pc",
                "160",
                "33.50",
            ),
        ],
        steps: vec![
            step(
                "request_to_approval",
                "2026-02-24T08:10:00Z",
                Some("2026-02-25T00:14:00Z"),
                false,
            ),
            step(
                "approval_to_transmission",
                "2026-02-25T00:14:00Z",
                Some("2026-02-25T00:15:00Z"),
                false,
            ),
            step(
                "transmission_to_acknowledgment",
                "2026-02-25T00:15:00Z",
                Some("2026-02-26T12:00:00Z"),
                true,
            ),
            step(
                "order_to_shipment",
                "2026-02-24T11:30:00Z",
                Some("2026-03-02T16:40:00Z"),
                false,
            ),
            step("shipment_to_receipt", "2026-03-02T16:40:00Z", None, false),
        ],
        events,
        exceptions: vec![cases().remove(0)],
        moment: Moment::NOW,
        hidden_events: 0,
        as_of: NOW,
    }
}

/// An order of 1,500 events and 21 lines, one of them dated decades early.
pub(crate) fn large_order() -> OrderView {
    let mut order = order();
    order.row.po_no = "4500000001".into();
    let kinds = [
        ("gr.received", "warehouse"),
        ("gr.reversed", "warehouse"),
        ("inv.received", "payables"),
        ("inv.posted", "erp"),
        ("ship.shipped", "supplier"),
        ("ack.updated", "supplier"),
        ("pay.cleared", "payables"),
    ];
    order.events = (0..1_500_i64)
        .map(|i| {
            let (kind, lane) = kinds[usize::try_from(i * i + i / 3).unwrap() % kinds.len()];
            let mut event = event_row(1_000 + i, kind, lane, "2025-03-01T05:00:00Z");
            event.occurred_at = event.occurred_at.plus(i * 317 * Instant::MINUTE);
            event.received_at = event.occurred_at;
            event.lines = vec![(i % 21 * 10 + 10).to_string()];
            event
        })
        .collect();
    order.events[0].occurred_at = at("1948-01-26T23:00:00Z");
    order.events[0].flags = vec!["implausible_past".into()];
    order.lines = (1..=21)
        .map(|n| {
            line(
                &(n * 10).to_string(),
                "Olive oil 6 × 1 l, glass, returnable pallet",
                "cs",
                "1200",
                "10.4",
            )
        })
        .collect();
    order.lines[3].quantities[4].amount = None;
    order.also_known_as = (0..60)
        .map(|n| key(if n % 2 == 0 { "invoice" } else { "receipt" }, &format!("51000{n:05}")))
        .collect();
    order.exceptions.clear();
    order
}

/// One event of the order, with its bytes.
pub(crate) fn event(seq: i64) -> Option<EventView> {
    let row = order().events.into_iter().find(|e| e.seq == seq)?;
    let fields = [
        ("type", row.kind.as_str()),
        ("order", "PL02 4500018823"),
        ("shipment", "88213"),
        ("carrier", "Nordtrans"),
        ("quantity", "194"),
    ];
    Some(EventView {
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        message_id: Some(5_512),
        raw: Some(RawView {
            media_type: "application/json".into(),
            text: "{\n  \"type\": \"ship.shipped\",\n  \"subject\": \"<88213>\",\n  \"quantity\": 194\n}".into(),
            bytes: 4_112,
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        }),
        row,
    })
}

/// Rows of the queue.
pub(crate) fn cases() -> Vec<CaseRow> {
    let row =
        |id, class: &str, rule: &str, severity: &str, impact: Sentence, order: Option<&str>, opened: &str| CaseRow {
            id,
            class: class.into(),
            rule: rule.into(),
            severity: severity.into(),
            state: "open".into(),
            impact,
            order: order.map(|po| ("PL02".to_owned(), po.to_owned())),
            line: None,
            message_id: None,
            team: "integration_support".into(),
            opened_at: at(opened),
            version: 3,
        };
    let about = |key: &'static str, order: &str| Sentence::new(key).with("order", order).with("line", "none");
    let mut rows = vec![
        row(
            41,
            "GO-04",
            "posted_while_blocked",
            "S1",
            about("impact-posted-while-blocked", "4500018823"),
            Some("4500018823"),
            "2026-02-27T17:11:00Z",
        ),
        row(
            42,
            "GO-04",
            "paid_while_blocked",
            "S1",
            about("impact-paid-while-blocked", "4500018120"),
            Some("4500018120"),
            "2026-03-02T09:11:00Z",
        ),
        row(
            43,
            "IT-07",
            "received_after_cancel",
            "S2",
            about("impact-received-after-cancel", "4500016990"),
            Some("4500016990"),
            "2026-03-03T06:00:00Z",
        ),
        row(
            44,
            "IT-05",
            "message_parked",
            "S3",
            Sentence::new("impact-message-parked")
                .with("items", 2)
                .with("message", 5_513)
                .with("source", "wms-lodz"),
            None,
            "2026-03-03T08:47:00Z",
        ),
        row(
            45,
            "IT-07",
            "shipped_before_transmission",
            "S4",
            about("impact-shipped-before-transmission", "4500019002"),
            Some("4500019002"),
            "2026-01-03T08:47:00Z",
        ),
    ];
    rows[3].message_id = Some(5_513);
    rows
}

/// A case with all that belongs to it.
pub(crate) fn case(id: i64, caller: &Caller) -> Option<CaseView> {
    let row = cases().into_iter().find(|row| row.id == id)?;
    let act = |act: &str, permission: Permission| {
        let allowed = caller.may(permission);
        let why = (!allowed).then(|| Sentence::new("error-not-allowed").with("who", "support"));
        ActView {
            act: act.into(),
            allowed,
            why_not: why,
        }
    };
    let mut acts = vec![act("resolve", Permission::Resolve), act("classify", Permission::Triage)];
    if row.message_id.is_some() {
        acts.insert(0, act("retry", Permission::Retry));
    }
    let piece = |seq, event: &str, when: &str| EvidenceView {
        what: Sentence::new("evidence-event").with("event", event),
        at: Some(at(when)),
        seq: Some(seq),
    };
    let entry = |seq, actor: Option<&str>, what: Sentence, comment: Option<&str>, when: &str| CaseEntry {
        at: at(when),
        seq,
        actor: actor.map(str::to_owned),
        what,
        comment: comment.map(str::to_owned),
    };
    Some(CaseView {
        evidence: vec![
            piece(
                233,
                "Ship-to changed from Hamburg to Lodz, version 2",
                "2026-02-27T16:40:00Z",
            ),
            piece(
                236,
                "Sent to Lodz, refused: unknown location LDZ-3",
                "2026-02-27T16:41:12Z",
            ),
            piece(402, "Supplier shipped, notice 88213", "2026-03-02T16:40:00Z"),
        ],
        history: vec![
            entry(
                240,
                None,
                Sentence::new("case-opened").with("team", "integration support"),
                None,
                "2026-02-27T17:11:00Z",
            ),
            entry(
                410,
                Some("Jonas Brandt"),
                Sentence::new("case-retried"),
                Some("The map was wrong, now it is LODZ-03."),
                "2026-03-03T09:03:00Z",
            ),
        ],
        acts,
        classes: ["GO-04", "IT-07", "GO-03"].map(str::to_owned).to_vec(),
        resolution: None,
        as_of: NOW,
        row,
    })
}

/// Rows of arrivals.
pub(crate) fn messages() -> Vec<MessageRow> {
    let row = |id, source: &str, media: &str, file: Option<&str>, bytes, counts: [u64; 4], when: &str| MessageRow {
        id,
        source: source.into(),
        received_at: at(when),
        media_type: media.into(),
        bytes,
        file: file.map(str::to_owned),
        accepted: counts[0],
        duplicate: counts[1],
        conflict: counts[2],
        parked: counts[3],
    };
    vec![
        row(
            5_514,
            "erp-de",
            "application/cloudevents-batch+json",
            None,
            88_120,
            [40, 0, 0, 0],
            "2026-03-03T09:11:52Z",
        ),
        row(
            5_513,
            "wms-lodz",
            "application/json",
            None,
            4_112,
            [3, 0, 0, 2],
            "2026-03-03T08:47:00Z",
        ),
        row(
            5_512,
            "supplier-net",
            "application/cloudevents+json",
            None,
            912,
            [1, 0, 0, 0],
            "2026-03-02T16:40:02Z",
        ),
        row(
            5_511,
            "bpic2019",
            "application/xes+xml",
            Some("variants.xes.gz"),
            3_771_204,
            [224_201, 118, 3, 0],
            "2026-03-02T12:00:00Z",
        ),
        row(
            5_510,
            "erp-de",
            "application/cloudevents+json",
            None,
            912,
            [0, 1, 0, 0],
            "2026-03-02T11:40:02Z",
        ),
    ]
}

/// An arrival with two items parked.
pub(crate) fn message(id: i64, caller: &Caller) -> Option<MessageView> {
    let row = messages().into_iter().find(|row| row.id == id)?;
    let item = |ordinal, key: &str, outcome, fault, orders: &[&str]| ItemView {
        ordinal,
        key: key.into(),
        outcome,
        fault,
        seq: (outcome == Outcome::Accepted).then_some(402),
        orders: orders.iter().map(|po| ("PL02".to_owned(), (*po).to_owned())).collect(),
        case_id: (outcome == Outcome::Parked).then_some(44),
    };
    let fault = Sentence::new("fault-unknown-type")
        .with("value", "gr.recieved")
        .with("nearest", "gr.received");
    let items = vec![
        item(
            1,
            "wms-lodz-8f2e-0002",
            Outcome::Parked,
            Some(fault.clone().with("place-kind", "field").with("path", "type")),
            &[],
        ),
        item(
            3,
            "wms-lodz-8f2e-0004",
            Outcome::Parked,
            Some(fault.with("place-kind", "item").with("number", 4)),
            &[],
        ),
        item(0, "wms-lodz-8f2e-0001", Outcome::Accepted, None, &["4500018823"]),
        item(
            2,
            "wms-lodz-8f2e-0003",
            Outcome::Accepted,
            None,
            &["4500018823", "4500019002"],
        ),
        item(4, "wms-lodz-8f2e-0005", Outcome::Accepted, None, &["4500018823"]),
    ];
    let items = if row.parked > 0 { items } else { Vec::new() };
    let raw = caller.may(Permission::SeeRaw).then(|| event(402).unwrap().raw.unwrap());
    Some(MessageView {
        items,
        raw,
        may_retry: caller.may(Permission::Retry),
        as_of: NOW,
        row,
    })
}

/// Systems.
pub(crate) fn sources() -> Vec<SourceRow> {
    let row = |name: &str, title: &str, lane: &str, messages, parked, heard: Option<&str>| SourceRow {
        name: name.into(),
        title: title.into(),
        lane: lane.into(),
        messages,
        parked,
        last_heard: heard.map(at),
        token_prefix: Some("dkt_3f".into()),
    };
    vec![
        row("erp-de", "ERP Germany", "erp", 18_204, 0, Some("2026-03-03T09:11:52Z")),
        row(
            "wms-lodz",
            "Warehouse Lodz",
            "warehouse",
            912,
            2,
            Some("2026-03-03T08:47:00Z"),
        ),
        row("wms-leeds", "Warehouse Leeds", "warehouse", 330, 0, None),
    ]
}
