//! Dates and times as senders write them, each with how exactly it was known and in which zone.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use domain::{Instant, Precision};

/// The years a document of the trade can speak of; others are a mistake of the sender.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// A zone by its IANA name or as a fixed offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Such as `Europe/Berlin`.
    Named(Tz),
    /// Such as `+01:00`.
    Fixed(FixedOffset),
}

impl Zone {
    /// Reads `Europe/Berlin`, `+01:00`, `+0100`, `Z` or `UTC`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "Z" {
            return Some(Self::Named(Tz::UTC));
        }
        if text.starts_with(['+', '-']) {
            let colon = if text.len() == 5 { ":" } else { "" };
            let at_midnight = format!("2000-01-01T00:00:00{}{colon}{}", text.get(..3)?, text.get(3..)?);
            return DateTime::parse_from_rfc3339(&at_midnight)
                .ok()
                .map(|t| Self::Fixed(*t.offset()));
        }
        text.parse().ok().map(Self::Named)
    }

    /// The name or offset.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Named(zone) => zone.name().to_owned(),
            Self::Fixed(offset) => offset.to_string(),
        }
    }

    /// The instant of a local time. Of a time that comes twice the first; one that clocks skip is read as after the skip.
    fn instant(self, local: NaiveDateTime) -> Option<Instant> {
        let at = |local: &NaiveDateTime| match self {
            Self::Named(zone) => zone.from_local_datetime(local).earliest().map(|t| t.timestamp_micros()),
            Self::Fixed(offset) => offset
                .from_local_datetime(local)
                .earliest()
                .map(|t| t.timestamp_micros()),
        };
        at(&local)
            .or_else(|| at(&local.checked_add_signed(TimeDelta::hours(1))?))
            .map(Instant)
    }

    /// The local calendar day of an instant.
    fn day_of(self, at: Instant) -> Option<NaiveDate> {
        let utc = at.to_utc()?.naive_utc();
        let offset = match self {
            Self::Named(zone) => zone.offset_from_utc_datetime(&utc).fix(),
            Self::Fixed(offset) => offset,
        };
        utc.checked_add_offset(offset).map(|local| local.date())
    }

    /// Local midnight of the day in which an instant lies.
    #[must_use]
    pub fn midnight(self, at: Instant) -> Option<Instant> {
        self.instant(self.day_of(at)?.and_time(NaiveTime::MIN))
    }
}

/// A date or time as it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When: for a day local midnight, for a minute its start.
    pub at: Instant,
    /// How exactly it was written.
    pub precision: Precision,
    /// The offset it was written with; `None` for `Z` and for local times.
    pub offset: Option<Zone>,
}

/// Why a text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMoment {
    /// Not a date or time in a form that is read.
    Unreadable,
    /// A day no document can speak of.
    Absurd,
    /// A local time, and nothing says of which zone.
    WithoutZone,
}

/// Reads `2026-02-27`, `2026-02-27T10:15`, `2026-02-27T10:15:30.5`, each with or without `Z` or an offset (a date
/// never has one). What has no offset is local to `zone`.
///
/// # Errors
/// [`NoMoment`].
pub fn read(text: &str, zone: Option<Zone>) -> Result<Moment, NoMoment> {
    if !text.is_ascii() || text.len() > 40 {
        return Err(NoMoment::Unreadable);
    }
    let (written, offset) = split_offset(text);
    let bytes = written.as_bytes();
    let parted = bytes.len() > 10 && matches!(bytes[10], b'T' | b't' | b' ');
    let day = NaiveDate::parse_from_str(written.get(..10).unwrap_or_default(), "%Y-%m-%d");
    let (day, time, precision) = match (day, written.get(11..)) {
        (Ok(day), _) if written.len() == 10 && offset.is_none() => (day, NaiveTime::MIN, Precision::Day),
        (Ok(day), Some(time)) if parted => {
            let (time, precision) = read_time(time).ok_or(NoMoment::Unreadable)?;
            (day, time, precision)
        }
        // A date such as 0000-00-00 or 2026-02-30 is a date, only none that exists.
        (Err(_), _) if looks_like_date(bytes) => return Err(NoMoment::Absurd),
        _ => return Err(NoMoment::Unreadable),
    };
    if !YEARS.contains(&chrono::Datelike::year(&day)) {
        return Err(NoMoment::Absurd);
    }
    let offset = match offset {
        Some(offset) => Some(Zone::parse(offset).ok_or(NoMoment::Unreadable)?),
        None => None,
    };
    let at = offset
        .or(zone)
        .ok_or(NoMoment::WithoutZone)?
        .instant(day.and_time(time))
        .ok_or(NoMoment::Absurd)?;
    Ok(Moment {
        at,
        precision,
        offset: offset.filter(|o| matches!(o, Zone::Fixed(_))),
    })
}

fn read_time(text: &str) -> Option<(NaiveTime, Precision)> {
    if text.len() == 5 {
        return Some((NaiveTime::parse_from_str(text, "%H:%M").ok()?, Precision::Minute));
    }
    // More than nine digits of a second are cut off by nobody but a computer.
    let whole = text.len() >= 8 && (text.len() == 8 || (text.as_bytes()[8] == b'.' && text.len() > 9));
    whole
        .then(|| NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok())?
        .map(|t| (t, Precision::Instant))
}

/// The text before and from `Z` or an offset such as `+01:00` or `+0100`.
fn split_offset(text: &str) -> (&str, Option<&str>) {
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        return (rest, Some("Z"));
    }
    match text.rfind(['+', '-']) {
        Some(at) if at > 10 => (&text[..at], Some(&text[at..])),
        _ => (text, None),
    }
}

fn looks_like_date(bytes: &[u8]) -> bool {
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(n, b)| {
            if n == 4 || n == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        })
}
