//! Who asks, in which role, what rows they may know of, and how they came in. The tables are the domain's.

use std::collections::BTreeSet;

pub use domain::access::{Bounds, Grade, MATRIX, Origin, Permission, Role, Scope, ScopeKey, Sight, SignedInBy};
use serde::{Deserialize, Serialize};

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
    /// How and from where they came: for the audit, never sent anywhere.
    #[serde(skip)]
    pub origin: Origin,
}

impl Caller {
    /// May they, to whatever extent?
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match &self.origin.only {
            Some(only) => only.contains(&permission),
            None => self.roles.iter().any(|role| permission.grade(*role).allows()),
        }
    }

    /// Does a person ask? Else a service, by its token: it reads, and never acts.
    #[must_use]
    pub fn is_person(&self) -> bool {
        self.origin.only.is_none()
    }

    /// How far they may: the most that any of their roles allows.
    #[must_use]
    pub fn grade(&self, permission: Permission) -> Grade {
        match &self.origin.only {
            Some(only) if only.contains(&permission) => Grade::View,
            Some(_) => Grade::None,
            None => permission.best(&self.roles),
        }
    }

    /// May they change it, or ask for the change where two people are needed?
    #[must_use]
    pub fn may_propose(&self, permission: Permission) -> bool {
        self.is_person() && self.roles.iter().any(|role| permission.grade(*role).proposes())
    }

    /// May they decide what somebody else asked for? That it is somebody else is the proposal's to check.
    #[must_use]
    pub fn may_decide(&self, permission: Permission) -> bool {
        self.is_person() && self.roles.iter().any(|role| permission.grade(*role).decides())
    }

    /// What they see of each class of fields.
    #[must_use]
    pub fn sight(&self) -> Sight {
        match &self.origin.only {
            Some(only) => Sight::of_service(only),
            None => Sight::of(&self.roles),
        }
    }

    /// They as one who asks for or decides a proposal.
    #[must_use]
    pub fn as_decider(&self) -> domain::governance::Decider<'_> {
        domain::governance::Decider {
            login: &self.id,
            roles: &self.roles,
            on_behalf_of: self.origin.on_behalf_of.as_deref(),
        }
    }

    /// What the audit says of them: to be filled with what they did.
    #[must_use]
    pub fn audit_detail(&self) -> domain::audit::Detail {
        domain::audit::Detail::by(self.origin.clone(), self.roles.clone(), self.scope.clone())
    }

    /// Ok when they may.
    ///
    /// # Errors
    /// `NotAllowed`, naming the roles that may.
    pub fn require(&self, permission: Permission) -> crate::errors::Result<()> {
        if self.may(permission) {
            return Ok(());
        }
        let roles = permission.roles();
        let who = roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ");
        Err(crate::AppError::new(crate::ErrorKind::NotAllowed, "error-not-allowed").with("who", who))
    }
}
