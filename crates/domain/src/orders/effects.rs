//! What each effect of the transition table does to a line.

use std::sync::Arc;

use super::answers::Disposition;
use super::facets::Transmission;
use super::fact::Fact;
use super::machine::{Approval, Closing, Machine, Target, Touch};
use super::quantities::{exceeds, is_some, least};
use super::transitions::Effect;
use crate::events::EventType;
use crate::numbers::{Decimal, Quantity};

impl Machine {
    pub(super) fn apply(&mut self, effect: Effect, touch: Touch<'_>) {
        let (fact, quantity) = (touch.fact, touch.quantity());
        match effect {
            Effect::None => {}
            Effect::Request => self.request_terms(touch),
            Effect::SubmitRequest => self.request = Approval::Pending,
            Effect::ApproveRequest => self.request = Approval::Approved,
            Effect::RejectRequest => self.request = Approval::Rejected,
            Effect::CancelRequest => self.closing = Some(Closing::Cancelled),
            Effect::Create => {
                if !self.known {
                    // What was asked for is not what was ordered.
                    (self.ordered, self.ordered_amount) = (None, None);
                }
                if !self.created {
                    // A hold on the request ends when the order is made.
                    self.held = false;
                }
                (self.created, self.known) = (true, true);
            }
            Effect::TakeTerms => self.take_terms(touch),
            Effect::Approve => self.approval = Approval::Approved,
            Effect::AskApproval => self.approval = Approval::Pending,
            Effect::AskApprovalAgain => {
                let before = matches!(self.approval, Approval::Approved | Approval::AskedAgain);
                self.approval = if before {
                    Approval::AskedAgain
                } else {
                    Approval::Pending
                };
            }
            Effect::RejectApproval => self.approval = Approval::Rejected,
            Effect::Hold => self.held = true,
            Effect::ReleaseHold => self.held = false,
            Effect::Withdraw => self.withdraw(quantity, true),
            Effect::ShortClose => self.withdraw(quantity, false),
            Effect::Close => {
                if self.closing != Some(Closing::Cancelled) {
                    self.closing = Some(Closing::Closed(self.kept()));
                }
                self.final_close |= fact.final_close;
            }
            Effect::Reopen => {
                (self.closing, self.cancelled_part) = (None, Decimal::ZERO);
                self.held &= fact.kind != EventType::PoLineReinstated;
            }
            Effect::Queue => self.send(fact, Transmission::Queued),
            Effect::Transmit => self.send(fact, Transmission::Transmitted),
            Effect::TransmitEarlier => self.sent = true,
            Effect::Deliver => self.send(fact, Transmission::Delivered),
            Effect::FailTransmission => self.send(fact, Transmission::Failed),
            Effect::RefuseTechnically => self.send(fact, Transmission::TechRejected),
            Effect::Confirm => self.answer(touch, Disposition::Confirmed),
            Effect::ConfirmWithChanges => self.answer(touch, Disposition::Changed),
            Effect::Backorder => self.answer(touch, Disposition::Backordered),
            Effect::RejectBySupplier => self.answer(touch, Disposition::Rejected),
            Effect::AwaitAnswer => self.answers.awaited = true,
            Effect::UpdateAnswer => {
                self.answers.update(fact, quantity);
                self.promise(touch);
            }
            Effect::PlanShipment => {
                self.shipments.tell(fact, quantity, false);
                self.promise(touch);
            }
            Effect::Ship => {
                self.shipments.replace_inferred();
                self.shipments.tell(fact, quantity, true);
                self.promise(touch);
            }
            Effect::Carry => {
                self.shipments.carried(fact);
                self.promise(touch);
            }
            Effect::Delay => self.promise(touch),
            Effect::CancelShipment => {
                let at = self.shipments.linked(fact).or_else(|| self.shipments.latest(quantity));
                at.into_iter().for_each(|at| self.shipments.take(at, quantity));
                self.undo(fact);
            }
            Effect::Receive => {
                self.receipts.tell(fact, quantity, true);
            }
            Effect::ReverseReceipt => {
                match self.reversal(fact, quantity) {
                    Some(Target::Receipt(at)) => self.receipts.take(at, quantity),
                    Some(Target::Blocked(at)) => self.blocked.take(at, quantity),
                    None => {}
                }
                self.undo(fact);
            }
            Effect::BlockStock => {
                self.blocked.tell(fact, quantity, true);
            }
            Effect::ReleaseStock => self.release_stock(fact, quantity),
            Effect::Return => self.take_return(fact, quantity),
            Effect::UndoReturn => {
                let at = self.returns.linked(fact).or_else(|| self.returns.latest(quantity));
                at.into_iter().for_each(|at| self.returns.take(at, quantity));
                self.undo(fact);
            }
            Effect::RejectQuality => {
                self.rejected.tell(fact, quantity, true);
            }
            Effect::TakeInvoice => {
                self.invoices.receive(fact, touch.said, quantity);
            }
            Effect::CancelInvoice => self.cancel_invoice(fact, quantity),
            Effect::RejectInvoice => {
                if let Some(at) = self
                    .invoices
                    .linked(fact)
                    .or_else(|| self.invoices.latest(|s| !s.posted))
                {
                    self.invoices.billed.take(at, None);
                }
            }
            Effect::Credit => {
                self.credits.tell(fact, quantity, true);
            }
            Effect::JudgeInvoice => self.invoices.judge(fact),
            Effect::Post => self.invoices.post(fact, touch.said, quantity),
            Effect::Pay => self.invoices.pay(fact, touch.said.and_then(|said| said.amount)),
            Effect::Unpay => self.invoices.unpay(fact),
        }
    }

    /// A request describes the line until there is an order.
    fn request_terms(&mut self, touch: Touch<'_>) {
        self.requested = true;
        if !self.known {
            self.take_terms(touch);
            self.known = false;
        }
    }

    /// What is said replaces what was; what is not said stays.
    fn take_terms(&mut self, touch: Touch<'_>) {
        if touch.said.is_some() {
            self.known = true;
        }
        let quantity = touch.said.and_then(|said| said.quantity);
        if let Some(n) = quantity {
            self.ordered = Some(if n.is_negative() {
                Quantity::Unknown
            } else {
                Quantity::Known(n)
            });
            self.ordered_amount = None;
        }
        let Some(terms) = touch.terms else {
            self.ordered_amount = touch.said.and_then(|said| said.amount).or(self.ordered_amount);
            return;
        };
        if terms.price.is_some() {
            self.ordered_amount = None;
        }
        self.ordered_amount = touch.said.and_then(|said| said.amount).or(self.ordered_amount);
        let mine = &mut self.terms;
        let text = |mine: &mut Option<Arc<str>>, said: &Option<Arc<str>>| {
            if said.is_some() {
                mine.clone_from(said);
            }
        };
        text(&mut mine.item, &terms.item);
        text(&mut mine.description, &terms.description);
        text(&mut mine.unit, &terms.unit);
        mine.price = terms.price.or(mine.price);
        mine.per = terms.per.or(mine.per);
        mine.needed_at = terms.needed_at.or(mine.needed_at);
        mine.receipt_required = terms.receipt_required.or(mine.receipt_required);
        self.promise(touch);
    }

    /// The latest date promised, and the first one ever.
    fn promise(&mut self, touch: Touch<'_>) {
        if let Some(at) = touch.terms.and_then(|terms| terms.promised_at) {
            self.terms.promised_at = Some(at);
            self.first_promise.get_or_insert(at);
        }
    }

    /// What stays expected when nothing more is to come: what was received, where that is less.
    fn kept(&self) -> Quantity {
        let (expected, received) = (self.expected(), self.received_net());
        if exceeds(received, expected) {
            expected
        } else {
            least(received, expected)
        }
    }

    /// Withdraws part of the line when the source says how much and more stays open, else all that is open.
    fn withdraw(&mut self, quantity: Option<Decimal>, untouched: bool) {
        let open = self.expected().minus_to_zero(self.received_net());
        match (quantity, open.known()) {
            (Some(n), Some(open)) if n < open && self.closing.is_none() => {
                self.cancelled_part = self.cancelled_part.checked_add(n).unwrap_or(self.cancelled_part);
            }
            _ if untouched => self.closing = Some(Closing::Cancelled),
            _ if self.closing == Some(Closing::Cancelled) => {}
            _ => self.closing = Some(Closing::Short(self.kept())),
        }
    }

    fn send(&mut self, fact: &Fact, to: Transmission) {
        let sent = matches!(
            to,
            Transmission::Transmitted | Transmission::Delivered | Transmission::TechRejected
        );
        let version = self.version.max(fact.version);
        let anew = self.sent_version < version;
        self.transmission = match (self.transmission, to) {
            // A queue or a repeated sending tells nothing new about what the other side already has.
            (had @ (Transmission::Transmitted | Transmission::Delivered), Transmission::Queued) if !anew => had,
            (Transmission::Delivered, Transmission::Transmitted) if !anew => Transmission::Delivered,
            _ => to,
        };
        if sent {
            (self.sent, self.sent_version) = (true, version);
        }
    }

    fn answer(&mut self, touch: Touch<'_>, disposition: Disposition) {
        self.answers.tell(touch.fact, disposition, touch.quantity());
        self.promise(touch);
    }

    /// From blocked stock into received.
    fn release_stock(&mut self, fact: &Fact, quantity: Option<Decimal>) {
        let at = self.blocked.linked(fact).or_else(|| self.blocked.latest(quantity));
        let held = at
            .and_then(|at| self.blocked.entries().get(at))
            .and_then(|entry| entry.net().known());
        at.into_iter().for_each(|at| self.blocked.take(at, quantity));
        self.receipts.tell(fact, quantity.or(held), true);
    }

    /// Never more than is here.
    fn take_return(&mut self, fact: &Fact, quantity: Option<Decimal>) {
        let here = self.received_net();
        let back = match (quantity, here.known()) {
            (Some(n), Some(here)) => Some(n.min(here)),
            (None, Some(here)) if here.is_zero() => Some(here),
            (quantity, _) => quantity,
        };
        self.returns.tell(fact, back, true);
    }

    fn cancel_invoice(&mut self, fact: &Fact, quantity: Option<Decimal>) {
        if let Some(at) = self.credits.linked(fact) {
            self.credits.take(at, quantity);
        } else {
            let billed = &self.invoices.billed;
            let stands = self.invoices.latest(|_| true);
            let at = billed.linked(fact).or_else(|| billed.latest(quantity)).or(stands);
            at.into_iter().for_each(|at| self.invoices.billed.take(at, quantity));
        }
        self.undo(fact);
    }

    fn undo(&mut self, fact: &Fact) {
        if let Some(doc) = fact.subject {
            self.undone.push((doc, fact.source_id, Arc::clone(&fact.item_key)));
        }
    }

    /// The version that was sent is the current one, as far as versions are said.
    pub(super) fn sent_is_current(&self) -> bool {
        self.sent_version.is_none() || self.sent_version >= self.version
    }

    /// Something is received, or said to be, net.
    pub(super) fn has_received(&self) -> bool {
        self.receipts.live() > 0 && is_some(self.received_net())
    }
}
