//! What an event of the order calls into question. A flagged event is kept and counted all the same.

use std::sync::Arc;

use crate::events::{EventType, Seq};
use crate::time::Instant;

macro_rules! flags {
    ($($variant:ident = $word:literal, $illegal:literal, $control:literal, $doc:literal;)*) => {
        /// What is wrong or remarkable about an event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FlagKind {
            $(#[doc = $doc] $variant,)*
        }

        impl FlagKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word used in APIs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The event failed a guard of the transition table (domain §1.5).
            #[must_use]
            pub const fn is_illegal(self) -> bool {
                match self { $(Self::$variant => $illegal,)* }
            }

            /// The failed guard is a control of the company (class GO-04).
            #[must_use]
            pub const fn is_control(self) -> bool {
                match self { $(Self::$variant => $control,)* }
            }

            /// The kind of that word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
            }
        }
    };
}

flags! {
    Orphan = "orphan", false, false, "The order is known only because other documents name it. At its first event.";
    EventBeforeCreation = "event_before_creation", false, false, "It happened before the order was made. Never said of requisitions or of events known to the day.";
    ImplausiblePast = "implausible_past", false, false, "Dated before 2000, or more than two years before the order. It counts, but not in latencies.";
    ImplausibleFuture = "implausible_future", false, false, "Dated more than five minutes after it reached us. It counts, but not in latencies.";
    NegativeQuantity = "negative_quantity", false, false, "A movement below nought: kept as one of unknown quantity.";
    StaleVersion = "stale_version", false, false, "It speaks of an earlier version: kept, without effect on the current one.";
    InferredTransmission = "inferred_transmission", false, false, "The other side's system answered, but nobody said the order was sent.";
    UnlinkedReversal = "unlinked_reversal", false, false, "It does not say what it takes back: applied to the latest of the same quantity.";
    OverAcknowledged = "over_acknowledged", false, false, "The supplier answered for more than is expected.";
    SentBeforeApproval = "sent_before_approval", true, true, "Sent while approval was pending, refused or asked for again.";
    ShippedBeforeTransmission = "shipped_before_transmission", true, false, "Shipped although the order was neither sent nor answered.";
    AckedAfterCancel = "acked_after_cancel", true, false, "The supplier confirmed what was cancelled.";
    ReceivedAfterCancel = "received_after_cancel", true, false, "Goods came for what was cancelled.";
    ChangedBelowReceived = "changed_below_received", true, false, "Changed to less than was already received.";
    ReopenedAfterFinalClose = "reopened_after_final_close", true, true, "Reopened after it was closed for good.";
    ReversalWithoutReceipt = "reversal_without_receipt", true, false, "Takes back a receipt where none is.";
    ReversedMoreThanReceived = "reversed_more_than_received", true, false, "Takes back more than the receipt.";
    ReturnedMoreThanReceived = "returned_more_than_received", true, false, "Returns more than is here.";
    InvoiceForUnknownLine = "invoice_for_unknown_line", true, false, "An invoice for a line that the order never had.";
    CancelInvoiceWithoutInvoice = "cancel_invoice_without_invoice", true, false, "Takes back an invoice where none is.";
    PostedWhileBlocked = "posted_while_blocked", true, true, "Posted while the invoice was blocked or disputed.";
    PaidBeforePosted = "paid_before_posted", true, false, "Paid before the invoice was in the ledger.";
    PaidWhileBlocked = "paid_while_blocked", true, true, "Paid while the invoice was blocked or disputed.";
    PaymentReversalWithoutPayment = "payment_reversal_without_payment", true, false, "Takes back a payment where none is.";
}

/// A flag at an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flag {
    /// First field of the event order of the event: flags sort by it.
    pub sort_at: Instant,
    /// What it is.
    pub kind: FlagKind,
    /// The event.
    pub event: EventType,
    /// When the event happened.
    pub occurred_at: Instant,
    /// The event's place in the log.
    pub seq: Seq,
    /// The line it was seen on; absent: the order as a whole.
    pub line: Option<Arc<str>>,
}
