//! The working set: everything of the views that one batch of events touches, in memory until it is written back.
//!
//! What is here after an event depends only on the log up to that event, never on how the log was cut into batches.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::events::Seq;
use domain::exceptions::{Case, Fingerprint};
use domain::orders::OrderFold;
use domain::{DocKey, Event, Instant};

/// Room for this many orders or cases per log entry in their ids.
pub(crate) const PER_SEQ: i64 = 1024;

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TimerKind {
    /// An order known only by reference: the grace for its creation to arrive is over.
    Stub,
    /// An event that belongs to no order: the grace for one to name its documents is over.
    Waiting,
}

impl TimerKind {
    pub(crate) const fn code(self) -> i64 {
        match self {
            Self::Stub => 1,
            Self::Waiting => 2,
        }
    }

    pub(crate) const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Stub),
            2 => Some(Self::Waiting),
            _ => None,
        }
    }
}

/// A timer: when it is due, the order id or the event's seq, what for. They fire in this order.
pub(crate) type Timer = (Instant, i64, TimerKind);

/// One order while it is worked on.
pub(crate) struct OrderWork {
    pub(crate) fold: OrderFold,
    pub(crate) merged_into: Option<i64>,
    pub(crate) cases: Vec<Case>,
    pub(crate) dirty_cases: BTreeSet<i64>,
    pub(crate) updated_seq: Seq,
    pub(crate) dirty: bool,
    /// The scope it is stored under, to know when its cases move with it.
    pub(crate) scope_id: Option<i64>,
    /// The irregularities of the last judgement, so that an event that changes none is not judged again.
    pub(crate) judged: Option<u64>,
}

impl OrderWork {
    pub(crate) fn new(fold: OrderFold) -> Self {
        Self {
            fold,
            merged_into: None,
            cases: Vec::new(),
            dirty_cases: BTreeSet::new(),
            updated_seq: 0,
            dirty: true,
            scope_id: None,
            judged: None,
        }
    }
}

/// An edge between two order keys: they are one order because this log entry says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Edge {
    pub(crate) a: DocKey,
    pub(crate) b: DocKey,
    pub(crate) by_seq: Seq,
}

/// Everything loaded, changed and new.
#[derive(Default)]
pub(crate) struct Working {
    /// Orders bound to a key, with the seq (for an order key: the order id it was born with).
    pub(crate) bound: HashMap<DocKey, BTreeMap<i64, i64>>,
    pub(crate) bound_new: BTreeSet<(DocKey, i64)>,
    pub(crate) bound_gone: BTreeSet<(DocKey, i64)>,
    /// Events without an order key, by each document key they name.
    pub(crate) followers: HashMap<DocKey, BTreeSet<Seq>>,
    pub(crate) followers_new: BTreeSet<(DocKey, Seq)>,
    pub(crate) orders: HashMap<i64, OrderWork>,
    /// Edges of an order, loaded or new.
    pub(crate) edges: HashMap<i64, BTreeSet<Edge>>,
    pub(crate) edges_new: BTreeSet<(i64, Edge)>,
    pub(crate) edges_gone: BTreeSet<(i64, Edge)>,
    pub(crate) timers: BTreeSet<Timer>,
    pub(crate) timers_new: BTreeSet<Timer>,
    pub(crate) timers_gone: BTreeSet<Timer>,
    /// Cases that belong to no order, by fingerprint.
    pub(crate) loose: HashMap<Fingerprint, Vec<Case>>,
    pub(crate) loose_entity: HashMap<Fingerprint, String>,
    pub(crate) loose_scope: HashMap<Fingerprint, i64>,
    pub(crate) loose_dirty: BTreeSet<(Fingerprint, i64)>,
    /// Events of this batch, and older ones that were asked for.
    pub(crate) events: HashMap<Seq, Arc<Event>>,
    /// Cases opened by the entry being handled.
    pub(crate) case_no: (Seq, i64),
    /// Arrivals whose parked items changed.
    pub(crate) messages: BTreeSet<i64>,
}

impl Working {
    /// Binds a key to an order. True when it was not bound to it before.
    pub(crate) fn bind(&mut self, key: &DocKey, order_id: i64, by: i64) -> bool {
        let orders = self.bound.entry(key.clone()).or_default();
        if orders.contains_key(&order_id) {
            return false;
        }
        orders.insert(order_id, by);
        self.bound_gone.remove(&(key.clone(), order_id));
        self.bound_new.insert((key.clone(), order_id));
        true
    }

    /// Unbinds a key from an order; answers the origin it was bound by.
    pub(crate) fn unbind(&mut self, key: &DocKey, order_id: i64) -> Option<i64> {
        let by = self.bound.get_mut(key)?.remove(&order_id)?;
        self.bound_new.remove(&(key.clone(), order_id));
        self.bound_gone.insert((key.clone(), order_id));
        Some(by)
    }

    /// Notes that an event names this document and no order.
    pub(crate) fn follow(&mut self, key: &DocKey, seq: Seq) {
        if self.followers.entry(key.clone()).or_default().insert(seq) {
            self.followers_new.insert((key.clone(), seq));
        }
    }

    /// Sets a timer.
    pub(crate) fn set_timer(&mut self, timer: Timer) {
        if self.timers.insert(timer) && !self.timers_gone.remove(&timer) {
            self.timers_new.insert(timer);
        }
    }

    /// Takes the first timer due by then.
    pub(crate) fn take_due(&mut self, until: Instant) -> Option<Timer> {
        let first = *self.timers.first()?;
        if first.0 > until {
            return None;
        }
        self.timers.remove(&first);
        if !self.timers_new.remove(&first) {
            self.timers_gone.insert(first);
        }
        Some(first)
    }

    /// The next case id of this log entry.
    pub(crate) fn next_case(&mut self, seq: Seq) -> i64 {
        if self.case_no.0 != seq {
            self.case_no = (seq, 0);
        }
        let id = seq.saturating_mul(PER_SEQ).saturating_add(self.case_no.1);
        self.case_no.1 = self.case_no.1.saturating_add(1);
        id
    }
}
