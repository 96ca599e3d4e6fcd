//! Who may hand something in for a source: by token, as bearer or basic password, or by signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Clock, Instant};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use store::Store;
use store::log::{Source, Token};
use views::AppError;

use crate::error::refused;
use crate::ingest::SourceInfo;
use crate::ports::access::hash_of;
use crate::sealer::Sealer;
use crate::tokens::{Quotas, lets_in};

/// A signature this much older or newer than now is refused (Standard Webhooks).
const TOLERANCE: i64 = 5 * Instant::MINUTE;

/// The headers of a signed delivery (Standard Webhooks).
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, seconds.
    pub timestamp: &'a str,
    /// `webhook-signature`: space-separated `v1,<base64>`.
    pub signature: &'a str,
}

pub(crate) fn info(source: &Source) -> SourceInfo {
    SourceInfo {
        source_id: source.source_id,
        name: source.name.clone(),
        entity: source.entity.clone(),
    }
}

/// The source whose token this is, if it works now.
///
/// # Errors
/// `TooMany` when the token's quota is used up; the store's.
pub(crate) async fn by_token(
    store: &Store,
    clock: &dyn Clock,
    quotas: &Quotas,
    token: &str,
) -> Result<Option<SourceInfo>, AppError> {
    let now = clock.now();
    let found = store.log.get_source_by_token(&hash_of(token)).await;
    let Some((source, token)) = found.map_err(refused)? else {
        return Ok(None);
    };
    if !lets_in(&token, now) {
        return Ok(None);
    }
    used(store, quotas, &token, now).await?;
    Ok(Some(info(&source)))
}

/// Counts the use of a token, and notes it.
///
/// # Errors
/// `TooMany` when its quota is used up.
pub(crate) async fn used(store: &Store, quotas: &Quotas, token: &Token, now: Instant) -> Result<(), AppError> {
    quotas.take(token, now)?;
    // Worth a note, but not a delivery.
    if let Err(error) = store.log.mark_token_used(token, now).await {
        tracing::debug!(%error, "the use of a token was not written down");
    }
    Ok(())
}

/// Was this body signed with this token, just now, and does it work?
pub(crate) fn is_signed(token: &Token, sealer: &Sealer, signed: Signed<'_>, body: &[u8], now: Instant) -> bool {
    let fresh = signed.timestamp.parse::<i64>().is_ok_and(|seconds| {
        now.since(Instant(seconds.saturating_mul(Instant::SECOND)))
            .saturating_abs()
            <= TOLERANCE
    });
    let Some(key) = token
        .hmac_sealed
        .as_deref()
        .and_then(|sealed| sealer.open_secret(sealed).ok())
    else {
        return false;
    };
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return false;
    };
    let mac = mac
        .chain_update(format!("{}.{}.", signed.id, signed.timestamp))
        .chain_update(body);
    let fits = |given: &str| {
        given
            .strip_prefix("v1,")
            .and_then(|text| STANDARD.decode(text).ok())
            .is_some_and(|bytes| mac.clone().verify_slice(&bytes).is_ok())
    };
    lets_in(token, now) && fresh && signed.signature.split(' ').any(fits)
}
