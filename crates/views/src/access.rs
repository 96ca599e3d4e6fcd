//! Signing in.

use domain::Instant;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;

/// A new session: the secret for the cookie, and until when it is good.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Cookie value; only its hash is kept.
    pub secret: String,
    /// Absolute expiry.
    pub expires_at: Instant,
    /// Who signed in.
    pub caller: Caller,
}

/// A person offered at the demo's door: name, job, user name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    /// User name.
    pub user: String,
    /// Name as shown.
    pub name: String,
    /// Role word.
    pub role: String,
}

/// What the sign-in page may offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// No administrator exists yet: the one-time link on the server's console makes one.
    pub needs_first_administrator: bool,
    /// In the demo: people to be, with one click.
    pub demo_people: Vec<DemoPerson>,
}
