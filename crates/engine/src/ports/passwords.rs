//! Passwords: argon2id, and never anything else of them.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use rand::RngCore;
use views::errors::Result;
use views::{AppError, ErrorKind};

use crate::randomness::Randomness;

fn salt(randomness: &Randomness) -> std::result::Result<SaltString, argon2::password_hash::Error> {
    let mut bytes = [0; 16];
    randomness.with(|rng| rng.fill_bytes(&mut bytes));
    SaltString::encode_b64(&bytes)
}

/// Hashes a password with argon2id, off the async threads.
pub(crate) async fn hash_password(randomness: &Randomness, password: &str) -> Result<String> {
    let salt = salt(randomness).map_err(|_| AppError::new(ErrorKind::Internal, "error-internal"))?;
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes(), &salt)
            .map(|h| h.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        _ => Err(AppError::new(ErrorKind::Internal, "error-internal")),
    }
}

/// Whether the password is the one that was hashed, off the async threads.
pub(super) async fn verify(hash: String, password: &str) -> bool {
    let password = password.to_owned();
    let verified = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
    });
    verified.await.unwrap_or(false)
}
