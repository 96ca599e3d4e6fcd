//! How a caller came in: what the audit says of each act beside who and what (domain §8.4).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::permission::Permission;

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedInBy {
    /// Nobody had to: Docket itself acts.
    #[default]
    Itself,
    /// A password.
    Password,
    /// The company's identity provider.
    Oidc,
    /// One click at the demo's door.
    Demo,
    /// A token of a source or service.
    Token,
    /// A command on the machine that holds the data folder.
    Console,
}

impl SignedInBy {
    /// Every way in.
    pub const ALL: [Self; 6] = [
        Self::Itself,
        Self::Password,
        Self::Oidc,
        Self::Demo,
        Self::Token,
        Self::Console,
    ];

    /// The word stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Password => "password",
            Self::Oidc => "oidc",
            Self::Demo => "demo",
            Self::Token => "token",
            Self::Console => "console",
        }
    }

    /// The way of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == word)
    }
}

/// Where a request came from. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// How they signed in.
    pub method: SignedInBy,
    /// The session's id (not its secret).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// The address they came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ip: String,
    /// Program and version, as it names itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client: String,
    /// The request.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// What joins requests of one conversation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub correlation_id: String,
    /// The person they stand in for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// All that the token of a service is good for: to read this, and nothing else, whatever roles there are. Absent: no
    /// token speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<BTreeSet<Permission>>,
}
