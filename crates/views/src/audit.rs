//! Who did what.

use domain::audit::{Changed, Outcome};
use domain::{Instant, Sentence};
use serde::{Deserialize, Serialize};

use crate::page::Limit;

/// Which entries of the audit a list shows. Newest first; what is empty does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(default)]
pub struct AuditFilter {
    /// Only by this user, source or service.
    pub person: String,
    /// Only this action, such as `case.resolved`.
    pub action: String,
    /// Only what was done to this, such as `case:41`.
    pub object: String,
    /// Only with this outcome: `done`, `refused` or `failed`.
    pub outcome: String,
    /// Not before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub from: Option<Instant>,
    /// Before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub to: Option<Instant>,
    /// Where the page begins (opaque).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows wanted.
    #[cfg_attr(feature = "openapi", param(value_type = u16))]
    pub limit: Limit,
}

/// How an act ended, of that word.
#[must_use]
pub fn outcome_of(word: &str) -> Option<Outcome> {
    Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == word)
}

/// An entry in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its id.
    pub id: i64,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Instant,
    /// Who: a user name, a source or service, `console`, `anonymous`, `docket`.
    pub actor: String,
    /// What, as `noun.done`.
    pub action: String,
    /// To what, as `kind:key`.
    pub object: String,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// Reason as given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What they wrote, as far as the reader may see it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Number of the ticket elsewhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ticket: String,
    /// How they signed in.
    pub method: String,
    /// The address they came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ip: String,
    /// Why it was refused or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub because: Option<Sentence>,
    /// Before and after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub changes: Vec<Changed>,
}

/// An entry with all that it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditView {
    /// The list row.
    pub entry: AuditEntry,
    /// Everything else, by key of its word and as text: origin, roles, version, facts of this kind of act.
    pub facts: Vec<(String, String)>,
    /// When it was sealed; absent: not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<Instant>,
    /// The page's now, by the system clock.
    pub as_of: Instant,
}

/// Columns of an export, in their order.
pub const COLUMNS: [&str; 13] = [
    "id", "at", "person", "action", "object", "outcome", "because", "changes", "reason", "comment", "ticket", "method",
    "ip",
];

impl AuditEntry {
    /// The cells of its row in an export; `because` in words.
    #[must_use]
    pub fn cells(&self, because: &str) -> [String; COLUMNS.len()] {
        let changes = self.changes.iter().map(|change| {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            format!(
                "{}: {} -> {}",
                change.field,
                value(&change.before),
                value(&change.after)
            )
        });
        [
            self.id.to_string(),
            self.at.to_string(),
            self.actor.clone(),
            self.action.clone(),
            self.object.clone(),
            self.outcome.clone(),
            because.to_owned(),
            changes.collect::<Vec<_>>().join("; "),
            self.reason.clone(),
            self.comment.clone(),
            self.ticket.clone(),
            self.method.clone(),
            self.ip.clone(),
        ]
    }
}
