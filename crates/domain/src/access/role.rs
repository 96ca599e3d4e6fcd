//! Jobs, and those that one person may not hold together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Sentence;

/// A job in Docket (domain §8: the user groups).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Procurement operations.
    Procurement,
    /// Warehouse and logistics.
    Warehouse,
    /// Finance and accounts payable.
    Finance,
    /// Integration support.
    Support,
    /// Executive.
    Executive,
    /// Auditor.
    Auditor,
    /// Administrator.
    Administrator,
    /// Security administrator.
    #[serde(rename = "security")]
    SecurityAdministrator,
}

impl Role {
    /// Every role, in the order of the columns of domain §8.1.
    pub const ALL: [Self; 8] = [
        Self::Procurement,
        Self::Warehouse,
        Self::Finance,
        Self::Support,
        Self::Executive,
        Self::Auditor,
        Self::Administrator,
        Self::SecurityAdministrator,
    ];

    /// The word stored and used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Procurement => "procurement",
            Self::Warehouse => "warehouse",
            Self::Finance => "finance",
            Self::Support => "support",
            Self::Executive => "executive",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::SecurityAdministrator => "security",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }

    /// Its column in the tables: its place in [`Role::ALL`].
    pub(super) const fn column(self) -> usize {
        self as usize
    }
}

/// Two roles that one person may not hold together, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incompatible {
    /// The one.
    pub first: Role,
    /// The other.
    pub second: Role,
    /// Why, as a key of the catalogue.
    pub why: &'static str,
}

impl Incompatible {
    const fn new(first: Role, second: Role, why: &'static str) -> Self {
        Self { first, second, why }
    }

    /// Why, in words.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        Sentence::new("error-roles-incompatible")
            .with("first", self.first.as_str())
            .with("second", self.second.as_str())
            .with("why", self.why)
    }
}

/// The pairs of domain §8.1 that roles alone can tell. What depends on one case or chain (who asked, who posted) is
/// refused where it happens.
pub const INCOMPATIBLE: &[Incompatible] = {
    use Role as R;
    const SECURITY: &str = "security-and-business";
    &[
        Incompatible::new(R::Administrator, R::Finance, "administrator-and-approver"),
        Incompatible::new(R::Warehouse, R::Finance, "receipt-and-approver"),
        Incompatible::new(R::Support, R::Administrator, "mapping-editor-and-approver"),
        Incompatible::new(R::SecurityAdministrator, R::Procurement, SECURITY),
        Incompatible::new(R::SecurityAdministrator, R::Warehouse, SECURITY),
        Incompatible::new(R::SecurityAdministrator, R::Finance, SECURITY),
        Incompatible::new(R::SecurityAdministrator, R::Support, SECURITY),
        Incompatible::new(R::SecurityAdministrator, R::Executive, SECURITY),
    ]
};

/// The pairs among `roles` that one person may not hold together; none when they go together.
pub fn incompatible(roles: &BTreeSet<Role>) -> impl Iterator<Item = Incompatible> {
    INCOMPATIBLE
        .iter()
        .copied()
        .filter(|pair| roles.contains(&pair.first) && roles.contains(&pair.second))
}
