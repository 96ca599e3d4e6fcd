//! Selections: a frozen list of cases that somebody is about to act on (DESIGN §1.13).

use domain::exceptions::Resolution;
use domain::{Instant, Sentence};
use serde::{Deserialize, Serialize};

use crate::exceptions::{ActView, CaseRow};
use crate::orders::MoneyView;

/// A case with the version that somebody saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seen {
    /// The case.
    pub id: i64,
    /// Its version as it was seen.
    pub version: i64,
}

/// What is to be frozen: the cases named, or else all that match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewSelection {
    /// These cases; without any, all that match.
    pub cases: Vec<Seen>,
    /// Only of this class.
    pub class: String,
    /// `open` (default) or `closed`.
    pub state: String,
}

/// What is done with every row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SelectionAct {
    /// Give each another class.
    Classify {
        /// Class code.
        class: String,
        /// Why.
        #[serde(default)]
        comment: String,
    },
    /// Close each.
    Resolve {
        /// How: `accepted` or `not_an_issue`.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        resolution: Resolution,
        /// Why.
        #[serde(default)]
        comment: String,
    },
}

impl SelectionAct {
    /// `classify` or `resolve`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Classify { .. } => "classify",
            Self::Resolve { .. } => "resolve",
        }
    }
}

/// A row of a selection, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutcomeRow {
    /// The case.
    pub id: i64,
    /// As it is now; absent: it is no longer there, or not the caller's to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseRow>,
    /// It was left as it is, and why; absent: it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub skipped: Option<Sentence>,
}

/// An act on all of a selection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunView {
    /// Its id.
    pub id: i64,
    /// What is done with every row.
    pub act: SelectionAct,
    /// Who wants it.
    pub by: String,
    /// When it began.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub began_at: Instant,
    /// When it was done; absent: it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub finished_at: Option<Instant>,
    /// Rows done.
    pub done: u64,
    /// Rows left as they are.
    pub skipped: u64,
    /// Rows still to come.
    pub left: u64,
    /// Rows, those left as they are first; at most 200.
    pub rows: Vec<OutcomeRow>,
    /// Ids of all rows done, rising.
    pub done_ids: Vec<i64>,
}

/// A frozen list, and what was done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SelectionView {
    /// Its id.
    pub id: i64,
    /// What it was found by.
    pub filter: NewSelection,
    /// Rows in it.
    pub count: u64,
    /// What they could cost together; absent for who may not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<MoneyView>,
    /// Rows whose cost is not known: not in the sum.
    pub without_worth: u64,
    /// SHA-256 over all of it: an act names it.
    pub hash: String,
    /// When it was taken.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub taken_at: Instant,
    /// The last place of the log that it knows of.
    pub at_seq: i64,
    /// When it is forgotten.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Instant,
    /// The first 200 of its cases, as they are now.
    pub rows: Vec<CaseRow>,
    /// What was done with it, newest first.
    pub runs: Vec<RunView>,
    /// What can be done.
    pub acts: Vec<ActView>,
    /// May its rows be taken out of Docket by this caller?
    pub may_export: bool,
    /// The instant this was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Instant,
}

/// An act on a selection, with the hash that the caller saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HashedAct {
    /// `hash` of the selection as the caller saw it.
    pub hash: String,
    /// What to do.
    #[serde(flatten)]
    pub act: SelectionAct,
}

/// All rows of a selection, to be taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SelectionExport {
    /// The selection.
    pub id: i64,
    /// Its hash.
    pub hash: String,
    /// The cases with the version that was frozen, in the order of their ids.
    pub rows: Vec<ExportRow>,
}

/// A case taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportRow {
    /// The case.
    pub id: i64,
    /// Its version when it was frozen.
    pub version: i64,
    /// As it is now; absent: it is no longer there, or not the caller's to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseRow>,
}
