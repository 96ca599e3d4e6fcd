//! What changed, told to pages that stay open: at most one note a topic for each folded batch.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use tokio::sync::broadcast;
use views::live::{Note, Topic};

/// Above this many ids a note only says that there are many.
const NAMED: usize = 50;
/// Notes kept for those who come back.
const KEPT: usize = 1024;

/// Hands notes out and keeps the latest.
pub(crate) struct Notes {
    sender: broadcast::Sender<Note>,
    /// Where the log was folded to when this process began.
    from: i64,
    kept: Mutex<VecDeque<Note>>,
}

impl Notes {
    pub(crate) fn new(from: i64) -> Self {
        Self {
            sender: broadcast::channel(KEPT).0,
            from,
            kept: Mutex::default(),
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Note> {
        self.sender.subscribe()
    }

    /// Tells what a batch that ended at `seq` changed.
    pub(crate) fn tell(&self, seq: i64, changed: BTreeMap<Topic, BTreeSet<String>>) {
        for (topic, ids) in changed {
            if ids.is_empty() {
                continue;
            }
            let many = ids.len() > NAMED;
            let ids = if many { Vec::new() } else { ids.into_iter().collect() };
            let note = Note { seq, topic, ids, many };
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(note.clone());
            drop(kept);
            // Nobody listening is fine.
            let _ = self.sender.send(note);
        }
    }

    /// Notes after `seq`; none when older ones than we kept may be missing.
    pub(crate) fn since(&self, seq: i64) -> Option<Vec<Note>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let complete = seq >= self.from && (kept.len() < KEPT || kept.front().is_some_and(|oldest| oldest.seq <= seq));
        complete.then(|| kept.iter().filter(|n| n.seq > seq).cloned().collect())
    }
}
