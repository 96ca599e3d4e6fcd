//! The one label of a line or an order (domain §1.3, §1.4). Derived, never stored as truth.

use super::facets::{Acknowledgment, Commitment, Fulfilment, Invoicing, Settlement, Transmission};

macro_rules! headlines {
    ($($variant:ident = $code:literal, $word:literal;)*) => {
        /// One label for where a line or an order stands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Headline {
            $(#[doc = concat!("`", $word, "`")] $variant,)*
        }

        impl Headline {
            /// Every label.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word used in APIs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The number stored for it. Never reused, never changed.
            #[must_use]
            pub const fn code(self) -> i64 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The label stored as `code`.
            #[must_use]
            pub const fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// The label of that word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|label| label.as_str() == word)
            }
        }
    };
}

headlines! {
    Drafted = 1, "drafted";
    PendingApproval = 2, "pending_approval";
    ApprovalRejected = 3, "approval_rejected";
    Approved = 4, "approved";
    Transmitted = 5, "transmitted";
    PartiallyAcknowledged = 6, "partially_acknowledged";
    Acknowledged = 7, "acknowledged";
    AcknowledgedWithChanges = 8, "acknowledged_with_changes";
    Backordered = 9, "backordered";
    SupplierRejected = 10, "supplier_rejected";
    PartiallyShipped = 11, "partially_shipped";
    Shipped = 12, "shipped";
    PartiallyReceived = 13, "partially_received";
    FullyReceived = 14, "fully_received";
    Invoiced = 15, "invoiced";
    PartiallyMatched = 16, "partially_matched";
    Matched = 17, "matched";
    PartiallyPosted = 18, "partially_posted";
    Posted = 19, "posted";
    PartiallyPaid = 20, "partially_paid";
    Paid = 21, "paid";
    Disputed = 22, "disputed";
    Closed = 23, "closed";
    ShortClosed = 24, "short_closed";
    Cancelled = 25, "cancelled";
}

/// What a headline is made of: facets, and what only an order of several lines can be in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Grounds {
    pub(super) commitment: Commitment,
    pub(super) transmission: Transmission,
    pub(super) acknowledgment: Acknowledgment,
    pub(super) fulfilment: Fulfilment,
    pub(super) invoicing: Invoicing,
    pub(super) settlement: Settlement,
    /// Something was received, net.
    pub(super) received: bool,
    /// Something was invoiced, net.
    pub(super) invoiced: bool,
    /// Some but not all invoices are posted.
    pub(super) partly_posted: bool,
    /// Some but not all invoices agree.
    pub(super) partly_matched: bool,
    /// Blocked money is the news: at a line always, at an order when it is much of it.
    pub(super) disputed: bool,
}

impl Grounds {
    /// Precedence of domain §1.3.
    pub(super) fn headline(self) -> Headline {
        match self.commitment {
            Commitment::Cancelled => return Headline::Cancelled,
            Commitment::ShortClosed if !self.received => return Headline::ShortClosed,
            Commitment::Closed if self.settlement == Settlement::Paid => return Headline::Closed,
            Commitment::Closed if !self.received && !self.invoiced => return Headline::Closed,
            _ => {}
        }
        if self.disputed {
            return Headline::Disputed;
        }
        if self.fulfilment == Fulfilment::None {
            match self.acknowledgment {
                Acknowledgment::SupplierRejected => return Headline::SupplierRejected,
                Acknowledgment::Backordered => return Headline::Backordered,
                _ => {}
            }
        }
        self.settled()
            .or_else(|| self.moved())
            .unwrap_or_else(|| self.answered())
    }

    fn settled(self) -> Option<Headline> {
        Some(match self.settlement {
            Settlement::Paid => Headline::Paid,
            Settlement::PartiallyPaid => Headline::PartiallyPaid,
            Settlement::Posted => Headline::Posted,
            _ if self.partly_posted => Headline::PartiallyPosted,
            Settlement::Matched => Headline::Matched,
            _ if self.partly_matched => Headline::PartiallyMatched,
            _ if matches!(self.invoicing, Invoicing::Invoiced | Invoicing::OverInvoiced) => Headline::Invoiced,
            _ => return None,
        })
    }

    const fn moved(self) -> Option<Headline> {
        match self.fulfilment {
            Fulfilment::FullyReceived | Fulfilment::OverReceived => Some(Headline::FullyReceived),
            Fulfilment::PartiallyReceived => Some(Headline::PartiallyReceived),
            Fulfilment::Shipped => Some(Headline::Shipped),
            Fulfilment::PartiallyShipped => Some(Headline::PartiallyShipped),
            Fulfilment::Returned | Fulfilment::None => None,
        }
    }

    const fn answered(self) -> Headline {
        match (self.acknowledgment, self.transmission, self.commitment) {
            (Acknowledgment::Acknowledged, ..) => Headline::Acknowledged,
            (Acknowledgment::AcknowledgedWithChanges, ..) => Headline::AcknowledgedWithChanges,
            (Acknowledgment::PartiallyAcknowledged, ..) => Headline::PartiallyAcknowledged,
            (_, Transmission::Transmitted | Transmission::Delivered, _) => Headline::Transmitted,
            (_, _, Commitment::Approved | Commitment::ShortClosed | Commitment::Closed) => Headline::Approved,
            (_, _, Commitment::PendingApproval | Commitment::ChangePending) => Headline::PendingApproval,
            (_, _, Commitment::ApprovalRejected) => Headline::ApprovalRejected,
            _ => Headline::Drafted,
        }
    }
}
