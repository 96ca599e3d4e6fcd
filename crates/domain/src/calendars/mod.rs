//! Working days and hours of an entity, site, supplier or team (domain §5.1).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// A day of the week, as calendars name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// The week, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    fn of(date: NaiveDate) -> Option<Self> {
        let from_monday = usize::try_from(date.weekday().num_days_from_monday()).ok()?;
        Self::ALL.get(from_monday).copied()
    }
}

/// An interval of local time within one day, such as `08:00` to `17:00`; `24:00` is written `00:00` as its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Opens.
    #[serde(with = "minutes")]
    pub from: NaiveTime,
    /// Closes.
    #[serde(with = "minutes")]
    pub to: NaiveTime,
}

impl Hours {
    /// It closes after it opens; midnight closes the day.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.to == NaiveTime::MIN || self.from < self.to
    }
}

/// Times of day as `08:00`.
mod minutes {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&time.format("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(de::Error::custom)
    }
}

/// A planned time in which nothing is expected of a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// It begins.
    pub from: Instant,
    /// It ends.
    pub to: Instant,
    /// What for.
    #[serde(default)]
    pub title: String,
}

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// IANA zone, such as `Europe/Berlin`.
    pub zone: String,
    /// Working hours of each day of the week; a day that is absent is not worked.
    pub hours: BTreeMap<Day, Vec<Hours>>,
    /// Days not worked, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Maintenance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Window>,
}

impl Default for Calendar {
    /// Monday to Friday in UTC, 08:00 to 17:00, no holidays: until somebody says otherwise.
    fn default() -> Self {
        let day = Hours {
            from: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default(),
            to: NaiveTime::from_hms_opt(17, 0, 0).unwrap_or_default(),
        };
        let week = Day::ALL.into_iter().take(5);
        Self {
            zone: "UTC".to_owned(),
            hours: week.map(|name| (name, vec![day])).collect(),
            holidays: BTreeMap::new(),
            windows: Vec::new(),
        }
    }
}

/// Days looked ahead for a working day: a calendar without one in a year has none.
const FAR: u64 = 366;

impl Calendar {
    /// The zone; `None` when there is none of that name.
    #[must_use]
    pub fn tz(&self) -> Option<Tz> {
        self.zone.parse().ok()
    }

    /// Is that local date worked?
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let worked = |day: Day| self.hours.get(&day).is_some_and(|hours| !hours.is_empty());
        Day::of(date).is_some_and(worked) && !self.holidays.contains_key(&date)
    }

    /// The end of the next working day after the local day of `at`: by when something is due "within a business day". When no
    /// day is worked within a year or the zone is unknown, 24 hours later.
    #[must_use]
    pub fn end_of_next_working_day(&self, at: Instant) -> Instant {
        self.next_end(at).unwrap_or_else(|| at.plus(Instant::DAY))
    }

    fn next_end(&self, at: Instant) -> Option<Instant> {
        let zone = self.tz()?;
        let today = at.to_utc()?.with_timezone(&zone).date_naive();
        let ahead = (1..=FAR).filter_map(|days| today.checked_add_days(Days::new(days)));
        let day = ahead.into_iter().find(|date| self.is_working_day(*date))?;
        let closes = self.hours.get(&Day::of(day)?)?.iter().map(|h| h.to);
        let midnight = closes.clone().any(|to| to == NaiveTime::MIN);
        let (date, time) = if midnight {
            (day.succ_opt()?, NaiveTime::MIN)
        } else {
            (day, closes.max()?)
        };
        let local = date.and_time(time);
        // A local time that a change of clocks skips is the instant of the change.
        let end: DateTime<Utc> = match zone.from_local_datetime(&local) {
            LocalResult::Single(t) | LocalResult::Ambiguous(_, t) => t.to_utc(),
            LocalResult::None => zone
                .from_local_datetime(&(local + chrono::TimeDelta::hours(1)))
                .latest()?
                .to_utc(),
        };
        Some(Instant(end.timestamp_micros()))
    }
}
