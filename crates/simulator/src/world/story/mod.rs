//! What happens to one purchase order, told event by event by the systems that see it.

mod buying;
mod money;
mod shipping;

use std::sync::Arc;

use domain::{DocKey, DocKind, EventType, Instant};

use super::calendar::Calendar;
use super::plants::{PlantedKind, Spoil};
use super::trade::{Entity, Item, Source, Supplier};
use crate::dice::Dice;

/// What the whole world agrees on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) seed: u64,
    pub(crate) anchor: Instant,
}

impl Setting {
    /// From then on Leeds reports a day late, in one nightly file.
    fn leeds_is_late_from(self) -> Instant {
        self.anchor.plus(-36 * Instant::HOUR)
    }
}

/// What every system knows of an order: who buys what from whom, and its numbers.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) entity: &'static Entity,
    pub(crate) supplier: &'static Supplier,
    pub(crate) buyer: &'static str,
    /// The ERP's number.
    pub(crate) number: String,
    /// Procurement's number.
    pub(crate) procurement: String,
    pub(crate) ordinal: i64,
}

/// A line of the order as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) no: i64,
    pub(crate) item: &'static Item,
    /// Thousandths of the unit.
    pub(crate) quantity: i64,
    /// Hundredths of the currency per `item.per` units.
    pub(crate) price: i64,
    pub(crate) needed: Instant,
    pub(crate) cancelled: bool,
}

impl Line {
    /// Hundredths of the currency for that many thousandths of the unit, rounded down.
    pub(crate) fn amount(&self, quantity: i64, price: i64) -> i64 {
        let cents = i128::from(quantity) * i128::from(price) / (1_000 * i128::from(self.item.per));
        i64::try_from(cents).unwrap_or(i64::MAX)
    }
}

/// A line as one event speaks of it.
#[derive(Clone, Debug)]
pub(crate) struct SaidLine {
    /// Which of the event's orders.
    pub(crate) of: usize,
    pub(crate) no: i64,
    pub(crate) item: &'static Item,
    pub(crate) quantity: Option<i64>,
    pub(crate) price: Option<i64>,
    pub(crate) amount: Option<i64>,
    pub(crate) needed: Option<Instant>,
    pub(crate) promised: Option<Instant>,
    pub(crate) complete: Option<bool>,
}

impl SaidLine {
    /// A line that says how much and nothing else.
    pub(crate) const fn moved(of: usize, no: i64, item: &'static Item, quantity: i64) -> Self {
        Self {
            of,
            no,
            item,
            quantity: Some(quantity),
            price: None,
            amount: None,
            needed: None,
            promised: None,
            complete: None,
        }
    }
}

/// By which numbers an event names its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By none: its document says enough.
    Document,
    /// By procurement's.
    Procurement,
    /// By the ERP's.
    Erp,
    /// By the ERP's, with procurement's as a cross-reference.
    Both,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    Human(&'static str),
    Batch(&'static str),
    Partner(&'static str),
    Service(&'static str),
}

/// One event before it is written down.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) source: Source,
    pub(crate) kind: EventType,
    pub(crate) at: Instant,
    /// When Docket hears of it.
    pub(crate) arrives: Instant,
    /// The source knows the day only.
    pub(crate) day: bool,
    pub(crate) orders: Vec<Arc<Order>>,
    pub(crate) naming: Naming,
    pub(crate) document: Option<DocKey>,
    pub(crate) cites: Vec<DocKey>,
    pub(crate) reverses: Option<DocKey>,
    pub(crate) version: Option<i64>,
    pub(crate) actor: Actor,
    pub(crate) amount: Option<i64>,
    pub(crate) approved: Option<bool>,
    pub(crate) reason: Option<&'static str>,
    /// Says supplier, buyer, site, category and region.
    pub(crate) header: bool,
    pub(crate) lines: Vec<SaidLine>,
    pub(crate) spoil: Option<Spoil>,
    /// The order of a planted message that belongs to none of the world's.
    pub(crate) stray: Option<(&'static str, String)>,
}

impl Said {
    pub(crate) fn new(source: Source, kind: EventType, at: Instant, actor: Actor) -> Self {
        Self {
            source,
            kind,
            at,
            arrives: at,
            day: false,
            orders: Vec::new(),
            naming: if source == Source::Procurement {
                Naming::Procurement
            } else {
                Naming::Erp
            },
            document: None,
            cites: Vec::new(),
            reverses: None,
            version: None,
            actor,
            amount: None,
            approved: None,
            reason: None,
            header: false,
            lines: Vec::new(),
            spoil: None,
            stray: None,
        }
    }

    fn about(mut self, document: DocKey) -> Self {
        self.document = Some(document);
        self
    }

    fn citing(mut self, document: DocKey) -> Self {
        self.cites.push(document);
        self
    }

    fn undoing(mut self, document: DocKey) -> Self {
        self.reverses = Some(document);
        self
    }

    fn by_document(mut self) -> Self {
        self.naming = Naming::Document;
        self
    }

    fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    fn lines(mut self, lines: Vec<SaidLine>) -> Self {
        self.lines = lines;
        self
    }

    fn amount(mut self, cents: i64) -> Self {
        self.amount = Some(cents);
        self
    }
}

/// When something happened and when it was heard of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    source: Source,
    at: Instant,
    arrives: Instant,
}

/// Line index and thousandths moved.
type Moved = Vec<(usize, i64)>;

/// What is on its way or has come: one shipment as the warehouse will see it.
#[derive(Clone, Debug)]
struct Delivered {
    received: Mark,
    quantities: Moved,
}

/// An order's story while it is being told.
#[derive(Debug)]
pub(crate) struct Tale {
    setting: Setting,
    pub(crate) order: Arc<Order>,
    calendar: Calendar,
    dice: Dice,
    lines: Vec<Line>,
    version: i64,
    twist: Option<PlantedKind>,
    pub(crate) said: Vec<Said>,
    /// Which source showed what was planted, and when.
    pub(crate) planted: Option<(Source, Instant)>,
    known_to_erp: Option<Mark>,
    sent: Option<Mark>,
    delivered: Vec<Delivered>,
}

impl Tale {
    /// Tells the story from the requisition to the goods receipt; invoices follow with [`Tale::settle`].
    pub(crate) fn tell(setting: Setting, order: Order, start: Instant, twist: Option<PlantedKind>) -> Self {
        let stream = u64::try_from(order.ordinal).unwrap_or_default();
        let calendar = order.entity.calendar();
        let mut tale = Self {
            setting,
            calendar,
            dice: Dice::new(setting.seed, stream * 2 + 1),
            lines: Vec::new(),
            version: 1,
            twist,
            said: Vec::new(),
            planted: None,
            known_to_erp: None,
            sent: None,
            delivered: Vec::new(),
            order: Arc::new(order),
        };
        tale.draw_lines(start);
        if let Some(ready) = tale.buy(start) {
            tale.ship(ready);
        }
        tale
    }

    /// Says one thing of this order, not before and not heard before any of `after`.
    fn say(&mut self, said: Said, after: &[Mark]) -> Mark {
        let orders = vec![Arc::clone(&self.order)];
        self.say_of(orders, said, after)
    }

    fn say_of(&mut self, orders: Vec<Arc<Order>>, mut said: Said, after: &[Mark]) -> Mark {
        for mark in after {
            said.at = said.at.max(mark.at.plus(Instant::SECOND));
        }
        let own = self.hears(said.source, said.at);
        said.arrives = after.iter().fold(own, |arrives, mark| {
            if mark.arrives < arrives || (mark.source == said.source && mark.arrives == arrives) {
                arrives
            } else if mark.source == said.source {
                mark.arrives
            } else {
                slot(said.source, self.calendar, mark.arrives.plus(Instant::SECOND))
            }
        });
        said.orders = orders;
        let mark = Mark {
            source: said.source,
            at: said.at,
            arrives: said.arrives,
        };
        self.said.push(said);
        mark
    }

    /// When a system's word of something at `at` reaches Docket.
    fn hears(&mut self, source: Source, at: Instant) -> Instant {
        let second = Instant::SECOND;
        let delay = match source {
            Source::Procurement => self.dice.between(4, 40) * second,
            Source::Erp => self.dice.between(5, 20) * second,
            Source::Network => self.dice.between(20, 220) * second,
            Source::Carrier => self.dice.between(60, 900) * second,
            Source::WmsHamburg | Source::WmsLodz => self.dice.between(15, 70) * second,
            Source::WmsLeeds if at > self.setting.leeds_is_late_from() => Instant::DAY,
            Source::WmsLeeds => self.dice.between(30, 90) * second,
            Source::Payables => self.dice.between(10, 60) * second,
        };
        if source == Source::WmsLeeds && delay == Instant::DAY {
            return self.calendar.at(self.calendar.day(at.plus(delay)), 22 * 60 + 10);
        }
        slot(source, self.calendar, at.plus(delay))
    }

    /// What was planted shows with this event.
    fn plant(&mut self, mark: Mark) {
        self.planted = Some((mark.source, mark.arrives));
    }

    fn key(&self, kind: DocKind, number: impl Into<String>) -> DocKey {
        let scheme = match kind {
            DocKind::Requisition => "procurement",
            DocKind::Receipt => self.order.entity.site,
            DocKind::Payment => self.order.entity.code,
            _ => self.order.supplier.id,
        };
        DocKey::new(kind, scheme, number)
    }

    /// The lines of the order as it stands, all that an order message says.
    fn full_lines(&self) -> Vec<SaidLine> {
        let active = self.lines.iter().filter(|l| !l.cancelled);
        active
            .map(|l| SaidLine {
                of: 0,
                no: l.no,
                item: l.item,
                quantity: Some(l.quantity),
                price: Some(l.price),
                amount: Some(l.amount(l.quantity, l.price)),
                needed: Some(l.needed),
                promised: None,
                complete: None,
            })
            .collect()
    }

    /// Lines with quantities only.
    fn moved_lines(&self, quantities: &[(usize, i64)]) -> Vec<SaidLine> {
        let line = |&(at, quantity): &(usize, i64)| {
            let l = self.lines.get(at)?;
            Some(SaidLine::moved(0, l.no, l.item, quantity))
        };
        quantities.iter().filter_map(line).collect()
    }

    fn total(&self) -> i64 {
        let active = self.lines.iter().filter(|l| !l.cancelled);
        active
            .map(|l| l.amount(l.quantity, l.price))
            .fold(0, i64::saturating_add)
    }
}

/// The next moment at which a source delivers: some speak at once, some every few minutes.
fn slot(source: Source, calendar: Calendar, at: Instant) -> Instant {
    let every = match source {
        Source::Erp => 2 * Instant::MINUTE,
        Source::Carrier => 15 * Instant::MINUTE,
        Source::WmsLeeds => 3 * Instant::MINUTE,
        Source::Payables => 30 * Instant::MINUTE,
        Source::Procurement | Source::Network | Source::WmsHamburg | Source::WmsLodz => return at,
    };
    let day = calendar.at(calendar.day(at), 0);
    let past = at.since(day).rem_euclid(every);
    if past == 0 { at } else { at.plus(every - past) }
}
