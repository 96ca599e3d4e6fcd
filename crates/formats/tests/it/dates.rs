use domain::Precision;
use formats::dates::{NoMoment, Zone, read};

fn at(text: &str, zone: Option<&str>) -> Result<(String, Precision), NoMoment> {
    let zone = zone.map(|z| Zone::parse(z).expect("a zone"));
    read(text, zone).map(|m| (m.at.to_string(), m.precision))
}

fn instant(text: &str) -> Result<(String, Precision), NoMoment> {
    Ok((text.to_owned(), Precision::Instant))
}

#[test]
fn an_instant_with_an_offset_needs_no_zone() {
    assert_eq!(at("2026-02-27T10:15:00+01:00", None), instant("2026-02-27T09:15:00Z"));
    assert_eq!(
        at("2026-02-27T10:15:00.250Z", Some("Europe/Berlin")),
        instant("2026-02-27T10:15:00.250Z")
    );
    assert_eq!(at("2026-02-27 10:15:00+0100", None), instant("2026-02-27T09:15:00Z"));
    assert_eq!(
        at("2026-02-27T10:15-05:00", None),
        Ok(("2026-02-27T15:15:00Z".to_owned(), Precision::Minute))
    );
}

#[test]
fn local_times_and_days_are_read_in_their_zone() {
    assert_eq!(
        at("2026-02-27T10:15", Some("Europe/Berlin")),
        Ok(("2026-02-27T09:15:00Z".to_owned(), Precision::Minute))
    );
    assert_eq!(
        at("2026-07-27", Some("Europe/Berlin")),
        Ok(("2026-07-26T22:00:00Z".to_owned(), Precision::Day))
    );
    assert_eq!(
        at("2026-07-27", Some("+05:30")),
        Ok(("2026-07-26T18:30:00Z".to_owned(), Precision::Day))
    );
    assert_eq!(at("2026-02-27", None), Err(NoMoment::WithoutZone));
}

#[test]
fn a_time_that_clocks_skip_or_repeat_is_still_a_time() {
    assert_eq!(
        at("2026-03-29T02:30:00", Some("Europe/Berlin")),
        instant("2026-03-29T01:30:00Z")
    );
    assert_eq!(
        at("2026-10-25T02:30:00", Some("Europe/Berlin")),
        instant("2026-10-25T00:30:00Z")
    );
    // Midnight itself is skipped in Beirut.
    assert_eq!(
        at("2021-03-28", Some("Asia/Beirut")),
        Ok(("2021-03-27T22:00:00Z".to_owned(), Precision::Day))
    );
}

#[test]
fn absurd_days_are_told_from_unreadable_ones() {
    for absurd in [
        "0000-00-00",
        "2026-02-30",
        "9999-12-31",
        "1899-12-31",
        "0001-01-01T00:00:00Z",
        "2201-01-01",
    ] {
        assert_eq!(at(absurd, Some("UTC")), Err(NoMoment::Absurd), "{absurd}");
    }
    for unreadable in [
        "",
        "27.02.2026",
        "2026-2-7",
        "2026-02-27T",
        "2026-02-27T25:00",
        "2026-02-27Z",
        "20260227",
        "2026-02-27T10:15:00+99:00",
        "2026-02-27T10:15:0",
        "2026-02-27T10:15:00.",
        "２０２６-02-27",
        "yesterday",
    ] {
        assert_eq!(at(unreadable, Some("UTC")), Err(NoMoment::Unreadable), "{unreadable}");
    }
    assert_eq!(at("1948-01-26T22:59:00+00:00", None), instant("1948-01-26T22:59:00Z"));
}

#[test]
fn midnight_is_that_of_the_zones_own_day() {
    let late = read("2018-01-02T22:59:00+00:00", None).expect("a time").at;
    let midnight = |zone: &str| Zone::parse(zone).and_then(|z| z.midnight(late)).map(|m| m.to_string());
    assert_eq!(midnight("Europe/Amsterdam").as_deref(), Some("2018-01-01T23:00:00Z"));
    assert_eq!(midnight("UTC").as_deref(), Some("2018-01-02T00:00:00Z"));
    assert_eq!(midnight("+02:00").as_deref(), Some("2018-01-02T22:00:00Z"));
}
