//! Where a proposal stands, and who said what of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::kind::GovernedKind;
use super::refusal::Refusal;
use crate::access::{Grade, Role};
use crate::time::Instant;

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a decision.
    Open,
    /// Decided: the record becomes what was proposed.
    Agreed,
    /// Decided: it stays as it is.
    Declined,
    /// Taken back by the person who asked.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
    /// The record changed meanwhile: what was asked for no longer fits.
    Void,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Agreed,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
        Self::Void,
    ];

    /// The number stored for it; 0 is open.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Agreed => 1,
            Self::Declined => 2,
            Self::Withdrawn => 3,
            Self::Expired => 4,
            Self::Void => 5,
        }
    }

    /// The state stored as `code`.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The word used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Agreed => "agreed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What somebody says of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Let it be so.
    Agree,
    /// Leave it as it is.
    Decline,
    /// Taken back.
    Withdraw,
    /// Acting alone was right.
    Right,
    /// Acting alone was not right: what follows is a proposal of its own.
    Wrong,
}

/// Who said what, when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// User name.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What.
    pub verdict: Verdict,
    /// In their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

/// Somebody who asks or decides.
#[derive(Clone, Copy, Debug)]
pub struct Decider<'a> {
    /// User name.
    pub login: &'a str,
    /// Roles held.
    pub roles: &'a BTreeSet<Role>,
    /// The person they stand in for.
    pub on_behalf_of: Option<&'a str>,
}

impl Decider<'_> {
    /// It is them, or they stand in for them. User names do not differ by case.
    pub(super) fn is_or_stands_in_for(&self, login: &str) -> bool {
        let same = |name: &str| name.trim().to_lowercase() == login.trim().to_lowercase();
        same(self.login) || self.on_behalf_of.is_some_and(same)
    }

    pub(super) fn needs(&self, kind: GovernedKind, enough: fn(Grade) -> bool) -> Result<(), Refusal> {
        let permission = kind.permission();
        if self.roles.iter().any(|role| enough(permission.grade(*role))) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed(permission.roles_where(enough)))
        }
    }
}
