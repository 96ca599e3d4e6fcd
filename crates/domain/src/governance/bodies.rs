//! The body of each kind, and what makes it sound.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Sentence;
use crate::access::{Incompatible, Role, Scope, incompatible};
use crate::exceptions::Class;
use crate::numbers::Decimal;
use crate::time::Instant;

/// Lanes a source's events are drawn in.
pub const LANES: [&str; 7] = [
    "procurement",
    "erp",
    "supplier",
    "carrier",
    "warehouse",
    "payables",
    "other",
];

/// Why two roles that do not go together may be held together for a while (domain §8.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compensation {
    /// What is done instead: who looks at what, how often.
    pub control: String,
    /// Until when.
    pub until: Instant,
}

/// Roles and scope of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessBody {
    /// Roles held; none: they can sign in, but see nothing.
    pub roles: BTreeSet<Role>,
    /// Rows they may know of.
    pub scope: Scope,
    /// The compensating control, where roles do not go together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Compensation>,
}

/// The longest a compensating control may stand in (default): a quarter, until the next access review (domain §8.5 C07).
const COMPENSATED_FOR: i64 = 92 * Instant::DAY;

impl AccessBody {
    pub(super) fn check(&self, valid_from: Instant, faults: &mut Vec<Sentence>) {
        let clashes: Vec<_> = incompatible(&self.roles).collect();
        match &self.compensation {
            None => faults.extend(clashes.iter().map(Incompatible::sentence)),
            Some(c) => {
                if c.control.trim().is_empty() {
                    faults.push(Sentence::new("error-compensation-empty"));
                }
                if c.until <= valid_from || c.until.since(valid_from) > COMPENSATED_FOR {
                    faults.push(Sentence::new("error-compensation-until"));
                }
            }
        }
    }
}

/// A source system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceBody {
    /// Its name for people.
    pub title: String,
    /// The lane its events are drawn in: one of [`LANES`].
    pub lane: String,
    /// Buying entity of documents that name none; empty when they must.
    #[serde(default)]
    pub entity: String,
    /// Taken out of service: what it sends is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
}

impl SourceBody {
    pub(super) fn check(&self, key: &str, faults: &mut Vec<Sentence>) {
        if !is_source_name(key) {
            faults.push(Sentence::new("error-source-name"));
        }
        if self.title.trim().is_empty() {
            faults.push(Sentence::new("error-title-empty"));
        }
        if !LANES.contains(&self.lane.as_str()) {
            faults.push(Sentence::new("error-source-lane"));
        }
    }
}

/// 2 to 40 lower-case letters, digits and hyphens, a hyphen neither first nor last.
fn is_source_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (2..=40).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('-') && !name.ends_with('-')
}

/// Whose a case becomes (domain §4.2a). A condition that is empty fits every case; of several rules that fit, the one with
/// the most conditions counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoutingRuleBody {
    /// Class code, such as `MA-01`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub class: String,
    /// Buying entity.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub entity: String,
    /// Site.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// Supplier's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub supplier: String,
    /// The order's buyer code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub buyer: String,
    /// The team it goes to.
    pub team: String,
    /// The person in it; empty: whoever takes it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub person: String,
    /// Who stands in when the person is away and has named nobody.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stand_in: String,
}

impl RoutingRuleBody {
    pub(super) fn check(&self, faults: &mut Vec<Sentence>) {
        if self.team.trim().is_empty() {
            faults.push(Sentence::new("error-routing-team"));
        }
        if !self.class.is_empty() && Class::by_code(&self.class).is_none() {
            faults.push(Sentence::new("error-unknown-class"));
        }
        if self.person.is_empty() && !self.stand_in.is_empty() {
            faults.push(Sentence::new("error-routing-stand-in"));
        }
        if !self.person.is_empty() && self.person == self.stand_in {
            faults.push(Sentence::new("error-routing-same-person"));
        }
    }

    /// How many conditions it has: of rules that fit, the one with most counts.
    #[must_use]
    pub fn conditions(&self) -> usize {
        let conditions = [&self.class, &self.entity, &self.site, &self.supplier, &self.buyer];
        conditions.into_iter().filter(|c| !c.is_empty()).count()
    }
}

/// A currency rate: what one unit of the first currency of the key `USD/EUR` is worth in the second, from its date on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurrencyRateBody {
    /// Exact decimal, above nought.
    pub rate: Decimal,
    /// Who publishes it, such as `ECB`.
    #[serde(default)]
    pub publisher: String,
}

impl CurrencyRateBody {
    pub(super) fn check(&self, key: &str, faults: &mut Vec<Sentence>) {
        let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        let pair = key.split_once('/').filter(|(a, b)| is_code(a) && is_code(b) && a != b);
        if pair.is_none() {
            faults.push(Sentence::new("error-rate-currencies"));
        }
        if self.rate <= Decimal::ZERO {
            faults.push(Sentence::new("error-rate-positive"));
        }
    }
}
