//! Working days and hours of a place.

use chrono::{DateTime, Datelike, Days, NaiveDate, SecondsFormat, TimeZone, Timelike, Weekday};
use chrono_tz::Tz;
use domain::Instant;

/// Minutes after midnight at which offices open.
const OPENS: i64 = 7 * 60 + 30;
/// Minutes after midnight at which offices close.
const CLOSES: i64 = 17 * 60 + 30;

/// The zone of a place; Monday to Friday are worked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar(pub(crate) Tz);

impl Calendar {
    /// The local day of an instant.
    pub(crate) fn day(self, at: Instant) -> NaiveDate {
        self.local(at).map(|t| t.date_naive()).unwrap_or_default()
    }

    /// Minutes after local midnight.
    fn minute(self, at: Instant) -> i64 {
        self.local(at)
            .map(|t| i64::from(t.hour() * 60 + t.minute()))
            .unwrap_or_default()
    }

    fn local(self, at: Instant) -> Option<DateTime<Tz>> {
        at.to_utc().map(|t| t.with_timezone(&self.0))
    }

    /// The instant of a local minute of a day; an hour later where the clock skips it.
    pub(crate) fn at(self, day: NaiveDate, minute: i64) -> Instant {
        let minute = u32::try_from(minute.clamp(0, 24 * 60 - 1)).unwrap_or_default();
        let local = |m: u32| {
            day.and_hms_opt(m / 60, m % 60, 0)
                .and_then(|t| self.0.from_local_datetime(&t).earliest())
        };
        let found = local(minute).or_else(|| local((minute + 60).min(24 * 60 - 1)));
        Instant(found.map(|t| t.timestamp_micros()).unwrap_or_default())
    }

    /// RFC 3339 text with this place's offset.
    pub(crate) fn text(self, at: Instant) -> String {
        self.local(at)
            .map(|t| t.to_rfc3339_opts(SecondsFormat::AutoSi, false))
            .unwrap_or_default()
    }

    /// The working instant `minutes` of working time later.
    pub(crate) fn later(self, at: Instant, minutes: i64) -> Instant {
        let mut now = self.open(at);
        let mut left = minutes.max(0) * Instant::MINUTE;
        loop {
            let closing = self.at(self.day(now), CLOSES);
            let room = closing.since(now);
            if left < room {
                return now.plus(left);
            }
            left -= room;
            now = self.open(self.at(next_working(self.day(now)), OPENS));
        }
    }

    /// The instant itself when offices are open, else the next opening.
    fn open(self, at: Instant) -> Instant {
        let day = self.day(at);
        let minute = self.minute(at);
        if !is_working(day) || minute >= CLOSES {
            self.at(next_working(day), OPENS)
        } else if minute < OPENS {
            self.at(day, OPENS)
        } else {
            at
        }
    }

    /// A minute of the working day `days` after that of `at`.
    pub(crate) fn days_later(self, at: Instant, days: i64, minute: i64) -> Instant {
        self.at(working_days_after(self.day(at), days), minute)
    }
}

/// Monday to Friday.
pub(crate) fn is_working(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The first working day after `day`.
pub(crate) fn next_working(day: NaiveDate) -> NaiveDate {
    let mut next = day;
    loop {
        next = next.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        if is_working(next) || next == NaiveDate::MAX {
            return next;
        }
    }
}

/// The working day `days` after `day`; `day` itself, or the next working one, for 0.
pub(crate) fn working_days_after(day: NaiveDate, days: i64) -> NaiveDate {
    let mut now = if is_working(day) { day } else { next_working(day) };
    for _ in 0..days {
        now = next_working(now);
    }
    now
}

/// The working day `days` before `day`.
pub(crate) fn working_days_before(day: NaiveDate, days: i64) -> NaiveDate {
    let mut now = day;
    let mut left = days;
    while left > 0 {
        let Some(earlier) = now.checked_sub_days(Days::new(1)) else {
            return now;
        };
        now = earlier;
        if is_working(now) {
            left -= 1;
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::{Calendar, working_days_before};
    use domain::Instant;

    const BERLIN: Calendar = Calendar(chrono_tz::Europe::Berlin);

    #[test]
    fn working_time_skips_the_night_and_the_weekend() {
        let friday = Instant::parse("2026-02-27T17:00:00+01:00").unwrap();
        let monday = Instant::parse("2026-03-02T08:00:00+01:00").unwrap();
        assert_eq!(BERLIN.later(friday, 60), monday);
    }

    #[test]
    fn a_minute_the_clock_skips_is_an_hour_later() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
        assert_eq!(BERLIN.at(day, 150), Instant::parse("2026-03-29T01:30:00Z").unwrap());
    }

    #[test]
    fn working_days_before_a_monday_leave_out_the_weekend() {
        let monday = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        assert_eq!(working_days_before(monday, 1).to_string(), "2026-02-27");
    }
}
