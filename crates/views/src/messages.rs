//! Incoming messages and what became of each.

use domain::{Instant, Sentence};
use serde::{Deserialize, Serialize};

use crate::orders::RawView;
use crate::page::Limit;

/// Which arrivals a list shows. Newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(default)]
pub struct MessageFilter {
    /// Only arrivals with a parked item.
    pub parked: bool,
    /// Only this source.
    pub source: String,
    /// Where the page begins (opaque).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows wanted.
    #[cfg_attr(feature = "openapi", param(value_type = u16))]
    pub limit: Limit,
}

/// What became of an item of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// In the log.
    Accepted,
    /// The same was here before; answered, counted, not stored twice.
    Duplicate,
    /// Same id, other content: kept as a conflict.
    Conflict,
    /// Could not be read; kept, and can be retried.
    Parked,
}

impl Outcome {
    /// The number stored for it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Accepted => 0,
            Self::Duplicate => 1,
            Self::Conflict => 2,
            Self::Parked => 3,
        }
    }

    /// The outcome stored as `code`.
    #[must_use]
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Accepted),
            1 => Some(Self::Duplicate),
            2 => Some(Self::Conflict),
            3 => Some(Self::Parked),
            _ => None,
        }
    }

    /// The word used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Parked => "parked",
        }
    }
}

/// One arrival in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageRow {
    /// Its id.
    pub id: i64,
    /// The source that sent it.
    pub source: String,
    /// When it arrived.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received_at: Instant,
    /// Media type as sent.
    pub media_type: String,
    /// Bytes of the body.
    pub bytes: u64,
    /// File name, when it came as a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Items accepted.
    pub accepted: u64,
    /// Items seen before.
    pub duplicate: u64,
    /// Items in conflict.
    pub conflict: u64,
    /// Items parked now.
    pub parked: u64,
}

/// One item of an arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemView {
    /// Its place in the message, from 0.
    pub ordinal: i64,
    /// The sender's id for it.
    pub key: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it is parked, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub fault: Option<Sentence>,
    /// The event it became, and the order that event belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Orders it touched: buying entity and number.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<String>>))]
    pub orders: Vec<(String, String)>,
    /// The case about it, when it is parked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<i64>,
}

/// An arrival with its items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageView {
    /// The list row.
    pub row: MessageRow,
    /// Its items, the first 200, parked ones first.
    pub items: Vec<ItemView>,
    /// The bytes; absent when the caller may not see them or they have expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<RawView>,
    /// May this caller retry what is parked?
    pub may_retry: bool,
    /// The instant the page was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Instant,
}

/// What a retry did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetryResult {
    /// Items tried.
    pub tried: u64,
    /// Items now in the log.
    pub processed: u64,
    /// Items still parked.
    pub parked: u64,
}
