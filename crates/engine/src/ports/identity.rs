//! The port to an identity provider: it sends people away with a question and reads what they come back with.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::access::{Role, Scope};

/// A browser's errand to the identity provider, kept here until the browser comes back. Each value is used once.
#[derive(Clone, PartialEq, Eq)]
pub struct Errand {
    /// Comes back in the address.
    pub state: String,
    /// Comes back inside the signed token.
    pub nonce: String,
    /// Proves to the provider that who asks for the token is who sent the browser (PKCE).
    pub verifier: String,
}

/// Who came back, as the provider vouches for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Issuer and subject: the same for one person for ever.
    pub subject: String,
    /// User name the provider knows them by.
    pub login: String,
    /// Name as shown.
    pub name: String,
    /// Address of their mailbox, when the provider says that it is theirs.
    pub email: Option<String>,
    /// Roles that their claims map to; never empty.
    pub roles: BTreeSet<Role>,
    /// Rows they may know of.
    pub scope: Scope,
}

/// Why nobody comes in. The text is for the log, never for the person.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The provider cannot be reached, or answers what it should not.
    #[error("the identity provider cannot be used: {0}")]
    Away(String),
    /// The provider refuses: the errand is void, or was used.
    #[error("the identity provider refuses: {0}")]
    Refused(String),
    /// What came back does not verify.
    #[error("the identity provider's answer does not verify: {0}")]
    Untrusted(String),
    /// The provider knows the person, but nothing that it says of them maps to a role.
    #[error("no role follows from the claims of {0}")]
    NoRole(String),
}

/// An identity provider.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Its name for people.
    fn title(&self) -> &str;

    /// The address to send the browser to.
    ///
    /// # Errors
    /// `Away`.
    async fn begin(&self, errand: &Errand) -> Result<String, IdentityError>;

    /// Who came back with `code` from this errand. `issuer`: the provider that the answer itself names (RFC 9207).
    ///
    /// # Errors
    /// Each of [`IdentityError`].
    async fn finish(&self, errand: &Errand, code: &str, issuer: Option<&str>) -> Result<Identity, IdentityError>;

    /// Where a person can end their session at the provider too; absent when it offers no such place.
    async fn sign_out_address(&self) -> Option<String>;

    /// Asks the provider anew what it is and which keys it has.
    ///
    /// # Errors
    /// `Away`.
    async fn check(&self) -> Result<(), IdentityError>;
}
