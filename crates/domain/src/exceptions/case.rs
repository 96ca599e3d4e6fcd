//! A case: one thing that is wrong, with its evidence and its history.

use serde::{Deserialize, Serialize};

use super::class::{Class, Severity};
use crate::Sentence;
use crate::events::Seq;
use crate::time::Instant;

/// A case's id: the seq that opened it times 1,024, plus which case of that seq it is.
pub type CaseId = i64;

/// What makes two findings the same case: class, subject and cause (domain §4.2).
pub type Fingerprint = [u8; 32];

/// What a case is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An order, or one line of it.
    Order {
        /// The order's id.
        order_id: i64,
        /// The line, when it is about one.
        line: Option<String>,
    },
    /// An arrival with items that could not be read.
    Arrival {
        /// The arrival's id.
        inbox_id: i64,
    },
    /// An event that belongs to no order yet.
    Waiting {
        /// The event.
        seq: Seq,
    },
}

/// How a person closed a case (domain §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Put right.
    Fixed,
    /// Stays as it is while the evidence stays as it is.
    Accepted,
    /// Never was a problem, while the evidence stays as it is.
    NotAnIssue,
}

impl Resolution {
    /// Every way to close a case.
    pub const ALL: [Self; 3] = [Self::Fixed, Self::Accepted, Self::NotAnIssue];

    /// The word stored and used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Accepted => "accepted",
            Self::NotAnIssue => "not_an_issue",
        }
    }

    /// The resolution of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody has to do something.
    Open,
    /// A person closed it.
    Resolved(Resolution),
    /// A later event put it right.
    Healed,
}

impl Status {
    /// The word for lists: `open`, `resolved` or `healed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved(_) => "resolved",
            Self::Healed => "healed",
        }
    }

    /// The number stored for it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Resolved(_) => 1,
            Self::Healed => 2,
        }
    }
}

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvidence {
    /// What, in words.
    pub what: Sentence,
    /// When it happened.
    pub at: Option<Instant>,
    /// The event.
    pub seq: Option<Seq>,
}

/// One entry of a case's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When we knew.
    pub at: Instant,
    /// The log entry that did it.
    pub seq: Seq,
    /// The person; none: Docket itself.
    pub actor: Option<String>,
    /// What happened.
    pub what: Sentence,
    /// What the person wrote.
    pub comment: Option<String>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What makes it the same case when found again.
    pub fingerprint: Fingerprint,
    /// Class code now.
    pub class: String,
    /// The rule that found it.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
    /// How urgent.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// What it means, filled with its facts.
    pub impact: Sentence,
    /// Why we say so.
    pub evidence: Vec<CaseEvidence>,
    /// Names the facts behind the rule; an accepted case comes back when it changes.
    pub evidence_key: String,
    /// When it opened.
    pub opened_at: Instant,
    /// The log entry that opened it.
    pub opened_seq: Seq,
    /// The log entry that closed it, while it is closed.
    pub closed_seq: Option<Seq>,
    /// When it closed.
    pub closed_at: Option<Instant>,
    /// Raised by one with each change.
    pub version: i64,
    /// What happened to it, oldest first.
    pub history: Vec<Entry>,
}

impl Case {
    /// Its class.
    #[must_use]
    pub fn class(&self) -> Option<&'static Class> {
        Class::by_code(&self.class)
    }

    /// Somebody has to do something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }
}
