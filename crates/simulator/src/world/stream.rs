//! The world as it goes on: working day after working day, every message in the order in which Docket hears of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::NaiveDate;
use domain::Instant;

use super::calendar::{Calendar, next_working, working_days_before};
use super::plants::{Planted, PlantedKind, Spoil, TWISTS, strays};
use super::story::{Order, Said, Setting, Tale};
use super::suppliers::SUPPLIERS;
use super::trade::{ENTITIES, Source};
use super::{Delivery, wire};
use crate::dice::Dice;

/// Working days of history before the anchor.
pub(crate) const DAYS: i64 = 30;

/// What waits to be heard, first by when, then by source, order and place in its story.
type Waiting = (Instant, Source, i64, usize);

/// Messages in arrival order, without end.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    setting: Setting,
    /// The next working day to be told, and how many lie between it and the anchor's.
    day: NaiveDate,
    days_back: i64,
    ordinal: i64,
    heap: BinaryHeap<Reverse<Waiting>>,
    said: BTreeMap<(i64, usize), Said>,
    sent: [i64; 8],
    pub(crate) planted: Vec<Planted>,
}

impl Stream {
    pub(crate) fn new(setting: Setting) -> Self {
        let day = working_days_before(home().day(setting.anchor), DAYS);
        Self {
            setting,
            day,
            days_back: DAYS,
            ordinal: 1,
            heap: BinaryHeap::new(),
            said: BTreeMap::new(),
            sent: [0; 8],
            planted: Vec::new(),
        }
    }

    /// Nothing that is still to be told is heard before then.
    fn told_until(&self) -> Instant {
        home().at(self.day, 0)
    }

    fn tell_day(&mut self) {
        // Apart from the streams of the orders.
        let stream = (1 << 40) + u64::try_from(self.ordinal).unwrap_or_default();
        let mut dice = Dice::new(self.setting.seed, stream);
        let orders = dice.between(17, 23);
        let mut n = 0;
        while n < orders {
            let twist = self.twist(n);
            let first = self.draw(&mut dice, None);
            let start = self.start(&mut dice, first.entity.calendar(), twist);
            let pair = twist.is_none() && self.twist(n + 1).is_none() && n + 1 < orders && dice.chance(5);
            let mut tale = Tale::tell(self.setting, first, start, twist);
            let other = pair.then(|| {
                let second = self.draw(&mut dice, Some(&tale.order));
                let start = self.start(&mut dice, second.entity.calendar(), None);
                Tale::tell(self.setting, second, start, None)
            });
            tale.settle(other.as_ref());
            n += if other.is_some() { 2 } else { 1 };
            if let (Some(kind), Some((source, at))) = (twist, tale.planted) {
                let order = Some((tale.order.entity.code, tale.order.number.clone()));
                self.planted.push(Planted {
                    kind,
                    order,
                    source: source.name(),
                    id: None,
                    at,
                });
            }
            if let Some(other) = other {
                let alone = tale.said.iter().all(|s| s.orders.len() < 2);
                let mut other = other;
                if alone {
                    other.settle(None);
                }
                self.queue(other.order.ordinal, other.said);
            }
            self.queue(tale.order.ordinal, tale.said);
        }
        let day = self.day;
        for (at, (_, said)) in strays(self.days_back, |minute| home().at(day, minute))
            .into_iter()
            .enumerate()
        {
            // Stray messages have no story: they are told under numbers no order has.
            self.queue(-self.days_back * 16 - i64::try_from(at).unwrap_or_default(), vec![said]);
        }
        self.day = next_working(self.day);
        self.days_back -= 1;
    }

    fn twist(&self, n: i64) -> Option<PlantedKind> {
        TWISTS.iter().find(|t| t.0 == self.days_back && t.1 == n).map(|t| t.2)
    }

    fn start(&self, dice: &mut Dice, place: Calendar, twist: Option<PlantedKind>) -> Instant {
        // What is planted begins early, so that its story ends on known days.
        let minute = if twist.is_some() {
            8 * 60
        } else {
            dice.between(7 * 60 + 40, 16 * 60 + 40)
        };
        place.at(self.day, minute).plus(dice.between(0, 59) * Instant::SECOND)
    }

    fn draw(&mut self, dice: &mut Dice, like: Option<&Order>) -> Order {
        let ordinal = self.ordinal;
        self.ordinal += 1;
        let entity = like.map_or_else(
            || &ENTITIES[[0, 0, 1, 1, 2][usize::try_from(dice.between(0, 4)).unwrap_or(0)]],
            |o| o.entity,
        );
        let supplier = like.map_or_else(|| &SUPPLIERS[dice.place(SUPPLIERS.len())], |o| o.supplier);
        Order {
            entity,
            supplier,
            buyer: dice.pick(entity.buyers),
            number: (4_500_018_000_i64 + ordinal).to_string(),
            procurement: format!("PO-{}", 76_400 + ordinal),
            ordinal,
        }
    }

    fn queue(&mut self, ordinal: i64, said: Vec<Said>) {
        for (n, said) in said.into_iter().enumerate() {
            self.heap.push(Reverse((said.arrives, said.source, ordinal, n)));
            self.said.insert((ordinal, n), said);
        }
    }

    /// The next event that is heard.
    fn next_said(&mut self) -> Option<(Instant, Source, Said)> {
        let Reverse((at, source, ordinal, n)) = self.heap.pop()?;
        self.said.remove(&(ordinal, n)).map(|said| (at, source, said))
    }

    fn number(&mut self, source: Source) -> i64 {
        let sent = &mut self.sent[source as usize];
        *sent += 1;
        *sent
    }

    fn note_stray(&mut self, said: &Said, id: &str) {
        let kind = match (said.spoil, said.document.as_ref().map(|d| d.kind)) {
            (Some(Spoil::CutShort), _) => PlantedKind::BrokenBody,
            (Some(Spoil::Type(_)), _) => PlantedKind::UnknownType,
            (Some(Spoil::Date(_)), _) => PlantedKind::AbsurdDate,
            (Some(Spoil::Currency(_)), _) => PlantedKind::WrongCurrency,
            (Some(Spoil::Quantity(_)), _) => PlantedKind::NotANumber,
            (Some(Spoil::Nesting(_)), _) => PlantedKind::DeepNesting,
            (Some(Spoil::NoOrder), _) => PlantedKind::NoOrder,
            (None, Some(domain::DocKind::Payment)) => PlantedKind::UnknownInvoice,
            (None, _) => PlantedKind::NeverCreated,
        };
        let order = said.stray.clone().filter(|_| kind == PlantedKind::NeverCreated);
        let planted = Planted {
            kind,
            order,
            source: said.source.name(),
            id: Some(id.to_owned()),
            at: said.arrives,
        };
        self.planted.push(planted);
    }
}

/// Where the day begins first.
const fn home() -> Calendar {
    ENTITIES[0].calendar()
}

/// The sender's id of its `n`-th event.
fn event_id(source: Source, n: i64) -> String {
    match source {
        Source::Procurement => format!("evt-{n:08}"),
        Source::Erp => format!("{:016}", 7_730_000 + n),
        Source::Network => format!("NW-{n:07}"),
        Source::Carrier => format!("trk.{n}"),
        Source::WmsHamburg => format!("HAM1-{n:06}"),
        Source::WmsLodz => format!("LDZ3/{n:06}"),
        Source::WmsLeeds => format!("LDS-{n}"),
        Source::Payables => format!("AP{n:09}"),
    }
}

/// Sources that send several events in one message when they have them.
const fn batches(source: Source) -> bool {
    matches!(
        source,
        Source::Erp | Source::Carrier | Source::WmsLeeds | Source::Payables
    )
}

impl Iterator for Stream {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        // A day is told before anything of it can be heard.
        while self
            .heap
            .peek()
            .is_none_or(|Reverse((at, ..))| *at >= self.told_until())
        {
            self.tell_day();
        }
        let (at, source, said) = self.next_said()?;
        let mut group = vec![said];
        let alone = |said: &Said| !batches(source) || said.stray.is_some();
        while !alone(&group[0])
            && let Some(Reverse((next_at, next_source, ordinal, n))) = self.heap.peek()
            && (*next_at, *next_source) == (at, source)
            && self.said.get(&(*ordinal, *n)).is_some_and(|said| !alone(said))
        {
            let Some((_, _, said)) = self.next_said() else { break };
            group.push(said);
        }
        let mut bodies = Vec::with_capacity(group.len());
        for said in &group {
            let n = self.number(source);
            let id = event_id(source, n);
            if said.stray.is_some() {
                self.note_stray(said, &id);
            }
            bodies.push(wire::body(said, &id, n));
        }
        Some(Delivery::new(at, source, &bodies))
    }
}
