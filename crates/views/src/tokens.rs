//! Tokens of sources and services, and what they are good for.

use domain::Instant;
use domain::access::Scope;
use serde::{Deserialize, Serialize};

use crate::sources::SourceRow;

/// Days a token is good for, unless somebody says otherwise; also the most (domain §8.1).
pub const DAYS: u16 = 90;
/// Hours that a replaced token still works, unless somebody says otherwise.
pub const OVERLAP_HOURS: u16 = 24;
/// The longest overlap, in hours.
pub const LONGEST_OVERLAP: u16 = 30 * 24;

/// What stands with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// It works.
    Works,
    /// It was replaced and works until the end of the overlap.
    Replaced,
    /// It has ended, by its date or the end of the overlap.
    Ended,
    /// Somebody took it away.
    Revoked,
}

impl TokenState {
    /// The word used in APIs and in the catalogue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }

    /// Does it let somebody in?
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Works | Self::Replaced)
    }
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRow {
    /// Its id.
    pub id: i64,
    /// Its name for people.
    pub title: String,
    /// Its first characters.
    pub prefix: String,
    /// What stands with it.
    pub state: TokenState,
    /// What it is good for, such as `ingest` or `orders:read`.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Instant,
    /// When it ends; absent: it was made before tokens had an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Instant>,
    /// Its end is near: begun days until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_in_days: Option<i64>,
    /// Replaced, and works until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub overlap_until: Option<Instant>,
    /// When it was taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub revoked_at: Option<Instant>,
    /// Last use, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<Instant>,
    /// Requests a minute at most; absent: as many as its source may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_per_minute: Option<u32>,
}

/// What somebody wants of a new token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TokenWish {
    /// Its name for people; empty: that of its source or service.
    pub title: String,
    /// Days it is good for, 1 to 90.
    pub days: u16,
    /// Requests a minute at most.
    pub quota_per_minute: Option<u32>,
}

impl Default for TokenWish {
    fn default() -> Self {
        Self {
            title: String::new(),
            days: DAYS,
            quota_per_minute: None,
        }
    }
}

/// How a token is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TokenRotation {
    /// Hours that the old one still works, 0 to 720.
    pub overlap_hours: u16,
    /// Days the new one is good for, 1 to 90.
    pub days: u16,
}

impl Default for TokenRotation {
    fn default() -> Self {
        Self {
            overlap_hours: OVERLAP_HOURS,
            days: DAYS,
        }
    }
}

/// A source with its tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceView {
    /// The list row.
    pub row: SourceRow,
    /// Its tokens, newest first; none for who may not know of them.
    pub tokens: Vec<TokenRow>,
    /// The caller may make, replace and revoke tokens here.
    pub may_manage: bool,
    /// Now, by the clock that tokens go by.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Instant,
}

/// A service that reads over the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewService {
    /// Name: lower-case letters, digits, hyphens.
    pub name: String,
    /// Who answers for it: a user name.
    pub owner: String,
    /// What it may read, such as `orders:read`.
    pub scopes: Vec<String>,
    /// The rows it may know of: `all`, or bounds such as `{"entities":["DE01"]}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub rows: Scope,
    /// Its first token.
    #[serde(default)]
    pub token: TokenWish,
}

/// A service with its tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceRow {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// What it may read.
    pub scopes: Vec<String>,
    /// The rows it may know of.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub rows: Scope,
    /// Its tokens, newest first.
    pub tokens: Vec<TokenRow>,
}

/// Every service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Services {
    /// By name.
    pub rows: Vec<ServiceRow>,
    /// Now, by the clock that tokens go by.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Instant,
}

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenOf {
    /// A source, by name.
    Source(String),
    /// A service, by name.
    Service(String),
}

impl TokenOf {
    /// The name, of whichever it is.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Source(name) | Self::Service(name) => name,
        }
    }
}

/// A new token: its secret is in this answer and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedToken {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub of: TokenOf,
    /// The secret; only its hash is kept.
    pub token: String,
    /// When it ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Instant,
}

/// A token that ends soon, or has ended and was not replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenWarning {
    /// Whose it is.
    pub of: TokenOf,
    /// Its name for people.
    pub title: String,
    /// Its first characters.
    pub prefix: String,
    /// Begun days until its end; 0: it has ended.
    pub ends_in_days: i64,
}
