//! One commit of the append loop: decides on every item, makes its rows, writes them (DESIGN §1.2, §1.14).

use std::collections::HashMap;

use domain::events::Draft;
use domain::{Clock, Event, Instant};
use store::Store;
use store::log::{AppendTx, AuditRow, Body, Inbox, InboxState, Item, Subject};
use views::ingest::{ItemAnswer, Receipt};
use views::messages::Outcome as ItemOutcome;

use super::append::Job;
use super::decode::{Decoded, DecodedItem};
use super::publish;
use super::retry::{self, Retried};
use crate::error::EngineError;
use crate::fold::acts;

/// How long a body is kept when nothing needs it (domain §8.2).
const BODIES_KEPT: i64 = 30 * Instant::DAY;
/// How bodies are stored: zstd, then sealed.
const CODEC_ZSTD_SEALED: i64 = 1;

/// What came of a job.
pub(super) enum Outcome {
    Arrival(Receipt),
    Retry(Retried),
    Own(i64),
    Published(i64, i64),
}

/// What a transaction wrote.
pub(super) struct Written {
    /// What came of each job, in their order.
    pub(super) outcomes: Vec<Outcome>,
    /// What was appended.
    pub(super) events: Vec<Event>,
    /// The persons it speaks of.
    pub(super) subjects: Vec<Subject>,
}

/// Writes the jobs in one transaction.
///
/// # Errors
/// The store's. Nothing was written then, and every job but a retry is whole again: a retry was decided on what this
/// transaction read.
pub(super) async fn write(store: &Store, clock: &dyn Clock, jobs: &mut [Job]) -> Result<Written, EngineError> {
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
        audit: Vec::new(),
        known: known_items(&mut tx, jobs).await?,
        subjects: subjects(jobs),
        loans: Vec::new(),
    };
    let written = match decide_all(store, &mut tx, &mut batch, jobs).await {
        Ok(outcomes) => batch.insert(tx).await.map(|()| outcomes),
        Err(error) => Err(error),
    };
    match written {
        Ok(outcomes) => Ok(Written {
            outcomes,
            events: batch.events,
            subjects: batch.subjects,
        }),
        Err(error) => {
            batch.give_back(jobs);
            Err(error)
        }
    }
}

async fn decide_all(
    store: &Store,
    tx: &mut AppendTx,
    batch: &mut Batch,
    jobs: &mut [Job],
) -> Result<Vec<Outcome>, EngineError> {
    let mut outcomes = Vec::with_capacity(jobs.len());
    for (n, job) in jobs.iter_mut().enumerate() {
        outcomes.push(match job {
            Job::Arrival(decoded, _) => Outcome::Arrival(take_in(batch, n, decoded)),
            Job::Retry(again, _) => Outcome::Retry(retry::write(&store.log, tx, batch, again).await?),
            Job::Own(drafts, acts, _) => {
                let first = batch.events.len();
                // Each act with its own entry. The job keeps its acts: a batch that fails is tried again.
                let seqs = batch.next_seq..;
                let rows = seqs.zip(acts.iter()).map(|(seq, act)| act.clone().seq(seq).row());
                batch.audit.extend(rows);
                for draft in std::mem::take(drafts) {
                    batch.admit_own(0, draft);
                }
                batch.lend(n, None, first);
                Outcome::Own(batch.next_seq.saturating_sub(1))
            }
            Job::Publish(asked, _) => {
                let first = batch.events.len();
                let id = publish::write(tx, batch, asked).await?;
                batch.lend(n, None, first);
                Outcome::Published(id, batch.next_seq.saturating_sub(1))
            }
        });
    }
    Ok(outcomes)
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
    pub(crate) audit: Vec<AuditRow>,
    /// Items known of each (source, key): stored before, or written by this commit.
    known: HashMap<(i64, String), Vec<Item>>,
    /// Persons that may be new.
    subjects: Vec<Subject>,
    /// What was taken out of the jobs, in the order of the events.
    loans: Vec<Loan>,
}

/// Drafts that became events of this commit: whose they are, and where they stand.
struct Loan {
    job: usize,
    /// Which item of an arrival; absent for Docket's own events.
    item: Option<usize>,
    first: usize,
    count: usize,
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

    fn lend(&mut self, job: usize, item: Option<usize>, first: usize) {
        let count = self.events.len().saturating_sub(first);
        self.loans.push(Loan {
            job,
            item,
            first,
            count,
        });
    }

    /// Makes the jobs whole again after a commit that failed.
    fn give_back(mut self, jobs: &mut [Job]) {
        for loan in self.loans.into_iter().rev() {
            let events = self.events.split_off(loan.first.min(self.events.len()));
            let said = events.into_iter().take(loan.count).map(|e| e.said).collect();
            match (jobs.get_mut(loan.job), loan.item) {
                (Some(Job::Own(drafts, ..)), None) => *drafts = said,
                (Some(Job::Arrival(decoded, _)), Some(item)) => {
                    if let Some(item) = decoded.items.get_mut(item) {
                        item.result = Ok(said);
                    }
                }
                _ => {}
            }
        }
        let arrivals = jobs.iter_mut().filter_map(|job| match job {
            Job::Arrival(decoded, _) => Some(decoded),
            Job::Retry(..) | Job::Own(..) | Job::Publish(..) => None,
        });
        for (decoded, body) in arrivals.zip(self.bodies) {
            decoded.body.bytes = body.bytes;
        }
    }

    async fn insert(&self, mut tx: AppendTx) -> Result<(), EngineError> {
        tx.insert_subjects(&self.subjects).await?;
        tx.insert_bodies(&self.bodies).await?;
        tx.insert_inbox(&self.inboxes).await?;
        tx.insert_items(&self.items).await?;
        tx.insert_events(&self.events).await?;
        if !self.audit.is_empty() {
            // Last: whoever else writes audit rows waits from here to the commit.
            tx.insert_audit(&self.audit).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The persons that the jobs speak of, each once.
fn subjects(jobs: &[Job]) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = jobs
        .iter()
        .flat_map(|job| match job {
            Job::Arrival(decoded, _) => decoded.subjects.as_slice(),
            Job::Retry(again, _) => again.subjects.as_slice(),
            Job::Own(..) | Job::Publish(..) => &[],
        })
        .cloned()
        .collect();
    subjects.sort_unstable_by(|a, b| a.subject.cmp(&b.subject));
    subjects.dedup_by(|a, b| a.subject == b.subject);
    subjects
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
fn take_in(batch: &mut Batch, job: usize, decoded: &mut Decoded) -> Receipt {
    let inbox_id = batch.next_inbox;
    batch.next_inbox = batch.next_inbox.saturating_add(1);
    let first_seq = batch.next_seq;
    let mut counts = [0_i64; 4];
    let mut answers = Vec::with_capacity(decoded.items.len());
    let mut first_fault = None;
    for (place, item) in decoded.items.iter_mut().enumerate() {
        if let Err(fault) = &item.result {
            first_fault.get_or_insert_with(|| fault.clone());
        }
        let first = batch.events.len();
        let answer = decide(batch, decoded.source_id, inbox_id, item);
        if batch.events.len() > first {
            batch.lend(job, Some(place), first);
        }
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
        expires_at: Some(batch.received_at.plus(BODIES_KEPT)),
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

fn decide(batch: &mut Batch, source_id: i64, inbox_id: i64, item: &mut DecodedItem) -> ItemAnswer {
    let slot = (source_id, item.key.clone());
    let known = batch.known.get(&slot).map_or(&[][..], Vec::as_slice);
    if let Some(same) = known.iter().find(|k| k.content == item.content) {
        let outcome = if same.outcome == ItemOutcome::Parked.code() {
            ItemOutcome::Parked
        } else {
            ItemOutcome::Duplicate
        };
        let why = item.result.as_ref().err().map(formats::fault::Fault::sentence);
        return ItemAnswer {
            id: item.id.clone(),
            outcome: if why.is_some() { outcome } else { ItemOutcome::Duplicate },
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
    let (outcome, why) = match &mut item.result {
        Err(fault) => {
            row.fault = serde_json::to_string(&fault.sentence()).ok();
            row.parked_on = fault.parked_on().map(str::to_owned);
            (ItemOutcome::Parked, Some(fault.sentence()))
        }
        Ok(_) if !known.is_empty() && !supersedes => {
            (ItemOutcome::Conflict, Some(domain::Sentence::new("answer-conflict")))
        }
        Ok(drafts) => {
            // A newer version has the same parts as the one it supersedes; both stay in the log.
            for (part, draft) in (0..).zip(std::mem::take(drafts)) {
                let seq = batch.admit(source_id, &item.key, part, inbox_id, draft);
                row.seq.get_or_insert(seq);
            }
            (ItemOutcome::Accepted, None)
        }
    };
    row.outcome = outcome.code();
    row.noted = outcome != ItemOutcome::Accepted;
    let answer = ItemAnswer {
        id: item.id.clone(),
        outcome,
        seq: row.seq,
        why,
    };
    batch.known.entry(slot).or_default().push(row.clone());
    batch.items.push(row);
    answer
}
