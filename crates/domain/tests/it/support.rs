//! A short way to tell the events of an order.

use domain::events::{ActorKind, Draft, Event, EventType, LineData, Payload};
use domain::keys::{DocKey, DocKind, Ref, Role};
use domain::numbers::{Decimal, Quantity};
use domain::orders::{FlagKind, Line, Order, OrderFold, OrderState};
use domain::time::{Instant, Precision};

/// Where stories begin: 2026-03-02T08:00:00Z.
pub(crate) const START: Instant = Instant(1_772_438_400_000_000);

pub(crate) fn order_key(value: &str) -> DocKey {
    DocKey::new(DocKind::PurchaseOrder, "NWT", value)
}

pub(crate) fn doc(kind: DocKind, value: &str) -> DocKey {
    DocKey::new(kind, "X", value)
}

pub(crate) fn n(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

pub(crate) fn q(text: &str) -> Quantity {
    if text == "?" {
        Quantity::Unknown
    } else {
        Quantity::Known(n(text))
    }
}

/// An event of order 4500001 in the making.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    pub(crate) draft: Draft,
    pub(crate) item: Option<String>,
    pub(crate) source: i64,
    pub(crate) part: i64,
}

pub(crate) fn tell(kind: EventType) -> Telling {
    Telling {
        draft: Draft {
            kind,
            activity: kind.as_str().to_owned(),
            occurred_at: Instant(0),
            precision: Precision::Instant,
            zone: None,
            source_seq: 0,
            source_recorded_at: None,
            actor_kind: ActorKind::Unknown,
            actor: None,
            correlation_id: None,
            refs: vec![Ref::new(Role::Order, order_key("4500001"))],
            payload: Payload::default(),
        },
        item: None,
        source: 1,
        part: 0,
    }
}

impl Telling {
    /// Speaks of a line, of that quantity; `?` says none.
    pub(crate) fn line(self, line_no: &str, quantity: &str) -> Self {
        let quantity = if quantity == "?" { None } else { Some(n(quantity)) };
        self.row(LineData {
            line_no: line_no.into(),
            quantity,
            ..LineData::default()
        })
    }

    pub(crate) fn row(mut self, row: LineData) -> Self {
        self.draft.payload.lines.push(row);
        self
    }

    /// Changes the last line.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut LineData)) -> Self {
        change(self.draft.payload.lines.last_mut().unwrap());
        self
    }

    pub(crate) fn about(mut self, kind: DocKind, value: &str) -> Self {
        self.draft.refs.push(Ref::new(Role::Subject, doc(kind, value)));
        self
    }

    pub(crate) fn cites(mut self, kind: DocKind, value: &str) -> Self {
        self.draft.refs.push(Ref::new(Role::Cites, doc(kind, value)));
        self
    }

    pub(crate) fn reverses(mut self, kind: DocKind, value: &str) -> Self {
        self.draft.payload.reverses = Some(doc(kind, value));
        self
    }

    pub(crate) fn said(mut self, change: impl FnOnce(&mut Payload)) -> Self {
        change(&mut self.draft.payload);
        self
    }

    pub(crate) fn version(self, version: i64) -> Self {
        self.said(|p| p.version = Some(version))
    }

    pub(crate) fn at(mut self, at: Instant, precision: Precision) -> Self {
        (self.draft.occurred_at, self.draft.precision) = (at, precision);
        self
    }

    pub(crate) fn item(mut self, item: &str, part: i64) -> Self {
        (self.item, self.part) = (Some(item.into()), part);
        self
    }

    pub(crate) fn source(mut self, source: i64) -> Self {
        self.source = source;
        self
    }
}

/// Admits the tellings in the order they are told, an hour apart unless they say when.
pub(crate) fn story(tellings: impl IntoIterator<Item = Telling>) -> Vec<Event> {
    tellings
        .into_iter()
        .zip(1..)
        .map(|(telling, seq)| admit(telling, seq))
        .collect()
}

pub(crate) fn admit(mut telling: Telling, seq: i64) -> Event {
    if telling.draft.occurred_at == Instant(0) {
        telling.draft.occurred_at = START.plus(seq * Instant::HOUR);
    }
    let item = telling.item.unwrap_or_else(|| format!("i{seq}"));
    let received = START.plus(400 * Instant::DAY);
    Event::admit(seq, telling.source, item, telling.part, received, 0, telling.draft)
}

pub(crate) fn fold_of(events: &[Event]) -> OrderFold {
    let mut fold = OrderFold::new(OrderState::new([order_key("4500001")]));
    for event in events {
        assert!(fold.insert(event));
    }
    fold
}

/// What the tellings come to.
pub(crate) fn order(tellings: impl IntoIterator<Item = Telling>) -> Order {
    fold_of(&story(tellings)).order().clone()
}

/// What they come to for their only line.
pub(crate) fn line(tellings: impl IntoIterator<Item = Telling>) -> Line {
    let order = order(tellings);
    assert_eq!(order.lines.len(), 1, "one line: {:?}", order.lines);
    order.lines[0].clone()
}

pub(crate) fn flags(order: &Order) -> Vec<FlagKind> {
    order.flags.iter().map(|flag| flag.kind).collect()
}

/// The flags of a story, in event order.
pub(crate) fn flags_of(tellings: impl IntoIterator<Item = Telling>) -> Vec<FlagKind> {
    flags(&order(tellings))
}

/// 10 pieces of line 10 at 2.50, ordered and approved.
pub(crate) fn ordered() -> Telling {
    tell(EventType::PoCreated)
        .said(|p| p.approved = Some(true))
        .line("10", "10")
        .with(|l| {
            l.price = Some(n("2.5"));
            l.unit = Some("C62".into());
        })
}

pub(crate) fn sent() -> Telling {
    tell(EventType::PoTransmitted)
}

pub(crate) fn received(receipt: &str, quantity: &str) -> Telling {
    tell(EventType::GrReceived)
        .about(DocKind::Receipt, receipt)
        .line("10", quantity)
}

pub(crate) fn invoiced(invoice: &str, quantity: &str) -> Telling {
    tell(EventType::InvReceived)
        .about(DocKind::Invoice, invoice)
        .line("10", quantity)
}

pub(crate) fn on_invoice(kind: EventType, invoice: &str) -> Telling {
    tell(kind).about(DocKind::Invoice, invoice)
}

pub(crate) fn paid(invoice: &str) -> Telling {
    tell(EventType::PayCleared)
        .about(DocKind::Payment, "P")
        .cites(DocKind::Invoice, invoice)
}
