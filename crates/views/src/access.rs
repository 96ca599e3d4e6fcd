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

/// A browser's way to the identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcDeparture {
    /// Where it goes.
    pub address: String,
    /// What it must bring back in a cookie: by this it is known again.
    pub secret: String,
    /// Until when it may be away.
    pub until: Instant,
}

/// What a browser brings back from the identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcReturn {
    /// Which departure this belongs to.
    pub state: String,
    /// What its cookie holds.
    pub secret: String,
    /// What the token is given for.
    pub code: Option<String>,
    /// The provider that answers, when it says so.
    pub issuer: Option<String>,
    /// Why the provider let nobody in.
    pub refusal: Option<String>,
}

/// Somebody who came in by the identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcEntered {
    /// Their session.
    pub session: NewSession,
    /// The page they wanted.
    pub return_to: String,
}

/// What the sign-in page may offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// No administrator exists yet: the one-time link on the server's console makes one.
    pub needs_first_administrator: bool,
    /// Name of the identity provider; absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<String>,
    /// In the demo: people to be, with one click.
    pub demo_people: Vec<DemoPerson>,
}
