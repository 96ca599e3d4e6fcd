//! A line as its facts make it: facets from quantities, quantities from documents (domain §1.2, §1.6).

use std::sync::Arc;

use super::facets::{Acknowledgment, Commitment, Fulfilment, Invoicing, Overlays, Settlement, Transmission};
use super::flags::{Flag, FlagKind};
use super::headline::{Grounds, Headline};
use super::invoices::value_of;
use super::machine::{Closing, Machine};
use super::quantities::{Quantities, exceeds, is_some};
use super::steps::Milestones;
use crate::numbers::{Decimal, Quantity};
use crate::time::Instant;

/// What a line is worth in the order's currency, unrounded; absent where a price or quantity is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Expected in all: as the order states it, else E at the price.
    pub ordered: Option<Decimal>,
    /// R_net at the order's price.
    pub received: Option<Decimal>,
    /// Invoiced and not cancelled.
    pub invoiced: Option<Decimal>,
    /// Of that, blocked or disputed and unpaid.
    pub disputed: Option<Decimal>,
    /// Of that, paid.
    pub paid: Option<Decimal>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number as the sources write it.
    pub line_no: Arc<str>,
    /// Item code.
    pub item: Option<Arc<str>>,
    /// Item text.
    pub description: Option<Arc<str>>,
    /// Order unit.
    pub unit: Option<Arc<str>>,
    /// Price per `per` units.
    pub price: Option<Decimal>,
    /// Price unit, 1 unless said.
    pub per: Decimal,
    /// How firmly the buyer stands by it.
    pub commitment: Commitment,
    /// How far the current version got.
    pub transmission: Transmission,
    /// What the supplier answered.
    pub acknowledgment: Acknowledgment,
    /// How much has come.
    pub fulfilment: Fulfilment,
    /// How much is invoiced.
    pub invoicing: Invoicing,
    /// How far its invoices are.
    pub settlement: Settlement,
    /// Shown beside the headline.
    pub overlays: Overlays,
    /// Its quantities.
    pub quantities: Quantities,
    /// Its values.
    pub amounts: Amounts,
    /// Its one label.
    pub headline: Headline,
    /// Date needed.
    pub needed_at: Option<Instant>,
    /// Date promised last.
    pub promised_at: Option<Instant>,
    /// Date promised first.
    pub first_promised_at: Option<Instant>,
    /// The source expects no further delivery.
    pub delivery_complete: bool,
    /// Receipts not taken back, of known quantity or not.
    pub receipt_count: u32,
    /// Invoices not taken back, of known quantity or not.
    pub invoice_count: u32,
    /// Of those, how many are in the ledger and how many agree (posted ones do).
    pub posted_count: u32,
    /// See `posted_count`.
    pub matched_count: u32,
    /// Of those, how many are paid.
    pub paid_count: u32,
    /// Of those, how many are blocked or disputed and unpaid.
    pub disputed_count: u32,
    /// First passing of every milestone.
    pub milestones: Milestones,
}

impl Machine {
    /// The line these facts make.
    pub(super) fn line(&self, line_no: &Arc<str>) -> Line {
        let tally = self.invoices.tally();
        let mut quantities = self.quantities();
        let fulfilment = self.fulfilment(&quantities);
        let invoicing = self.invoicing(&quantities);
        let settlement = self.settlement(&tally, &quantities);
        let commitment = self.commitment(&quantities, fulfilment, settlement);
        if self.is_over(commitment) {
            quantities.open_to_receive = Quantity::ZERO;
        }
        let price = self.terms.price;
        let per = self.terms.per.unwrap_or(Decimal::from(1));
        let amounts = Amounts {
            ordered: self.ordered_value(quantities.expected, price, per),
            received: value_of(quantities.received_net, price, per),
            invoiced: self.invoices.value(price, per, |_| true),
            disputed: self.invoices.stopped_value(price, per),
            paid: self.invoices.paid_value(price, per),
        };
        let mut line = Line {
            line_no: Arc::clone(line_no),
            item: self.terms.item.clone(),
            description: self.terms.description.clone(),
            unit: self.terms.unit.clone(),
            price,
            per,
            commitment,
            transmission: if self.sent_is_current() {
                self.transmission
            } else {
                self.unsent()
            },
            acknowledgment: self.acknowledgment(&quantities),
            fulfilment,
            invoicing,
            settlement,
            overlays: self.overlays(&tally, &quantities, commitment, settlement),
            quantities,
            amounts,
            headline: Headline::Drafted,
            needed_at: self.terms.needed_at,
            promised_at: self.terms.promised_at,
            first_promised_at: self.first_promise,
            delivery_complete: self.terms.delivery_complete == Some(true),
            receipt_count: self.receipts.live(),
            invoice_count: tally.standing,
            posted_count: tally.posted,
            matched_count: tally.matched,
            paid_count: tally.paid,
            disputed_count: tally.stopped,
            milestones: self.milestones,
        };
        line.headline = line.grounds().headline();
        line
    }

    /// What is still expected in all is worth: as the order says, unless part of it was withdrawn.
    fn ordered_value(&self, expected: Quantity, price: Option<Decimal>, per: Decimal) -> Option<Decimal> {
        if expected == Quantity::ZERO {
            return Some(Decimal::ZERO);
        }
        let whole = self.closing.is_none() && self.cancelled_part.is_zero();
        self.ordered_amount
            .filter(|_| whole)
            .or_else(|| value_of(expected, price, per))
    }

    /// A newer version is not sent just because an older one was.
    const fn unsent(&self) -> Transmission {
        match self.transmission {
            Transmission::Queued | Transmission::Failed => self.transmission,
            _ => Transmission::None,
        }
    }

    fn quantities(&self) -> Quantities {
        let (ordered, expected) = (self.ordered_now(), self.expected());
        let (received, reversed) = (self.receipts.gross(), self.receipts.gone());
        let (received_net, invoiced_net) = (self.received_net(), self.invoiced_net());
        let arrived = self.receipts.net();
        let by_order = self.terms.receipt_required == Some(false);
        let shipped = self.shipments.net();
        Quantities {
            ordered,
            cancelled: if self.closing.is_none() {
                Quantity::Known(self.cancelled_part)
            } else {
                ordered.minus_to_zero(expected)
            },
            expected,
            confirmed: self.answers.confirmed(expected),
            backordered: self.answers.backordered(expected),
            supplier_rejected: self.answers.rejected(expected),
            shipped,
            received,
            reversed,
            returned: self.returns.net(),
            received_net,
            blocked: self.blocked.net(),
            quality_rejected: self.rejected.net(),
            invoiced: self.invoices.billed.net(),
            credited: self.credits.net(),
            invoiced_net,
            in_transit: if is_some(shipped) {
                shipped.minus_to_zero(arrived)
            } else {
                Quantity::ZERO
            },
            open_to_receive: if self.terms.delivery_complete == Some(true) {
                Quantity::ZERO
            } else {
                expected.minus_to_zero(received_net)
            },
            over_receipt: received_net.minus_to_zero(expected),
            open_to_invoice: (if by_order { expected } else { received_net }).minus_to_zero(invoiced_net),
        }
    }

    /// The supplier answered for more than is expected (C + B + J > E).
    pub(super) fn is_over_acknowledged(&self) -> bool {
        let expected = self.expected();
        let parts = [self.answers.confirmed(expected), self.answers.backordered(expected)];
        let all = parts.into_iter().fold(self.answers.rejected(expected), Quantity::plus);
        self.answers.any() && self.closing != Some(Closing::Cancelled) && exceeds(all, expected)
    }

    /// Flags that only the whole of the facts can tell.
    pub(super) fn late_flags(&self) -> impl Iterator<Item = Flag> + '_ {
        let over = self.last_answer.iter().filter(|_| self.is_over_acknowledged());
        let unknown = self.first_invoice.iter().filter(|_| !self.known);
        over.chain(unknown).cloned()
    }
}

impl Line {
    /// What its headline is made of.
    pub(super) fn grounds(&self) -> Grounds {
        Grounds {
            commitment: self.commitment,
            transmission: self.transmission,
            acknowledgment: self.acknowledgment,
            fulfilment: self.fulfilment,
            invoicing: self.invoicing,
            settlement: self.settlement,
            received: self.receipt_count > 0 && is_some(self.quantities.received_net),
            invoiced: self.invoice_count > 0 && is_some(self.quantities.invoiced_net),
            partly_posted: false,
            partly_matched: false,
            disputed: self.settlement == Settlement::Disputed,
        }
    }

    /// Cancelled before anything came: it no longer counts in its order.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.commitment != Commitment::Cancelled
    }
}

/// The flag that marks an invoice for a line nobody ordered is dropped for an order nobody created: that is said once,
/// for the whole.
pub(super) const fn is_said_by_orphan(kind: FlagKind) -> bool {
    matches!(kind, FlagKind::InvoiceForUnknownLine)
}
