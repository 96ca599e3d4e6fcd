//! The kinds of governed records.

use serde::{Deserialize, Serialize};

use crate::access::Permission;

/// What is governed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GovernedKind {
    /// Roles and scope of a person; the key is the user name.
    Access,
    /// A source system; the key is its name in addresses.
    Source,
    /// Whose a case becomes; the key is the rule's name.
    RoutingRule,
    /// A currency rate; the key is `USD/EUR`.
    CurrencyRate,
    /// A calendar; the key is its name.
    Calendar,
}

impl GovernedKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Access,
        Self::Source,
        Self::RoutingRule,
        Self::CurrencyRate,
        Self::Calendar,
    ];

    /// The word stored and used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Source => "source",
            Self::RoutingRule => "routing_rule",
            Self::CurrencyRate => "currency_rate",
            Self::Calendar => "calendar",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whose grade says who may ask and who may decide ([`crate::access::Grade::proposes`], [`crate::access::Grade::decides`]).
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Access => Permission::GovernAccess,
            Self::Source => Permission::GovernSources,
            Self::RoutingRule => Permission::GovernRouting,
            Self::CurrencyRate => Permission::GovernRates,
            Self::Calendar => Permission::GovernCalendars,
        }
    }
}
