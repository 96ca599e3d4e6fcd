//! Field classes (domain §8.2): what of a row a role sees.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::permission::Permission;
use super::role::Role;

/// A kind of field whose showing depends on the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldClass {
    /// Unit price, line value, order value.
    Price,
    /// Discount, contract number, rebate.
    Terms,
    /// A supplier's bank account.
    Bank,
    /// Tax id.
    TaxId,
    /// Name, mail and telephone of people at partners.
    Contact,
    /// People of the company as its systems name them: requester, buyer, approver.
    Employee,
    /// Account assignment, cost centre.
    Account,
    /// Item text, quantities, lots and dates.
    Item,
    /// Invoice image and other attachments.
    Attachment,
    /// What people wrote.
    Comment,
    /// The bytes a source sent.
    Raw,
}

/// How a field is shown. Later in this list is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Showing {
    /// Absent.
    Hide,
    /// Only in sums over many rows; absent from one row.
    Aggregate,
    /// Only its order of magnitude; absent where an exact value stands.
    Bucket,
    /// Another name that is always the same for the same person.
    Pseudonym,
    /// With its middle hidden.
    Masked,
    /// The last four characters, and whether it changed.
    Last4,
    /// Only the contact at the dock.
    Dock,
    /// Codes and quantities, without the text.
    Code,
    /// Patterns such as account numbers, cards and mail addresses hidden; of raw bytes the structure only.
    Redacted,
    /// Names of fields and the shape of values, without the values.
    Structure,
    /// A link to where it is kept.
    Link,
    /// Those of one's own suppliers.
    Own,
    /// As it is.
    Show,
}

impl Showing {
    /// The word used in the snapshot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hide => "-",
            Self::Aggregate => "aggregate",
            Self::Bucket => "bucket",
            Self::Pseudonym => "pseudonym",
            Self::Masked => "masked",
            Self::Last4 => "last 4",
            Self::Dock => "dock",
            Self::Code => "code",
            Self::Redacted => "redacted",
            Self::Structure => "structure",
            Self::Link => "link",
            Self::Own => "own",
            Self::Show => "show",
        }
    }
}

impl FieldClass {
    /// Every class, in the order of domain §8.2.
    pub const ALL: [Self; 11] = [
        Self::Price,
        Self::Terms,
        Self::Bank,
        Self::TaxId,
        Self::Contact,
        Self::Employee,
        Self::Account,
        Self::Item,
        Self::Attachment,
        Self::Comment,
        Self::Raw,
    ];

    /// The word used in the audit and in the snapshot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Terms => "terms",
            Self::Bank => "bank",
            Self::TaxId => "tax_id",
            Self::Contact => "contact",
            Self::Employee => "employee",
            Self::Account => "account",
            Self::Item => "item",
            Self::Attachment => "attachment",
            Self::Comment => "comment",
            Self::Raw => "raw",
        }
    }

    /// How a role sees it.
    #[must_use]
    pub fn showing(self, role: Role) -> Showing {
        FIELDS
            .iter()
            .find(|(class, _)| *class == self)
            .and_then(|(_, showings)| showings.get(role.column()).copied())
            .unwrap_or(Showing::Hide)
    }
}

const fn row(class: FieldClass, showings: [Showing; Role::ALL.len()]) -> (FieldClass, [Showing; Role::ALL.len()]) {
    (class, showings)
}

/// What of each class a role sees (domain §8.2), in the order of [`Role::ALL`]. Administrators see no business field.
#[rustfmt::skip]
pub const FIELDS: &[(FieldClass, [Showing; Role::ALL.len()])] = {
    use FieldClass as F;
    use Showing::{Aggregate, Bucket, Code, Dock, Hide, Last4, Link, Masked, Own, Pseudonym, Redacted, Show, Structure};
    &[
        //                   procurement warehouse finance support    executive  auditor    administrator, security
        row(F::Price,      [Show,       Hide,     Show,   Bucket,    Aggregate, Show,      Hide, Hide]),
        row(F::Terms,      [Show,       Hide,     Show,   Hide,      Hide,      Show,      Hide, Hide]),
        row(F::Bank,       [Hide,       Hide,     Last4,  Hide,      Hide,      Last4,     Hide, Hide]),
        row(F::TaxId,      [Hide,       Hide,     Show,   Hide,      Hide,      Masked,    Hide, Hide]),
        row(F::Contact,    [Own,        Dock,     Show,   Pseudonym, Hide,      Pseudonym, Hide, Hide]),
        row(F::Employee,   [Show,       Hide,     Show,   Pseudonym, Hide,      Show,      Hide, Hide]),
        row(F::Account,    [Show,       Hide,     Show,   Hide,      Aggregate, Show,      Hide, Hide]),
        row(F::Item,       [Show,       Show,     Show,   Code,      Aggregate, Show,      Hide, Hide]),
        row(F::Attachment, [Link,       Hide,     Link,   Hide,      Hide,      Link,      Hide, Hide]),
        row(F::Comment,    [Show,       Show,     Show,   Redacted,  Hide,      Show,      Hide, Hide]),
        row(F::Raw,        [Hide,       Hide,     Hide,   Structure, Hide,      Redacted,  Hide, Hide]),
    ]
};

/// What a caller sees of each class: the best of their roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight([Showing; FieldClass::ALL.len()]);

impl Sight {
    /// Nothing of any class.
    pub const NOTHING: Self = Self([Showing::Hide; FieldClass::ALL.len()]);

    /// The sight of somebody with these roles.
    #[must_use]
    pub fn of(roles: &BTreeSet<Role>) -> Self {
        Self(FieldClass::ALL.map(|class| {
            let seen = roles.iter().map(|role| class.showing(*role));
            seen.max().unwrap_or(Showing::Hide)
        }))
    }

    /// The sight of a service whose token is good for `only` this: items as they are, prices when it may read them, and
    /// nothing of what people wrote or are.
    #[must_use]
    pub fn of_service(only: &BTreeSet<Permission>) -> Self {
        Self(FieldClass::ALL.map(|class| match class {
            FieldClass::Item => Showing::Show,
            FieldClass::Price if only.contains(&Permission::SeePrices) => Showing::Show,
            _ => Showing::Hide,
        }))
    }

    /// How they see a class.
    #[must_use]
    pub fn on(&self, class: FieldClass) -> Showing {
        self.0.get(class as usize).copied().unwrap_or(Showing::Hide)
    }

    /// Do they see a class as it is?
    #[must_use]
    pub fn shows(&self, class: FieldClass) -> bool {
        self.on(class) == Showing::Show
    }

    /// The value when they see the class as it is, else nothing.
    #[must_use]
    pub fn only<T>(&self, class: FieldClass, value: Option<T>) -> Option<T> {
        value.filter(|_| self.shows(class))
    }
}
