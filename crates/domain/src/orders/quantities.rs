//! Quantities of a line (domain §1.6): exact, in the order's unit, unknown when a part of them was not reported.

use crate::numbers::{Decimal, Quantity};

/// A running sum that can give back what it took, known or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    known: Decimal,
    unknown: u32,
}

impl Sum {
    /// Adds a quantity. What does not fit counts as unknown.
    pub fn add(&mut self, quantity: Quantity) {
        match quantity.known().map(|n| self.known.checked_add(n)) {
            Some(Some(sum)) => self.known = sum,
            _ => self.unknown = self.unknown.saturating_add(1),
        }
    }

    /// Takes back what was added.
    pub fn take(&mut self, quantity: Quantity) {
        match quantity.known().map(|n| self.known.checked_sub(n)) {
            Some(Some(sum)) => self.known = sum,
            _ => self.unknown = self.unknown.saturating_sub(1),
        }
    }

    /// The sum: unknown as soon as one part is.
    #[must_use]
    pub const fn quantity(self) -> Quantity {
        if self.unknown == 0 {
            Quantity::Known(self.known)
        } else {
            Quantity::Unknown
        }
    }
}

/// Every quantity of a line (domain §1.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantities {
    /// O: ordered, current version.
    pub ordered: Quantity,
    /// X: cancelled or short-closed.
    pub cancelled: Quantity,
    /// E: still expected in all, O - X.
    pub expected: Quantity,
    /// C: confirmed by the supplier's latest answer.
    pub confirmed: Quantity,
    /// B: put on backorder by it.
    pub backordered: Quantity,
    /// J: refused by it.
    pub supplier_rejected: Quantity,
    /// S: shipped, the latest version of each notice.
    pub shipped: Quantity,
    /// R: received, gross.
    pub received: Quantity,
    /// V: receipts taken back.
    pub reversed: Quantity,
    /// T: returned to the supplier.
    pub returned: Quantity,
    /// R - V - T.
    pub received_net: Quantity,
    /// K: in receipt-blocked stock, not counted as received.
    pub blocked: Quantity,
    /// Z: rejected on inspection.
    pub quality_rejected: Quantity,
    /// I: invoiced and not cancelled.
    pub invoiced: Quantity,
    /// M: credited.
    pub credited: Quantity,
    /// I - M.
    pub invoiced_net: Quantity,
    /// Shipped and not yet received. A receipt that names no shipment counts against the line's shipments.
    pub in_transit: Quantity,
    /// Expected and not yet received; nought when delivery is complete.
    pub open_to_receive: Quantity,
    /// Received beyond what was expected.
    pub over_receipt: Quantity,
    /// What may still be invoiced: by receipts, or by the order where no receipt is required.
    pub open_to_invoice: Quantity,
}

impl Quantities {
    /// Each with the symbol domain §1.6 gives it, or its name.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, Quantity); 20] {
        [
            ("O", self.ordered),
            ("X", self.cancelled),
            ("E", self.expected),
            ("C", self.confirmed),
            ("B", self.backordered),
            ("J", self.supplier_rejected),
            ("S", self.shipped),
            ("R", self.received),
            ("V", self.reversed),
            ("T", self.returned),
            ("R_net", self.received_net),
            ("K", self.blocked),
            ("Z", self.quality_rejected),
            ("I", self.invoiced),
            ("M", self.credited),
            ("I_net", self.invoiced_net),
            ("in_transit", self.in_transit),
            ("open_to_receive", self.open_to_receive),
            ("over_receipt", self.over_receipt),
            ("open_to_invoice", self.open_to_invoice),
        ]
    }
}

/// The smaller one; unknown unless one of them is nought.
pub(super) fn least(a: Quantity, b: Quantity) -> Quantity {
    match (a, b) {
        (Quantity::Known(a), Quantity::Known(b)) => Quantity::Known(a.min(b)),
        (Quantity::Known(n), Quantity::Unknown) | (Quantity::Unknown, Quantity::Known(n)) if n.is_zero() => {
            Quantity::ZERO
        }
        _ => Quantity::Unknown,
    }
}

/// Something, for certain or in an unknown amount.
pub(super) fn is_some(quantity: Quantity) -> bool {
    quantity != Quantity::ZERO
}

/// Known to be at least `other`, which is known too.
pub(super) fn reaches(quantity: Quantity, other: Quantity) -> bool {
    matches!((quantity.known(), other.known()), (Some(a), Some(b)) if a >= b)
}

/// Known to be more than `other`, which is known too.
pub(super) fn exceeds(quantity: Quantity, other: Quantity) -> bool {
    matches!((quantity.known(), other.known()), (Some(a), Some(b)) if a > b)
}

/// Both are known.
pub(super) const fn known(a: Quantity, b: Quantity) -> bool {
    a.known().is_some() && b.known().is_some()
}
