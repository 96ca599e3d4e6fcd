//! Orders as screens and API show them.

use domain::{Instant, Sentence};
use serde::{Deserialize, Serialize};

use crate::exceptions::CaseRow;
use crate::moment::Moment;
use crate::page::Limit;

/// Which orders a list shows. Sorted by opening, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(default)]
pub struct OrderFilter {
    /// Any business key: order, requisition, shipment, receipt, invoice or payment number, whole or its beginning.
    pub q: String,
    /// Only orders of this buying entity.
    pub entity: String,
    /// Where the page begins (opaque).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows wanted.
    #[cfg_attr(feature = "openapi", param(value_type = u16))]
    pub limit: Limit,
}

/// An amount in one currency, as decimal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoneyView {
    /// Decimal text.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// One order in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRow {
    /// Buying entity.
    pub entity: String,
    /// Purchase order number.
    pub po_no: String,
    /// Supplier's name or id.
    pub supplier: String,
    /// The derived label (domain §1.3), such as `partially_received`.
    pub headline: String,
    /// Labels beside it, such as `on_hold` or `known_by_reference`.
    pub badges: Vec<String>,
    /// Number of lines.
    pub lines: u32,
    /// Order value; absent when unknown or not for this caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<MoneyView>,
    /// When the order was opened.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub opened_at: Instant,
    /// When something last happened to it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub last_at: Instant,
    /// Open exceptions on it.
    pub exceptions: u32,
}

/// A document key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyView {
    /// Kind of document, such as `invoice`.
    pub kind: String,
    /// Who numbers it.
    pub scheme: String,
    /// The number.
    pub value: String,
}

/// One facet of a line or of the whole order and the value it has reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetView {
    /// `commitment`, `transmission`, `acknowledgment`, `fulfilment`, `invoice` or `settlement`.
    pub facet: String,
    /// Its value, such as `partially_shipped`.
    pub value: String,
}

/// A named quantity (domain §1.6) in the line's unit; absent number: reported without a quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuantityView {
    /// `ordered`, `acknowledged`, `shipped`, `in_transit`, `received`, `invoiced`, `to_come`, ...
    pub name: String,
    /// Decimal text, or absent when the source did not say how much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineView {
    /// Line number.
    pub line_no: String,
    /// Item code and text, as known; absent when not for this caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Unit code.
    pub unit: String,
    /// Label.
    pub headline: String,
    /// Labels beside it.
    pub badges: Vec<String>,
    /// The six facets behind the label.
    pub facets: Vec<FacetView>,
    /// The quantities, in the order screens show them; none when not for this caller.
    pub quantities: Vec<QuantityView>,
    /// Price per unit as text; absent when unknown or not for this caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<MoneyView>,
    /// Date needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub needed_at: Option<Instant>,
    /// Date promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub promised_at: Option<Instant>,
}

/// One event on an order's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventRow {
    /// Its place in the log.
    pub seq: i64,
    /// Canonical type, such as `gr.received`.
    pub kind: String,
    /// The source's own word for it.
    pub activity: String,
    /// The system that said so.
    pub source: String,
    /// The lane it is drawn in: `procurement`, `erp`, `supplier`, `carrier`, `warehouse`, `payables`, `other`.
    pub lane: String,
    /// When it happened.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub occurred_at: Instant,
    /// `instant`, `minute` or `day`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub precision: domain::Precision,
    /// When we learned of it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received_at: Instant,
    /// Lines it speaks of; empty: the whole order.
    pub lines: Vec<String>,
    /// Quantity it moved, as text, when it says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// Document it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<KeyView>,
    /// Who did it, in the source's words or by another name that is always the same; absent when not for this caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// What is irregular about it, such as `posted_while_blocked`.
    pub flags: Vec<String>,
}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepView {
    /// Stage, such as `approved_to_transmitted`.
    pub stage: String,
    /// Start.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub from: Instant,
    /// Stop; absent: not finished yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub to: Option<Instant>,
    /// Elapsed microseconds, to now when not finished.
    pub elapsed_us: i64,
    /// One end is only known to the day.
    pub to_the_day: bool,
}

/// What a facet is at the level of the whole order, and everything else the order page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    /// The list row.
    pub row: OrderRow,
    /// The first line of the page: state, trouble, what comes next.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub sentence: Sentence,
    /// Site the goods go to.
    pub site: String,
    /// Buyer code, or another name that is always the same; absent when not for this caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
    /// Document version in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Other numbers and documents of this order.
    pub also_known_as: Vec<KeyView>,
    /// Facets of the whole order.
    pub facets: Vec<FacetView>,
    /// Share received, in percent, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent_received: Option<String>,
    /// Lines.
    pub lines: Vec<LineView>,
    /// Timeline in event order.
    pub events: Vec<EventRow>,
    /// Stages and how long they took.
    pub steps: Vec<StepView>,
    /// Open exceptions of this order.
    pub exceptions: Vec<CaseRow>,
    /// The moment shown.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub moment: Moment,
    /// Later events that this moment hides.
    pub hidden_events: u32,
    /// The instant the page was made, for relative times.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Instant,
}

/// An address of an order may have moved: its number was linked to another order's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "passed once from port to page")]
pub enum OrderFound {
    /// Here it is.
    Here(OrderView),
    /// It is known under this entity and number.
    Moved {
        /// Buying entity.
        entity: String,
        /// Purchase order number.
        po_no: String,
    },
}

/// The bytes a source sent, as far as the caller may see them: mostly their structure, without the values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RawView {
    /// Media type as sent.
    pub media_type: String,
    /// The text of the item (invalid UTF-8 shown as replacement characters), at most 64 kB.
    pub text: String,
    /// The text is the structure only: every digit is a 9, every letter of a value an `a` or `A`.
    pub structure_only: bool,
    /// Bytes of the item in all.
    pub bytes: u64,
    /// SHA-256 of the whole body, hexadecimal.
    pub sha256: String,
}

/// One event with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventView {
    /// The timeline row.
    pub row: EventRow,
    /// Canonical fields as name and text, in a fixed order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<String>>))]
    pub fields: Vec<(String, String)>,
    /// The arrival that carried it; absent for Docket's own events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i64>,
    /// The bytes; absent when the caller may not see them or they have expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<RawView>,
}
