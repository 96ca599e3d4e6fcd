//! One entry of the audit.

use serde::{Deserialize, Serialize};

use crate::canonical::Canonical;
use crate::time::Instant;

/// How an act ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    #[default]
    Done,
    /// It was refused.
    Refused,
    /// It failed.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    /// The number stored for it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Failed => 2,
        }
    }

    /// The outcome stored as `code`.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// The word used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// An entry as it is stored. Ids rise with commits over all chains, and `at` never goes back along them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub audit_id: i64,
    /// When.
    pub at: Instant,
    /// The chain it is sealed in: region and retention.
    pub chain: i64,
    /// Region it belongs to.
    pub region: String,
    /// Who: a user name, a source or service, `console`, `anonymous`, `docket`.
    pub actor: String,
    /// What, as `noun.done`.
    pub action: String,
    /// To what, as `kind:key`.
    pub object: String,
    /// How it ended, as stored: a check takes what stands there, even when it means nothing.
    pub outcome: i64,
    /// All else: [`super::Detail`] as text, hashed as it was written.
    pub detail: String,
}

impl Entry {
    /// What is hashed of an entry: everything but its id. The id stands beside the hash in the seal, so that two entries
    /// that changed places are told from two that were changed.
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        self.canonical().finish()
    }

    /// SHA-256 of [`Entry::canonical_bytes`].
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.canonical().sha256()
    }

    fn canonical(&self) -> Canonical {
        Canonical::of("docket audit entry 1")
            .number(self.at.0)
            .number(self.chain)
            .text(&self.region)
            .text(&self.actor)
            .text(&self.action)
            .text(&self.object)
            .number(self.outcome)
            .text(&self.detail)
    }
}
