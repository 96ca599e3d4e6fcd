//! The end of the log, in memory: what was just appended reaches the fold loop without being read back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Event;
use domain::events::Seq;

/// At most this many events are held; a folder further behind reads the log.
const HELD: usize = 32_000;

/// Events in the order of the log, without a gap. The log is the truth: what is not here is read there.
#[derive(Clone, Default)]
pub(crate) struct Tail(Arc<Mutex<VecDeque<Arc<Event>>>>);

impl Tail {
    /// Adds what was committed.
    pub(super) fn push(&self, events: Vec<Event>) {
        let Some(first) = events.first().map(|e| e.seq) else {
            return;
        };
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Another node may have appended in between.
        if held.back().is_some_and(|last| last.seq.saturating_add(1) != first) {
            held.clear();
        }
        held.extend(events.into_iter().map(Arc::new));
        let over = held.len().saturating_sub(HELD);
        held.drain(..over);
    }

    /// At most `limit` events after `after`, and forgets those up to it; none when the next one is not held.
    pub(crate) fn after(&self, after: Seq, limit: usize) -> Option<Vec<Arc<Event>>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.partition_point(|e| e.seq <= after);
        held.drain(..known);
        let next = held.front()?;
        (next.seq == after.saturating_add(1)).then(|| held.iter().take(limit).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use domain::events::{ActorKind, Draft, Payload};
    use domain::{Event, EventType, Instant, Precision};

    use super::{HELD, Tail};

    fn events(seqs: std::ops::Range<i64>) -> Vec<Event> {
        let said = Draft {
            kind: EventType::GrReceived,
            activity: String::new(),
            occurred_at: Instant(0),
            precision: Precision::Instant,
            zone: None,
            source_seq: 0,
            source_recorded_at: None,
            actor_kind: ActorKind::Unknown,
            actor: None,
            correlation_id: None,
            refs: Vec::new(),
            payload: Payload::default(),
        };
        seqs.map(|seq| Event::admit(seq, 1, seq.to_string(), 0, Instant(0), 1, said.clone()))
            .collect()
    }

    fn seqs(tail: &Tail, after: i64, limit: usize) -> Option<Vec<i64>> {
        tail.after(after, limit).map(|e| e.iter().map(|e| e.seq).collect())
    }

    #[test]
    fn events_come_in_order_and_once_folded_they_are_forgotten() {
        let tail = Tail::default();
        tail.push(events(1..4));
        tail.push(events(4..6));
        assert_eq!(seqs(&tail, 0, 3), Some(vec![1, 2, 3]));
        assert_eq!(seqs(&tail, 3, 9), Some(vec![4, 5]));
        assert_eq!(seqs(&tail, 3, 1), Some(vec![4]));
        assert_eq!(seqs(&tail, 5, 9), None);
        assert_eq!(seqs(&tail, 3, 9), None, "what was forgotten is read from the log");
    }

    #[test]
    fn a_gap_is_never_bridged() {
        let tail = Tail::default();
        tail.push(events(1..3));
        tail.push(events(5..7));
        assert_eq!(seqs(&tail, 0, 9), None);
        assert_eq!(seqs(&tail, 2, 9), None);
        assert_eq!(seqs(&tail, 4, 9), Some(vec![5, 6]));
    }

    #[test]
    fn no_more_than_so_many_are_held() {
        let tail = Tail::default();
        let last = i64::try_from(HELD).unwrap() + 10;
        tail.push(events(1..last));
        assert_eq!(seqs(&tail, 0, 1), None);
        assert_eq!(seqs(&tail, 9, 1), Some(vec![10]));
    }
}
