//! The append loop: batches what queued during its last commit, makes it durable, and answers (DESIGN §1.1, §1.2).

use std::sync::Arc;

use domain::events::Draft;
use domain::{Clock, Event};
use store::log::Subject;
use store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot, watch};
use views::ingest::Receipt;
use views::{AppError, ErrorKind};

use super::batch::{self, Outcome};
use super::decode::{Decoded, DecodedItem};
use super::publish::Publication;
use super::retry::{Redecoded, Retried};
use super::tail::Tail;
use crate::audit::Act;
use crate::error::{EngineError, refused};
use crate::subjects::Subjects;

/// At most this many requests in one commit; a large one goes alone.
const REQUESTS_PER_COMMIT: usize = 512;
/// At most about this many items in one commit.
const ITEMS_PER_COMMIT: usize = 16_000;

type Answer<T> = oneshot::Sender<Result<T, AppError>>;

/// What the append loop is asked to write.
pub(crate) enum Job {
    /// An arrival with its items.
    Arrival(Box<Decoded>, Answer<Receipt>),
    /// Parked items of an arrival, decoded again. Answers the last seq written, and how many are parked still.
    Retry(Box<Redecoded>, Answer<Retried>),
    /// Docket's own events: people's acts, links, clock ticks, with what the audit says of them. Answers the last seq.
    Own(Vec<Draft>, Vec<Act>, Answer<i64>),
    /// What two people agreed on. Answers the proposal's id and the last seq.
    Publish(Box<Publication>, Answer<(i64, i64)>),
}

impl Job {
    fn weight(&self) -> usize {
        match self {
            Self::Arrival(decoded, _) => decoded.items.len().max(1),
            Self::Retry(again, _) => again.items.len().max(1),
            Self::Own(drafts, ..) => drafts.len(),
            Self::Publish(..) => 1,
        }
    }

    /// Says what came of it. A sender that went away no longer waits.
    fn answer(self, outcome: Outcome) {
        match (self, outcome) {
            (Self::Arrival(_, answer), Outcome::Arrival(receipt)) => drop(answer.send(Ok(receipt))),
            (Self::Retry(_, answer), Outcome::Retry(retried)) => drop(answer.send(Ok(retried))),
            (Self::Own(.., answer), Outcome::Own(seq)) => drop(answer.send(Ok(seq))),
            (Self::Publish(_, answer), Outcome::Published(id, seq)) => drop(answer.send(Ok((id, seq)))),
            // A batch answers each job in kind; an answer that is dropped reads as stopping.
            _ => {}
        }
    }
}

/// Where the append loop says what it appended.
pub(crate) struct Appended {
    /// The last seq.
    pub(crate) head: watch::Sender<i64>,
    pub(crate) tail: Tail,
}

impl Appended {
    fn tell(&self, events: Vec<Event>) {
        if let Some(last) = events.last().map(|e| e.seq) {
            self.tail.push(events);
            self.head.send_replace(last);
        }
    }
}

/// The way into the append loop. Persons are taken out here, before anything of an event is kept.
#[derive(Clone)]
pub(crate) struct Appender {
    queue: mpsc::Sender<Job>,
    clock: Arc<dyn Clock>,
    subjects: Arc<Subjects>,
}

impl Appender {
    /// Starts the loop. It ends when every handle is gone and the queue is empty.
    pub(crate) fn start(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        subjects: Arc<Subjects>,
        queue: usize,
        appended: Appended,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(queue.max(1));
        let writer = Writer {
            store,
            clock: Arc::clone(&clock),
            subjects: Arc::clone(&subjects),
            appended,
        };
        let task = tokio::spawn(writer.run(receiver));
        let appender = Self {
            queue: sender,
            clock,
            subjects,
        };
        (appender, task)
    }

    /// Takes the persons out of what was decoded, before anything of it is kept.
    fn take_out(&self, items: &mut [DecodedItem]) -> Vec<Subject> {
        let drafts = items.iter_mut().filter_map(|i| i.result.as_mut().ok()).flatten();
        self.subjects.take_out(drafts, &*self.clock)
    }

    /// Requests waiting.
    pub(crate) fn queued(&self) -> usize {
        self.queue.max_capacity().saturating_sub(self.queue.capacity())
    }

    /// Hands in an arrival and waits until it is durable. A full queue is answered at once.
    pub(crate) async fn arrival(&self, mut decoded: Decoded) -> Result<Receipt, AppError> {
        decoded.subjects = self.take_out(&mut decoded.items);
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
    pub(crate) async fn chunk(&self, mut decoded: Decoded) -> Result<Receipt, AppError> {
        decoded.subjects = self.take_out(&mut decoded.items);
        self.ask(|answer| Job::Arrival(Box::new(decoded), answer)).await
    }

    /// Writes an event that no person makes.
    pub(crate) async fn own(&self, draft: Draft) -> Result<i64, AppError> {
        self.ask(|answer| Job::Own(vec![draft], Vec::new(), answer)).await
    }

    /// Writes what a person did, together with what the audit says of it.
    pub(crate) async fn act(&self, draft: Draft, act: Act) -> Result<i64, AppError> {
        self.acts(vec![(draft, act)]).await
    }

    /// The same of several acts, one after the other. Answers the last seq.
    pub(crate) async fn acts(&self, acts: Vec<(Draft, Act)>) -> Result<i64, AppError> {
        let (drafts, acts) = acts.into_iter().unzip();
        self.ask(|answer| Job::Own(drafts, acts, answer)).await
    }

    /// Publishes what two people agreed on. It does not fit what holds any more: `Conflict`.
    pub(crate) async fn publish(&self, publication: Publication) -> Result<(i64, i64), AppError> {
        self.ask(|answer| Job::Publish(Box::new(publication), answer)).await
    }

    /// Writes what a retry made of parked items.
    pub(crate) async fn retry(&self, mut again: Redecoded) -> Result<Retried, AppError> {
        again.subjects = self.take_out(&mut again.items);
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

/// The one who writes the log.
struct Writer {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    subjects: Arc<Subjects>,
    appended: Appended,
}

impl Writer {
    async fn run(self, mut queue: mpsc::Receiver<Job>) {
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
            self.commit(&mut jobs).await;
        }
    }

    /// Commits what was asked for, and answers it. A batch that fails is tried again request by request, so that one
    /// which cannot be written does not take the others with it.
    async fn commit(&self, jobs: &mut Vec<Job>) {
        let Err(failed) = self.write(jobs).await else {
            return;
        };
        if jobs.len() == 1 || failed.passes() {
            return refuse(jobs, failed);
        }
        tracing::warn!(error = %failed, requests = jobs.len(), "a batch failed; each of its requests is tried alone");
        for job in std::mem::take(jobs) {
            let mut alone = vec![job];
            if matches!(alone.as_slice(), [Job::Retry(..)]) {
                // It was taken apart; whoever asked for it asks again.
                refuse(&mut alone, EngineError::Stopping);
            } else if let Err(error) = self.write(&mut alone).await {
                refuse(&mut alone, error);
            }
        }
    }

    /// Writes the jobs in one transaction, and answers them when it is durable.
    async fn write(&self, jobs: &mut Vec<Job>) -> Result<(), EngineError> {
        let written = batch::write(&self.store, &*self.clock, jobs).await?;
        self.subjects.remember(&written.subjects);
        self.appended.tell(written.events);
        jobs.drain(..)
            .zip(written.outcomes)
            .for_each(|(job, outcome)| job.answer(outcome));
        Ok(())
    }
}

fn refuse(jobs: &mut Vec<Job>, error: EngineError) {
    let published = matches!(jobs.as_slice(), [Job::Publish(..)]);
    let error = match error {
        EngineError::Store(StoreError::Conflict(_)) if published => {
            AppError::new(ErrorKind::Conflict, "error-proposal-record-changed")
        }
        error => refused(error),
    };
    for job in jobs.drain(..) {
        // A sender that went away no longer waits for its answer.
        match job {
            Job::Arrival(_, answer) => drop(answer.send(Err(error.clone()))),
            Job::Retry(_, answer) => drop(answer.send(Err(error.clone()))),
            Job::Own(.., answer) => drop(answer.send(Err(error.clone()))),
            Job::Publish(_, answer) => drop(answer.send(Err(error.clone()))),
        }
    }
}
