//! What is known of one line while its facts are gone through in event order.

use std::sync::Arc;

use super::answers::Answers;
use super::facets::Transmission;
use super::fact::{Fact, LineSaid, LineTerms};
use super::flags::{Flag, FlagKind};
use super::invoices::Invoices;
use super::movements::{Movements, Source};
use super::quantities::{exceeds, is_some};
use super::steps::{Mark, Milestone, Milestones};
use super::transitions::{Guard, Otherwise, transitions};
use crate::events::EventType;
use crate::numbers::{Decimal, Quantity};
use crate::time::Instant;

/// Where approval stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Approval {
    /// Nobody said anything.
    #[default]
    Silent,
    Pending,
    Rejected,
    Approved,
    /// Approved once, and asked for again.
    AskedAgain,
}

/// How the line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    Cancelled,
    /// The rest withdrawn: what is still expected in all.
    Short(Quantity),
    /// Closed by the source: what is still expected in all.
    Closed(Quantity),
}

/// A fact as one line sees it.
#[derive(Clone, Copy)]
pub(super) struct Touch<'a> {
    pub(super) fact: &'a Fact,
    /// What it says of this line; absent when it speaks of all lines.
    pub(super) said: Option<&'a LineSaid>,
    pub(super) terms: Option<&'a LineTerms>,
    /// What part of it concerns the line.
    pub(super) scope: Scope,
    /// Its date can be believed.
    pub(super) plausible: bool,
}

/// What part of a fact concerns a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that it says.
    Said,
    /// A later version of a shipment no longer has the line.
    Dropped,
    /// Only that the order has that version.
    Version,
}

impl Touch<'_> {
    /// How much, when the source said and it is not below nought.
    pub(super) fn quantity(&self) -> Option<Decimal> {
        self.said.and_then(|said| said.quantity).filter(|n| !n.is_negative())
    }
}

/// The working state of one line.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    pub(super) terms: LineTerms,
    /// An order document names the line, or the order was made without naming any.
    pub(super) known: bool,
    pub(super) created: bool,
    pub(super) requested: bool,
    pub(super) ordered: Option<Quantity>,
    pub(super) ordered_amount: Option<Decimal>,
    pub(super) first_promise: Option<Instant>,
    pub(super) version: Option<i64>,
    pub(super) request: Approval,
    pub(super) approval: Approval,
    pub(super) cancelled_part: Decimal,
    pub(super) closing: Option<Closing>,
    pub(super) final_close: bool,
    pub(super) held: bool,
    pub(super) transmission: Transmission,
    /// The order's version when it was last sent.
    pub(super) sent_version: Option<i64>,
    pub(super) sent: bool,
    pub(super) answers: Answers,
    pub(super) last_answer: Option<Flag>,
    pub(super) first_invoice: Option<Flag>,
    pub(super) shipments: Movements,
    pub(super) receipts: Movements,
    pub(super) returns: Movements,
    pub(super) blocked: Movements,
    pub(super) rejected: Movements,
    pub(super) invoices: Invoices,
    pub(super) credits: Movements,
    /// Documents that took something back, with the item that told of them.
    pub(super) undone: Vec<(u32, i64, Arc<str>)>,
    pub(super) milestones: Milestones,
    pub(super) flags: Vec<Flag>,
}

impl Machine {
    /// Goes one fact further.
    pub(super) fn step(&mut self, touch: Touch<'_>) {
        match touch.scope {
            Scope::Said => {}
            Scope::Dropped => return self.shipments.drop_line(touch.fact),
            Scope::Version => return self.note_version(touch.fact),
        }
        if touch
            .said
            .and_then(|said| said.quantity)
            .is_some_and(Decimal::is_negative)
        {
            self.flag(touch, FlagKind::NegativeQuantity);
        }
        for row in transitions(touch.fact.kind) {
            if self.holds(row.guard, touch) {
                self.apply(row.effect, touch);
                continue;
            }
            match row.otherwise {
                Otherwise::Skip => {}
                Otherwise::Stop => break,
                Otherwise::Flag(kind) => self.flag(touch, kind),
                Otherwise::Refuse(kind) => {
                    self.flag(touch, kind);
                    break;
                }
                Otherwise::Do(effect) => self.apply(effect, touch),
                Otherwise::FlagAndDo(kind, effect) => {
                    self.flag(touch, kind);
                    self.apply(effect, touch);
                }
            }
        }
        self.note(touch);
    }

    /// What every fact leaves behind, whatever the table says about it.
    fn note(&mut self, touch: Touch<'_>) {
        let fact = touch.fact;
        self.note_version(fact);
        let stale = speaks_of_order(fact.kind) && fact.version.is_some() && fact.version < self.version;
        if let Some(terms) = touch.terms.filter(|_| !stale) {
            let weak = |mine: &mut Option<Arc<str>>, said: &Option<Arc<str>>| {
                if mine.is_none() {
                    mine.clone_from(said);
                }
            };
            weak(&mut self.terms.item, &terms.item);
            weak(&mut self.terms.description, &terms.description);
            weak(&mut self.terms.unit, &terms.unit);
            self.terms.final_invoice = terms.final_invoice.or(self.terms.final_invoice);
            self.terms.delivery_complete = terms.delivery_complete.or(self.terms.delivery_complete);
        }
        if touch.plausible {
            let mark = Mark {
                at: fact.occurred_at,
                precision: fact.precision,
                seq: fact.seq,
            };
            for milestone in Milestone::of(fact.kind, fact.approved).into_iter().flatten() {
                self.milestones.pass(milestone, mark);
            }
        }
        match fact.kind {
            EventType::InvReceived | EventType::InvParked | EventType::InvPosted if self.first_invoice.is_none() => {
                self.first_invoice = Some(flag_of(touch, FlagKind::InvoiceForUnknownLine));
            }
            kind if kind.sort_rank() == EventType::AckAccepted.sort_rank() => {
                self.last_answer = Some(flag_of(touch, FlagKind::OverAcknowledged));
            }
            _ => {}
        }
    }

    /// The order's version is one for all its lines.
    fn note_version(&mut self, fact: &Fact) {
        if speaks_of_order(fact.kind) {
            self.version = self.version.max(fact.version);
        }
    }

    fn flag(&mut self, touch: Touch<'_>, kind: FlagKind) {
        self.flags.push(flag_of(touch, kind));
    }

    fn holds(&self, guard: Guard, touch: Touch<'_>) -> bool {
        let fact = touch.fact;
        match guard {
            Guard::Always => true,
            Guard::CurrentVersion => fact.version.is_none() || fact.version >= self.version,
            Guard::NoOrderYet => !self.created,
            Guard::Approved => self.approval == Approval::Approved,
            Guard::SaysApproved => fact.approved == Some(true) && self.holds(Guard::CurrentVersion, touch),
            Guard::SaysUnapproved => fact.approved == Some(false),
            Guard::NotKnownUnapproved => matches!(self.approval, Approval::Silent | Approval::Approved),
            Guard::NotCancelled => self.closing != Some(Closing::Cancelled),
            Guard::NothingMoved => !is_some(self.received_net()) && !is_some(self.invoiced_net()),
            Guard::ReceivedBelowOrdered => {
                !matches!((self.received_net().known(), self.ordered_now().known()), (Some(r), Some(o)) if r >= o)
            }
            Guard::NotBelowReceived => touch
                .quantity()
                .is_none_or(|n| !exceeds(self.received_net(), Quantity::Known(n))),
            Guard::NotFinallyClosed => !self.final_close,
            Guard::Sent => self.sent,
            Guard::SupplierKnows => self.sent || self.answers.any() || self.answers.awaited,
            Guard::NamesShipment => self.shipments.linked(fact).is_some(),
            Guard::NotYetUndone => !self.was_undone(fact),
            Guard::HoldsReceipt => self.receipts.live() > 0 || self.blocked.live() > 0,
            Guard::NamesReceipt => self.receipts.linked(fact).is_some() || self.blocked.linked(fact).is_some(),
            Guard::ReversalFits => match self.reversal(fact, touch.quantity()) {
                Some(Target::Receipt(at)) => self.receipts.fits(at, touch.quantity()),
                Some(Target::Blocked(at)) => self.blocked.fits(at, touch.quantity()),
                None => false,
            },
            Guard::ReturnFits => {
                let back = touch.quantity().map_or(Quantity::ZERO, Quantity::Known);
                self.has_received() && !exceeds(back, self.received_net())
            }
            Guard::MovesQuantity => !fact.value_only,
            Guard::HoldsInvoice => self.invoices.tally().standing > 0 || self.credits.live() > 0,
            Guard::NamesInvoice => self.invoices.billed.linked(fact).is_some() || self.credits.linked(fact).is_some(),
            Guard::NotStopped => !self.is_stopped(fact),
            Guard::Posted => self.invoices.may_pay(fact),
            Guard::NotYetPaid => !self.invoices.was_paid(fact),
            Guard::HoldsPayment => self.invoices.has_payment(fact),
        }
    }

    /// The invoice it speaks of is blocked, disputed or in disagreement.
    fn is_stopped(&self, fact: &Fact) -> bool {
        let stopped = |at: usize| {
            self.invoices
                .standing(at)
                .is_some_and(super::invoices::Standing::is_stopped)
        };
        if fact.kind == EventType::PayCleared {
            self.invoices.payable(fact).into_iter().any(stopped)
        } else {
            self.invoices.posting(fact).is_some_and(stopped)
        }
    }

    /// Another item told before of the same document taking back, and what it took back has not come anew.
    fn was_undone(&self, fact: &Fact) -> bool {
        let Some(doc) = fact.subject else { return false };
        let told = |(undoer, source, item): &(u32, i64, Arc<str>)| {
            *undoer == doc && (*source != fact.source_id || *item != fact.item_key)
        };
        let source = Source::Doc(doc);
        let stands = |book: &Movements| book.find(&source).is_some_and(|at| book.entries()[at].stands());
        self.undone.iter().any(told)
            && !stands(&self.receipts)
            && !stands(&self.shipments)
            && !stands(&self.invoices.billed)
            && !stands(&self.credits)
            && !stands(&self.returns)
    }

    /// What a reversal takes back: the named receipt, else the latest of that quantity, else the latest.
    pub(super) fn reversal(&self, fact: &Fact, quantity: Option<Decimal>) -> Option<Target> {
        let named = self.receipts.linked(fact).map(Target::Receipt);
        let named = named.or_else(|| self.blocked.linked(fact).map(Target::Blocked));
        named
            .or_else(|| self.receipts.latest(quantity).map(Target::Receipt))
            .or_else(|| self.receipts.latest(None).map(Target::Receipt))
            .or_else(|| self.blocked.latest(quantity).map(Target::Blocked))
            .or_else(|| self.blocked.latest(None).map(Target::Blocked))
    }

    /// O.
    pub(super) fn ordered_now(&self) -> Quantity {
        self.ordered.unwrap_or(Quantity::Unknown)
    }

    /// E = O - X.
    pub(super) fn expected(&self) -> Quantity {
        match self.closing {
            None => self.ordered_now().minus_to_zero(Quantity::Known(self.cancelled_part)),
            Some(Closing::Cancelled) => Quantity::ZERO,
            Some(Closing::Short(left) | Closing::Closed(left)) => left,
        }
    }

    /// R - V - T.
    pub(super) fn received_net(&self) -> Quantity {
        self.receipts.net().minus_to_zero(self.returns.net())
    }

    /// I - M.
    pub(super) fn invoiced_net(&self) -> Quantity {
        self.invoices.billed.net().minus_to_zero(self.credits.net())
    }
}

/// What a reversal takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Receipt(usize),
    Blocked(usize),
}

/// The order itself, not a document that follows it.
pub(super) const fn speaks_of_order(kind: EventType) -> bool {
    kind.code() >= 200 && kind.code() < 300
}

fn flag_of(touch: Touch<'_>, kind: FlagKind) -> Flag {
    let fact = touch.fact;
    let (sort_at, occurred_at, seq) = (fact.sort_at, fact.occurred_at, fact.seq);
    Flag {
        sort_at,
        kind,
        line: None,
        event: fact.kind,
        occurred_at,
        seq,
    }
}
