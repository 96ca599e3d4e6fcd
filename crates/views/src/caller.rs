//! Who asks, in which role, and what rows they may know of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A job in Docket (domain §8: the groups the product is first built for, auditor and administrator).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Procurement,
        Self::Warehouse,
        Self::Finance,
        Self::Support,
        Self::Executive,
        Self::Auditor,
        Self::Administrator,
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
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }
}

/// What a person may do. The table of roles is `PERMISSIONS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Orders and their histories.
    SeeOrders,
    /// Prices and amounts.
    SeePrices,
    /// Messages in, without their bodies.
    SeeMessages,
    /// The bytes a source sent.
    SeeRaw,
    /// The exception queue.
    SeeExceptions,
    /// Classify and comment.
    Triage,
    /// Retry a parked message.
    Retry,
    /// Close a case.
    Resolve,
    /// Sources and people.
    Administer,
}

/// Who may do what (domain §8.1, first set): permission, roles.
pub const PERMISSIONS: &[(Permission, &[Role])] = {
    use Role::{Administrator, Auditor, Executive, Finance, Procurement, Support, Warehouse};
    &[
        (
            Permission::SeeOrders,
            &[Procurement, Warehouse, Finance, Support, Executive, Auditor],
        ),
        (Permission::SeePrices, &[Procurement, Finance, Auditor]),
        (
            Permission::SeeMessages,
            &[Procurement, Warehouse, Finance, Support, Auditor, Administrator],
        ),
        (Permission::SeeRaw, &[Support]),
        (
            Permission::SeeExceptions,
            &[Procurement, Warehouse, Finance, Support, Executive, Auditor],
        ),
        (Permission::Triage, &[Procurement, Warehouse, Finance, Support]),
        (Permission::Retry, &[Support]),
        (Permission::Resolve, &[Procurement, Warehouse, Finance, Support]),
        (Permission::Administer, &[Administrator]),
    ]
};

impl Permission {
    /// The roles that hold it.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        PERMISSIONS
            .iter()
            .find(|(p, _)| *p == self)
            .map_or(&[], |(_, roles)| roles)
    }
}

/// The rows a caller may know of. Every read of the store takes one: there is no call without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every row.
    All,
    /// Rows of these buying entities.
    Entities(BTreeSet<String>),
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The person's id; also the actor written to the log.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// Roles held.
    pub roles: BTreeSet<Role>,
    /// Rows they may know of.
    pub scope: Scope,
}

impl Caller {
    /// May they?
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        permission.roles().iter().any(|r| self.roles.contains(r))
    }

    /// Ok when they may.
    ///
    /// # Errors
    /// `NotAllowed`, naming the roles that may.
    pub fn require(&self, permission: Permission) -> crate::errors::Result<()> {
        if self.may(permission) {
            return Ok(());
        }
        let who = permission
            .roles()
            .iter()
            .map(|r| r.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        Err(crate::AppError::new(crate::ErrorKind::NotAllowed, "error-not-allowed").with("who", who))
    }
}
