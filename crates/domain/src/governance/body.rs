//! The body of a governed record, whatever its kind.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::bodies::{AccessBody, CurrencyRateBody, RoutingRuleBody, SourceBody};
use super::kind::GovernedKind;
use crate::Sentence;
use crate::calendars::{Calendar, Hours};
use crate::time::Instant;

/// A body of some kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Body {
    /// Roles and scope of a person.
    Access(AccessBody),
    /// A source system.
    Source(SourceBody),
    /// Whose a case becomes.
    RoutingRule(RoutingRuleBody),
    /// A currency rate.
    CurrencyRate(CurrencyRateBody),
    /// A calendar.
    Calendar(Calendar),
}

/// The longest name of a record.
const KEY_LENGTH: usize = 80;

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Sentence> {
    serde_json::from_str(text).map_err(|error| Sentence::new("error-record-unreadable").with("reason", error))
}

impl Body {
    /// Reads the body of a record.
    ///
    /// # Errors
    /// A sentence saying what cannot be read.
    pub fn read(kind: GovernedKind, text: &str) -> Result<Self, Sentence> {
        Ok(match kind {
            GovernedKind::Access => Self::Access(read(text)?),
            GovernedKind::Source => Self::Source(read(text)?),
            GovernedKind::RoutingRule => Self::RoutingRule(read(text)?),
            GovernedKind::CurrencyRate => Self::CurrencyRate(read(text)?),
            GovernedKind::Calendar => Self::Calendar(read(text)?),
        })
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> GovernedKind {
        match self {
            Self::Access(_) => GovernedKind::Access,
            Self::Source(_) => GovernedKind::Source,
            Self::RoutingRule(_) => GovernedKind::RoutingRule,
            Self::CurrencyRate(_) => GovernedKind::CurrencyRate,
            Self::Calendar(_) => GovernedKind::Calendar,
        }
    }

    /// As it is stored, shown and hashed: fields in a fixed order.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As fields, for [`super::diff`].
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// What is wrong with it as the record `key` from `valid_from` on; nothing when it is sound.
    #[must_use]
    pub fn faults(&self, key: &str, valid_from: Instant) -> Vec<Sentence> {
        let mut faults = Vec::new();
        if key.trim().is_empty() || key.len() > KEY_LENGTH || key.chars().any(char::is_control) {
            faults.push(Sentence::new("error-record-name"));
        }
        match self {
            Self::Access(body) => body.check(valid_from, &mut faults),
            Self::Source(body) => body.check(key, &mut faults),
            Self::RoutingRule(body) => body.check(&mut faults),
            Self::CurrencyRate(body) => body.check(key, &mut faults),
            Self::Calendar(body) => calendar(body, &mut faults),
        }
        faults
    }
}

fn calendar(body: &Calendar, faults: &mut Vec<Sentence>) {
    if body.tz().is_none() {
        faults.push(Sentence::new("error-calendar-zone").with("zone", &body.zone));
    }
    if body.hours.values().all(Vec::is_empty) {
        faults.push(Sentence::new("error-calendar-empty"));
    }
    if !body.hours.values().all(|hours| apart(hours)) {
        faults.push(Sentence::new("error-calendar-hours"));
    }
    if body.windows.iter().any(|window| window.from >= window.to) {
        faults.push(Sentence::new("error-calendar-window"));
    }
    let titles: BTreeMap<_, _> = body.holidays.iter().filter(|(_, t)| t.trim().is_empty()).collect();
    if let Some((date, _)) = titles.first_key_value() {
        faults.push(Sentence::new("error-calendar-holiday").with("date", date));
    }
}

/// Each closes after it opens, and none opens before the one before it closed.
fn apart(hours: &[Hours]) -> bool {
    let sound = hours.iter().all(Hours::is_sound);
    let in_turn = hours
        .windows(2)
        .all(|pair| matches!(pair, [one, next] if one.to <= next.from && one.to > one.from));
    sound && in_turn
}
