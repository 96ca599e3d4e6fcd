//! How often a token may be used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::Instant;
use store::log::Token;
use views::errors::Result;
use views::{AppError, ErrorKind};

/// Tokens kept before those whose allowance is whole again are forgotten.
const SWEEP_ABOVE: usize = 4_096;

/// What each token has used of its quota, on this node: when its allowance is whole again.
#[derive(Default)]
pub(crate) struct Quotas(Mutex<HashMap<i64, Instant>>);

impl Quotas {
    /// Counts one use of a token.
    ///
    /// # Errors
    /// `TooMany` with the seconds to wait, when its minute is used up.
    pub(crate) fn take(&self, token: &Token, now: Instant) -> Result<()> {
        let Some(quota) = token.quota_per_minute.filter(|quota| *quota > 0) else {
            return Ok(());
        };
        // One use comes back after this long; never less than nothing, so that the sum stays a minute.
        let refill = (Instant::MINUTE / quota).max(1);
        let mut whole_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if whole_at.len() > SWEEP_ABOVE {
            whole_at.retain(|_, at| *at > now);
        }
        let whole = whole_at
            .get(&token.token_id)
            .copied()
            .unwrap_or(now)
            .max(now)
            .plus(refill);
        let over = whole.since(now) - refill.saturating_mul(quota);
        if over > 0 {
            let seconds = u32::try_from((over + Instant::SECOND - 1) / Instant::SECOND)
                .unwrap_or(u32::MAX)
                .max(1);
            let mut error = AppError::new(ErrorKind::TooMany, "error-token-quota").with("seconds", seconds);
            error.retry_after = Some(seconds);
            return Err(error);
        }
        whole_at.insert(token.token_id, whole);
        Ok(())
    }
}
