//! Instants, their precision, and the clock as an argument.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// One second, in the unit of [`Instant`].
    pub const SECOND: i64 = 1_000_000;
    /// One minute.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// One hour.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day of 24 hours.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// The instant `micros` later; the far ends of time saturate.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to `self`; the far ends of time saturate.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 text with a zone. `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|t| Self(t.timestamp_micros()))
    }

    /// The calendar form in UTC. `None` outside the years chrono can show.
    #[must_use]
    pub fn to_utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_utc() {
            Some(t) => f.write_str(&t.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            None => write!(f, "{}us", self.0),
        }
    }
}

/// RFC 3339 text for people and JSON, the bare number in compact state.
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            s.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
            Self::parse(&text).ok_or_else(|| de::Error::custom("not an RFC 3339 instant"))
        } else {
            i64::deserialize(d).map(Self)
        }
    }
}

/// How exactly the source knew when something happened (domain §1.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the second or better.
    #[default]
    Instant,
    /// To the minute: the instant is its start.
    Minute,
    /// To the day: the instant is local midnight of the event's zone.
    Day,
}

impl Precision {
    /// The number stored for it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Instant => 0,
            Self::Minute => 1,
            Self::Day => 2,
        }
    }

    /// The precision stored as `code`; unknown numbers read as an instant.
    #[must_use]
    pub const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Minute,
            2 => Self::Day,
            _ => Self::Instant,
        }
    }
}

/// Where time comes from. The business clock (which the demo speeds up) and the system clock are both arguments.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Instant;
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Instant {
        (**self).now()
    }
}

/// A clock that stands still: for tests and for judging a history as of a moment.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Instant);

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}
