//! What is wrong in the world on purpose. Nothing else in it should be found wrong.

use domain::{DocKey, DocKind, EventType, Instant};

use super::story::{Actor, Naming, Said, SaidLine};
use super::trade::{ENTITIES, Source};

/// Which of Docket's detectors should find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detector {
    /// A message that could not be read.
    Parked,
    /// Out of sequence, or of an order nobody created (IT-07).
    OutOfSequence,
    /// A broken control (GO-04).
    ControlBreach,
}

/// What was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlantedKind {
    /// A message that ends in the middle.
    BrokenBody,
    /// A type nobody knows.
    UnknownType,
    /// A day that does not exist.
    AbsurdDate,
    /// A currency that does not exist.
    WrongCurrency,
    /// A quantity that is not a number.
    NotANumber,
    /// A receipt that names no order and no document.
    NoOrder,
    /// A value buried a hundred levels deep.
    DeepNesting,
    /// A receipt for an order that was never created.
    NeverCreated,
    /// A payment of an invoice that nobody ever received.
    UnknownInvoice,
    /// An answer heard three hours before the order it answers. It heals by itself.
    LateCreation,
    /// Goods for a cancelled order.
    ReceiptAfterCancel,
    /// An invoice paid before it was posted.
    PaidBeforePosted,
    /// An invoice posted while it was blocked.
    PostedWhileBlocked,
    /// An order sent before anyone approved it.
    SentBeforeApproval,
}

impl PlantedKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::BrokenBody,
        Self::UnknownType,
        Self::AbsurdDate,
        Self::WrongCurrency,
        Self::NotANumber,
        Self::NoOrder,
        Self::DeepNesting,
        Self::NeverCreated,
        Self::UnknownInvoice,
        Self::LateCreation,
        Self::ReceiptAfterCancel,
        Self::PaidBeforePosted,
        Self::PostedWhileBlocked,
        Self::SentBeforeApproval,
    ];

    /// The detector that should find it.
    #[must_use]
    pub const fn detector(self) -> Detector {
        match self {
            Self::BrokenBody
            | Self::UnknownType
            | Self::AbsurdDate
            | Self::WrongCurrency
            | Self::NotANumber
            | Self::NoOrder
            | Self::DeepNesting => Detector::Parked,
            Self::NeverCreated
            | Self::UnknownInvoice
            | Self::LateCreation
            | Self::ReceiptAfterCancel
            | Self::PaidBeforePosted => Detector::OutOfSequence,
            Self::PostedWhileBlocked | Self::SentBeforeApproval => Detector::ControlBreach,
        }
    }

    /// The case closes by itself once the rest of the story has arrived.
    #[must_use]
    pub const fn heals(self) -> bool {
        matches!(self, Self::LateCreation)
    }
}

/// One thing that is wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// What.
    pub kind: PlantedKind,
    /// The order it is about, by entity and the ERP's number; none for messages that name none.
    pub order: Option<(&'static str, String)>,
    /// The source whose message shows it.
    pub source: &'static str,
    /// The id of that message, when the message itself is what is wrong.
    pub id: Option<String>,
    /// When Docket can first know.
    pub at: Instant,
}

/// How a message is spoiled when it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoil {
    CutShort,
    Type(&'static str),
    Date(&'static str),
    Currency(&'static str),
    Quantity(&'static str),
    Nesting(usize),
    NoOrder,
}

/// Orders with something wrong: working day before the anchor (counted back), which order of that day, what.
pub(crate) const TWISTS: [(i64, i64, PlantedKind); 9] = [
    (26, 4, PlantedKind::PostedWhileBlocked),
    (25, 7, PlantedKind::ReceiptAfterCancel),
    (24, 2, PlantedKind::PaidBeforePosted),
    (22, 9, PlantedKind::SentBeforeApproval),
    (19, 5, PlantedKind::PostedWhileBlocked),
    (15, 3, PlantedKind::LateCreation),
    (13, 8, PlantedKind::ReceiptAfterCancel),
    (6, 6, PlantedKind::SentBeforeApproval),
    (3, 5, PlantedKind::LateCreation),
];

/// Stray messages: working day before the anchor (counted back), minute of that day, what, and from where.
const STRAYS: [(i64, i64, PlantedKind, Source); 11] = [
    (21, 640, PlantedKind::NeverCreated, Source::WmsHamburg),
    (17, 601, PlantedKind::UnknownType, Source::WmsLodz),
    (14, 735, PlantedKind::UnknownInvoice, Source::Erp),
    (12, 842, PlantedKind::BrokenBody, Source::Network),
    (9, 575, PlantedKind::AbsurdDate, Source::Erp),
    (7, 668, PlantedKind::NotANumber, Source::WmsHamburg),
    (5, 915, PlantedKind::WrongCurrency, Source::Payables),
    (4, 590, PlantedKind::NoOrder, Source::WmsLodz),
    (2, 700, PlantedKind::DeepNesting, Source::Procurement),
    (2, 805, PlantedKind::NeverCreated, Source::WmsLodz),
    (1, 655, PlantedKind::BrokenBody, Source::Network),
];

/// The stray messages of one working day.
pub(crate) fn strays(days_back: i64, at: impl Fn(i64) -> Instant) -> Vec<(PlantedKind, Said)> {
    let rows = STRAYS.iter().filter(|row| row.0 == days_back);
    rows.map(|&(back, minute, kind, source)| (kind, stray(kind, source, at(minute), back)))
        .collect()
}

fn stray(kind: PlantedKind, source: Source, at: Instant, back: i64) -> Said {
    let supplier = super::suppliers::SUPPLIERS[usize::try_from(back).unwrap_or_default() % 8].id;
    let entity = ENTITIES.iter().find(|e| e.warehouse == source).unwrap_or(&ENTITIES[0]);
    let (event, actor) = match kind {
        PlantedKind::UnknownInvoice => (EventType::PayCleared, Actor::Batch("F110")),
        PlantedKind::WrongCurrency => (EventType::InvReceived, Actor::Human("akhan")),
        PlantedKind::AbsurdDate | PlantedKind::DeepNesting => (EventType::PoChanged, Actor::Batch("PI_ORDERS")),
        PlantedKind::BrokenBody => (EventType::AckAccepted, Actor::Partner(supplier)),
        _ => (
            EventType::GrReceived,
            Actor::Human(if entity.code == "PL02" { "pnowak" } else { "hpetersen" }),
        ),
    };
    let mut said = Said::new(source, event, at, actor);
    said.arrives = at.plus(40 * Instant::SECOND);
    // Numbers far outside the series of the world's own orders.
    said.stray = Some((entity.code, format!("459900{:04}", 100 + back)));
    let key = |kind, scheme: &str, number: String| Some(DocKey::new(kind, scheme, number));
    match kind {
        PlantedKind::UnknownInvoice => {
            said.document = key(DocKind::Payment, entity.code, format!("2000{}", 9_000 + back));
            said.cites = key(DocKind::Invoice, supplier, format!("X-{}", 7_700 + back))
                .into_iter()
                .collect();
            said.naming = Naming::Document;
        }
        PlantedKind::WrongCurrency => {
            said.document = key(DocKind::Invoice, supplier, format!("X-{}", 8_800 + back));
            said.amount = Some(182_040);
        }
        PlantedKind::BrokenBody => said.document = key(DocKind::Acknowledgment, supplier, format!("OC-X{back}")),
        PlantedKind::AbsurdDate | PlantedKind::DeepNesting => {}
        _ => said.document = key(DocKind::Receipt, entity.site, format!("59{}", 900 + back)),
    }
    if !matches!(kind, PlantedKind::UnknownInvoice) {
        let item = &super::suppliers::SUPPLIERS[3].items[0];
        said.lines = vec![SaidLine::moved(0, 10, item, 40_000)];
    }
    said.spoil = match kind {
        PlantedKind::BrokenBody => Some(Spoil::CutShort),
        PlantedKind::UnknownType => Some(Spoil::Type("docket.gr.weighed.v1")),
        PlantedKind::AbsurdDate => Some(Spoil::Date("2026-02-31")),
        PlantedKind::WrongCurrency => Some(Spoil::Currency("EURO")),
        PlantedKind::NotANumber => Some(Spoil::Quantity("vierzig")),
        PlantedKind::NoOrder => Some(Spoil::NoOrder),
        PlantedKind::DeepNesting => Some(Spoil::Nesting(100)),
        _ => None,
    };
    said
}
