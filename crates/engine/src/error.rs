//! What can go wrong inside, and what of it a person is told.

use store::StoreError;
use views::{AppError, ErrorKind};

/// An internal failure.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A log entry that was there is missing, or state cannot be read back: the data was changed from outside.
    #[error("{0}")]
    Damaged(String),
    /// Docket is stopping.
    #[error("Docket is stopping")]
    Stopping,
}

impl EngineError {
    /// It lies with the machine and passes: trying again at once is no use, and no request is to blame.
    pub(crate) const fn passes(&self) -> bool {
        matches!(
            self,
            Self::Stopping | Self::Store(StoreError::Busy(_) | StoreError::Full(_))
        )
    }

    /// State that cannot be read back.
    pub(crate) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Damaged(what.to_string())
    }
}

/// Internal causes go to the log, once, here; people get a sentence.
impl From<EngineError> for AppError {
    fn from(error: EngineError) -> Self {
        match error {
            error if error.passes() => {
                tracing::warn!(error = %error, "refused for now");
                Self {
                    retry_after: Some(2),
                    ..Self::new(ErrorKind::Unavailable, "error-unavailable")
                }
            }
            EngineError::Store(StoreError::Conflict(what)) => {
                tracing::debug!(what, "somebody else was first");
                Self::new(ErrorKind::Conflict, "error-act-conflict")
            }
            other => {
                tracing::error!(error = %other, "internal failure");
                Self::new(ErrorKind::Internal, "error-internal")
            }
        }
    }
}

/// A failure of the store, as a person is told of it.
pub(crate) fn refused(error: impl Into<EngineError>) -> AppError {
    AppError::from(error.into())
}
