//! What an event says: a field that is absent was not said, and changes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::keys::DocKey;
use crate::numbers::{Decimal, Quantity};
use crate::time::Instant;

/// A trading partner as the source names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The source's id of the partner.
    pub id: String,
    /// Its name, when said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What an event says about the document as a whole and about its lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Payload {
    /// Version of the document the event speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The buying entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The site (warehouse, plant) the goods go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The buying category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The region the data is at home in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The supplier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Party>,
    /// The order's buyer code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
    /// ISO 4217 code of the document's amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The document's total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// `po.created` of an order that the source already counts as approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<bool>,
    /// The reason code or text the source gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a reversal or cancellation takes back: the document it undoes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverses: Option<DocKey>,
    /// Value without quantity: a subsequent debit or credit, or the cancelling of one (domain §1.1).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub value_only: bool,
    /// Lines of the document. None: the event speaks of every line of its orders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineData>,
    /// For Docket's own events: who a link joins, which case an act is for, and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<serde_json::Value>,
    /// Everything else the source said, kept and shown, without meaning to the fold.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

/// What an event says about one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineData {
    /// The order's line number as written by the source, without leading zeros.
    pub line_no: String,
    /// The order the line belongs to, when the event has several; absent: the event's only order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<DocKey>,
    /// Item code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Item text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How much, in the line's order unit. Absent: the source did not report a quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// Unit code (UN/ECE Rec 20).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Price per `per` units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// Price unit; absent means 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<Decimal>,
    /// Line amount as the source states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// Date needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_at: Option<Instant>,
    /// Date promised by the supplier, or ETA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Instant>,
    /// No further delivery is expected (domain §1.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_complete: Option<bool>,
    /// No further invoice is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_invoice: Option<bool>,
    /// A receipt is expected before payment (three-way); absent: not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_required: Option<bool>,
}

impl LineData {
    /// The quantity of a movement: unknown when the source did not report one.
    #[must_use]
    pub fn moved(&self) -> Quantity {
        self.quantity.map_or(Quantity::Unknown, Quantity::Known)
    }
}
