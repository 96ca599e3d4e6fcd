//! What an entry says beside who, what and to what (domain §8.4).

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::Sentence;
use crate::access::{FieldClass, Origin, Role, Scope};
use crate::time::Instant;

/// A field before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Changed {
    /// Which, as a path such as `roles` or `hours.mon`.
    pub field: String,
    /// What it was; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Sensitive: both stand as keyed hashes, which tell whether it changed but not what it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hashed: bool,
}

impl Changed {
    /// A field in words.
    #[must_use]
    pub fn new(field: impl Into<String>, before: Option<String>, after: Option<String>) -> Self {
        Self {
            field: field.into(),
            before,
            after,
            hashed: false,
        }
    }

    /// A sensitive field, by hashes under the installation's key.
    #[must_use]
    pub fn sensitive(key: &[u8], field: impl Into<String>, before: Option<&str>, after: Option<&str>) -> Self {
        Self {
            field: field.into(),
            before: before.map(|value| keyed(key, value)),
            after: after.map(|value| keyed(key, value)),
            hashed: true,
        }
    }
}

/// The first 8 bytes of the value's keyed hash, in hexadecimal.
fn keyed(key: &[u8], value: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(b"docket audit value\0");
    mac.update(value.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// All that an entry says beyond its columns. What is not said is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// How and from where they came; the person they stand in for.
    #[serde(flatten)]
    pub origin: Origin,
    /// The roles they held.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Role>,
    /// The rows they could know of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// The version of the object they acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The log entry of the act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Before and after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Changed>,
    /// Reason code or text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What they wrote.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Number of the ticket elsewhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ticket: String,
    /// Who agreed: user names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<String>,
    /// The policy in force, as `kind/key@version`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// Of a sensitive read: the classes of data that were shown.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub viewed: BTreeSet<FieldClass>,
    /// Why it was refused or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Sentence>,
    /// When it will have effect, where that is not at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Instant>,
    /// Facts of this kind of act by name, such as `rows` and `hash` of a selection.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

impl Detail {
    /// Of an act by somebody who came like this, with these roles, in this scope.
    #[must_use]
    pub fn by(origin: Origin, roles: BTreeSet<Role>, scope: Scope) -> Self {
        Self {
            origin,
            roles,
            scope: Some(scope),
            ..Self::default()
        }
    }

    /// As it is stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// What was stored; `None` when it is not that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
