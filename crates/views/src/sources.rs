//! Source systems.

use domain::Instant;
use serde::{Deserialize, Serialize};

/// A source and what it sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceRow {
    /// Its name in addresses, such as `wms-lodz`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The lane its events are drawn in.
    pub lane: String,
    /// Buying entity of documents that name none; empty when they must.
    pub entity: String,
    /// Arrivals in all.
    pub messages: u64,
    /// Items parked now.
    pub parked: u64,
    /// When we last heard from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_heard: Option<Instant>,
    /// First characters of its token; absent: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_prefix: Option<String>,
}

/// What an administrator says of a new source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSource {
    /// Name in addresses: lower-case letters, digits, hyphens.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// `procurement`, `erp`, `supplier`, `carrier`, `warehouse`, `payables` or `other`.
    pub lane: String,
    /// Buying entity of documents that do not name one.
    pub entity: String,
}

/// A source's token, shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// The source.
    pub source: String,
    /// The secret; only its hash is kept.
    pub token: String,
    /// When it ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Instant,
}
