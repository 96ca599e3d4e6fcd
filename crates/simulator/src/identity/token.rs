//! The provider's keys and tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature as Signed, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Desk, Signature};

/// The key of somebody who is not the provider.
const STRANGER: u64 = u64::MAX;

/// The `n`-th key.
pub(super) fn key(n: u64) -> Option<SigningKey> {
    SigningKey::from_slice(&Sha256::digest(format!("a made-up provider's key {n}"))).ok()
}

/// The published half of a key.
pub(super) fn jwk(key: &SigningKey, name: &str) -> Value {
    let point = key.verifying_key().to_sec1_bytes();
    // An uncompressed point: a mark, then both coordinates.
    let half = |from: usize| point.get(from..from + 32).map(|half| URL_SAFE_NO_PAD.encode(half));
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": name, "x": half(1), "y": half(33) })
}

/// A token with `claims` over those that every token has, signed as it should be or not.
pub(super) fn write(desk: &Desk, nonce: &str) -> Option<String> {
    let says = &desk.says;
    let now = desk.now() + says.issued_in;
    let mut claims = json!({
        "iss": says.issuer.as_ref().unwrap_or(&desk.issuer),
        "aud": says.audience.clone().unwrap_or_else(|| json!(desk.client)),
        "nonce": says.nonce.as_deref().unwrap_or(nonce),
        "iat": now,
        "exp": now + says.good_for,
    });
    claims.as_object_mut()?.extend(says.claims.as_object()?.clone());
    let (algorithm, name) = match says.signature {
        Signature::Own | Signature::Stranger => ("ES256", Some(desk.key_name())),
        Signature::None => ("none", None),
        Signature::PublicKeyAsSecret => ("HS256", Some(desk.key_name())),
    };
    let mut header = json!({ "typ": "JWT", "alg": algorithm });
    if let Some(name) = name {
        header.as_object_mut()?.insert("kid".to_owned(), json!(name));
    }
    let coded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", coded(&header), coded(&claims));
    let ecdsa = |key: SigningKey| {
        let signed: Signed = key.sign(text.as_bytes());
        signed.to_bytes().to_vec()
    };
    let signature = match says.signature {
        Signature::Own => ecdsa(desk.key()?),
        Signature::Stranger => ecdsa(key(STRANGER)?),
        Signature::None => Vec::new(),
        Signature::PublicKeyAsSecret => {
            let public = jwk(&desk.key()?, &desk.key_name()).to_string();
            let mut mac = Hmac::<Sha256>::new_from_slice(public.as_bytes()).ok()?;
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
    };
    Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
