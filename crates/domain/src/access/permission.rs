//! The permission matrix (domain §8.1), row by row.

use serde::{Deserialize, Serialize};

use super::role::Role;

/// What a person may do: a row of [`MATRIX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Orders and their histories.
    SeeOrders,
    /// Prices and amounts.
    SeePrices,
    /// Messages in, without their bodies.
    SeeMessages,
    /// The structure of what a source sent, without its values.
    SeeRaw,
    /// The very bytes a source sent: with a reason and a ticket, and security is told.
    BreakGlass,
    /// The exception queue.
    SeeExceptions,
    /// Classify, assign and comment.
    Triage,
    /// Retry a parked message.
    Retry,
    /// Close a case.
    Resolve,
    /// Lists taken out of Docket.
    Export,
    /// The installation itself: its health, its policies.
    Administer,
    /// People, their roles and scopes.
    SeePeople,
    /// Invite, block and sign out people; who is in which team, who stands in for whom.
    ManagePeople,
    /// Roles and scope of a person.
    GovernAccess,
    /// Which systems there are, and what Docket takes from them.
    GovernSources,
    /// Tokens and secrets of systems and services.
    ManageTokens,
    /// Whose a case becomes.
    GovernRouting,
    /// Currency rates.
    GovernRates,
    /// Working hours and holidays.
    GovernCalendars,
    /// What was done by whom.
    ReadAudit,
    /// Say of an act that was done alone in an emergency whether it was right.
    ReviewEmergency,
    /// Keep data from being deleted, for a dispute or an inquiry.
    ManageHolds,
    /// Erase what is known of a person.
    EraseData,
}

/// How far a role may do it. Later in this list is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Not at all.
    None,
    /// Sums over many rows only, never one row: not enough for what is about single rows.
    Aggregate,
    /// Only what they did themselves.
    Own,
    /// To read, not to change.
    View,
    /// With values hidden.
    Masked,
    /// Ask for it; somebody else decides.
    Propose,
    /// Decide what somebody else asked for.
    Approve,
    /// In their scope. Where two people are needed: ask, and decide what others ask.
    Scoped,
    /// Everywhere. Where two people are needed: ask, and decide what others ask.
    All,
}

impl Grade {
    /// The word used in APIs and in the snapshot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "-",
            Self::Aggregate => "aggregate",
            Self::Own => "own",
            Self::View => "view",
            Self::Masked => "masked",
            Self::Propose => "propose",
            Self::Approve => "approve",
            Self::Scoped => "scoped",
            Self::All => "all",
        }
    }

    /// Enough to be let in; how far is for the use case to ask.
    #[must_use]
    pub const fn allows(self) -> bool {
        !matches!(self, Self::None | Self::Aggregate)
    }

    /// Enough to change it without anybody else, or to ask for the change where two people are needed.
    #[must_use]
    pub const fn proposes(self) -> bool {
        matches!(self, Self::Propose | Self::Scoped | Self::All)
    }

    /// Enough to decide what somebody else asked for.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Scoped | Self::All)
    }
}

const fn row(permission: Permission, grades: [Grade; Role::ALL.len()]) -> (Permission, [Grade; Role::ALL.len()]) {
    (permission, grades)
}

/// Who may do what (domain §8.1, the rows the product has), in the order of [`Role::ALL`]. Where it goes beyond §8.1 (default):
/// administrators hand out the first token of a source they set up; rates and routing follow the rows of tolerances and of the
/// ownership matrix; auditors and security hold data and review what was done alone.
#[rustfmt::skip]
pub const MATRIX: &[(Permission, [Grade; Role::ALL.len()])] = {
    use Permission as P;
    const NO: Grade = Grade::None;
    const SUM: Grade = Grade::Aggregate;
    const OWN: Grade = Grade::Own;
    const SEE: Grade = Grade::View;
    const MSK: Grade = Grade::Masked;
    const ASK: Grade = Grade::Propose;
    const YES: Grade = Grade::Approve;
    const SCO: Grade = Grade::Scoped;
    const ALL: Grade = Grade::All;
    &[
        //                       proc wareh fina  supp  exec  audit admin secur
        row(P::SeeOrders,       [SCO, SCO,  SCO,  MSK,  SCO,  SEE,  NO,   NO]),
        row(P::SeePrices,       [SCO, NO,   SCO,  NO,   SUM,  SEE,  NO,   NO]),
        row(P::SeeMessages,     [SCO, SCO,  SCO,  SCO,  NO,   SEE,  SEE,  NO]),
        row(P::SeeRaw,          [NO,  NO,   NO,   MSK,  NO,   MSK,  NO,   NO]),
        row(P::BreakGlass,      [NO,  NO,   NO,   SCO,  NO,   NO,   NO,   NO]),
        row(P::SeeExceptions,   [SCO, SCO,  SCO,  MSK,  SCO,  SEE,  NO,   NO]),
        row(P::Triage,          [SCO, SCO,  SCO,  SCO,  NO,   NO,   NO,   NO]),
        row(P::Retry,           [NO,  NO,   NO,   SCO,  NO,   NO,   NO,   NO]),
        row(P::Resolve,         [SCO, SCO,  SCO,  SCO,  NO,   NO,   NO,   NO]),
        row(P::Export,          [SCO, SCO,  SCO,  NO,   SUM,  ALL,  NO,   NO]),
        row(P::Administer,      [NO,  NO,   NO,   NO,   NO,   NO,   ALL,  NO]),
        row(P::SeePeople,       [NO,  NO,   NO,   NO,   NO,   SEE,  SCO,  ALL]),
        row(P::ManagePeople,    [NO,  NO,   NO,   NO,   NO,   NO,   SCO,  ALL]),
        row(P::GovernAccess,    [NO,  NO,   NO,   NO,   NO,   NO,   SCO,  ALL]),
        row(P::GovernSources,   [NO,  NO,   NO,   ASK,  NO,   NO,   ALL,  YES]),
        row(P::ManageTokens,    [NO,  NO,   NO,   NO,   NO,   NO,   SCO,  ALL]),
        row(P::GovernRouting,   [ASK, ASK,  ASK,  ASK,  NO,   NO,   YES,  NO]),
        row(P::GovernRates,     [NO,  NO,   SCO,  NO,   NO,   NO,   ASK,  NO]),
        row(P::GovernCalendars, [ASK, NO,   YES,  NO,   NO,   NO,   ALL,  NO]),
        row(P::ReadAudit,       [OWN, OWN,  OWN,  OWN,  NO,   ALL,  SEE,  ALL]),
        row(P::ReviewEmergency, [NO,  NO,   NO,   NO,   NO,   ALL,  NO,   ALL]),
        row(P::ManageHolds,     [NO,  NO,   NO,   NO,   NO,   ALL,  NO,   ALL]),
        row(P::EraseData,       [NO,  NO,   NO,   NO,   NO,   NO,   ASK,  ALL]),
    ]
};

impl Permission {
    /// How far a role may.
    #[must_use]
    pub fn grade(self, role: Role) -> Grade {
        MATRIX
            .iter()
            .find(|(permission, _)| *permission == self)
            .and_then(|(_, grades)| grades.get(role.column()).copied())
            .unwrap_or(Grade::None)
    }

    /// The furthest that any of these roles may.
    #[must_use]
    pub fn best<'r>(self, roles: impl IntoIterator<Item = &'r Role>) -> Grade {
        let grades = roles.into_iter().map(|role| self.grade(*role));
        grades.max().unwrap_or(Grade::None)
    }

    /// The roles that may, to whatever extent.
    #[must_use]
    pub fn roles(self) -> Vec<Role> {
        self.roles_where(Grade::allows)
    }

    /// The roles whose grade is enough for `wanted`, such as [`Grade::decides`].
    #[must_use]
    pub fn roles_where(self, wanted: impl Fn(Grade) -> bool) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| wanted(self.grade(*role))).collect()
    }

    /// The word used in APIs and in the snapshot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeeOrders => "see_orders",
            Self::SeePrices => "see_prices",
            Self::SeeMessages => "see_messages",
            Self::SeeRaw => "see_raw",
            Self::BreakGlass => "break_glass",
            Self::SeeExceptions => "see_exceptions",
            Self::Triage => "triage",
            Self::Retry => "retry",
            Self::Resolve => "resolve",
            Self::Export => "export",
            Self::Administer => "administer",
            Self::SeePeople => "see_people",
            Self::ManagePeople => "manage_people",
            Self::GovernAccess => "govern_access",
            Self::GovernSources => "govern_sources",
            Self::ManageTokens => "manage_tokens",
            Self::GovernRouting => "govern_routing",
            Self::GovernRates => "govern_rates",
            Self::GovernCalendars => "govern_calendars",
            Self::ReadAudit => "read_audit",
            Self::ReviewEmergency => "review_emergency",
            Self::ManageHolds => "manage_holds",
            Self::EraseData => "erase_data",
        }
    }
}
