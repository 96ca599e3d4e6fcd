//! The transition table (domain §1.5): what an event does, under which guard, and what is said when the guard fails.
//! An event is never dropped: a failed guard flags it, and decides whether it still takes effect.

use super::flags::FlagKind;
use crate::events::EventType;

/// What has to hold for an effect. Where sources are silent the guard holds: it takes evidence to the contrary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    Always,
    /// The event does not speak of an earlier version.
    CurrentVersion,
    /// There is no order yet, only a request.
    NoOrderYet,
    /// The line is approved.
    Approved,
    /// The event says the source counts it as approved.
    SaysApproved,
    /// The event says it needs approval anew.
    SaysUnapproved,
    /// Approval is not pending, refused or asked for again. Nobody having said anything is no evidence.
    NotKnownUnapproved,
    /// The line was not cancelled.
    NotCancelled,
    /// Nothing is received and nothing invoiced, net.
    NothingMoved,
    /// Less than ordered is received.
    ReceivedBelowOrdered,
    /// The new quantity is not below what is received.
    NotBelowReceived,
    /// It was not closed for good.
    NotFinallyClosed,
    /// It was sent at some time.
    Sent,
    /// The supplier knows of it: sent, or answered.
    SupplierKnows,
    /// A shipment is there, and it says which.
    NamesShipment,
    /// What it takes back was not taken back by the same document before.
    NotYetUndone,
    /// Something is received.
    HoldsReceipt,
    /// It says which receipt.
    NamesReceipt,
    /// It takes back no more than the receipt has left.
    ReversalFits,
    /// It returns no more than is here.
    ReturnFits,
    /// It moves a quantity, not only a value.
    MovesQuantity,
    /// An invoice or credit is there.
    HoldsInvoice,
    /// It says which invoice.
    NamesInvoice,
    /// The invoice it speaks of is not blocked, disputed or in disagreement.
    NotStopped,
    /// The invoices it pays are in the ledger. One that names none and finds none open clears the cancellation or
    /// credit of an invoice that was.
    Posted,
    /// The same payment of the same invoices was not told before.
    NotYetPaid,
    /// Something is paid.
    HoldsPayment,
}

/// What an event does to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it; the table says when")]
pub enum Effect {
    None,
    Request,
    SubmitRequest,
    ApproveRequest,
    RejectRequest,
    CancelRequest,
    Create,
    TakeTerms,
    Approve,
    AskApproval,
    AskApprovalAgain,
    RejectApproval,
    Hold,
    ReleaseHold,
    Withdraw,
    ShortClose,
    Close,
    Reopen,
    Queue,
    Transmit,
    TransmitEarlier,
    Deliver,
    FailTransmission,
    RefuseTechnically,
    Confirm,
    ConfirmWithChanges,
    Backorder,
    RejectBySupplier,
    AwaitAnswer,
    UpdateAnswer,
    PlanShipment,
    Ship,
    Carry,
    Delay,
    CancelShipment,
    Receive,
    ReverseReceipt,
    BlockStock,
    ReleaseStock,
    Return,
    UndoReturn,
    RejectQuality,
    TakeInvoice,
    CancelInvoice,
    RejectInvoice,
    Credit,
    JudgeInvoice,
    Post,
    Pay,
    Unpay,
}

/// What happens when a guard fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Nothing; later rows still apply.
    Skip,
    /// Nothing, and no later row applies.
    Stop,
    /// It is flagged; later rows still apply.
    Flag(FlagKind),
    /// It is flagged, and no later row applies.
    Refuse(FlagKind),
    /// Another effect takes its place.
    Do(Effect),
    /// It is flagged, and another effect takes its place.
    FlagAndDo(FlagKind, Effect),
}

/// One row: guard, effect, and what a failed guard means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What has to hold.
    pub guard: Guard,
    /// What it does.
    pub effect: Effect,
    /// What happens when it does not hold.
    pub otherwise: Otherwise,
}

const fn row(guard: Guard, effect: Effect, otherwise: Otherwise) -> Transition {
    Transition {
        guard,
        effect,
        otherwise,
    }
}

const fn always(effect: Effect) -> Transition {
    row(Guard::Always, effect, Otherwise::Skip)
}

const fn unless(guard: Guard, flag: FlagKind) -> Transition {
    row(guard, Effect::None, Otherwise::Flag(flag))
}

const fn current(effect: Effect) -> Transition {
    row(Guard::CurrentVersion, effect, Otherwise::Refuse(FlagKind::StaleVersion))
}

const ALIVE: Transition = unless(Guard::NotCancelled, FlagKind::AckedAfterCancel);
const INFER: Transition = row(
    Guard::Sent,
    Effect::None,
    Otherwise::FlagAndDo(FlagKind::InferredTransmission, Effect::Transmit),
);
const UNDO_ONCE: Transition = row(Guard::NotYetUndone, Effect::None, Otherwise::Stop);

/// The flag, and the effect all the same.
const fn noted(flag: FlagKind, effect: Effect) -> Otherwise {
    Otherwise::FlagAndDo(flag, effect)
}

macro_rules! table {
    ($($($kind:ident)|+ => [$($row:expr),+ $(,)?];)*) => {
        /// The rows of an event type, in the order they apply. None: it moves no facet.
        #[must_use]
        pub const fn transitions(kind: EventType) -> &'static [Transition] {
            match kind {
                $($(EventType::$kind)|+ => const { &[$($row),+] },)*
                _ => &[],
            }
        }
    };
}

table! {
    ReqCreated => [always(Effect::Request)];
    ReqSubmitted => [always(Effect::Request), always(Effect::SubmitRequest)];
    ReqApproved => [always(Effect::Request), always(Effect::ApproveRequest)];
    ReqRejected => [always(Effect::RejectRequest)];
    ReqCancelled => [row(Guard::NoOrderYet, Effect::CancelRequest, Otherwise::Skip)];

    PoCreated => [
        always(Effect::Create),
        current(Effect::TakeTerms),
        row(Guard::SaysApproved, Effect::Approve, Otherwise::Skip),
    ];
    PoApproved => [current(Effect::Approve)];
    PoApprovalRejected => [current(Effect::RejectApproval)];
    PoApprovalReset => [row(Guard::Approved, Effect::AskApprovalAgain, Otherwise::Do(Effect::AskApproval))];
    PoChanged => [
        current(Effect::None),
        unless(Guard::NotBelowReceived, FlagKind::ChangedBelowReceived),
        always(Effect::TakeTerms),
        row(Guard::SaysUnapproved, Effect::AskApprovalAgain, Otherwise::Skip),
        row(Guard::SaysApproved, Effect::Approve, Otherwise::Skip),
    ];
    PoHeld | PoLineBlocked => [always(Effect::Hold)];
    PoHoldReleased => [always(Effect::ReleaseHold)];
    PoCancelled | PoLineCancelled => [row(Guard::NothingMoved, Effect::Withdraw, Otherwise::Do(Effect::ShortClose))];
    PoShortClosed => [row(Guard::ReceivedBelowOrdered, Effect::ShortClose, Otherwise::Skip)];
    PoClosed => [always(Effect::Close)];
    PoReopened | PoLineReinstated => [
        row(Guard::NotFinallyClosed, Effect::Reopen, Otherwise::Refuse(FlagKind::ReopenedAfterFinalClose)),
    ];

    PoQueued => [always(Effect::Queue)];
    PoTransmitted => [
        unless(Guard::NotKnownUnapproved, FlagKind::SentBeforeApproval),
        row(Guard::CurrentVersion, Effect::Transmit, noted(FlagKind::StaleVersion, Effect::TransmitEarlier)),
    ];
    PoDelivered => [INFER, current(Effect::Deliver)];
    PoTransmissionFailed => [current(Effect::FailTransmission)];
    PoTechRejected => [INFER, current(Effect::RefuseTechnically)];

    AckAccepted => [ALIVE, current(Effect::Confirm)];
    AckAcceptedWithChanges => [ALIVE, current(Effect::ConfirmWithChanges)];
    AckBackordered => [ALIVE, current(Effect::Backorder)];
    AckRejected => [current(Effect::RejectBySupplier)];
    AckPending => [current(Effect::AwaitAnswer)];
    AckUpdated => [ALIVE, current(Effect::UpdateAnswer)];

    ShipPlanned => [always(Effect::PlanShipment)];
    ShipShipped => [unless(Guard::SupplierKnows, FlagKind::ShippedBeforeTransmission), always(Effect::Ship)];
    ShipUpdated => [always(Effect::Ship)];
    ShipInTransit | ShipArrived | ShipDelivered => [always(Effect::Carry)];
    ShipDelayed => [always(Effect::Delay)];
    ShipCancelled => [
        UNDO_ONCE,
        row(Guard::NamesShipment, Effect::CancelShipment, noted(FlagKind::UnlinkedReversal, Effect::CancelShipment)),
    ];

    GrReceived | SvcAccepted => [
        unless(Guard::NotCancelled, FlagKind::ReceivedAfterCancel),
        always(Effect::Receive),
    ];
    GrReversed => [
        UNDO_ONCE,
        row(Guard::HoldsReceipt, Effect::None, Otherwise::Refuse(FlagKind::ReversalWithoutReceipt)),
        unless(Guard::ReversalFits, FlagKind::ReversedMoreThanReceived),
        row(Guard::NamesReceipt, Effect::ReverseReceipt, noted(FlagKind::UnlinkedReversal, Effect::ReverseReceipt)),
    ];
    GrBlockedStock => [always(Effect::BlockStock)];
    GrReleasedFromBlocked => [always(Effect::ReleaseStock)];
    GrReturned => [unless(Guard::ReturnFits, FlagKind::ReturnedMoreThanReceived), always(Effect::Return)];
    GrReturnReversed => [UNDO_ONCE, always(Effect::UndoReturn)];
    GrRejected => [always(Effect::RejectQuality)];

    InvReceived | InvParked => [always(Effect::TakeInvoice)];
    InvCancelled => [
        row(Guard::MovesQuantity, Effect::None, Otherwise::Stop),
        UNDO_ONCE,
        row(Guard::HoldsInvoice, Effect::None, Otherwise::Refuse(FlagKind::CancelInvoiceWithoutInvoice)),
        row(Guard::NamesInvoice, Effect::CancelInvoice, noted(FlagKind::UnlinkedReversal, Effect::CancelInvoice)),
    ];
    InvRejected => [always(Effect::RejectInvoice)];
    InvPosted => [unless(Guard::NotStopped, FlagKind::PostedWhileBlocked), always(Effect::Post)];
    InvCreditIssued => [row(Guard::MovesQuantity, Effect::Credit, Otherwise::Stop)];
    InvDisputed | InvDisputeResolved | InvApproved | InvBlockSet | InvBlockReleased => [always(Effect::JudgeInvoice)];
    MatchMatched | MatchBlocked => [always(Effect::JudgeInvoice)];
    MatchOverrideRequested | MatchOverrideApproved | MatchOverrideRejected | MatchOverrideVoid => [
        always(Effect::JudgeInvoice),
    ];

    PayCleared => [
        row(Guard::NotYetPaid, Effect::None, Otherwise::Stop),
        unless(Guard::Posted, FlagKind::PaidBeforePosted),
        unless(Guard::NotStopped, FlagKind::PaidWhileBlocked),
        always(Effect::Pay),
    ];
    PayReversed => [
        row(Guard::HoldsPayment, Effect::Unpay, Otherwise::Refuse(FlagKind::PaymentReversalWithoutPayment)),
    ];
}
