//! What an event of each type must name, and what its document is.

use domain::events::Draft;
use domain::{DocKind, EventType, Role};

use crate::fault::{Fault, FaultCode, Place};

/// The least that an event must name.
enum Needs {
    Nothing,
    /// An order.
    Order,
    /// An order, or a document whose orders are known.
    OrderOrCited,
    /// An order or the event's own document.
    OrderOrDocument,
    /// The event's own document.
    Document,
    /// The event's own document or one it cites.
    DocumentOrCited,
    /// Any key at all.
    Any,
}

const fn needs(kind: EventType) -> Needs {
    use EventType as E;
    match kind.code() {
        100..200 => Needs::OrderOrDocument,
        200..300 => Needs::Order,
        300..600 => match kind {
            E::AckUpdated
            | E::ShipUpdated
            | E::ShipInTransit
            | E::ShipDelayed
            | E::ShipArrived
            | E::ShipDelivered
            | E::ShipDeliveryFailed
            | E::ShipCancelled
            | E::GrReversed
            | E::GrReleasedFromBlocked
            | E::GrReturnReversed
            | E::GrAccepted
            | E::GrRejected
            | E::GrDiscrepancy => Needs::Any,
            _ => Needs::OrderOrCited,
        },
        600..700 => Needs::Document,
        700..800 | 900..1000 => Needs::Any,
        800..900 => Needs::DocumentOrCited,
        _ => Needs::Nothing,
    }
}

/// Refuses an event that no order could ever be found for.
pub(super) fn check(draft: &Draft) -> Result<(), Fault> {
    let has = |role| draft.refs.iter().any(|r| r.role == role);
    let (order, document, cited) = (has(Role::Order), has(Role::Subject), has(Role::Cites));
    let reversed = draft.payload.reverses.is_some();
    let (met, code, name) = match needs(draft.kind) {
        Needs::Nothing => (true, FaultCode::KeysMissing, "order"),
        Needs::Order => (order, FaultCode::OrderMissing, "order"),
        Needs::OrderOrCited => (order || cited, FaultCode::KeysMissing, "order"),
        Needs::OrderOrDocument => (order || document, FaultCode::KeysMissing, "order"),
        Needs::Document => (document, FaultCode::DocumentMissing, "document"),
        Needs::DocumentOrCited => (document || cited, FaultCode::DocumentMissing, "document"),
        Needs::Any => (order || document || cited || reversed, FaultCode::KeysMissing, "order"),
    };
    if met && (order || !has(Role::SameOrder)) {
        return Ok(());
    }
    let code = if met { FaultCode::OrderMissing } else { code };
    Err(Fault::new(code, Place::field(format!("data.{name}")), "").with("type", draft.kind))
}

/// The kind of document that events of this type are about.
pub(super) const fn document_kind(kind: EventType) -> Option<DocKind> {
    match kind {
        EventType::GrReturned | EventType::GrReturnReversed => Some(DocKind::Return),
        EventType::SvcAccepted => Some(DocKind::ServiceEntry),
        _ => match kind.code() {
            100..200 => Some(DocKind::Requisition),
            300..400 => Some(DocKind::Acknowledgment),
            400..500 => Some(DocKind::Shipment),
            500..600 => Some(DocKind::Receipt),
            600..800 => Some(DocKind::Invoice),
            800..900 => Some(DocKind::Payment),
            _ => None,
        },
    }
}

/// The canonical name that a sender most likely meant: the one with the fewest letters to change.
pub(super) fn nearest(name: &str) -> &'static str {
    let short: String = name.chars().take(60).collect();
    let open = EventType::ALL
        .iter()
        .filter(|kind| !kind.is_internal())
        .map(|kind| kind.as_str());
    open.min_by_key(|known| distance(&short, known)).unwrap_or_default()
}

/// Letters to change, add or leave out to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
