//! What senders are answered.

use domain::Sentence;
use serde::{Deserialize, Serialize};

use crate::messages::Outcome;

/// The answer to one item of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemAnswer {
    /// The sender's id, as far as it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Its place in the log, when accepted or seen before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Why it is parked or in conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub why: Option<Sentence>,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The arrival's id: `/messages/{id}` shows it.
    pub message_id: i64,
    /// One answer per item, in order.
    pub items: Vec<ItemAnswer>,
}

/// Counts of a file's ingestion, as it goes and at its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Items read.
    pub read: u64,
    /// Items now in the log.
    pub accepted: u64,
    /// Items that were there before.
    pub duplicate: u64,
    /// Items in conflict.
    pub conflict: u64,
    /// Items parked.
    pub parked: u64,
    /// Cases (traces) seen.
    pub cases: u64,
    /// Parked items by reason, most first.
    pub reasons: Vec<(Sentence, u64)>,
    /// Earliest and latest instant in the file.
    pub span: Option<(domain::Instant, domain::Instant)>,
    /// Source words that have no canonical event, with their counts.
    pub unknown: Vec<(String, u64)>,
}
