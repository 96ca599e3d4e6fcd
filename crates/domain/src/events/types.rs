//! Canonical event types (domain §1.7), with the number they are stored by and their causal rank.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! event_types {
    ($($variant:ident = $code:literal, $name:literal, $rank:literal;)*) => {
        /// What happened, in the canonical vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl EventType {
            /// Every type, by stored number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The canonical name, such as `gr.received`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The number it is stored by. Never reused, never changed.
            #[must_use]
            pub const fn code(self) -> i64 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The type stored as `code`.
            #[must_use]
            pub const fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// The type of that canonical name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// Causal rank among events of one day: requisition, order, transmission, acknowledgment, shipment,
            /// receipt, invoice, match, posting, payment, anything else (domain §1.7).
            #[must_use]
            pub const fn sort_rank(self) -> i64 {
                match self { $(Self::$variant => $rank,)* }
            }
        }
    };
}

event_types! {
    ReqCreated = 100, "req.created", 1;
    ReqSubmitted = 101, "req.submitted", 1;
    ReqApproved = 102, "req.approved", 1;
    ReqRejected = 103, "req.rejected", 1;
    ReqCancelled = 104, "req.cancelled", 1;
    PoCreated = 200, "po.created", 2;
    PoApproved = 201, "po.approved", 2;
    PoApprovalRejected = 202, "po.approval_rejected", 2;
    PoApprovalReset = 203, "po.approval_reset", 2;
    PoChanged = 204, "po.changed", 2;
    PoHeld = 205, "po.held", 2;
    PoHoldReleased = 206, "po.hold_released", 2;
    PoLineBlocked = 207, "po.line_blocked", 2;
    PoLineCancelled = 208, "po.line_cancelled", 2;
    PoLineReinstated = 209, "po.line_reinstated", 2;
    PoCancelled = 210, "po.cancelled", 2;
    PoShortClosed = 211, "po.short_closed", 2;
    PoClosed = 212, "po.closed", 2;
    PoReopened = 213, "po.reopened", 2;
    PoQueued = 214, "po.queued", 3;
    PoTransmitted = 215, "po.transmitted", 3;
    PoDelivered = 216, "po.delivered", 3;
    PoTransmissionFailed = 217, "po.transmission_failed", 3;
    PoTechRejected = 218, "po.tech_rejected", 3;
    AckAccepted = 300, "ack.accepted", 4;
    AckAcceptedWithChanges = 301, "ack.accepted_with_changes", 4;
    AckBackordered = 302, "ack.backordered", 4;
    AckRejected = 303, "ack.rejected", 4;
    AckPending = 304, "ack.pending", 4;
    AckUpdated = 305, "ack.updated", 4;
    ShipPlanned = 400, "ship.planned", 5;
    ShipShipped = 401, "ship.shipped", 5;
    ShipUpdated = 402, "ship.updated", 5;
    ShipInTransit = 403, "ship.in_transit", 5;
    ShipDelayed = 404, "ship.delayed", 5;
    ShipArrived = 405, "ship.arrived", 5;
    ShipDelivered = 406, "ship.delivered", 5;
    ShipDeliveryFailed = 407, "ship.delivery_failed", 5;
    ShipCancelled = 408, "ship.cancelled", 5;
    GrReceived = 500, "gr.received", 6;
    GrReversed = 501, "gr.reversed", 6;
    GrBlockedStock = 502, "gr.blocked_stock", 6;
    GrReleasedFromBlocked = 503, "gr.released_from_blocked", 6;
    GrReturned = 504, "gr.returned", 6;
    GrReturnReversed = 505, "gr.return_reversed", 6;
    GrAccepted = 506, "gr.accepted", 6;
    GrRejected = 507, "gr.rejected", 6;
    GrDiscrepancy = 508, "gr.discrepancy", 6;
    SvcAccepted = 550, "svc.accepted", 6;
    InvIssued = 600, "inv.issued", 7;
    InvReceived = 601, "inv.received", 7;
    InvParked = 602, "inv.parked", 7;
    InvCancelled = 603, "inv.cancelled", 7;
    InvRejected = 604, "inv.rejected", 7;
    InvDisputed = 605, "inv.disputed", 7;
    InvDisputeResolved = 606, "inv.dispute_resolved", 7;
    InvApproved = 607, "inv.approved", 7;
    InvPosted = 608, "inv.posted", 9;
    InvCreditIssued = 609, "inv.credit_issued", 7;
    InvSubsequentDebit = 610, "inv.subsequent_debit", 7;
    InvSubsequentCredit = 611, "inv.subsequent_credit", 7;
    InvBlockSet = 612, "inv.block_set", 7;
    InvBlockReleased = 613, "inv.block_released", 7;
    MatchMatched = 700, "match.matched", 8;
    MatchBlocked = 701, "match.blocked", 8;
    MatchOverrideRequested = 702, "match.override_requested", 8;
    MatchOverrideApproved = 703, "match.override_approved", 8;
    MatchOverrideRejected = 704, "match.override_rejected", 8;
    MatchOverrideVoid = 705, "match.override_void", 8;
    PayScheduled = 800, "pay.scheduled", 10;
    PaySent = 801, "pay.sent", 10;
    PayCleared = 802, "pay.cleared", 10;
    PayReversed = 803, "pay.reversed", 10;
    MsgReceived = 900, "msg.received", 11;
    MsgQueued = 901, "msg.queued", 11;
    MsgInProcess = 902, "msg.in_process", 11;
    MsgApplied = 903, "msg.applied", 11;
    MsgAppliedPartial = 904, "msg.applied_partial", 11;
    MsgFailed = 905, "msg.failed", 11;
    MsgDeadLettered = 906, "msg.dead_lettered", 11;
    MsgReplayed = 907, "msg.replayed", 11;
    SupplierCreated = 1000, "supplier.created", 11;
    SupplierChanged = 1001, "supplier.changed", 11;
    SupplierBlocked = 1002, "supplier.blocked", 11;
    SupplierBankChanged = 1003, "supplier.bank_changed", 11;
    ItemCreated = 1020, "item.created", 11;
    ItemChanged = 1021, "item.changed", 11;
    ContractCreated = 1040, "contract.created", 11;
    ContractChanged = 1041, "contract.changed", 11;
    ContractExpired = 1042, "contract.expired", 11;
    StockCounted = 1060, "stock.counted", 11;
    StockMoved = 1061, "stock.moved", 11;
    StockReserved = 1062, "stock.reserved", 11;
    AppointmentBooked = 1080, "appointment.booked", 5;
    AppointmentChanged = 1081, "appointment.changed", 5;
    AppointmentMissed = 1082, "appointment.missed", 5;
    DemandAllocated = 1100, "demand.allocated", 11;
    DemandReleased = 1101, "demand.released", 11;
    LinkMade = 2000, "link.made", 12;
    LinkWithdrawn = 2001, "link.withdrawn", 12;
    InboxParked = 2020, "inbox.parked", 12;
    InboxUnparked = 2021, "inbox.unparked", 12;
    FileEnded = 2040, "file.ended", 12;
    CaseClassified = 2060, "case.classified", 12;
    CaseRetried = 2061, "case.retried", 12;
    CaseResolved = 2062, "case.resolved", 12;
    CaseReopened = 2063, "case.reopened", 12;
    ClockTicked = 2080, "clock.ticked", 12;
    GovernedPublished = 2100, "governed.published", 12;
    ExtEvent = 3000, "ext.event", 11;
}

impl EventType {
    /// Docket's own bookkeeping and people's acts in Docket: no sender may claim these types.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        self.code() >= 2000 && self.code() < 3000
    }

    /// The family before the dot, such as `gr`.
    #[must_use]
    pub fn family(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The canonical name for people and JSON, the stored number in compact state.
impl Serialize for EventType {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.serialize_str(self.as_str())
        } else {
            s.serialize_i64(self.code())
        }
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let name = std::borrow::Cow::<'de, str>::deserialize(d)?;
            Self::parse(&name).ok_or_else(|| de::Error::custom("unknown event type"))
        } else {
            Self::from_code(i64::deserialize(d)?).ok_or_else(|| de::Error::custom("unknown event type"))
        }
    }
}
