//! The facets of a line from its quantities and documents (domain §1.2).
//!
//! Where quantities are not reported, counting documents stands in: a receipt that is not taken back makes the line
//! partially received, a shipment partially shipped, an invoice partially invoiced, an unqualified answer of the
//! supplier speaks for the whole line; "fully received" then needs the source's delivery-complete flag, "invoiced" its
//! final-invoice flag. An unknown quantity never makes a variance.

use super::answers::Disposition;
use super::facets::{Acknowledgment, Commitment, Fulfilment, Invoicing, Overlay, Overlays, Settlement};
use super::invoices::Tally;
use super::machine::{Approval, Closing, Machine};
use super::quantities::{Quantities, exceeds, is_some, known, least, reaches};
use crate::numbers::Quantity;

impl Machine {
    pub(super) fn acknowledgment(&self, q: &Quantities) -> Acknowledgment {
        let said = |disposition| self.answers.is_said(disposition);
        let (confirmed, rejected) = (q.confirmed, q.supplier_rejected);
        let changed = said(Disposition::Changed);
        if self.answers.awaited {
            return Acknowledgment::AckPending;
        }
        if !self.answers.any() {
            return Acknowledgment::None;
        }
        let agreed = said(Disposition::Confirmed) || changed;
        if said(Disposition::Backordered) {
            Acknowledgment::Backordered
        } else if said(Disposition::Rejected)
            && (reaches(rejected, q.expected) || !agreed && !known(q.expected, rejected))
        {
            Acknowledgment::SupplierRejected
        } else if agreed && (reaches(confirmed, q.expected) || !known(q.expected, confirmed)) {
            if changed {
                Acknowledgment::AcknowledgedWithChanges
            } else {
                Acknowledgment::Acknowledged
            }
        } else if is_some(confirmed) || is_some(rejected) {
            Acknowledgment::PartiallyAcknowledged
        } else {
            Acknowledgment::AckPending
        }
    }

    pub(super) fn fulfilment(&self, q: &Quantities) -> Fulfilment {
        let received = self.has_received();
        if exceeds(q.received_net, q.expected) {
            Fulfilment::OverReceived
        } else if self.terms.delivery_complete == Some(true) || (received && reaches(q.received_net, q.expected)) {
            Fulfilment::FullyReceived
        } else if received {
            Fulfilment::PartiallyReceived
        } else if is_some(q.returned) {
            Fulfilment::Returned
        } else if self.shipments.live() == 0 {
            Fulfilment::None
        } else if reaches(q.shipped, q.expected) {
            Fulfilment::Shipped
        } else {
            Fulfilment::PartiallyShipped
        }
    }

    /// Complete against what is expected, or against what came where no more is to come.
    pub(super) fn invoicing(&self, q: &Quantities) -> Invoicing {
        let over = self.closing.is_some() || self.terms.delivery_complete == Some(true);
        let base = if over {
            least(q.expected, q.received_net)
        } else {
            q.expected
        };
        let (billed, credited) = (self.invoices.billed.live(), self.credits.live());
        if credited > 0 && (!is_some(q.invoiced_net) || (q.invoiced_net == Quantity::Unknown && credited >= billed)) {
            return Invoicing::Credited;
        }
        if billed == 0 || !is_some(q.invoiced_net) {
            return Invoicing::None;
        }
        if exceeds(q.invoiced_net, base) {
            Invoicing::OverInvoiced
        } else if reaches(q.invoiced_net, base) || self.terms.final_invoice == Some(true) {
            Invoicing::Invoiced
        } else {
            Invoicing::PartiallyInvoiced
        }
    }

    /// The least any standing invoice has reached; part payment shows as soon as one is paid.
    pub(super) fn settlement(&self, tally: &Tally, q: &Quantities) -> Settlement {
        let all = tally.standing;
        if all == 0 {
            return if self.invoices.loose_payments > 0 {
                Settlement::Paid
            } else {
                Settlement::Unmatched
            };
        }
        let waits = self.terms.receipt_required == Some(true)
            && (!self.has_received() || exceeds(q.invoiced_net, q.received_net));
        if tally.stopped > 0 {
            Settlement::Disputed
        } else if tally.paid == all {
            Settlement::Paid
        } else if tally.partly_paid > 0 {
            Settlement::PartiallyPaid
        } else if tally.posted == all {
            Settlement::Posted
        } else if tally.matched == all {
            Settlement::Matched
        } else if waits {
            Settlement::PendingReceipt
        } else {
            Settlement::Unmatched
        }
    }

    pub(super) fn commitment(&self, q: &Quantities, fulfilment: Fulfilment, settlement: Settlement) -> Commitment {
        let short = matches!(self.closing, Some(Closing::Short(_))) && !reaches(q.expected, q.ordered);
        let came = matches!(fulfilment, Fulfilment::FullyReceived) || short;
        let balanced = known(q.received_net, q.invoiced_net) && q.received_net == q.invoiced_net;
        match self.closing {
            Some(Closing::Cancelled) => return Commitment::Cancelled,
            Some(Closing::Closed(_)) => return Commitment::Closed,
            _ if came && balanced && is_some(q.received_net) && settlement == Settlement::Paid => {
                return Commitment::Closed;
            }
            _ if short => return Commitment::ShortClosed,
            _ => {}
        }
        match if self.created || self.approval != Approval::Silent {
            self.approval
        } else {
            self.request
        } {
            Approval::Silent => Commitment::Drafted,
            Approval::Pending => Commitment::PendingApproval,
            Approval::Rejected => Commitment::ApprovalRejected,
            Approval::Approved => Commitment::Approved,
            Approval::AskedAgain => Commitment::ChangePending,
        }
    }

    /// Nothing more is to come.
    pub(super) const fn is_over(&self, commitment: Commitment) -> bool {
        matches!(
            commitment,
            Commitment::Cancelled | Commitment::ShortClosed | Commitment::Closed
        )
    }

    pub(super) fn overlays(
        &self,
        tally: &Tally,
        q: &Quantities,
        commitment: Commitment,
        settlement: Settlement,
    ) -> Overlays {
        let waits = commitment == Commitment::ChangePending || self.approval == Approval::AskedAgain;
        Overlays::default()
            .with(Overlay::OnHold, self.held)
            .with(Overlay::ChangePending, waits && self.closing.is_none())
            .with(Overlay::OverridePending, tally.override_asked)
            .with(Overlay::Stub, !self.known && !self.requested)
            .with(Overlay::Returned, is_some(q.returned))
            .with(Overlay::Credited, is_some(q.credited))
            .with(Overlay::QualityRejected, is_some(q.quality_rejected))
            .with(Overlay::Disputed, settlement == Settlement::Disputed)
    }
}
