//! First occurrences of the main milestones, and the time between them.

use crate::events::{EventType, Seq};
use crate::numbers::Decimal;
use crate::time::{Instant, Precision};

use std::sync::Arc;

/// A point an order or a line passes once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Milestone {
    /// Asked for.
    Requested,
    /// The order was made.
    Ordered,
    /// Approved.
    Approved,
    /// Sent to the supplier.
    Transmitted,
    /// Answered by the supplier.
    Acknowledged,
    /// Shipped.
    Shipped,
    /// Goods or service received.
    Received,
    /// Invoice received.
    Invoiced,
    /// Invoice in the ledger.
    Posted,
    /// Payment cleared.
    Paid,
}

impl Milestone {
    /// Every milestone, in order.
    pub const ALL: [Self; 10] = [
        Self::Requested,
        Self::Ordered,
        Self::Approved,
        Self::Transmitted,
        Self::Acknowledged,
        Self::Shipped,
        Self::Received,
        Self::Invoiced,
        Self::Posted,
        Self::Paid,
    ];

    /// What cannot have happened before this one, though nobody told of it: goods that were received had been shipped.
    const fn shown_by(self) -> &'static [Self] {
        match self {
            Self::Transmitted => &[Self::Acknowledged, Self::Shipped, Self::Received],
            Self::Acknowledged => &[Self::Shipped, Self::Received],
            Self::Shipped => &[Self::Received],
            Self::Posted => &[Self::Paid],
            _ => &[],
        }
    }

    /// The milestone an event of that type passes.
    pub(super) const fn of(kind: EventType, approved: Option<bool>) -> [Option<Self>; 2] {
        let approval = if matches!(approved, Some(true)) {
            Some(Self::Approved)
        } else {
            None
        };
        match kind {
            EventType::ReqCreated | EventType::ReqSubmitted => [Some(Self::Requested), None],
            EventType::PoCreated => [Some(Self::Ordered), approval],
            EventType::PoChanged => [None, approval],
            EventType::PoApproved => [Some(Self::Approved), None],
            EventType::PoTransmitted | EventType::PoDelivered => [Some(Self::Transmitted), None],
            EventType::AckAccepted
            | EventType::AckAcceptedWithChanges
            | EventType::AckBackordered
            | EventType::AckRejected
            | EventType::AckUpdated => [Some(Self::Acknowledged), None],
            EventType::ShipShipped => [Some(Self::Shipped), None],
            EventType::GrReceived | EventType::SvcAccepted => [Some(Self::Received), None],
            EventType::InvReceived | EventType::InvParked => [Some(Self::Invoiced), None],
            EventType::InvPosted => [Some(Self::Posted), None],
            EventType::PayCleared => [Some(Self::Paid), None],
            _ => [None, None],
        }
    }
}

/// When a milestone was first passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When, in the world.
    pub at: Instant,
    /// How exactly that is known.
    pub precision: Precision,
    /// The event that says so.
    pub seq: Seq,
}

impl Mark {
    /// The middle of what the precision leaves open, in microseconds (domain §1.7).
    const fn middle(self) -> i64 {
        match self.precision {
            Precision::Instant => self.at.0,
            Precision::Minute => self.at.0.saturating_add(Instant::MINUTE / 2),
            Precision::Day => self.at.0.saturating_add(Instant::DAY / 2),
        }
    }
}

/// The first occurrence of every milestone; dates nobody can believe are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Milestones([Option<Mark>; 10]);

impl Milestones {
    /// When it was first passed.
    #[must_use]
    pub const fn get(&self, milestone: Milestone) -> Option<Mark> {
        self.0[milestone as usize]
    }

    /// Takes the mark when the milestone has none yet: called in event order.
    pub(super) fn pass(&mut self, milestone: Milestone, mark: Mark) {
        self.0[milestone as usize].get_or_insert(mark);
    }

    /// The stages that were entered, open or done. One whose end passed untold is neither: how long it took nobody knows.
    pub(super) fn steps<'a>(&'a self, line: Option<&'a Arc<str>>) -> impl Iterator<Item = Step> + 'a {
        Stage::ALL.into_iter().filter_map(move |stage| {
            let (from, to) = stage.ends();
            let (start, stop) = (self.get(from)?, self.get(to));
            if stop.is_none() && to.shown_by().iter().any(|later| self.get(*later).is_some()) {
                return None;
            }
            Some(Step {
                stage,
                line: line.cloned(),
                start,
                stop,
            })
        })
    }
}

/// A main stage of an order: from one milestone to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Asked for until approved.
    RequestToApproval,
    /// Approved until sent.
    ApprovalToTransmission,
    /// Sent until answered.
    TransmissionToAcknowledgment,
    /// Ordered until shipped.
    OrderToShipment,
    /// Shipped until received.
    ShipmentToReceipt,
    /// Received until invoiced. Below nought when the invoice came first, which is normal.
    ReceiptToInvoice,
    /// Invoiced until in the ledger.
    InvoiceToPosting,
    /// In the ledger until paid.
    PostingToPayment,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 8] = [
        Self::RequestToApproval,
        Self::ApprovalToTransmission,
        Self::TransmissionToAcknowledgment,
        Self::OrderToShipment,
        Self::ShipmentToReceipt,
        Self::ReceiptToInvoice,
        Self::InvoiceToPosting,
        Self::PostingToPayment,
    ];

    /// The number stored for it.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The word used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequestToApproval => "request_to_approval",
            Self::ApprovalToTransmission => "approval_to_transmission",
            Self::TransmissionToAcknowledgment => "transmission_to_acknowledgment",
            Self::OrderToShipment => "order_to_shipment",
            Self::ShipmentToReceipt => "shipment_to_receipt",
            Self::ReceiptToInvoice => "receipt_to_invoice",
            Self::InvoiceToPosting => "invoice_to_posting",
            Self::PostingToPayment => "posting_to_payment",
        }
    }

    /// Where it starts and ends.
    #[must_use]
    pub const fn ends(self) -> (Milestone, Milestone) {
        match self {
            Self::RequestToApproval => (Milestone::Requested, Milestone::Approved),
            Self::ApprovalToTransmission => (Milestone::Approved, Milestone::Transmitted),
            Self::TransmissionToAcknowledgment => (Milestone::Transmitted, Milestone::Acknowledged),
            Self::OrderToShipment => (Milestone::Ordered, Milestone::Shipped),
            Self::ShipmentToReceipt => (Milestone::Shipped, Milestone::Received),
            Self::ReceiptToInvoice => (Milestone::Received, Milestone::Invoiced),
            Self::InvoiceToPosting => (Milestone::Invoiced, Milestone::Posted),
            Self::PostingToPayment => (Milestone::Posted, Milestone::Paid),
        }
    }
}

/// A stage that an order or a line entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which stage.
    pub stage: Stage,
    /// The line; absent: the order as a whole.
    pub line: Option<Arc<str>>,
    /// Where it began.
    pub start: Mark,
    /// Where it ended; absent while it is open.
    pub stop: Option<Mark>,
}

impl Step {
    /// Elapsed microseconds, between the middles of what precision leaves open; absent while it is open.
    #[must_use]
    pub fn elapsed(&self) -> Option<i64> {
        self.stop.map(|stop| stop.middle().saturating_sub(self.start.middle()))
    }

    /// One of its ends is known only to the day: it has no place in percentiles below a day (domain §1.7).
    #[must_use]
    pub fn is_day(&self) -> bool {
        self.start.precision == Precision::Day || self.stop.is_some_and(|stop| stop.precision == Precision::Day)
    }
}

/// `part` of `whole` in hundredths of a percent, rounded down; absent when there is no whole.
pub(super) fn basis_points(part: Decimal, whole: Decimal) -> Option<u16> {
    if whole.is_zero() || whole.is_negative() {
        return None;
    }
    let share = part.checked_mul(Decimal::from(10_000))?.checked_div(whole)?;
    u16::try_from(share.to_ten_thousandths()? / 10_000).ok()
}
