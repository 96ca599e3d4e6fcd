//! The fold loop: takes what came since its cursor, brings orders and cases up to it, writes back, tells (DESIGN §1.2).

pub(crate) mod acts;
mod identity;
pub(crate) mod judge;
pub(crate) mod load;
mod working;
pub(crate) mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Event, EventType};
use store::log::Log;
use store::views::{FoldTx, Folder};
use store::{Store, Views};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use views::live::Topic;

use self::identity::Touched;
use self::load::EdgesKnown;
use self::working::Working;
use crate::error::EngineError;
use crate::ingest::{Appender, Tail};
use crate::notes::Notes;

/// Raised when the fold or the judge changes what they make of a log: views of another version are rebuilt.
pub const FOLD_VERSION: i64 = 1;

/// At most this many events in one batch: so many that a bulk load is fast, so few that a person waits less than a second.
const BATCH: usize = 4_000;
/// A node that folds looks at the log at least this often; others append too (on Postgres).
const POLL: Duration = Duration::from_millis(200);

/// One batch at work.
pub(crate) struct Folding<'f> {
    tx: FoldTx<'f>,
    log: &'f Log,
    work: Working,
    edges_known: EdgesKnown,
    at: domain::exceptions::At,
}

/// What a batch did.
pub(crate) struct Folded {
    pub(crate) cursor: i64,
    pub(crate) changed: BTreeMap<Topic, BTreeSet<String>>,
}

/// Folds the next batch of a log into a generation of views; none when there is nothing new.
pub(crate) async fn fold_batch(
    log: &Log,
    tail: Option<&Tail>,
    folder: &mut Folder,
    limit: usize,
) -> Result<Option<Folded>, EngineError> {
    let mut tx = folder.begin_fold().await?;
    let cursor = tx.cursor().await?;
    let events = match tail.and_then(|t| t.after(cursor, limit)) {
        Some(events) => events,
        None => log
            .list_events(cursor, limit)
            .await?
            .into_iter()
            .map(Arc::new)
            .collect(),
    };
    let Some(last) = events.last().map(|e| e.seq) else {
        // Ended aloud: a dropped transaction stays open on Postgres until its connection is used again.
        tx.commit().await?;
        return Ok(None);
    };
    let at = domain::exceptions::At {
        seq: cursor,
        at: domain::Instant(0),
        kind: EventType::ClockTicked,
    };
    let mut folding = Folding {
        tx,
        log,
        work: Working::default(),
        edges_known: EdgesKnown::new(),
        at,
    };
    folding.work.events = events.iter().map(|e| (e.seq, Arc::clone(e))).collect();
    folding.prefetch(&events).await?;
    for event in &events {
        folding.handle(event).await?;
    }
    folding.write(last).await?;
    let changed = folding.changed();
    folding.tx.commit().await?;
    Ok(Some(Folded { cursor: last, changed }))
}

impl Folding<'_> {
    /// Handles one log entry: timers due before it, then the entry itself, then judgement on what it touched.
    async fn handle(&mut self, event: &Arc<Event>) -> Result<(), EngineError> {
        let at = domain::exceptions::At {
            seq: event.seq,
            at: event.received_at,
            kind: event.said.kind,
        };
        self.at = at;
        self.fire_timers(at).await?;
        let mut touched = Touched::new();
        match event.said.kind {
            EventType::InboxParked | EventType::InboxUnparked => self.judge_parked(event, at).await?,
            EventType::CaseClassified | EventType::CaseRetried | EventType::CaseResolved => {
                self.acted(event, at).await?
            }
            EventType::LinkMade | EventType::LinkWithdrawn => {
                if let Some(link) = acts::read::<acts::Link>(&event.said.payload) {
                    if event.said.kind == EventType::LinkMade {
                        let edge = working::Edge {
                            a: link.a,
                            b: link.b,
                            by_seq: event.seq,
                        };
                        self.join(edge, &mut touched).await?;
                    } else {
                        self.part(&link.a, &link.b, &mut touched).await?;
                    }
                }
            }
            kind if kind.is_internal() => {}
            _ => touched = self.attach(event).await?,
        }
        if event.inbox_id != 0 {
            self.work.messages.insert(event.inbox_id);
        }
        self.judge(&touched, at);
        Ok(())
    }

    /// Ids for the pages that stay open.
    fn changed(&self) -> BTreeMap<Topic, BTreeSet<String>> {
        let mut orders = BTreeSet::new();
        let mut cases = BTreeSet::new();
        for work in self.work.orders.values() {
            if work.dirty {
                let (entity, po_no) = judge::address(&work.fold);
                orders.insert(format!("{entity}/{po_no}"));
            }
            cases.extend(work.dirty_cases.iter().map(ToString::to_string));
        }
        cases.extend(self.work.loose_dirty.iter().map(|(_, id)| id.to_string()));
        let messages = self.work.messages.iter().map(ToString::to_string).collect();
        BTreeMap::from([
            (Topic::Orders, orders),
            (Topic::Exceptions, cases),
            (Topic::Messages, messages),
        ])
    }
}

/// Starts the fold loop in a thread of its own: folding is computation, and must not keep requests waiting.
pub(crate) fn start(
    store: Arc<Store>,
    tail: Tail,
    appended: watch::Receiver<i64>,
    folded: watch::Sender<i64>,
    notes: Arc<Notes>,
    gate: Arc<tokio::sync::Mutex<()>>,
    stopping: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runtime.block_on(run(&store, &tail, appended, &folded, &notes, &gate, stopping))
    })
}

async fn run(
    store: &Store,
    tail: &Tail,
    mut appended: watch::Receiver<i64>,
    folded: &watch::Sender<i64>,
    notes: &Notes,
    gate: &tokio::sync::Mutex<()>,
    mut stopping: watch::Receiver<bool>,
) {
    let mut right: Option<(i64, Folder)> = None;
    while !*stopping.borrow() {
        let turn = gate.lock().await;
        let more = turn_once(store, tail, &mut right, folded, notes).await;
        drop(turn);
        let pause = match more {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::error!(error = %error, "folding failed; trying again");
                right = None;
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            _ = stopping.changed() => break,
            changed = appended.changed() => if changed.is_err() { break },
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One batch, with the right to fold taken first. True when there may be more.
async fn turn_once(
    store: &Store,
    tail: &Tail,
    right: &mut Option<(i64, Folder)>,
    folded: &watch::Sender<i64>,
    notes: &Notes,
) -> Result<bool, EngineError> {
    let live: Arc<Views> = store.views();
    if right.as_ref().is_none_or(|(number, _)| *number != live.number()) {
        *right = None;
        *right = live.folder().await?.map(|folder| (live.number(), folder));
    }
    let Some((_, folder)) = right else {
        // Another node folds; this one follows its cursor.
        let cursor = live.cursor().await?;
        folded.send_if_modified(|f| std::mem::replace(f, cursor) != cursor);
        return Ok(false);
    };
    let Some(done) = fold_batch(&store.log, Some(tail), folder, BATCH).await? else {
        return Ok(false);
    };
    folded.send_replace(done.cursor);
    notes.tell(done.cursor, done.changed);
    Ok(true)
}

/// Starts the clock: when a timer is due and nothing else comes, time itself enters the log.
pub(crate) fn start_ticking(
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    appender: Appender,
    mut stopping: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stopping.borrow() {
            let due = store.views().next_due().await;
            if let Ok(Some(due)) = due
                && due <= clock.now()
            {
                let draft = acts::draft(EventType::ClockTicked, clock.now(), None, &());
                if let Err(refused) = appender.own(draft).await {
                    tracing::warn!(error = %refused, "the clock could not tick");
                }
            }
            tokio::select! {
                _ = stopping.changed() => break,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    })
}
