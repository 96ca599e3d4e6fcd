//! What the activities of a known log mean in canonical events (domain §2.1). Data, not code:
//! `data/bpic2019_activities.csv`, one row per activity.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::events::EventType;
use crate::time::Precision;

/// One canonical event that an activity stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MappedEvent {
    /// What happened.
    pub kind: EventType,
    /// How exactly the activity's time is known, when it is coarser than the file writes it.
    pub precision: Option<Precision>,
    /// It moves a value without a quantity.
    pub value_only: bool,
    /// The attribute a change is about; its new value is not in the file.
    pub changes: Option<&'static str>,
}

const TABLE: &str = include_str!("../../data/bpic2019_activities.csv");

static BY_ACTIVITY: LazyLock<HashMap<&'static str, Vec<MappedEvent>>> =
    LazyLock::new(|| rows().map(|row| (row.activity, row.events())).collect());

/// The events an activity of the BPI Challenge 2019 log stands for, in order; `None`: it is not one of its 42.
#[must_use]
pub fn lookup(activity: &str) -> Option<&'static [MappedEvent]> {
    BY_ACTIVITY.get(activity).map(Vec::as_slice)
}

/// Every activity with what is known about it, in the order of the table.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows().map(|row| (row.activity, row.note))
}

struct Row {
    activity: &'static str,
    events: &'static str,
    sets: &'static str,
    note: &'static str,
}

/// The note is last, so that it may hold commas.
fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().skip(1).filter_map(|line| {
        let mut cells = line.splitn(4, ',');
        Some(Row {
            activity: cells.next()?,
            events: cells.next()?,
            sets: cells.next()?,
            note: cells.next()?,
        })
    })
}

impl Row {
    fn events(&self) -> Vec<MappedEvent> {
        let changes = self.sets.split(' ').find_map(|set| set.strip_prefix("changes="));
        let has = |word: &str| self.sets.split(' ').any(|set| set == word);
        let event = |kind: EventType| MappedEvent {
            kind,
            precision: has("day").then_some(Precision::Day),
            value_only: has("value_only"),
            changes,
        };
        self.events.split(' ').filter_map(EventType::parse).map(event).collect()
    }
}
