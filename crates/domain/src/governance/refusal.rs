//! Why something about a proposal was refused.

use super::state::State;
use crate::Sentence;
use crate::access::Role;

/// A refusal; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// None of their roles may; these may.
    NotAllowed(Vec<Role>),
    /// The person who asks never decides, whatever their roles.
    OwnRequest,
    /// Nobody decides about their own access.
    OwnAccess,
    /// It was decided, withdrawn or ended before.
    NotOpen(State),
    /// The proposal is not the one they looked at.
    OtherContent,
    /// The record changed since the proposal was made.
    RecordChanged,
    /// What is proposed is what is in force.
    NothingChanges,
    /// What is proposed is not sound: everything that is wrong with it.
    Unsound(Vec<Sentence>),
    /// It is not said why.
    NoReason,
    /// Acting alone is not allowed here.
    AloneNotAllowed,
    /// Acting alone needs the number of a ticket.
    NoTicket,
    /// There is nothing to review.
    NothingToReview,
}

impl Refusal {
    /// It in words; of several faults the first.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotAllowed(roles) => {
                let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
                Sentence::new("error-not-allowed").with("who", words.join(", "))
            }
            Self::OwnRequest => Sentence::new("error-proposal-own"),
            Self::OwnAccess => Sentence::new("error-proposal-own-access"),
            Self::NotOpen(state) => Sentence::new("error-proposal-not-open").with("state", state.as_str()),
            Self::OtherContent => Sentence::new("error-proposal-other"),
            Self::RecordChanged => Sentence::new("error-proposal-record-changed"),
            Self::NothingChanges => Sentence::new("error-proposal-nothing"),
            Self::Unsound(faults) => faults
                .first()
                .cloned()
                .unwrap_or_else(|| Sentence::new("error-record-name")),
            Self::NoReason => Sentence::new("error-proposal-reason"),
            Self::AloneNotAllowed => Sentence::new("error-alone-not-allowed"),
            Self::NoTicket => Sentence::new("error-alone-ticket"),
            Self::NothingToReview => Sentence::new("error-nothing-to-review"),
        }
    }

    /// They may not, now or ever: answered as not allowed.
    #[must_use]
    pub const fn is_about_the_person(&self) -> bool {
        matches!(
            self,
            Self::NotAllowed(_) | Self::OwnRequest | Self::OwnAccess | Self::AloneNotAllowed
        )
    }

    /// Something changed meanwhile: answered as a conflict. All else is answered as invalid.
    #[must_use]
    pub const fn is_about_the_state(&self) -> bool {
        matches!(
            self,
            Self::NotOpen(_) | Self::OtherContent | Self::RecordChanged | Self::NothingToReview
        )
    }
}
