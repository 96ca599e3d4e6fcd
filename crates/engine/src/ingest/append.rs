//! The append loop: batches what queued during its last commit, makes it durable, and answers (DESIGN §1.1, §1.2).

use std::collections::HashMap;
use std::sync::Arc;

use domain::events::Draft;
use domain::{Clock, Event, Instant};
use store::Store;
use store::log::{AppendTx, Body, Inbox, InboxState, Item};
use tokio::sync::{mpsc, oneshot};
use views::ingest::{ItemAnswer, Receipt};
use views::messages::Outcome;
use views::{AppError, ErrorKind};

use super::decode::{Decoded, DecodedItem};
use super::retry::{self, Redecoded};
use crate::error::{EngineError, refused};
use crate::fold::acts;

/// At most this many requests in one commit; a large one goes alone.
const REQUESTS_PER_COMMIT: usize = 512;
/// At most about this many items in one commit.
const ITEMS_PER_COMMIT: usize = 16_000;

/// How bodies are stored: zstd, then sealed.
const CODEC_ZSTD_SEALED: i64 = 1;
type Answer<T> = oneshot::Sender<Result<T, AppError>>;

/// What the append loop is asked to write.
pub(crate) enum Job {
    /// An arrival with its items.
    Arrival(Box<Decoded>, Answer<Receipt>),
    /// Parked items of an arrival, decoded again. Answers the last seq written, and how many are parked still.
    Retry(Box<Redecoded>, Answer<retry::Retried>),
    /// Docket's own events: people's acts, links, clock ticks. Answers the last seq.
    Own(Vec<Draft>, Answer<i64>),
}

impl Job {
    fn weight(&self) -> usize {
        match self {
            Self::Arrival(decoded, _) => decoded.items.len().max(1),
            Self::Retry(again, _) => again.items.len().max(1),
            Self::Own(drafts, _) => drafts.len(),
        }
    }
}

/// The way into the append loop.
#[derive(Clone)]
pub(crate) struct Appender {
    queue: mpsc::Sender<Job>,
}

impl Appender {
    /// Starts the loop. It ends when every handle is gone and the queue is empty.
    pub(crate) fn start(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        queue: usize,
        appended: tokio::sync::watch::Sender<i64>,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(queue.max(1));
        let task = tokio::spawn(run(store, clock, receiver, appended));
        (Self { queue: sender }, task)
    }

    /// Requests waiting.
    pub(crate) fn queued(&self) -> usize {
        self.queue.max_capacity().saturating_sub(self.queue.capacity())
    }

    /// Hands in an arrival and waits until it is durable. A full queue is answered at once.
    pub(crate) async fn arrival(&self, decoded: Decoded) -> Result<Receipt, AppError> {
        let (answer, wait) = oneshot::channel();
        self.queue
            .try_send(Job::Arrival(Box::new(decoded), answer))
            .map_err(|e| match e {
                mpsc::error::TrySendError::Full(_) => AppError {
                    retry_after: Some(1),
                    ..AppError::new(ErrorKind::Unavailable, "error-queue-full")
                },
                mpsc::error::TrySendError::Closed(_) => refused(EngineError::Stopping),
            })?;
        wait.await.map_err(|_| refused(EngineError::Stopping))?
    }

    /// Hands in a chunk of a file: waits for room instead of being refused.
    pub(crate) async fn chunk(&self, decoded: Decoded) -> Result<Receipt, AppError> {
        self.ask(|answer| Job::Arrival(Box::new(decoded), answer)).await
    }

    /// Writes Docket's own events.
    pub(crate) async fn own(&self, drafts: Vec<Draft>) -> Result<i64, AppError> {
        self.ask(|answer| Job::Own(drafts, answer)).await
    }

    /// Writes what a retry made of parked items.
    pub(crate) async fn retry(&self, again: Redecoded) -> Result<retry::Retried, AppError> {
        self.ask(|answer| Job::Retry(Box::new(again), answer)).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, AppError> {
        let (answer, wait) = oneshot::channel();
        self.queue
            .send(job(answer))
            .await
            .map_err(|_| refused(EngineError::Stopping))?;
        wait.await.map_err(|_| refused(EngineError::Stopping))?
    }
}

async fn run(
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    mut queue: mpsc::Receiver<Job>,
    appended: tokio::sync::watch::Sender<i64>,
) {
    let mut jobs = Vec::new();
    while let Some(first) = queue.recv().await {
        let mut weight = first.weight();
        // A retry reads what is parked as of the last commit, so it goes alone.
        let mut alone = matches!(first, Job::Retry(..));
        jobs.push(first);
        while !alone && jobs.len() < REQUESTS_PER_COMMIT && weight < ITEMS_PER_COMMIT {
            let Ok(job) = queue.try_recv() else { break };
            weight = weight.saturating_add(job.weight());
            alone = matches!(job, Job::Retry(..));
            jobs.push(job);
        }
        match commit(&store, &*clock, &mut jobs).await {
            Ok((answers, last_seq)) => {
                appended.send_if_modified(|seq| std::mem::replace(seq, last_seq) != last_seq);
                answers.into_iter().for_each(Reply::send);
            }
            // The jobs were taken apart and nothing of them was kept: all are refused, and their senders send again.
            Err(error) => refuse(&mut jobs, error),
        }
        jobs.clear();
    }
}

fn refuse(jobs: &mut Vec<Job>, error: EngineError) {
    let error = refused(error);
    for job in jobs.drain(..) {
        // A sender that went away no longer waits for its answer.
        match job {
            Job::Arrival(_, answer) => drop(answer.send(Err(error.clone()))),
            Job::Retry(_, answer) => drop(answer.send(Err(error.clone()))),
            Job::Own(_, answer) => drop(answer.send(Err(error.clone()))),
        }
    }
}

enum Reply {
    Arrival(Answer<Receipt>, Receipt),
    Retry(Answer<retry::Retried>, retry::Retried),
    Own(Answer<i64>, i64),
}

impl Reply {
    fn send(self) {
        match self {
            Self::Arrival(answer, receipt) => drop(answer.send(Ok(receipt))),
            Self::Retry(answer, retried) => drop(answer.send(Ok(retried))),
            Self::Own(answer, seq) => drop(answer.send(Ok(seq))),
        }
    }
}

/// Rows of one commit, and the places handed out in it.
pub(crate) struct Batch {
    pub(crate) received_at: Instant,
    pub(crate) next_seq: i64,
    pub(crate) next_inbox: i64,
    bodies: Vec<Body>,
    inboxes: Vec<Inbox>,
    items: Vec<Item>,
    pub(crate) events: Vec<Event>,
    /// Items known of each (source, key): stored before, or written by this commit.
    known: HashMap<(i64, String), Vec<Item>>,
}

impl Batch {
    /// Admits a draft at the next place in the log.
    pub(crate) fn admit(&mut self, source_id: i64, key: &str, part: i64, inbox_id: i64, draft: Draft) -> i64 {
        let seq = self.next_seq;
        self.next_seq = self.next_seq.saturating_add(1);
        self.events.push(Event::admit(
            seq,
            source_id,
            key.to_owned(),
            part,
            self.received_at,
            inbox_id,
            draft,
        ));
        seq
    }

    /// Admits one of Docket's own events. Its key is its place.
    pub(crate) fn admit_own(&mut self, inbox_id: i64, draft: Draft) -> i64 {
        let key = self.next_seq.to_string();
        self.admit(0, &key, 0, inbox_id, draft)
    }
}

async fn commit(store: &Store, clock: &dyn Clock, jobs: &mut Vec<Job>) -> Result<(Vec<Reply>, i64), EngineError> {
    let mut tx = store.log.begin_append().await?;
    let head = tx.head;
    let mut batch = Batch {
        received_at: clock.now().max(head.last_received_at),
        next_seq: head.last_seq.saturating_add(1),
        next_inbox: head.last_inbox_id.saturating_add(1),
        bodies: Vec::new(),
        inboxes: Vec::new(),
        items: Vec::new(),
        events: Vec::new(),
        known: known_items(&mut tx, jobs).await?,
    };
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs.iter_mut() {
        outcomes.push(match job {
            Job::Arrival(decoded, _) => Outcomes::Arrival(take_in(&mut batch, decoded)),
            Job::Retry(again, _) => Outcomes::Retry(retry::write(&store.log, &mut tx, &mut batch, again).await?),
            Job::Own(drafts, _) => {
                for draft in std::mem::take(drafts) {
                    batch.admit_own(0, draft);
                }
                Outcomes::Own(batch.next_seq.saturating_sub(1))
            }
        });
    }
    tx.insert_bodies(&batch.bodies).await?;
    tx.insert_inbox(&batch.inboxes).await?;
    tx.insert_items(&batch.items).await?;
    tx.insert_events(&batch.events).await?;
    tx.commit().await?;
    let replies = jobs
        .drain(..)
        .zip(outcomes)
        .filter_map(|(job, outcome)| match (job, outcome) {
            (Job::Arrival(_, answer), Outcomes::Arrival(receipt)) => Some(Reply::Arrival(answer, receipt)),
            (Job::Retry(_, answer), Outcomes::Retry(retried)) => Some(Reply::Retry(answer, retried)),
            (Job::Own(_, answer), Outcomes::Own(seq)) => Some(Reply::Own(answer, seq)),
            _ => None,
        });
    Ok((replies.collect(), batch.next_seq.saturating_sub(1)))
}

enum Outcomes {
    Arrival(Receipt),
    Retry(retry::Retried),
    Own(i64),
}

async fn known_items(tx: &mut AppendTx, jobs: &[Job]) -> Result<HashMap<(i64, String), Vec<Item>>, EngineError> {
    let mut keys: Vec<(i64, &str)> = jobs
        .iter()
        .filter_map(|job| {
            if let Job::Arrival(decoded, _) = job {
                Some(decoded)
            } else {
                None
            }
        })
        .flat_map(|decoded| decoded.items.iter().map(|i| (decoded.source_id, i.key.as_str())))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut known: HashMap<(i64, String), Vec<Item>> = HashMap::new();
    for item in tx.get_items(&keys).await? {
        known
            .entry((item.source_id, item.item_key.clone()))
            .or_default()
            .push(item);
    }
    Ok(known)
}

/// Decides on every item of an arrival and puts its rows into the batch.
fn take_in(batch: &mut Batch, decoded: &mut Decoded) -> Receipt {
    let inbox_id = batch.next_inbox;
    batch.next_inbox = batch.next_inbox.saturating_add(1);
    let first_seq = batch.next_seq;
    let mut counts = [0_i64; 4];
    let mut answers = Vec::with_capacity(decoded.items.len());
    let mut first_fault = None;
    for item in std::mem::take(&mut decoded.items) {
        if let Err(fault) = &item.result {
            first_fault.get_or_insert_with(|| fault.clone());
        }
        let answer = decide(batch, decoded.source_id, inbox_id, item);
        if let Some(n) = usize::try_from(answer.outcome.code())
            .ok()
            .and_then(|i| counts.get_mut(i))
        {
            *n = n.saturating_add(1);
        }
        answers.push(answer);
    }
    let last_seq = batch.next_seq.saturating_sub(1);
    let [accepted, duplicate, conflict, parked] = counts;
    if let Some(fault) = first_fault.filter(|_| parked > 0) {
        let act = super::decode::parked_act(inbox_id, &decoded.source, &decoded.entity, parked, &fault);
        let draft = acts::parked(domain::EventType::InboxParked, batch.received_at, &act);
        batch.admit_own(inbox_id, draft);
    }
    let month = super::decode::month_of(batch.received_at);
    batch.bodies.push(Body {
        month,
        hash: decoded.body.hash.to_vec(),
        region: decoded.region.clone(),
        codec: CODEC_ZSTD_SEALED,
        key_id: Some(decoded.body.key_id.clone()),
        bytes: std::mem::take(&mut decoded.body.bytes),
        expires_at: None,
    });
    batch.inboxes.push(Inbox {
        inbox_id,
        source_id: decoded.source_id,
        received_at: batch.received_at,
        month,
        hash: decoded.body.hash.to_vec(),
        media_type: decoded.media_type.clone(),
        trace: decoded.trace.clone(),
        file: decoded.file.clone(),
        bytes: decoded.bytes,
        state: InboxState::Done.code(),
        first_seq: (last_seq >= first_seq).then_some(first_seq),
        last_seq: (last_seq >= first_seq).then_some(last_seq),
        accepted,
        duplicate,
        conflict,
        parked,
    });
    Receipt {
        message_id: inbox_id,
        items: answers,
    }
}

fn decide(batch: &mut Batch, source_id: i64, inbox_id: i64, item: DecodedItem) -> ItemAnswer {
    let slot = (source_id, item.key.clone());
    let known = batch.known.get(&slot).map_or(&[][..], Vec::as_slice);
    if let Some(same) = known.iter().find(|k| k.content == item.content) {
        let outcome = if same.outcome == Outcome::Parked.code() {
            Outcome::Parked
        } else {
            Outcome::Duplicate
        };
        let why = item.result.as_ref().err().map(formats::fault::Fault::sentence);
        return ItemAnswer {
            id: item.id,
            outcome: if why.is_some() { outcome } else { Outcome::Duplicate },
            seq: same.seq,
            why,
        };
    }
    // Same key, other content: a higher document version supersedes, anything else is a conflict, kept (DESIGN §1.14).
    let supersedes = known.iter().all(|k| item.version.is_some() && item.version > k.version);
    let mut row = Item {
        source_id,
        item_key: item.key.clone(),
        content: item.content.to_vec(),
        inbox_id,
        ordinal: item.ordinal,
        byte_from: item.byte_from,
        byte_to: item.byte_to,
        outcome: 0,
        noted: false,
        fault: None,
        parked_on: None,
        seq: None,
        version: item.version,
    };
    let (outcome, why) = match item.result {
        Err(fault) => {
            row.fault = serde_json::to_string(&fault.sentence()).ok();
            row.parked_on = fault.parked_on().map(str::to_owned);
            (Outcome::Parked, Some(fault.sentence()))
        }
        Ok(_) if !known.is_empty() && !supersedes => {
            (Outcome::Conflict, Some(domain::Sentence::new("answer-conflict")))
        }
        Ok(drafts) => {
            // A newer version has the same parts as the one it supersedes; both stay in the log.
            for (part, draft) in (0..).zip(drafts) {
                let seq = batch.admit(source_id, &item.key, part, inbox_id, draft);
                row.seq.get_or_insert(seq);
            }
            (Outcome::Accepted, None)
        }
    };
    row.outcome = outcome.code();
    row.noted = outcome != Outcome::Accepted;
    let answer = ItemAnswer {
        id: item.id,
        outcome,
        seq: row.seq,
        why,
    };
    batch.known.entry(slot).or_default().push(row.clone());
    batch.items.push(row);
    answer
}
