//! Working days.

use chrono::NaiveDate;
use domain::Instant;
use domain::calendars::Calendar;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn berlin() -> Calendar {
    let text = r#"{"zone":"Europe/Berlin",
        "hours":{"mon":[{"from":"08:00","to":"12:00"},{"from":"13:00","to":"17:30"}],"tue":[{"from":"08:00","to":"17:00"}],
                 "wed":[{"from":"08:00","to":"17:00"}],"thu":[{"from":"08:00","to":"17:00"}],"fri":[{"from":"08:00","to":"00:00"}]},
        "holidays":{"2026-12-25":"Christmas"}}"#;
    serde_json::from_str(text).unwrap()
}

#[test]
fn within_a_working_day_ends_when_the_next_one_closes() {
    let calendar = berlin();
    let due = |text| calendar.end_of_next_working_day(at(text)).to_string();
    assert_eq!(
        due("2026-11-23T10:00:00Z"),
        "2026-11-24T16:00:00Z",
        "Monday to Tuesday, 17:00 in Berlin"
    );
    assert_eq!(due("2026-11-20T10:00:00Z"), "2026-11-23T16:30:00Z", "over the weekend");
    assert_eq!(
        due("2026-12-24T10:00:00Z"),
        "2026-12-28T16:30:00Z",
        "over the holiday and the weekend"
    );
    assert_eq!(due("2026-11-26T10:00:00Z"), "2026-11-27T23:00:00Z", "to midnight");
    assert_eq!(
        due("2026-11-22T23:30:00Z"),
        "2026-11-24T16:00:00Z",
        "it is Monday already in Berlin"
    );
}

#[test]
fn holidays_and_days_without_hours_are_not_worked() {
    let calendar = berlin();
    let worked = |y, m, d| calendar.is_working_day(NaiveDate::from_ymd_opt(y, m, d).unwrap());
    assert!(worked(2026, 12, 24) && !worked(2026, 12, 25) && !worked(2026, 12, 26));
}

#[test]
fn a_calendar_that_is_never_open_still_has_an_answer() {
    let never = Calendar {
        hours: std::collections::BTreeMap::new(),
        ..Calendar::default()
    };
    let now = at("2026-11-23T10:00:00Z");
    assert_eq!(never.end_of_next_working_day(now), now.plus(Instant::DAY));
    let nowhere = Calendar {
        zone: "Mars/Base".into(),
        ..Calendar::default()
    };
    assert_eq!(nowhere.end_of_next_working_day(now), now.plus(Instant::DAY));
    assert_eq!(
        Calendar::default().end_of_next_working_day(now).to_string(),
        "2026-11-24T17:00:00Z"
    );
}
