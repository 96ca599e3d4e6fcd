//! What the fold keeps of an event.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::names::Names;
use crate::events::{Event, EventType, LineData, Payload, Seq};
use crate::keys::{DocKey, Role};
use crate::numbers::Decimal;
use crate::time::{Instant, Precision};

/// An event further ahead of our clock than this is not believed (domain §1.7).
const AHEAD: i64 = 5 * Instant::MINUTE;

/// One event as the fold needs it. Numbers of documents, lines and sayings point into the state's lists.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What happened.
    pub kind: EventType,
    /// When it happened in the world.
    pub occurred_at: Instant,
    /// How exactly the source knew.
    pub precision: Precision,
    /// First field of the event order.
    pub sort_at: Instant,
    /// The source.
    pub source_id: i64,
    /// The source's running number.
    pub source_seq: i64,
    /// The sender's id of the item.
    pub item_key: Arc<str>,
    /// Which saying of the item.
    pub part: i64,
    /// Version of the document it speaks of.
    pub version: Option<i64>,
    /// The document's total.
    pub amount: Option<Decimal>,
    /// Whether the source counts the order as approved.
    pub approved: Option<bool>,
    /// Its place in the log: knowledge, not part of the state's bytes.
    pub seq: Seq,
    /// It lay more than five minutes ahead of our clock when it came: knowledge too.
    pub ahead: bool,
    /// A later version of the same saying is here: kept, without effect.
    pub superseded: bool,
    pub(super) subject: Option<u32>,
    pub(super) reverses: Option<u32>,
    pub(super) cites: Vec<u32>,
    pub(super) header: Option<u32>,
    /// Ends the order for good.
    pub(super) final_close: bool,
    /// Value without quantity.
    pub(super) value_only: bool,
    /// It had lines of other orders, which are not kept here.
    pub(super) foreign: bool,
    /// Lines of this order; `None`: it speaks of every line.
    pub(super) lines: Option<Vec<LineSaid>>,
}

/// What a fact says about one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSaid {
    pub(super) line: u32,
    /// How much moved, when the source said.
    pub quantity: Option<Decimal>,
    /// The line's amount, when the source said.
    pub amount: Option<Decimal>,
    pub(super) terms: Option<u32>,
}

/// What an event says about the order as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct HeaderSaid {
    pub(super) entity: Option<Arc<str>>,
    pub(super) site: Option<Arc<str>>,
    pub(super) category: Option<Arc<str>>,
    pub(super) region: Option<Arc<str>>,
    pub(super) supplier: Option<Arc<str>>,
    pub(super) supplier_name: Option<Arc<str>>,
    pub(super) buyer: Option<Arc<str>>,
    pub(super) currency: Option<Arc<str>>,
}

/// What an event says about a line beside how much.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct LineTerms {
    pub(super) item: Option<Arc<str>>,
    pub(super) description: Option<Arc<str>>,
    pub(super) unit: Option<Arc<str>>,
    pub(super) price: Option<Decimal>,
    pub(super) per: Option<Decimal>,
    pub(super) needed_at: Option<Instant>,
    pub(super) promised_at: Option<Instant>,
    pub(super) delivery_complete: Option<bool>,
    pub(super) final_invoice: Option<bool>,
    pub(super) receipt_required: Option<bool>,
}

/// The lists that facts point into.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    pub(super) docs: Names<DocKey>,
    pub(super) lines: Names<Arc<str>>,
    pub(super) headers: Names<HeaderSaid>,
    pub(super) terms: Names<LineTerms>,
}

impl Fact {
    /// What `event` says to the order that owns `keys`.
    pub(super) fn of(event: &Event, keys: &BTreeSet<DocKey>, lists: &mut Lists) -> Self {
        let said = &event.said;
        let payload = &said.payload;
        let mut doc = |key: &DocKey| lists.docs.intern(key, Clone::clone);
        let subject = said
            .refs
            .iter()
            .find(|r| r.role == Role::Subject && !r.key.kind.names_order());
        let subject = subject.map(|r| doc(&r.key));
        let reverses = payload.reverses.as_ref().map(&mut doc);
        let cites: BTreeSet<&DocKey> = said
            .refs
            .iter()
            .filter(|r| r.role == Role::Cites)
            .map(|r| &r.key)
            .collect();
        let cites = cites
            .into_iter()
            .filter(|key| !key.kind.names_order())
            .map(doc)
            .collect();
        let ours = |line: &LineData| line.order.as_ref().is_none_or(|key| keys.contains(key));
        let kept = payload.lines.iter().filter(|line| ours(line)).count();
        let lines = (!payload.lines.is_empty()).then(|| {
            payload
                .lines
                .iter()
                .filter(|line| ours(line))
                .map(|line| LineSaid::of(line, lists))
                .collect()
        });
        Self {
            kind: said.kind,
            occurred_at: said.occurred_at,
            precision: said.precision,
            sort_at: event.sort_at,
            source_id: event.source_id,
            source_seq: said.source_seq,
            item_key: event.item_key.as_str().into(),
            part: event.part,
            version: payload.version,
            amount: payload.amount,
            approved: payload.approved,
            seq: event.seq,
            ahead: said.occurred_at.since(event.received_at) > AHEAD && !is_planned(said.kind),
            superseded: false,
            subject,
            reverses,
            cites,
            header: HeaderSaid::of(payload).map(|header| lists.headers.intern(&header, Clone::clone)),
            final_close: is_final_close(said.kind, payload),
            value_only: payload.value_only,
            foreign: kept < payload.lines.len(),
            lines,
        }
    }

    /// The event order (domain §1.7).
    pub(super) fn cmp_order(&self, other: &Self) -> Ordering {
        self.sort_at
            .cmp(&other.sort_at)
            .then_with(|| self.kind.sort_rank().cmp(&other.kind.sort_rank()))
            .then_with(|| self.source_id.cmp(&other.source_id))
            .then_with(|| self.source_seq.cmp(&other.source_seq))
            .then_with(|| self.item_key.cmp(&other.item_key))
            .then_with(|| self.part.cmp(&other.part))
            .then_with(|| self.version.cmp(&other.version))
    }

    /// The same saying of the same item, in whatever version.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.source_id == other.source_id && self.part == other.part && self.item_key == other.item_key
    }

    /// Its documents: what it takes back, what it is about, what it cites.
    pub(super) fn docs(&self) -> impl Iterator<Item = u32> + '_ {
        self.reverses
            .into_iter()
            .chain(self.subject)
            .chain(self.cites.iter().copied())
    }

    /// All its lines belong to other orders.
    pub(super) fn is_about_others(&self) -> bool {
        self.lines.as_ref().is_some_and(Vec::is_empty)
    }

    /// Says something about this order as a whole.
    pub(super) fn counts(&self) -> bool {
        !self.superseded && !self.is_about_others()
    }
}

impl LineSaid {
    fn of(line: &LineData, lists: &mut Lists) -> Self {
        let terms = LineTerms::of(line).map(|terms| lists.terms.intern(&terms, Clone::clone));
        let number = lists.lines.intern(line.line_no.as_str(), |text: &str| text.into());
        Self {
            line: number,
            quantity: line.quantity,
            amount: line.amount,
            terms,
        }
    }
}

impl HeaderSaid {
    fn of(payload: &Payload) -> Option<Self> {
        let text = |value: &Option<String>| value.as_deref().map(Arc::from);
        let said = Self {
            entity: text(&payload.entity),
            site: text(&payload.site),
            category: text(&payload.category),
            region: text(&payload.region),
            supplier: payload.supplier.as_ref().map(|party| Arc::from(party.id.as_str())),
            supplier_name: payload.supplier.as_ref().and_then(|party| text(&party.name)),
            buyer: text(&payload.buyer),
            currency: text(&payload.currency),
        };
        (said != Self::default()).then_some(said)
    }
}

impl LineTerms {
    fn of(line: &LineData) -> Option<Self> {
        let text = |value: &Option<String>| value.as_deref().map(Arc::from);
        let said = Self {
            item: text(&line.item),
            description: text(&line.description),
            unit: text(&line.unit),
            price: line.price,
            per: line.per,
            needed_at: line.needed_at,
            promised_at: line.promised_at,
            delivery_complete: line.delivery_complete,
            final_invoice: line.final_invoice,
            receipt_required: line.receipt_required,
        };
        (said != Self::default()).then_some(said)
    }
}

/// A plan lies in the future by its nature.
const fn is_planned(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::ShipPlanned
            | EventType::PayScheduled
            | EventType::AppointmentBooked
            | EventType::AppointmentChanged
            | EventType::DemandAllocated
    )
}

/// Oracle's "finally closed" cannot be taken back (domain §1.5); sources say it in the reason.
fn is_final_close(kind: EventType, payload: &Payload) -> bool {
    const WORDS: [&str; 4] = ["final", "finally_closed", "finally closed", "final_close"];
    kind == EventType::PoClosed
        && payload
            .reason
            .as_deref()
            .is_some_and(|said| WORDS.iter().any(|word| said.trim().eq_ignore_ascii_case(word)))
}
