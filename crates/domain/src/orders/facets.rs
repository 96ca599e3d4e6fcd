//! The six facets of a line and the overlays beside them (domain §1.2).

macro_rules! facet {
    ($(#[$meta:meta])* $name:ident {
        $first:ident = $first_word:literal, $first_rank:literal, $first_doc:literal;
        $($variant:ident = $word:literal, $rank:literal, $doc:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            #[doc = $first_doc] #[default] $first,
            $(#[doc = $doc] $variant,)*
        }

        impl $name {
            /// Every value, in the order of the specification.
            pub const ALL: &'static [Self] = &[Self::$first, $(Self::$variant,)*];

            /// The word used in APIs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { Self::$first => $first_word, $(Self::$variant => $word,)* }
            }

            /// How far along it is; a variant ranks with the state it varies.
            #[must_use]
            pub const fn rank(self) -> u8 {
                match self { Self::$first => $first_rank, $(Self::$variant => $rank,)* }
            }

            /// The value of that word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

facet! {
    /// How firmly the buyer stands by the line.
    Commitment {
        Drafted = "drafted", 0, "Requested or ordered, not submitted, or nobody said it was approved.";
        PendingApproval = "pending_approval", 1, "Submitted, approval incomplete.";
        ApprovalRejected = "approval_rejected", 0, "An approver said no.";
        ChangePending = "change_pending", 1, "Approved once; a change waits for approval, the prior version stays in force.";
        Approved = "approved", 2, "Every approval of the current version given.";
        Cancelled = "cancelled", 3, "Withdrawn before anything was received or invoiced.";
        ShortClosed = "short_closed", 3, "The rest was withdrawn.";
        Closed = "closed", 4, "Delivered, invoiced and paid up, or closed by the source.";
    }
}

facet! {
    /// How far the order's current version got on its way to the supplier.
    Transmission {
        None = "none", 0, "Not sent.";
        Queued = "queued", 1, "Waiting to be sent.";
        Failed = "failed", 1, "Sending failed.";
        TechRejected = "tech_rejected", 2, "The other side's system refused it.";
        Transmitted = "transmitted", 2, "Left our side.";
        Delivered = "delivered", 3, "The other side's system has it.";
    }
}

facet! {
    /// What the supplier answered.
    Acknowledgment {
        None = "none", 0, "Nothing.";
        AckPending = "ack_pending", 1, "The supplier said an answer will come.";
        PartiallyAcknowledged = "partially_acknowledged", 2, "Some of it is confirmed.";
        Backordered = "backordered", 2, "Some of it is on backorder.";
        Acknowledged = "acknowledged", 3, "All of it is confirmed.";
        AcknowledgedWithChanges = "acknowledged_with_changes", 3, "Confirmed with a difference.";
        SupplierRejected = "supplier_rejected", 1, "All of it is refused.";
        Waived = "waived", 3, "No answer is required. No event of the first cut says so.";
    }
}

facet! {
    /// How much of it has come.
    Fulfilment {
        None = "none", 0, "Nothing moved.";
        PartiallyShipped = "partially_shipped", 1, "Some of it, or nobody said how much, was shipped.";
        Shipped = "shipped", 2, "All of it was shipped.";
        Returned = "returned", 2, "What was received went back.";
        PartiallyReceived = "partially_received", 3, "Some of it, or nobody said how much, was received.";
        FullyReceived = "fully_received", 4, "All that is expected was received, or delivery is complete.";
        OverReceived = "over_received", 4, "More than expected was received.";
    }
}

facet! {
    /// How much of it the supplier invoiced.
    Invoicing {
        None = "none", 0, "Nothing.";
        PartiallyInvoiced = "partially_invoiced", 1, "Some of it, or nobody said how much.";
        Credited = "credited", 1, "What was invoiced was credited again.";
        Invoiced = "invoiced", 2, "All of it.";
        OverInvoiced = "over_invoiced", 2, "More than all of it.";
    }
}

facet! {
    /// How far its invoices are on their way to being paid.
    Settlement {
        Unmatched = "unmatched", 0, "No invoice, or none that agrees yet.";
        PendingReceipt = "pending_receipt", 1, "An invoice waits for the receipt.";
        Disputed = "disputed", 1, "An invoice is blocked or disputed.";
        Matched = "matched", 2, "Every invoice agrees or was overridden.";
        Posted = "posted", 3, "Every invoice is in the ledger.";
        PartiallyPaid = "partially_paid", 4, "Some of what was invoiced is paid.";
        Paid = "paid", 5, "All that was invoiced is paid.";
    }
}

facet! {
    /// What is shown beside the headline.
    Overlay {
        OnHold = "on_hold", 0, "Held or blocked by the buyer.";
        Locked = "locked", 0, "Locked by its source. No event of the first cut says so.";
        ChangePending = "change_pending", 0, "A change waits for approval.";
        SignaturePending = "signature_pending", 0, "A signature is missing. No event of the first cut says so.";
        OverridePending = "override_pending", 0, "An override of a match is asked for.";
        ExceptionOpen = "exception_open", 0, "A case is open. Set by judgement, never by the fold.";
        Stub = "stub", 0, "Known only because other documents name it.";
        Returned = "returned", 0, "Some of it went back to the supplier.";
        Credited = "credited", 0, "Some of it was credited.";
        QualityRejected = "quality_rejected", 0, "Some of it failed inspection.";
        Disputed = "disputed", 0, "An invoice of it is blocked or disputed.";
    }
}

/// A set of overlays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Overlays(u16);

impl Overlays {
    /// With `overlay` in it when `on`.
    #[must_use]
    pub const fn with(self, overlay: Overlay, on: bool) -> Self {
        if on { Self(self.0 | 1 << overlay as u16) } else { self }
    }

    /// Those of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `overlay` is in it.
    #[must_use]
    pub const fn has(self, overlay: Overlay) -> bool {
        self.0 & (1 << overlay as u16) != 0
    }

    /// Its overlays in the order of [`Overlay::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Overlay> {
        Overlay::ALL.iter().copied().filter(move |overlay| self.has(*overlay))
    }
}
