//! When a token is believed: the library's rules, and those that it leaves to us (clock skew, `nbf`, `azp`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::Instant;
use openidconnect::core::{CoreIdToken, CoreJwsSigningAlgorithm as Alg};
use openidconnect::{ClaimsVerificationError, Nonce, SignatureVerificationError};
use serde_json::{Map, Value};

use super::Oidc;

/// Signatures by a key that only the provider has. None by a shared secret, none without a signature: whatever a
/// provider says it supports.
const SIGNED_BY: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Doubt {
    /// Signed by a key that is not known: the provider may have a new one.
    #[error("the token is signed by a key that the provider does not have")]
    UnknownKey,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// By what a token is judged.
pub(super) struct Rules<'a> {
    /// For whom it must be.
    pub(super) client_id: &'a str,
    /// Now.
    pub(super) now: Instant,
    /// Microseconds that the provider's clock may differ from ours.
    pub(super) skew: i64,
}

impl Rules<'_> {
    /// Every claim of a token that is believed.
    pub(super) fn verify(
        &self,
        client: &Oidc,
        token: &CoreIdToken,
        nonce: &Nonce,
    ) -> Result<Map<String, Value>, Doubt> {
        let earliest = calendar(self.now.plus(-self.skew));
        let latest = calendar(self.now.plus(self.skew));
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNED_BY)
            .set_time_fn(move || earliest)
            .set_issue_time_verifier_fn(move |issued| {
                if issued > latest {
                    Err("the token was issued in the future".to_owned())
                } else {
                    Ok(())
                }
            });
        token.claims(&verifier, nonce).map_err(doubt)?;
        let claims = payload(token).ok_or_else(|| Doubt::Other("the token does not read".to_owned()))?;
        let not_before = claims.get("nbf").and_then(Value::as_i64);
        if not_before.is_some_and(|seconds| seconds > latest.timestamp()) {
            return Err(Doubt::Other("the token is not good yet".to_owned()));
        }
        let asked_by = claims.get("azp").and_then(Value::as_str);
        if asked_by.is_some_and(|party| party != self.client_id) {
            return Err(Doubt::Other("the token was asked for by somebody else".to_owned()));
        }
        Ok(claims)
    }
}

fn calendar(at: Instant) -> DateTime<Utc> {
    at.to_utc().unwrap_or_default()
}

/// The library shows only the claims it has a name for; these are all, from the same verified bytes.
fn payload(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let text = token.to_string();
    let bytes = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn doubt(error: ClaimsVerificationError) -> Doubt {
    match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Doubt::UnknownKey,
        ClaimsVerificationError::SignatureVerification(error) => Doubt::Other(error.to_string()),
        // Its text holds the nonce that was expected.
        ClaimsVerificationError::InvalidNonce(_) => Doubt::Other("the nonce is another".to_owned()),
        error => Doubt::Other(error.to_string()),
    }
}
