//! Exceptions (cases) as screens and API show them.

pub use domain::exceptions::Resolution;
use domain::{Instant, Sentence};
use serde::{Deserialize, Serialize};

use crate::page::Limit;

/// Which cases a list shows. Sorted by severity, then oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(default)]
pub struct CaseFilter {
    /// Only this class code, such as `GO-04`.
    pub class: String,
    /// `open` (default) or `closed`.
    pub state: String,
    /// Where the page begins (opaque).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows wanted.
    #[cfg_attr(feature = "openapi", param(value_type = u16))]
    pub limit: Limit,
}

/// One case in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRow {
    /// Its id.
    pub id: i64,
    /// Class code, such as `IT-07`.
    pub class: String,
    /// The rule that found it, such as `posted_while_blocked`.
    pub rule: String,
    /// `S1` to `S4`.
    pub severity: String,
    /// `open`, `resolved` or `healed`.
    pub state: String,
    /// What it means here, filled with this case's facts.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub impact: Sentence,
    /// Buying entity and order number, when the case is about an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, min_items = 2, max_items = 2))]
    pub order: Option<(String, String)>,
    /// Line, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The arrival, when the case is about a parked message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i64>,
    /// Team it belongs to.
    pub team: String,
    /// When it opened.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub opened_at: Instant,
    /// Raised by one with each change; an act carries the version it saw.
    pub version: i64,
}

/// One entry of a case's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseEntry {
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Instant,
    /// The log entry behind it.
    pub seq: i64,
    /// Who; absent: Docket itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// What, as a sentence.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub what: Sentence,
    /// What the person wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// One piece of evidence: a sentence and, when it is an event, where to find it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceView {
    /// What was seen.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub what: Sentence,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub at: Option<Instant>,
    /// The event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}

/// Something the caller could do, and if not, who can.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActView {
    /// `classify`, `retry` or `resolve`.
    pub act: String,
    /// May be done now by this caller.
    pub allowed: bool,
    /// Why not, and who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub why_not: Option<Sentence>,
}

/// A case with its evidence and history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseView {
    /// The list row.
    pub row: CaseRow,
    /// Why we say so.
    pub evidence: Vec<EvidenceView>,
    /// What happened to the case, oldest first.
    pub history: Vec<CaseEntry>,
    /// What can be done.
    pub acts: Vec<ActView>,
    /// Class codes it may be given.
    pub classes: Vec<String>,
    /// How it ended, such as `fixed` or `accepted`, when it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// The instant the page was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Instant,
}

/// An act on a case: the version the caller saw and what they want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CaseAct {
    /// Give it another class.
    Classify {
        /// Class code.
        class: String,
        /// Why.
        comment: String,
    },
    /// Process the parked message again.
    Retry {
        /// Why.
        comment: String,
    },
    /// Close it.
    Resolve {
        /// How: `fixed`, `accepted` or `not_an_issue`.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        resolution: Resolution,
        /// Why; needed for S1 and S2.
        comment: String,
    },
}
