//! What changed, for pages that stay open. A note says what to look at again, never the data itself.

use serde::{Deserialize, Serialize};

/// A topic a page listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Orders changed.
    Orders,
    /// Cases opened, changed or closed.
    Exceptions,
    /// Messages arrived or were retried.
    Messages,
}

/// One note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// The log has been folded up to here.
    pub seq: i64,
    /// What it is about.
    pub topic: Topic,
    /// Ids that changed (`DE01/4500018823`, case or message ids); empty when there are too many to name.
    pub ids: Vec<String>,
    /// More than 50 changed.
    pub many: bool,
}
