//! The keys by which systems name documents, and what an event says about them (domain §1.1).

use std::fmt;

use serde::{Deserialize, Serialize};

/// What sort of document a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocKind {
    /// A purchase order by buying entity (the scheme) and number: the natural key of an order.
    PurchaseOrder,
    /// Another system's number for the same order; the scheme names the system.
    OrderAlias,
    /// A requisition.
    Requisition,
    /// A supplier's acknowledgment.
    Acknowledgment,
    /// A shipment, advance shipping notice or delivery.
    Shipment,
    /// A goods receipt document.
    Receipt,
    /// A service entry sheet.
    ServiceEntry,
    /// A return to the supplier.
    Return,
    /// An invoice, credit note or subsequent debit or credit.
    Invoice,
    /// A payment.
    Payment,
}

impl DocKind {
    /// Every kind, in the order of their stored numbers.
    pub const ALL: [Self; 10] = [
        Self::PurchaseOrder,
        Self::OrderAlias,
        Self::Requisition,
        Self::Acknowledgment,
        Self::Shipment,
        Self::Receipt,
        Self::ServiceEntry,
        Self::Return,
        Self::Invoice,
        Self::Payment,
    ];

    /// The number stored for it.
    #[must_use]
    pub fn code(self) -> i64 {
        Self::ALL
            .iter()
            .position(|k| *k == self)
            .and_then(|i| i64::try_from(i).ok())
            .unwrap_or_default()
    }

    /// The kind stored as `code`.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|i| Self::ALL.get(i)).copied()
    }

    /// The word used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PurchaseOrder => "purchase_order",
            Self::OrderAlias => "order_alias",
            Self::Requisition => "requisition",
            Self::Acknowledgment => "acknowledgment",
            Self::Shipment => "shipment",
            Self::Receipt => "receipt",
            Self::ServiceEntry => "service_entry",
            Self::Return => "return",
            Self::Invoice => "invoice",
            Self::Payment => "payment",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }

    /// A key of this kind says by itself which order is meant.
    #[must_use]
    pub const fn names_order(self) -> bool {
        matches!(self, Self::PurchaseOrder | Self::OrderAlias)
    }
}

/// A document's key: kind, scheme (buying entity, system or supplier that gave the number) and the number itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocKey {
    /// What sort of document.
    pub kind: DocKind,
    /// Who numbers it.
    pub scheme: String,
    /// The number.
    pub value: String,
}

impl DocKey {
    /// A key of these parts.
    pub fn new(kind: DocKind, scheme: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            kind,
            scheme: scheme.into(),
            value: value.into(),
        }
    }
}

impl fmt::Display for DocKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind.as_str(), self.scheme, self.value)
    }
}

/// What a key is to the event that claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The event belongs to this order. Several: to each of them.
    Order,
    /// The same order as the event's first `Order` key, under another number: the two are one from here on.
    SameOrder,
    /// The document the event is about. Binds the document to the orders the event reaches.
    Subject,
    /// A document the event refers to. An event without an order key reaches the orders of what it cites,
    /// else those of its subject. Citing binds nothing.
    Cites,
}

/// One key that an event claims.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ref {
    /// What the key is to the event.
    pub role: Role,
    /// The key.
    pub key: DocKey,
}

impl Ref {
    /// A reference of these parts.
    #[must_use]
    pub const fn new(role: Role, key: DocKey) -> Self {
        Self { role, key }
    }
}
