//! The invoices of one line: how much each bills, and how far it is on its way to being paid.

use std::sync::Arc;

use super::fact::{Fact, LineSaid};
use super::movements::{Movements, Source};
use crate::events::EventType;
use crate::numbers::{Decimal, Quantity};

/// Where one invoice stands, as far as this line is concerned.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub(super) posted: bool,
    /// Found to agree, or approved for payment.
    matched: bool,
    overridden: bool,
    match_blocked: bool,
    blocked: bool,
    disputed: bool,
    override_asked: bool,
    paid: bool,
    line_amount: Option<Decimal>,
    line_cleared: Decimal,
    document_amount: Option<Decimal>,
    document_cleared: Decimal,
}

impl Standing {
    /// Stopped: blocked, disputed, or in disagreement without an override.
    pub(super) const fn is_stopped(&self) -> bool {
        self.blocked || self.disputed || (self.match_blocked && !self.overridden)
    }

    const fn is_matched(&self) -> bool {
        self.matched || self.overridden
    }

    fn is_partly_paid(&self) -> bool {
        self.paid || !self.line_cleared.is_zero() || !self.document_cleared.is_zero()
    }

    /// A payment that says an amount pays that much; one that does not pays all.
    fn pay(&mut self, fact: &Fact, line: Option<Decimal>, alone: bool) {
        let whole = if alone { fact.amount } else { None };
        match (line, self.line_amount, whole, self.document_amount) {
            (Some(paid), Some(due), _, _) => {
                self.line_cleared = self.line_cleared.checked_add(paid).unwrap_or(due);
                self.paid = self.line_cleared >= due;
            }
            (None, _, Some(paid), Some(due)) => {
                self.document_cleared = self.document_cleared.checked_add(paid).unwrap_or(due);
                self.paid = self.document_cleared >= due;
            }
            _ => self.paid = true,
        }
    }

    fn unpay(&mut self) {
        (self.paid, self.line_cleared, self.document_cleared) = (false, Decimal::ZERO, Decimal::ZERO);
    }
}

/// What all invoices of a line come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) standing: u32,
    pub(super) stopped: u32,
    pub(super) paid: u32,
    pub(super) partly_paid: u32,
    pub(super) posted: u32,
    pub(super) matched: u32,
    pub(super) override_asked: bool,
}

/// The invoices of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Invoices {
    pub(super) billed: Movements,
    standings: Vec<Standing>,
    /// Payments that no invoice was there for yet.
    pub(super) loose_payments: u32,
    /// Payments that named both themselves and what they pay.
    payments: Vec<Payment>,
}

/// One payment of certain invoices, and the item that told of it.
#[derive(Clone, Debug)]
struct Payment {
    doc: u32,
    cites: Vec<u32>,
    source_id: i64,
    item_key: Arc<str>,
}

impl Invoices {
    /// The invoice a fact speaks of: by its documents, else by the item that told of it.
    pub(super) fn linked(&self, fact: &Fact) -> Option<usize> {
        self.billed
            .linked(fact)
            .or_else(|| self.billed.find(&Source::item(fact)))
    }

    /// The latest standing invoice that `fits`.
    pub(super) fn latest(&self, fits: impl Fn(&Standing) -> bool) -> Option<usize> {
        (0..self.standings.len())
            .rev()
            .find(|at| self.stands(*at) && fits(&self.standings[*at]))
    }

    fn stands(&self, at: usize) -> bool {
        self.billed
            .entries()
            .get(at)
            .is_some_and(super::movements::Entry::stands)
    }

    pub(super) fn standing(&self, at: usize) -> Option<&Standing> {
        self.standings.get(at)
    }

    /// An invoice came in, or is told of again. One that was cancelled and comes in anew is a new one.
    pub(super) fn receive(&mut self, fact: &Fact, said: Option<&LineSaid>, quantity: Option<Decimal>) -> usize {
        let cancelled = self
            .billed
            .find(&Source::of(fact))
            .is_some_and(|at| self.billed.entries()[at].all_gone);
        let renewed = cancelled && matches!(fact.kind, EventType::InvReceived | EventType::InvParked);
        let at = if renewed {
            self.billed.start(fact, quantity, true)
        } else {
            self.billed.tell(fact, quantity, true)
        };
        if at == self.standings.len() {
            let early = self.loose_payments > 0;
            self.loose_payments = self.loose_payments.saturating_sub(1);
            self.standings.push(Standing {
                paid: early,
                ..Standing::default()
            });
        }
        let standing = &mut self.standings[at];
        standing.line_amount = said.and_then(|line| line.amount).or(standing.line_amount);
        standing.document_amount = fact.amount.or(standing.document_amount);
        at
    }

    /// Which invoice a posting means: the named one, else the latest not yet posted.
    pub(super) fn posting(&self, fact: &Fact) -> Option<usize> {
        self.linked(fact).or_else(|| {
            if names_none(fact) {
                self.latest(|s| !s.posted)
            } else {
                None
            }
        })
    }

    pub(super) fn post(&mut self, fact: &Fact, said: Option<&LineSaid>, quantity: Option<Decimal>) {
        let at = match self.posting(fact) {
            Some(at) if fact.subject.is_none() || self.billed.find(&Source::of(fact)).is_none() => at,
            _ => self.receive(fact, said, quantity),
        };
        self.standings[at].posted = true;
    }

    /// Applies a judgement about an invoice: to the named one, else to the latest.
    pub(super) fn judge(&mut self, fact: &Fact) {
        let named = self.linked(fact);
        let at = named.or_else(|| if names_none(fact) { self.latest(|_| true) } else { None });
        let Some(standing) = at.and_then(|at| self.standings.get_mut(at)) else {
            return;
        };
        match fact.kind {
            EventType::InvDisputed => standing.disputed = true,
            EventType::InvDisputeResolved => standing.disputed = false,
            EventType::InvApproved | EventType::MatchMatched => {
                (standing.matched, standing.match_blocked) = (true, false);
            }
            EventType::InvBlockSet => standing.blocked = true,
            EventType::InvBlockReleased => {
                (standing.blocked, standing.match_blocked) = (false, false);
            }
            EventType::MatchBlocked => (standing.matched, standing.match_blocked) = (false, true),
            EventType::MatchOverrideRequested => standing.override_asked = true,
            EventType::MatchOverrideApproved => (standing.overridden, standing.override_asked) = (true, false),
            EventType::MatchOverrideRejected | EventType::MatchOverrideVoid => {
                (standing.overridden, standing.override_asked) = (false, false);
            }
            _ => {}
        }
    }

    /// The invoices a payment clears: those it names, else the earliest unpaid one, a posted one first.
    pub(super) fn payable(&self, fact: &Fact) -> Vec<usize> {
        let named: Vec<usize> = fact
            .docs()
            .filter_map(|doc| self.billed.find(&Source::Doc(doc)))
            .collect();
        if !named.is_empty() || !fact.cites.is_empty() {
            return named;
        }
        let unpaid = |at: &usize| self.stands(*at) && !self.standings[*at].paid;
        let mut open = (0..self.standings.len()).filter(unpaid);
        let first = open.clone().next();
        open.find(|at| self.standings[*at].posted)
            .or(first)
            .into_iter()
            .collect()
    }

    /// Another item told of the same payment of the same invoices.
    pub(super) fn was_paid(&self, fact: &Fact) -> bool {
        let told_elsewhere = |p: &Payment| p.source_id != fact.source_id || p.item_key != fact.item_key;
        let same = |p: &&Payment| Some(p.doc) == fact.subject && p.cites == fact.cites;
        self.payments.iter().filter(same).any(told_elsewhere)
    }

    pub(super) fn pay(&mut self, fact: &Fact, line: Option<Decimal>) {
        if let Some(doc) = fact.subject.filter(|_| !fact.cites.is_empty()) {
            let (cites, item_key) = (fact.cites.clone(), Arc::clone(&fact.item_key));
            self.payments.push(Payment {
                doc,
                cites,
                source_id: fact.source_id,
                item_key,
            });
        }
        let payable = self.payable(fact);
        if payable.is_empty() && !self.clears_another(fact) {
            self.loose_payments = self.loose_payments.saturating_add(1);
        }
        let alone = fact.cites.len() <= 1;
        for at in payable {
            self.standings[at].pay(fact, line, alone);
        }
    }

    /// The invoices it pays are in the ledger.
    pub(super) fn may_pay(&self, fact: &Fact) -> bool {
        let payable = self.payable(fact);
        let posted = payable
            .iter()
            .all(|at| self.standings.get(*at).is_some_and(|standing| standing.posted));
        posted && (!payable.is_empty() || self.clears_another(fact))
    }

    /// It names no invoice and finds none open, but the line had one in the ledger: it clears that one's cancellation
    /// or credit. In the BPI 2019 log, which names no documents, 2,099 of 2,138 such clearings are of this kind.
    fn clears_another(&self, fact: &Fact) -> bool {
        fact.cites.is_empty() && self.standings.iter().any(|standing| standing.posted)
    }

    /// The invoices whose payment is taken back: those it names, else the latest paid one.
    pub(super) fn paid(&self, fact: &Fact) -> Vec<usize> {
        let named: Vec<usize> = fact
            .docs()
            .filter_map(|doc| self.billed.find(&Source::Doc(doc)))
            .collect();
        if named.is_empty() {
            self.latest(Standing::is_partly_paid).into_iter().collect()
        } else {
            named
        }
    }

    pub(super) fn unpay(&mut self, fact: &Fact) {
        let paid = self.paid(fact);
        if paid.is_empty() {
            self.loose_payments = self.loose_payments.saturating_sub(1);
        }
        paid.into_iter().for_each(|at| self.standings[at].unpay());
        self.payments
            .retain(|payment| fact.docs().all(|doc| doc != payment.doc));
    }

    pub(super) fn has_payment(&self, fact: &Fact) -> bool {
        self.loose_payments > 0
            || self
                .paid(fact)
                .into_iter()
                .any(|at| self.standings.get(at).is_some_and(Standing::is_partly_paid))
    }

    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (at, standing) in self.standings.iter().enumerate() {
            if !self.stands(at) {
                continue;
            }
            tally.standing += 1;
            tally.stopped += u32::from(standing.is_stopped() && !standing.paid);
            tally.paid += u32::from(standing.paid);
            tally.partly_paid += u32::from(standing.is_partly_paid());
            tally.posted += u32::from(standing.posted);
            tally.matched += u32::from(standing.posted || standing.is_matched());
            tally.override_asked |= standing.override_asked;
        }
        tally
    }

    /// What the standing invoices that `fit` bill of this line, by their amounts or else at `price` for `per`;
    /// absent when one says neither.
    pub(super) fn value(
        &self,
        price: Option<Decimal>,
        per: Decimal,
        fit: impl Fn(&Standing) -> bool,
    ) -> Option<Decimal> {
        let billed = self.billed.entries().iter().zip(&self.standings);
        let mut sum = Decimal::ZERO;
        for (entry, standing) in billed.filter(|(entry, standing)| entry.stands() && fit(standing)) {
            let amount = standing.line_amount.or_else(|| value_of(entry.net(), price, per))?;
            sum = sum.checked_add(amount)?;
        }
        Some(sum)
    }

    pub(super) fn stopped_value(&self, price: Option<Decimal>, per: Decimal) -> Option<Decimal> {
        self.value(price, per, |standing| standing.is_stopped() && !standing.paid)
    }

    pub(super) fn paid_value(&self, price: Option<Decimal>, per: Decimal) -> Option<Decimal> {
        self.value(price, per, |standing| standing.paid)
    }
}

/// It names no document at all, so what it means has to be guessed.
fn names_none(fact: &Fact) -> bool {
    fact.docs().next().is_none()
}

/// What a quantity costs at `price` for `per`; absent when one of them is unknown.
pub(super) fn value_of(quantity: Quantity, price: Option<Decimal>, per: Decimal) -> Option<Decimal> {
    quantity.known()?.checked_mul(price?)?.checked_div(per)
}
