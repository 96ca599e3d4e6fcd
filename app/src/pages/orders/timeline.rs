//! Lays an order's events out as lanes over time. Pure.
//!
//! Time is cut into equal pieces (an hour up to a year: the finest that keeps the drawing readable); only pieces in which
//! something happened get a column, and the silence between two columns is said, not drawn. So a day with thirty receipts
//! and an invoice dated twenty years early are both readable.

use std::collections::BTreeMap;

use chrono::Datelike;
use domain::{Instant, Precision};
use views::orders::EventRow;

use crate::pages::sources::LANES;
use crate::parts::drawn;

/// Most columns before a coarser cut is taken.
const COLUMNS: usize = 12;

/// How time is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Cut {
    const FROM_FINE: [Self; 7] = [
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// The number of the piece an instant lies in.
    fn piece(self, at: Instant) -> i64 {
        let of_month = |months: i64| {
            let month = at
                .to_utc()
                .map_or(0, |t| i64::from(t.year()) * 12 + i64::from(t.month0()));
            month.div_euclid(months)
        };
        match self {
            Self::Minute => at.0.div_euclid(Instant::MINUTE),
            Self::Hour => at.0.div_euclid(Instant::HOUR),
            Self::Day => at.0.div_euclid(Instant::DAY),
            // 1970-01-01 was a Thursday; weeks begin on Monday.
            Self::Week => (at.0.div_euclid(Instant::DAY) + 3).div_euclid(7),
            Self::Month => of_month(1),
            Self::Quarter => of_month(3),
            Self::Year => of_month(12),
        }
    }
}

/// Events of one kind in one cell, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark<'a> {
    pub(super) first: &'a EventRow,
    pub(super) count: usize,
    pub(super) flagged: bool,
}

/// A piece of time in which something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The first instant in it.
    pub(super) from: Instant,
    /// Silence since the column before, in microseconds; absent when they touch.
    pub(super) silence: Option<i64>,
}

/// One system's lane: its marks by column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane<'a> {
    pub(super) lane: &'a str,
    pub(super) cells: Vec<Vec<Mark<'a>>>,
}

impl Lane<'_> {
    /// First and last column with a mark: between them the lane is drawn as a line.
    pub(super) fn reach(&self) -> Option<(usize, usize)> {
        let first = self.cells.iter().position(|cell| !cell.is_empty())?;
        let last = self.cells.iter().rposition(|cell| !cell.is_empty())?;
        Some((first, last))
    }
}

/// The whole drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timeline<'a> {
    pub(super) cut: Cut,
    pub(super) columns: Vec<Column>,
    pub(super) lanes: Vec<Lane<'a>>,
}

fn drawn_at(event: &EventRow) -> Instant {
    drawn(event.occurred_at, event.precision)
}

/// The finest cut that keeps the drawing readable. Events known only to the day are never cut finer than that.
fn cut(events: &[EventRow]) -> Cut {
    let days_only = events.iter().any(|e| e.precision == Precision::Day);
    let from = if days_only { 2 } else { 0 };
    let (first, last) = events.iter().fold((i64::MAX, i64::MIN), |(a, b), e| {
        (a.min(drawn_at(e).0), b.max(drawn_at(e).0))
    });
    let fine = match last.saturating_sub(first) {
        span if span <= 2 * Instant::HOUR => 0,
        span if span <= 2 * Instant::DAY => 1,
        _ => 2,
    };
    let pieces = |cut: Cut| {
        events
            .iter()
            .map(|e| cut.piece(drawn_at(e)))
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    Cut::FROM_FINE
        .into_iter()
        .skip(from.max(fine))
        .find(|cut| pieces(*cut) <= COLUMNS)
        .unwrap_or(Cut::Year)
}

/// Lays out `events`; `None` when there are none.
pub(super) fn lay_out(events: &[EventRow]) -> Option<Timeline<'_>> {
    if events.is_empty() {
        return None;
    }
    let cut = cut(events);
    let mut ends: BTreeMap<i64, (Instant, Instant)> = BTreeMap::new();
    for event in events {
        let at = drawn_at(event);
        let (from, to) = ends.entry(cut.piece(at)).or_insert((at, at));
        *from = (*from).min(at);
        *to = (*to).max(at);
    }
    let mut columns: Vec<Column> = Vec::with_capacity(ends.len());
    let mut before: Option<(i64, Instant)> = None;
    for (piece, (from, to)) in &ends {
        let silence = before
            .filter(|(last, _)| piece - last > 1)
            .map(|(_, last_at)| from.since(last_at));
        columns.push(Column { from: *from, silence });
        before = Some((*piece, *to));
    }
    let place: BTreeMap<i64, usize> = ends.keys().enumerate().map(|(i, piece)| (*piece, i)).collect();
    let lanes = LANES.iter().filter_map(|lane| {
        let own = events
            .iter()
            .filter(|e| e.lane == *lane || (*lane == "other" && !LANES.contains(&e.lane.as_str())));
        let mut cells: Vec<Vec<Mark<'_>>> = vec![Vec::new(); columns.len()];
        for event in own {
            let Some(cell) = place.get(&cut.piece(drawn_at(event))).and_then(|i| cells.get_mut(*i)) else {
                continue;
            };
            let flagged = !event.flags.is_empty();
            match cell
                .iter_mut()
                .find(|mark| mark.first.kind == event.kind && mark.flagged == flagged)
            {
                Some(mark) => mark.count += 1,
                None => cell.push(Mark {
                    first: event,
                    count: 1,
                    flagged,
                }),
            }
        }
        cells
            .iter()
            .any(|cell| !cell.is_empty())
            .then_some(Lane { lane, cells })
    });
    Some(Timeline {
        cut,
        lanes: lanes.collect(),
        columns,
    })
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Cut, lay_out};
    use domain::{Instant, Precision};
    use views::orders::EventRow;

    fn event(seq: i64, kind: &str, lane: &str, at: &str) -> EventRow {
        let at = Instant::parse(at).unwrap();
        EventRow {
            seq,
            kind: kind.into(),
            activity: kind.into(),
            source: "erp".into(),
            lane: lane.into(),
            occurred_at: at,
            precision: Precision::Instant,
            received_at: at,
            lines: Vec::new(),
            quantity: None,
            document: None,
            actor: None,
            flags: Vec::new(),
        }
    }

    #[test]
    fn an_order_without_events_has_no_drawing() {
        assert_eq!(lay_out(&[]), None);
    }

    #[test]
    fn every_event_is_drawn_once() {
        let events: Vec<EventRow> = (0..1_500)
            .map(|i| {
                let mut e = event(
                    i,
                    ["gr.received", "inv.received"][(i % 2) as usize],
                    ["warehouse", "payables"][(i % 2) as usize],
                    "2018-01-01T00:00:00Z",
                );
                e.occurred_at = e.occurred_at.plus(i * 7 * Instant::HOUR);
                e
            })
            .collect();
        let timeline = lay_out(&events).unwrap();
        let drawn: usize = timeline
            .lanes
            .iter()
            .flat_map(|l| l.cells.iter().flatten())
            .map(|m| m.count)
            .sum();
        assert_eq!(drawn, events.len());
        assert!(timeline.columns.len() <= COLUMNS);
    }

    #[test]
    fn one_event_dated_decades_early_does_not_squeeze_the_others_together() {
        let events = [
            event(1, "inv.issued", "supplier", "1948-01-26T00:00:00Z"),
            event(2, "po.created", "erp", "2018-02-01T09:00:00Z"),
            event(3, "gr.received", "warehouse", "2018-02-14T09:00:00Z"),
        ];
        let timeline = lay_out(&events).unwrap();
        assert_eq!(timeline.cut, Cut::Day);
        assert_eq!(timeline.columns.len(), 3);
        assert_eq!(timeline.columns[2].silence, Some(13 * Instant::DAY));
    }

    #[test]
    fn an_irregular_event_is_never_hidden_in_a_cluster_of_regular_ones() {
        let mut events = vec![event(1, "gr.received", "warehouse", "2018-02-14T09:00:00Z"); 3];
        events[1].flags = vec!["posted_while_blocked".into()];
        let timeline = lay_out(&events).unwrap();
        let counts: Vec<_> = timeline.lanes[0].cells[0]
            .iter()
            .map(|m| (m.count, m.flagged))
            .collect();
        assert_eq!(counts, [(2, false), (1, true)]);
    }

    #[test]
    fn a_lane_that_no_drawing_knows_is_drawn_as_other() {
        let events = [event(1, "ext.event", "lunar", "2018-02-14T09:00:00Z")];
        assert_eq!(lay_out(&events).unwrap().lanes[0].lane, "other");
    }
}
