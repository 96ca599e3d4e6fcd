//! Instants: relative to the page's own now, with the exact instant beside it. Nothing here reads a clock.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use domain::{Instant, Precision};
use leptos::prelude::*;
use views::words::{t, tn};

/// Older than this is shown by its date.
const RECENT: i64 = 30 * Instant::DAY;

/// `2026-03-03 09:12:05 +00:00`.
pub(crate) fn exact(at: Instant) -> String {
    at.to_utc()
        .map_or_else(|| at.to_string(), |t| t.format("%Y-%m-%d %H:%M:%S %:z").to_string())
}

/// `3 Mar 2026`.
pub(crate) fn date(at: Instant) -> String {
    at.to_utc().map_or_else(|| at.to_string(), |t| said("time-date", &t))
}

/// `Tue 3 Mar`.
pub(crate) fn weekday_date(at: Instant) -> String {
    at.to_utc()
        .map_or_else(|| at.to_string(), |t| said("time-weekday-date", &t))
}

/// An instant inside the day that is meant: what is known to the day is kept as midnight where it happened, which
/// is often the day before in UTC.
pub(crate) fn drawn(at: Instant, precision: Precision) -> Instant {
    if precision == Precision::Day {
        at.plus(12 * Instant::HOUR)
    } else {
        at
    }
}

/// The day of a date needed or promised. Whether it came as a day or as an instant is not kept; late evening in UTC, on
/// the hour, is midnight in one of the zones from London to Moscow.
pub(crate) fn planned(at: Instant) -> String {
    let into_day = at.0.rem_euclid(Instant::DAY);
    let midnight = into_day >= 20 * Instant::HOUR && into_day % (30 * Instant::MINUTE) == 0;
    date(drawn(at, if midnight { Precision::Day } else { Precision::Instant }))
}

/// `3 Mar 2026 09:12`.
pub(crate) fn moment(at: Instant) -> String {
    at.to_utc().map_or_else(|| at.to_string(), |t| said("time-moment", &t))
}

fn said(key: &str, at: &DateTime<Utc>) -> String {
    let month = t(&format!("month-{}", at.month()));
    let weekday = t(&format!("weekday-{}", at.weekday().number_from_monday()));
    tn(
        key,
        &[
            ("day", at.day().to_string().into()),
            ("month", month.into()),
            ("weekday", weekday.into()),
            ("year", at.year().to_string().into()),
            ("clock", at.format("%H:%M").to_string().into()),
        ],
    )
}

/// What a `datetime-local` field holds for an instant, in UTC.
pub(crate) fn field_value(at: Option<Instant>) -> String {
    at.and_then(Instant::to_utc)
        .map(|t| t.format("%Y-%m-%dT%H:%M:%S").to_string())
        .unwrap_or_default()
}

/// Reads what a `datetime-local` field sends (UTC), or RFC 3339. `None` when it is neither.
pub(crate) fn read(text: &str) -> Option<Instant> {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    local
        .map(|t| Instant(t.and_utc().timestamp_micros()))
        .or_else(|| Instant::parse(text))
}

/// A length of time in the two units that matter: `8 s`, `12 min`, `2 h 18 min`, `3.7 days`, `49 days`.
pub(crate) fn span(micros: i64) -> String {
    let micros = micros.unsigned_abs();
    let in_units = |unit: i64| micros / unit.unsigned_abs();
    let (minutes, hours, days) = (
        in_units(Instant::MINUTE),
        in_units(Instant::HOUR),
        in_units(Instant::DAY),
    );
    if minutes == 0 {
        tn("span-seconds", &[("n", in_units(Instant::SECOND).to_string().into())])
    } else if hours == 0 {
        tn("span-minutes", &[("n", minutes.to_string().into())])
    } else if hours < 48 && minutes % 60 == 0 || (24..48).contains(&hours) {
        tn("span-hours", &[("n", hours.to_string().into())])
    } else if hours < 24 {
        tn(
            "span-hours-minutes",
            &[
                ("h", hours.to_string().into()),
                ("m", (minutes % 60).to_string().into()),
            ],
        )
    } else if days < 10 {
        let tenths = micros % Instant::DAY.unsigned_abs() * 10 / Instant::DAY.unsigned_abs();
        let n = if tenths == 0 {
            days.to_string()
        } else {
            format!("{days}.{tenths}")
        };
        tn("span-days", &[("n", n.into())])
    } else {
        tn("span-days", &[("n", super::grouped(&days.to_string()).into())])
    }
}

/// How long ago, or ahead; by its date when that is easier to grasp.
fn relative(at: Instant, as_of: Instant, precision: Precision) -> String {
    let ago = as_of.since(at);
    if ago.saturating_abs() > RECENT {
        return date(drawn(at, precision));
    }
    if precision == Precision::Day {
        return weekday_date(drawn(at, precision));
    }
    match ago {
        0..5_000_000 => t("time-now"),
        a if a < 0 => tn("time-ahead", &[("span", span(a).into())]),
        a => tn("time-ago", &[("span", span(a).into())]),
    }
}

/// An instant as people read it; the exact one on hover, for machines and in print.
#[component]
pub(crate) fn When(
    /// The instant.
    at: Instant,
    /// The page's now.
    as_of: Instant,
    /// How exactly the source knew it.
    #[prop(default = Precision::Instant)]
    precision: Precision,
    /// Show the exact instant itself.
    #[prop(optional)]
    exact: bool,
) -> AnyView {
    let full = self::exact(drawn(at, precision));
    let known = match precision {
        Precision::Day => tn("time-only-day", &[("at", full[..full.len().min(10)].into())]),
        Precision::Minute | Precision::Instant => full.clone(),
    };
    let (text, title) = match (exact, precision) {
        (false, _) => (relative(at, as_of, precision), known),
        (true, Precision::Day) => (known, full),
        (true, _) => (known, relative(at, as_of, precision)),
    };
    view! { <time datetime=at.to_string() title=title>{text}</time> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::{date, drawn, exact, planned, read, span};
    use domain::{Instant, Precision};

    #[test]
    fn what_is_known_to_the_day_is_shown_on_the_day_it_was_where_it_happened() {
        for (zone, midnight) in [
            ("Berlin", "2026-03-18T23:00:00Z"),
            ("Leeds", "2026-03-19T00:00:00Z"),
            ("Boston", "2026-03-19T05:00:00Z"),
        ] {
            let at = Instant::parse(midnight).unwrap();
            assert_eq!(date(drawn(at, Precision::Day)), "19 Mar 2026", "{zone}");
            assert_eq!(planned(at), "19 Mar 2026", "{zone}");
        }
        assert_eq!(planned(Instant::parse("2026-03-19T14:00:00Z").unwrap()), "19 Mar 2026");
    }

    #[test]
    fn a_length_of_time_is_said_in_the_units_that_matter() {
        let said = [
            8 * Instant::SECOND,
            12 * Instant::MINUTE,
            2 * Instant::HOUR + 18 * Instant::MINUTE,
            5 * Instant::HOUR,
        ]
        .map(span);
        assert_eq!(said, ["8 s", "12 min", "2 h 18 min", "5 h"]);
        let said = [
            35 * Instant::HOUR,
            3 * Instant::DAY + 17 * Instant::HOUR,
            49 * Instant::DAY,
        ]
        .map(span);
        assert_eq!(said, ["35 h", "3.7 days", "49 days"]);
    }

    #[test]
    fn a_field_of_a_form_is_read_as_utc() {
        let at = read("2026-03-03T09:12").unwrap();
        assert_eq!(exact(at), "2026-03-03 09:12:00 +00:00");
        assert_eq!(read("2026-03-03T10:12:00+01:00"), Some(at));
        assert_eq!(read("yesterday"), None);
    }
}
