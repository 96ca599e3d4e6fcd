//! The use cases behind the ports: authorise, read in scope, act, and answer when the views show it.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod exceptions;
pub(crate) mod governance;
pub(crate) mod identity;
pub(crate) mod messages;
pub(crate) mod oidc;
pub(crate) mod order_view;
pub(crate) mod orders;
pub(crate) mod passwords;
pub(crate) mod people;
pub(crate) mod redaction;
pub(crate) mod selections;
pub(crate) mod sources;
pub(crate) mod tokens;

use std::collections::HashMap;
use std::sync::Arc;

use domain::access::FieldClass;
use domain::{Clock, Instant, Sentence};
use formats::json::Limits;
use store::Store;
use store::log::{Inbox, Source};
use tokio::sync::watch;
use views::errors::Result;
use views::orders::RawView;
use views::{AppError, Caller, ErrorKind};

use crate::audit::{Act, Refusals};
use crate::error::{EngineError, refused};
use crate::ingest::Appender;
use crate::sealer::{SUBJECT_MARK, Sealed, Sealer};
use crate::subjects::Subjects;

/// Bytes of a raw body shown at most.
const RAW_SHOWN: usize = 64 << 10;

/// What every use case has at hand.
#[derive(Clone)]
pub(crate) struct UseCase {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The system clock: of the audit.
    pub(crate) system: Arc<dyn Clock>,
    pub(crate) refusals: Refusals,
    pub(crate) appender: Appender,
    pub(crate) folded: watch::Receiver<i64>,
    pub(crate) sealer: Sealer,
    pub(crate) subjects: Arc<Subjects>,
    pub(crate) limits: Limits,
}

impl UseCase {
    /// Waits until the views show the log up to `seq`.
    pub(crate) async fn wait(&self, seq: i64) -> Result<()> {
        let mut folded = self.folded.clone();
        folded
            .wait_for(|f| *f >= seq)
            .await
            .map(drop)
            .map_err(|_| refused(EngineError::Stopping))
    }

    /// `caller` does this now.
    pub(crate) fn act(&self, caller: &Caller, action: &'static str, object: impl Into<String>) -> Act {
        crate::audit::act(caller, self.system.now(), action, object)
    }

    /// The answer to who asks for what is there and they may not know of, after it was noted: to them there is no such thing.
    pub(crate) fn out_of_scope(&self, caller: &Caller, object: impl Into<String>) -> AppError {
        let act = self.act(caller, crate::audit::REFUSED, object);
        self.refusals.note(act.refused(Sentence::new("audit-out-of-scope")));
        AppError::not_found()
    }

    /// Notes, before the answer, that data of this class was shown.
    pub(crate) async fn viewed(&self, caller: &Caller, object: impl Into<String>, class: FieldClass) -> Result<()> {
        let row = self.act(caller, "data.viewed", object).viewed([class]).row();
        self.store.log.append_audit(&[row]).await.map(drop).map_err(refused)
    }

    /// Sources by id.
    pub(crate) async fn sources(&self) -> Result<HashMap<i64, Source>> {
        let sources = self.store.log.list_sources().await.map_err(refused)?;
        Ok(sources.into_iter().map(|s| (s.source_id, s)).collect())
    }

    /// Events with the people in them named, but for those who were erased: another name stands for them, always the same.
    pub(crate) async fn events(&self, seqs: &[i64]) -> Result<Vec<domain::Event>> {
        let mut events = self.store.log.get_events(seqs).await.map_err(refused)?;
        let actors: Vec<&str> = events.iter().filter_map(|e| e.said.actor.as_deref()).collect();
        let people = self.subjects.find(&self.store.log, &actors).await.map_err(refused)?;
        for actor in events.iter_mut().filter_map(|e| e.said.actor.as_mut()) {
            if let Some(name) = people.get(actor) {
                actor.clone_from(name);
            } else if actor.starts_with(SUBJECT_MARK) {
                *actor = self.sealer.pseudonym(actor);
            }
        }
        Ok(events)
    }

    /// The plain body of an arrival; none when it has expired.
    pub(crate) async fn body(&self, inbox: &Inbox) -> Result<Option<Vec<u8>>> {
        let Some(body) = self
            .store
            .log
            .get_body(inbox.month, &inbox.hash)
            .await
            .map_err(refused)?
        else {
            return Ok(None);
        };
        let hash = body
            .hash
            .as_slice()
            .try_into()
            .map_err(|_| refused(EngineError::damaged("a body's hash is not one")))?;
        let sealed = Sealed {
            hash,
            key_id: body.key_id.unwrap_or_default(),
            bytes: body.bytes,
        };
        self.sealer
            .open(&sealed)
            .map(Some)
            .map_err(|error| refused(EngineError::damaged(error)))
    }

    /// Bytes `from..to` of an arrival's body, as people see them.
    pub(crate) async fn raw(&self, inbox: &Inbox, range: Option<(i64, i64)>) -> Result<Option<RawView>> {
        let Some(body) = self.body(inbox).await? else {
            return Ok(None);
        };
        let at = |n: i64| usize::try_from(n).unwrap_or(0).min(body.len());
        let part = range.and_then(|(from, to)| body.get(at(from)..at(to))).unwrap_or(&body);
        let shown = part.get(..part.len().min(RAW_SHOWN)).unwrap_or(part);
        Ok(Some(RawView {
            media_type: inbox.media_type.clone(),
            text: String::from_utf8_lossy(shown).into_owned(),
            structure_only: false,
            bytes: part.len() as u64,
            sha256: hex::encode(&inbox.hash),
        }))
    }
}

/// A place in a list as opaque text, and back.
pub(crate) fn place(parts: &[i64]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("_")
}

/// The place that `place` wrote.
pub(crate) fn read_place(text: Option<&str>, parts: usize) -> Result<Option<Vec<i64>>> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    let read: Option<Vec<i64>> = text.split('_').map(|p| p.parse().ok()).collect();
    match read {
        Some(read) if read.len() == parts => Ok(Some(read)),
        _ => Err(AppError::new(ErrorKind::Invalid, "error-page-place")),
    }
}

/// The last place in the log that counts for what was known at `known`.
pub(crate) async fn known_seq(use_case: &UseCase, known: Option<Instant>) -> Result<i64> {
    match known {
        None => Ok(i64::MAX),
        Some(at) => use_case.store.log.last_seq_received_by(at).await.map_err(refused),
    }
}
