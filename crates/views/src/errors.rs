//! One error for screens and API: a kind that fixes the HTTP status, and a sentence a person can act on.

use domain::Sentence;
use serde::{Deserialize, Serialize};

/// What sort of refusal it is; fixes the HTTP status in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The input does not say something sensible.
    Invalid,
    /// Nobody is signed in.
    SignInNeeded,
    /// Signed in, but not allowed to do this.
    NotAllowed,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// It changed since the caller saw it, or the act does not fit its state.
    Conflict,
    /// Same key, other body.
    KeyReused,
    /// More than we take.
    TooLarge,
    /// More often than we take; try again later.
    TooMany,
    /// Docket cannot do it now; nothing was lost.
    Unavailable,
    /// A defect of Docket's own.
    Internal,
}

impl ErrorKind {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::SignInNeeded => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::KeyReused => 422,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// A refusal: what happened, what it means and what to do, as a sentence of the catalogue. The internal cause stays in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind:?}: {sentence:?}")]
pub struct AppError {
    /// What sort of refusal.
    pub kind: ErrorKind,
    /// The words.
    pub sentence: Sentence,
    /// Seconds after which to try again, when that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl AppError {
    /// An error with the words of `key`.
    #[must_use]
    pub fn new(kind: ErrorKind, key: &'static str) -> Self {
        Self {
            kind,
            sentence: Sentence::new(key),
            retry_after: None,
        }
    }

    /// The same error with one argument for its words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.sentence = self.sentence.with(name, value);
        self
    }

    /// There is no such thing, or the caller may not know of it.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ErrorKind::NotFound, "error-not-found")
    }
}

impl From<domain::governance::Refusal> for AppError {
    fn from(refusal: domain::governance::Refusal) -> Self {
        let kind = if refusal.is_about_the_person() {
            ErrorKind::NotAllowed
        } else if refusal.is_about_the_state() {
            ErrorKind::Conflict
        } else {
            ErrorKind::Invalid
        };
        Self {
            kind,
            sentence: refusal.sentence(),
            retry_after: None,
        }
    }
}

/// The result of a port.
pub type Result<T> = std::result::Result<T, AppError>;
